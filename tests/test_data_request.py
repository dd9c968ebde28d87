import json
from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.contact_lifecycle.engine.consent import tokens

from .rights_common import DataCase


@tagged("post_install", "-at_install")
class TestDataOnThePage(DataCase):
    """The owner of the address sees, gets and removes data; a stranger does not."""

    def test_link_out_of_a_mail_gets_nothing_but_a_hint(self):
        token = self.issue("page")
        page = self.look(token)
        self.assertIn("Send me a link to my data", page.text)
        self.assertNotIn("Download my data", page.text)

        for fields in (
            {"do": "json"},
            {"do": "html"},
            {"do": "ask", "kind": "erasure"},
            {"do": "back", "kind": "erasure"},
        ):
            answer = self.press(token, "/data", **fields)
            with self.subTest(**fields):
                self.assertIn("make sure that it is you", answer.text)
                self.assertNotIn("ana.ferrer", answer.text)
        self.assertFalse(self.found())

    def test_form_that_is_not_ours_gets_nothing(self):
        self.patch(tokens, "is_form_ours", lambda *_args: False)

        answer = self.press(self.fresh, "/data", do="json")

        self.assertIn("Nothing was changed", answer.text)
        self.assertFalse(self.found())

    def test_erasure_is_asked_for_and_taken_back(self):
        answer = self.ask(note="All of it, please")

        self.assertIn("We have your request", answer.text)
        request = self.found()
        self.assertEqual((request.kind, request.state), ("erasure", "new"))
        self.assertEqual(request.note, "All of it, please")
        self.assertEqual(request.address, "ana.ferrer@example.com")
        self.assertEqual(request.source, "preference_centre")
        self.assertIn("You asked us to erase your data", answer.text)
        self.assertTrue(self.ana.exists().active)

        self.press(self.fresh, "/data", do="back", kind="erasure")

        self.assertEqual(request.state, "cancelled")
        self.assertFalse(request.activity_ids)
        self.assertEqual(len(self.mails()), 1)

    def test_asking_twice_is_one_request_and_one_receipt(self):
        self.ask()
        self.ask()

        self.assertEqual(len(self.found()), 1)
        self.assertEqual(len(self.mails()), 1)

    def test_two_presses_at_once_are_one_request(self):
        self.patch(
            type(self.requests), "_find_open", lambda requests, _link: requests.browse()
        )
        self.ask()

        answer = self.ask()

        self.assertEqual(answer.status_code, 200)
        self.assertEqual(len(self.found()), 1)

    def test_whoever_was_answered_may_ask_again(self):
        self.ask()
        self.found().action_done()

        self.ask()

        self.assertEqual(len(self.found(state="new")), 1)

    def test_two_contacts_with_one_address_ask_each_for_themselves(self):
        twin = self.make_partner("Ben Ferrer", email="ana.ferrer@example.com")
        self.ask()

        token = self.issue("fresh", partner=twin)
        self.press(token, "/data", do="ask", kind="erasure")

        self.assertTrue(self.requests.search([("partner_id", "=", twin.id)]))

    def test_receipt_says_until_when(self):
        self.ana.lang = "en_US"
        self.ask()

        mail = self.mails()
        self.assertIn("We answer until", mail.body_html)
        self.assertIn(self.found()._get_deadline_text(), mail.body_html)
        self.assertTrue(self.found().receipt_date)

    def test_correction_needs_words(self):
        answer = self.ask("correction", note=" ")
        self.assertIn("Please write what is wrong", answer.text)
        self.assertFalse(self.found())

        self.ask("correction", note="<b>Ana</b> María")

        self.assertEqual(self.found().note, "<b>Ana</b> María")
        answer = self.look(self.fresh)
        self.assertIn("You asked us to put your data right", answer.text)

    def test_nonsense_is_no_request(self):
        for fields in (
            {"do": "ask"},
            {"do": "ask", "kind": "download"},
            {"do": "ask", "kind": "x" * 300},
            {"do": "nonsense"},
            {"do": "back", "kind": "correction"},
        ):
            with self.subTest(**fields):
                answer = self.press(self.fresh, "/data", **fields)
                self.assertEqual(answer.status_code, 200)
        self.assertFalse(self.found())

    def test_activity_goes_to_whoever_is_responsible(self):
        self.ask()

        activity = self.found().activity_ids
        self.assertEqual(activity.user_id, self.manager)
        self.assertEqual(activity.date_deadline, self.found().deadline)

    def test_without_anybody_named_an_administrator_is_responsible(self):
        self.env.company.lifecycle_data_user_id = False

        self.ask()

        user = self.found().user_id
        self.assertTrue(user.has_group("contact_lifecycle.group_lifecycle_manager"))
        self.assertIn(self.env.company, user.company_ids)

    def test_page_of_all_data_is_shown(self):
        self.stop_and_reason()

        answer = self.press(self.fresh, "/data", do="html")

        self.assertEqual(answer.status_code, 200)
        self.assertIn("ana.ferrer@example.com", answer.text)
        self.assertIn("Ana Ferrer", answer.text)
        self.assertIn("&lt;i&gt;Too long", answer.text)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertIn("inline", answer.headers["Content-Disposition"])

    def stop_and_reason(self):
        self.press(self.fresh, do="stop")
        self.press(self.fresh, "/reason", do="reason", feedback="<i>Too long")

    def test_download_is_json_and_kept_as_done(self):
        answer = self.press(self.fresh, "/data", do="json")

        self.assertEqual(answer.headers["Content-Type"], "application/json")
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        data = json.loads(answer.text)
        contact = data["tables"][0]
        self.assertEqual(contact["model"], "res.partner")
        self.assertEqual(contact["rows"][0]["email"], "ana.ferrer@example.com")
        request = self.found()
        self.assertEqual((request.kind, request.state), ("download", "done"))
        self.assertFalse(request.activity_ids)
        self.assertFalse(self.mails())


@tagged("post_install", "-at_install")
class TestHistory(DataCase):
    """What was agreed to is on a page: in full for the owner of the address."""

    def agree(self):
        wording = self.env["lifecycle.wording"]._get(self.purpose, self.news, "en_US")
        self.record(
            "granted",
            topic_id=self.news.id,
            source="signup",
            source_detail="Fair of Valencia",
            wording_id=wording.id,
            event_date=self.env.cr.now() - timedelta(days=400),
        )

    def test_owner_reads_date_words_and_source(self):
        self.agree()

        text = self.look(self.fresh, "/history").text

        self.assertIn("News", text)
        self.assertIn("Granted", text)
        self.assertIn("Fair of Valencia", text)
        self.assertIn("The words you read", text)
        self.assertIn("You can leave at any time", text)
        self.assertIn("ana.ferrer@example.com", text)

    def test_link_out_of_a_mail_shows_it_masked(self):
        self.agree()

        answer = self.look(self.issue("page"), "/history")

        self.assertEqual(answer.status_code, 200)
        self.assertIn("News", answer.text)
        self.assertIn("a•••@e•••.com", answer.text)
        self.assertNotIn("Valencia", answer.text)
        self.assertNotIn("You can leave at any time", answer.text)
        self.assertNotIn("ana.ferrer@example.com", answer.text)
        self.assertIn("Send me a link to my data", answer.text)

    def test_empty_history_says_so(self):
        self.assertIn("Nothing yet", self.look(self.fresh, "/history").text)

    def test_wrong_link_reads_nothing(self):
        answer = self.look("nonsense", "/history")

        self.assertEqual(answer.status_code, 404)
