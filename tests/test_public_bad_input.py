from datetime import timedelta
from urllib.parse import urlencode

from lxml import html

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.contact_lifecycle.engine.consent import tokens

from .public_client import PublicClientCase

_NEW_LINK = "Send me a new link"


@tagged("post_install", "-at_install")
class TestPublicBadInput(PublicClientCase):
    """Links and forms gone wrong: everybody sees a page that helps, no more."""

    def setUp(self):
        super().setUp()
        # The proof of a form is good after a second; a test does not wait for it.
        self.patch(tokens, "is_form_ours", lambda *_args: True)

    def visit(self, token, fields=None, route="preferences"):
        method = "GET" if fields is None else "POST"
        with mute_logger("odoo.http", "werkzeug"), self.asking():
            answer = self.ask(method, f"/lifecycle/{route}/{token}", fields or b"")
        self.assertDiscreet(answer)
        self.assertLess(answer.status, 500, answer.asked)
        return answer

    def assertRefused(self, token, route="preferences"):
        """Check that a link opens nothing, by looking or pressing, and what is said."""
        before = self.checksum()
        for fields in (None, {"do": "stop"}):
            answer = self.visit(token, fields, route)
            self.assertEqual(answer.status, 404)
            self.assertIn(_NEW_LINK, answer.text)
        self.assertEqual(self.checksum(), before)

    # Links

    def test_forged_links_open_nothing(self):
        token = self.issue()
        raw = bytearray(tokens.base64.urlsafe_b64decode(token))
        for bit in range(0, 8 * len(raw), 7):
            raw[bit // 8] ^= 1 << bit % 8
            forged = tokens.base64.urlsafe_b64encode(bytes(raw)).decode()
            raw[bit // 8] ^= 1 << bit % 8
            with self.subTest(bit=bit):
                answer = self.visit(forged)
                self.assertEqual(answer.status, 404)
                self.assertIn(_NEW_LINK, answer.text)

    def test_truncated_and_padded_links_open_nothing(self):
        token = self.issue()
        for word in (token[:-1], token[:24], token[1:], f"{token}=", token + "A" * 4):
            with self.subTest(word=word):
                self.assertRefused(word)

    def test_links_that_have_run_out_open_nothing(self):
        page, fresh = self.issue("page"), self.issue("fresh")
        with self.at(self.env.cr.now() + timedelta(days=91)):
            self.assertRefused(page)
        with self.at(self.env.cr.now() + timedelta(minutes=31)):
            self.assertRefused(fresh)

    def test_links_of_another_database_open_nothing(self):
        subject = int(self.link_of().subject, 16)
        minute = tokens.minute_of(self.env.cr.now())
        link = tokens.Link(1, "page", subject, 0, minute)
        self.assertRefused(tokens.issue(b"secret of another database", link, 1))

    def test_links_for_something_else_open_nothing(self):
        self.assertRefused(self.issue("confirm"))
        for scope in ("page", "fresh", "unsubscribe"):
            with self.subTest(scope=scope):
                self.assertRefused(self.issue(scope), route="confirm")

    def test_links_that_were_revoked_open_nothing(self):
        token = self.issue()
        self.env["lifecycle.link"]._revoke(self.ana)
        self.assertRefused(token)

    def test_links_of_an_erased_contact_open_nothing(self):
        token = self.issue()
        self.ana.unlink()
        self.assertRefused(token)
        self.assertEqual(self.visit(token, {}, "unsubscribe").status, 200)

    def test_links_of_an_archived_contact_still_let_it_leave(self):
        token = self.issue()
        self.ana.active = False

        self.assertEqual(self.visit(token).status, 200)
        self.visit(token, {"do": "stop"})

        events = self.env["lifecycle.consent.event"].search([])
        self.assertEqual(set(events.mapped("status")), {"withdrawn"})

    def test_links_of_a_merged_contact_lead_to_the_one_that_is_left(self):
        twin = self.make_public_contact("Ana F.", "ana.old@example.com")
        token = self.issue(partner=twin)
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((self.ana | twin).ids, self.ana)

        self.assertIn("a•••@e•••.com", self.visit(token).text)
        self.visit(token, {"do": "stop"})

        self.assertTrue(self.ana.lifecycle_consent_event_ids)

    # Fields

    def form(self, token):
        """Return the fields of the main form as a browser would send them."""
        page = html.fromstring(self.visit(token).body)
        (form,) = [
            form
            for form in page.forms
            if {"was", "frequency"} <= set(form.fields.keys())
        ]
        return dict(form.form_values())

    def test_repeated_and_unknown_fields_are_left_out(self):
        token = self.issue()
        fields = list(self.form(token).items())
        fields += [("frequency", "weekly")] * 3
        fields += [("colour", "red"), ("partner_id", "1"), ("t999999_email", "1")]
        fields += [("email_normalized", "eve@example.com"), ("link", "x")]

        answer = self.visit(token, fields)

        self.assertEqual(answer.status, 200)
        self.assertEqual(self.ana.email, "ana.ferrer@example.com")
        self.assertFalse(self.ana.lifecycle_consent_event_ids)

    def test_choices_that_do_not_exist_change_nothing(self):
        token = self.issue()
        for name, value in (
            ("frequency", "hourly"),
            ("frequency", ""),
            ("pause", "for ever"),
            ("lang", "xx_XX"),
            ("do", "everything"),
        ):
            with self.subTest(name=name, value=value):
                before = self.checksum()
                answer = self.visit(token, {**self.form(token), name: value})
                self.assertEqual(answer.status, 200)
                self.assertEqual(self.checksum(), before)

    def test_dates_that_do_not_exist_are_told(self):
        token = self.issue()
        for until in ("", "yesterday", "1999-01-01", "9999-12-31", "2027-02-30", "١"):
            with self.subTest(until=until):
                fields = {**self.form(token), "pause": "date", "pause_until": until}
                answer = self.visit(token, fields)
                self.assertIn("Please choose a day", answer.text)
        self.assertFalse(self.ana.lifecycle_preference_ids.pause_until)

    def test_addresses_that_are_none_are_taken_for_any_other(self):
        requests = self.env["lifecycle.link.request"]
        for address in ("", "a", "@", "a@b@c", "a b@c.d", "x" * 300 + "@example.com"):
            with self.subTest(address=address), self.asking():
                answer = self.ask("POST", "/lifecycle/preferences", {"email": address})
                self.assertIn("Look into your inbox", answer.text)
        self.assertFalse(requests.search_count([("address", "like", " ")]))

    def test_languages_that_do_not_exist_get_one_that_does(self):
        for lang in ("xx", "es_ES'--", "../es", "%00", "e" * 3000, "EN-us"):
            with self.subTest(lang=lang[:20]), self.asking():
                path = f"/lifecycle/preferences/{self.issue()}"
                answer = self.ask("GET", f"{path}?{urlencode({'lang': lang})}")
                self.assertEqual(answer.status, 200)
                self.assertIn('lang="en-US"', answer.text)

    def test_text_of_others_is_text_on_the_page(self):
        self.ana.name = "<script>alert(1)</script>=HYPERLINK(1)"
        self.env.company.name = "<b>We</b> & {{ 7 * 7 }} ${1+1}"
        self.news.name = "<img src=x onerror=alert(1)>"
        for scope in ("page", "fresh"):
            text = self.visit(self.issue(scope)).text
            self.assertNotIn("<script", text)
            self.assertNotIn("<img src=x", text)
            self.assertNotIn("<b>We", text)
            self.assertIn("{{ 7 * 7 }} ${1+1}", text)

    def test_two_tabs_keep_what_each_of_them_changed(self):
        token = self.issue()
        first, second = self.form(token), self.form(token)
        del first[f"t{self.news.id}_email"]
        second[f"t{self.offers.id}_email"] = "1"
        second["frequency"] = "weekly"

        self.visit(token, first)
        self.visit(token, second)

        events = self.ana.lifecycle_consent_event_ids
        self.assertEqual(
            {(event.topic_id, event.status) for event in events},
            {(self.news, "withdrawn"), (self.offers, "granted")},
        )
        self.assertEqual(self.ana.lifecycle_preference_ids.frequency, "weekly")
