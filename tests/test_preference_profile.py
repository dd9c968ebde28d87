from datetime import timedelta
from urllib.parse import parse_qsl

from odoo.tests import tagged

from .preference_common import PreferenceCase


@tagged("post_install", "-at_install")
class TestPreferenceProfile(PreferenceCase):
    """Contacts see, complete and change their own data, and nobody else does."""

    # What is shown

    def test_forwarded_link_shows_facts_masked_and_asks_for_what_is_empty(self):
        answer = self.visit(self.page)

        self.assertNotIn("Madrid", answer.text)
        self.assertIn("M•••", answer.text)
        fields = self.form(answer)
        self.assertIn(f"q{self.job.id}", fields)
        self.assertNotIn(f"q{self.city.id}", fields)

    def test_fresh_link_shows_all_there_is(self):
        answer = self.visit(self.fresh)

        self.assertIn("ana@example.com", answer.text)
        self.assertEqual(self.form(answer)[f"q{self.city.id}"], "Madrid")

    def test_no_more_questions_at_a_visit_than_the_company_wants(self):
        self.env.company.lifecycle_question_count = 1

        fields = self.form(self.visit(self.page))
        self.assertIn(f"q{self.job.id}", fields)
        self.assertNotIn(f"q{self.gender.id}", fields)

        answer = self.send(self.page, {**fields, f"q{self.job.id}": "Cook"})
        self.assertNotIn(f"q{self.gender.id}", self.form(answer) or {})
        self.assertIn(f"q{self.gender.id}", self.form(self.visit(self.page)))

    def test_company_may_ask_nothing(self):
        self.env.company.lifecycle_question_count = 0

        answer = self.visit(self.page)

        self.assertNotIn(f"q{self.job.id}", self.form(answer) or {})

    def test_old_answers_are_shown_for_a_check_until_they_are_confirmed(self):
        self.set_columns(self.ana, create_date=self.now - timedelta(days=900))

        self.assertIn("Please check", self.visit(self.page).text)
        self.send(self.page, {"do": "correct"})

        self.assertNotIn("Please check", self.visit(self.page).text)

    def test_question_in_the_language_of_the_contact(self):
        self.env["res.lang"]._activate_lang("es_ES")
        self.job.with_context(lang="es_ES").name = "Su profesión"
        self.ana.lang = "es_ES"

        self.assertIn("Su profesión", self.visit(self.page).text)

    def test_was_says_only_what_the_form_shows(self):
        fields = self.form(self.visit(self.page))

        shown = dict(parse_qsl(fields["was"], True))

        self.assertNotIn(f"q{self.city.id}", shown)
        self.assertNotIn("Madrid", fields["was"])

    # What is written

    def test_answer_by_a_forwarded_link_fills_what_is_empty(self):
        fields = self.form(self.visit(self.page))

        answer = self.send(self.page, {**fields, f"q{self.job.id}": "=1+1<b>"})

        self.assertIn("your data are saved", answer.text)
        self.assertEqual(self.ana.function, "=1+1<b>")
        self.assertNotIn("1<b>", answer.text)

    def test_forwarded_link_never_changes_what_is_known(self):
        forged = {
            "was": f"q{self.city.id}=&q{self.job.id}=",
            f"q{self.city.id}": "Sevilla",
        }

        self.send(self.page, forged)

        self.assertEqual(self.ana.city, "Madrid")

    def test_fresh_link_changes_and_empties(self):
        fields = self.form(self.visit(self.fresh))
        self.send(self.fresh, {**fields, f"q{self.city.id}": "Sevilla"})
        self.assertEqual(self.ana.city, "Sevilla")

        self.send(
            self.fresh, {**self.form(self.visit(self.fresh)), f"q{self.city.id}": ""}
        )
        self.assertFalse(self.ana.city)

    def test_account_of_the_portal_changes_its_own_data(self):
        self.make_user("ana", "base.group_portal", partner_id=self.ana.id)
        self.authenticate("ana", "ana")
        fields = self.form(self.url_open("/my/preferences"))
        self.assertEqual(fields[f"q{self.city.id}"], "Madrid")

        fields[f"q{self.city.id}"] = "Sevilla"
        self.env.flush_all()
        self.url_open("/my/preferences/profile", data=fields)

        self.env.invalidate_all()
        self.assertEqual(self.ana.city, "Sevilla")
        change = self.env["lifecycle.preference.change"].search(
            [("partner_id", "=", self.ana.id)]
        )
        self.assertEqual(change.source, "portal")

    def test_two_tabs_do_not_undo_each_other(self):
        first = self.form(self.visit(self.fresh))
        second = dict(first)
        first[f"q{self.city.id}"] = "Sevilla"
        second[f"q{self.job.id}"] = "Cook"

        self.send(self.fresh, first)
        self.send(self.fresh, second)

        self.assertEqual((self.ana.city, self.ana.function), ("Sevilla", "Cook"))

    def test_two_tabs_tick_different_boxes(self):
        tea, hike = self.env["lifecycle.interest"].create(
            [{"name": "Green tea"}, {"name": "Hiking"}]
        )
        several = self.Question.create(
            {"name": "Interests", "field_name": "lifecycle_interest_ids"}
        )
        fields = self.form(self.visit(self.fresh))

        self.send(self.fresh, {**fields, f"q{several.id}_{tea.id}": "1"})
        self.send(self.fresh, {**fields, f"q{several.id}_{hike.id}": "1"})

        self.assertEqual(self.ana.lifecycle_interest_ids, tea | hike)

    def test_bad_answer_is_shown_again_and_the_rest_saved(self):
        fields = self.form(self.visit(self.fresh))
        long = "x" * 200
        fields.update({f"q{self.city.id}": long, f"q{self.job.id}": "Cook"})

        answer = self.send(self.fresh, fields)

        self.assertIn("at most", answer.text)
        self.assertEqual(self.form(answer)[f"q{self.city.id}"], long)
        self.assertEqual((self.ana.city, self.ana.function), ("Madrid", "Cook"))

    def test_form_that_changes_nothing_writes_nothing(self):
        self.ana.write({"city": "San  Sebastián", "function": "x" * 300})
        self.env.flush_all()
        before = self.ana.write_date
        fields = self.form(self.visit(self.fresh))

        answer = self.send(self.fresh, fields)

        self.assertIn("Nothing was changed", answer.text)
        self.assertEqual(self.ana.write_date, before)
        self.assertFalse(
            self.env["lifecycle.preference.change"].search_count(
                [("partner_id", "=", self.ana.id)]
            )
        )

    def test_language_we_write_in(self):
        self.env["res.lang"]._activate_lang("it_IT")
        fields = self.form(self.visit(self.page))
        self.assertEqual(fields["write_lang"], "en_US")

        self.send(self.page, {**fields, "write_lang": "xx_XX"})
        self.assertEqual(self.ana.lang, "en_US")
        self.send(self.page, {**fields, "write_lang": "it_IT"})

        self.assertEqual(self.ana.lang, "it_IT")

    def test_all_correct_verifies_every_group(self):
        answer = self.send(self.page, {"do": "correct"})
        self.send(self.page, {"do": "correct"})

        self.assertIn("all is correct", answer.text)
        groups = self.env["lifecycle.field.group"].search([])
        verifications = self.ana.lifecycle_verification_ids
        self.assertEqual(verifications.group_id, groups)
        self.assertEqual(len(verifications), len(groups))
        self.assertEqual(set(verifications.mapped("source")), {"contact"})
        self.assertTrue(self.ana.lifecycle_preference_ids.verify_date)

    # Fresh links

    def test_fresh_link_goes_to_the_address_on_file_and_soon_ends(self):
        answer = self.send(self.page, {"do": "fresh"})
        self.assertIn("good for 30 minutes", " ".join(answer.text.split()))
        self.assertNotIn("ana@example.com", answer.text)

        self.send(self.page, {"do": "fresh"})
        self.run_cron()

        mail = self.mails("ana@example.com")
        self.assertEqual(len(mail), 1)
        token = mail.body_html.partition("/lifecycle/preferences/")[2][:48]
        self.assertIn("Madrid", self.visit(token).text)
        with self.at(self.now + timedelta(minutes=31)):
            self.assertEqual(self.visit(token).status_code, 404)

    def test_unsubscribe_link_of_an_old_mail_shows_no_data(self):
        token = self.issue("unsubscribe")

        with self.at(self.now + timedelta(days=120)):
            answer = self.visit(token)
            self.send(token, {"was": f"q{self.job.id}=", f"q{self.job.id}": "Cook"})

        self.assertNotIn("M•••", answer.text)
        self.assertFalse(self.ana.function)
