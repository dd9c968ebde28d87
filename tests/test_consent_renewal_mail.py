import re
from datetime import timedelta

from lxml import html

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..engine.consent import tokens
from .test_consent_renewal import RenewalCase


@tagged("post_install", "-at_install")
class TestConsentRenewalMail(RenewalCase, HttpCase):
    """Contacts are asked by mail, and a press on its link is the answer."""

    def ask(self, consents):
        self.dialog("ask", consents).action_apply()
        request = self.env["lifecycle.link.request"].search([("kind", "=", "renew")])
        request._send()
        mail = self.env["mail.mail"].search([], limit=1, order="id desc")
        self.assertEqual(mail.email_to, "ana@example.com")
        (path,) = re.findall(r"/lifecycle/renew/[\w-]{48}", str(mail.body_html))
        return path

    def press(self, path, do, **fields):
        # The form was shown a while ago, as far as its proof is concerned.
        _number, secret = self.env["lifecycle.link.key"]._get_signing_key()
        shown = self.env.cr.now() - timedelta(seconds=9)
        proof = tokens.sign_form(secret, path.rpartition("/")[2], shown)
        return self.url_open(path, data={"proof": proof, "do": do, **fields}).text

    def test_press_on_the_link_grants_anew(self):
        consent = self.grant()
        path = self.ask(consent)
        self.assertIn("Asked on", consent.renewal_note)

        for method in ("GET", "HEAD"):
            self.url_open(path, method=method)
        self.assertEqual(len(self.ana.lifecycle_consent_event_ids), 1)

        page = self.press(path, "renew")

        self.assertIn("Thank you", page)
        self.env.invalidate_all()
        event = self.ana.lifecycle_consent_event_ids[:1]
        self.assertEqual((event.status, event.source), ("granted", "double_opt_in"))
        self.assertTrue(event.wording_id)
        self.assertGreater(consent.expire_date, self.today + timedelta(days=300))
        self.assertFalse(consent.ask_date)
        self.press(path, "renew")
        self.assertEqual(len(self.ana.lifecycle_consent_event_ids), 2)

    def test_no_on_the_link_takes_back(self):
        path = self.ask(self.grant())

        page = self.press(path, "stop")

        self.assertIn("We stop", page)
        self.assertEqual(self.held(), {self.purpose: "withdrawn"})

    def test_no_holds_though_another_window_said_yes(self):
        path = self.ask(self.grant())
        (form,) = html.fromstring(self.url_open(path).text).forms
        self.press(path, "renew")

        page = self.press(path, "stop", about=form.fields.get("about", ""))

        self.assertIn("We stop", page)
        self.assertEqual(self.held(), {self.purpose: "withdrawn"})

    def test_no_is_about_nobody_else(self):
        bea = self.make_partner("Bea", email="bea@example.com")
        theirs = self.grant(partner=bea)
        path = self.ask(self.grant())

        self.press(path, "stop", about=theirs.id)

        self.assertEqual(self.held(bea), {self.purpose: "granted"})

    def test_answer_may_come_a_little_after_the_end(self):
        consent = self.grant()
        path = self.ask(consent)
        self.set_columns(consent, expire_date=self.today - timedelta(days=1))
        self.consents._expire_batch()
        self.assertEqual(consent.status, "expired")

        self.press(path, "renew")

        self.assertEqual(self.held(), {self.purpose: "granted"})

    def test_withdrawal_since_is_not_turned_back_by_the_link(self):
        path = self.ask(self.grant())
        self.record("withdrawn")

        page = self.url_open(path).text

        self.assertIn("nothing to answer", page)
        self.assertEqual(self.held(), {self.purpose: "withdrawn"})

    @mute_logger("odoo.http")
    def test_link_of_another_kind_renews_nothing(self):
        self.ask(self.grant())
        for scope in ("page", "unsubscribe", "confirm"):
            token = self.env["lifecycle.link"]._issue(self.ana, self.company, scope)
            answer = self.url_open(f"/lifecycle/renew/{token[self.ana.id]}")
            self.assertEqual(answer.status_code, 404)
        self.assertEqual(self.url_open("/lifecycle/renew/x").status_code, 404)

    def test_nobody_is_asked_who_cannot_answer(self):
        consent = self.grant()
        self.dialog("ask", consent).action_apply()
        again = self.dialog("ask", consent)
        self.assertEqual((again.asked_count, again.silent_count), (0, 1))
        with self.assertRaises(UserError):
            again.action_apply()

        self.set_columns(consent, ask_date=None)
        self.ana.email = "new@example.com"
        with self.assertRaises(UserError):
            self.dialog("ask", consent).action_apply()
        self.set_columns(consent, partner_id=None)
        self.assertIn("No contact", consent.renewal_note)
