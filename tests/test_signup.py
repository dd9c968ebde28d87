import re
from datetime import timedelta

from lxml import html

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.contact_lifecycle.engine.consent import tokens

from .signup_common import SignupCase

_HIDDEN = re.compile(rb"nonce=\"[^\"]*\"")


@tagged("post_install", "-at_install")
class TestSignup(SignupCase):
    """People sign up on a page of ours; no address tells who is known here."""

    def test_page_shows_topics_and_purpose_and_takes_nothing_by_looking(self):
        before = self.env["ir.cron.trigger"].search_count([])
        answer = self.visit()
        self.visit(method="HEAD")
        self.visit(f"{self.url}?email=eve@example.com&t{self.recipes.id}=1")

        self.assertEqual(answer.status_code, 200)
        for text in ("Hear from us first", "One dish each season", "You can leave at"):
            self.assertIn(text, answer.text)
        page = html.fromstring(answer.content)
        self.assertFalse(page.xpath("//input[@checked]"), "a box ticked is no consent")
        self.assertFalse(self.signups.search([]))
        self.assertEqual(self.env["ir.cron.trigger"].search_count([]), before)

    def test_pages_bear_the_headers_of_public_pages(self):
        for answer in (
            self.visit(),
            self.sign_up(),
            self.visit("/lifecycle/signup/nothing"),
            self.visit("/lifecycle/signup-confirm/nothing"),
        ):
            headers = answer.headers
            self.assertEqual(headers["Cache-Control"], "no-store")
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")
            self.assertIn("noindex", headers["X-Robots-Tag"])
            policy = headers["Content-Security-Policy"]
            self.assertIn("default-src 'none'", policy)
            self.assertIn("frame-ancestors 'none'", policy)
            self.assertNotIn("script-src", policy)
            self.assertNotIn("<script", answer.text)

    def test_sign_up_waits_and_makes_no_contact(self):
        count = self.Partner.search_count([])

        answer = self.sign_up(" Ana@Example.com ", self.recipes, self.offers)

        self.assertIn("a message is on its way", answer.text)
        signup = self.signups.search([])
        self.assertEqual(signup.state, "waiting")
        self.assertEqual(signup.address, "ana@example.com")
        self.assertEqual(signup.topic_ids, self.recipes | self.offers)
        self.assertIn("Hear from us first", signup.wording_id.text)
        self.assertIn("You can leave at any time", signup.wording_id.text)
        self.assertEqual(self.Partner.search_count([]), count)
        self.assertFalse(self.env["lifecycle.consent.event"].search([]))

    def test_known_unknown_blacklisted_and_limited_get_the_same_answer(self):
        self.make_partner(email="known@example.com")
        self.env["mail.blacklist"]._add("blocked@example.com")
        answers = [
            self.sign_up(address)
            for address in (
                "known@example.com",
                "unknown@example.com",
                "blocked@example.com",
                "unknown@example.com",
            )
        ]
        answers.append(self.sign_up("x@example.com", company_name="Robots Ltd"))

        bodies = {_HIDDEN.sub(b"", answer.content) for answer in answers}
        self.assertEqual(len(bodies), 1)
        self.assertEqual({answer.status_code for answer in answers}, {200})
        headers = [dict(answer.headers) for answer in answers]
        for one in headers:
            one.pop("Date")
            one["Content-Security-Policy"] = re.sub(
                "nonce-[^']*", "", one["Content-Security-Policy"]
            )
        self.assertEqual([headers[0]] * len(headers), headers)

    def test_programs_that_fill_in_everything_are_ignored(self):
        self.sign_up(company_name="Robots Ltd")

        self.assertFalse(self.signups.search([]))

    def test_form_that_we_did_not_show_is_shown_again(self):
        self.is_checked = True

        for proof in ("", "x", "é", "0.0", tokens.sign_form(b"-", "x", self.now)):
            answer = self.sign_up("ana@example.com", self.offers, proof=proof)
            self.assertIn("press the button once more", answer.text)
            # What was filled in is not lost.
            fields = self.fields(answer)
            self.assertEqual(fields["email"], "ana@example.com")
            self.assertEqual(fields[f"t{self.offers.id}"], "1")
        self.assertFalse(self.signups.search([]))

    def prove(self):
        """Return the proof of the form as it is now, shown some seconds ago."""
        _number, secret = self.env["lifecycle.link.key"]._get_signing_key()
        page = self.form._get_page("spring", "en_US")
        moment = self.env.cr.now() - timedelta(seconds=9)
        subject = f"signup|{self.form.id}|{page['digest']}"
        return tokens.sign_form(secret, subject, moment)

    def test_words_that_changed_since_are_read_before_they_are_agreed_to(self):
        self.is_checked = True
        proof = self.prove()
        self.purpose.description = "We write to you every hour."

        answer = self.sign_up(proof=proof)

        self.assertIn("has changed in the meantime", answer.text)
        self.assertIn("every hour", answer.text)
        self.assertFalse(self.signups.search([]))
        self.sign_up(proof=self.prove())
        self.assertIn("every hour", self.signups.search([]).wording_id.text)

    def test_what_is_wrong_is_said_beside_it(self):
        for email in ("", "ana", "ana@localhost", "a b@example.com", "x" * 300):
            with self.subTest(email=email[:20]):
                answer = self.sign_up(email)
                page = html.fromstring(answer.content)
                (field,) = page.xpath("//input[@name='email']")
                self.assertEqual(field.get("aria-invalid"), "true")
                self.assertTrue(page.xpath("//*[@id='email_error']"))
        answer = self.visit(data={"proof": "x", "email": "ana@example.com"})
        self.assertIn("Please tick one at least", answer.text)
        self.form.is_consent_ticked = True
        answer = self.sign_up()
        self.assertIn("Please tick the box", answer.text)
        self.assertFalse(self.signups.search([]))

        self.sign_up(consent="1")
        self.assertTrue(self.signups.search([]))

    def test_topics_that_are_not_to_choose_are_all_meant(self):
        self.form.is_topic_choice = False

        page = self.visit()
        self.visit(data={"proof": "x", "email": "ana@example.com"})

        self.assertIn("We write to you about", page.text)
        self.assertEqual(self.signups.search([]).topic_ids, self.form.topic_ids)

    def test_topics_of_others_are_not_taken(self):
        strange = self.env["lifecycle.topic"].create({"name": "Private"})

        self.sign_up("ana@example.com", self.news, strange)

        self.assertEqual(self.signups.search([]).topic_ids, self.news)

    def test_form_that_is_closed_or_archived_or_unknown_is_refused_kindly(self):
        draft = self.make_form(name="Draft", code="draft")
        draft.state = "draft"
        self.form.action_close()
        gone = self.make_form(name="Gone", code="gone")
        gone.active = False

        for code in ("draft", "spring", "gone", "never", "%00", "é", "a" * 3000):
            with self.subTest(code=code[:20]):
                path = f"/lifecycle/signup/{code}"
                shown = self.visit(path)
                sent = self.sign_up(path=path)
                for answer in (shown, sent):
                    self.assertEqual(answer.status_code, 404)
                    self.assertIn("This form is closed", answer.text)
        self.assertFalse(self.signups.search([]))

    def test_preview_shows_a_draft_and_keeps_nothing(self):
        self.form.state = "draft"

        page = self.visit(self.form.preview_url)
        self.assertEqual(page.status_code, 200)
        self.assertIn("This is a preview", page.text)
        answer = self.sign_up(preview=self.fields(page)["preview"])
        self.assertIn("nothing was kept", answer.text)
        self.assertFalse(self.signups.search([]))

        self.is_checked = True
        other = self.make_form(name="Other", code="other")
        signature = other.preview_url.partition("=")[2]
        for preview in (signature, "x", "é"):
            self.assertEqual(
                self.visit(f"{self.url}?preview={preview}").status_code, 404
            )

    def test_questions_are_asked_kept_and_checked(self):
        city = self.env["lifecycle.question"].create(
            {"name": "Where do you live?", "field_name": "city", "is_on_page": False}
        )
        year = self.env["lifecycle.question"].create(
            {"name": "Year of birth?", "field_name": "lifecycle_birth_year"}
        )
        self.form.question_ids = [Command.set((city | year).ids)]

        self.assertIn("Where do you live?", self.visit().text)
        wrong = {f"q{city.id}": "Valencia", f"q{year.id}": "3000"}
        answer = self.sign_up(**wrong)
        self.assertFalse(self.signups.search([]))
        self.assertEqual(self.fields(answer)[f"q{city.id}"], "Valencia")
        self.sign_up(**{**wrong, f"q{year.id}": "1980"})

        signup = self.signups.search([])
        self.assertEqual(
            signup.answers, {str(city.id): "Valencia", str(year.id): "1980"}
        )
        self.assertIn("Where do you live?: Valencia", signup.answers_text)
