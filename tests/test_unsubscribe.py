from odoo.tests import HttpCase, tagged

from .common import LifecycleCase

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


@tagged("post_install", "-at_install")
class TestUnsubscribe(LifecycleCase, HttpCase):
    """One press in a mailbox takes back exactly what the mail was about."""

    def setUp(self):
        super().setUp()
        self.ana = self.make_partner(email="Ana@Example.com", phone="+34600000001")
        self.purpose = self.env.ref("contact_lifecycle.lifecycle_purpose_marketing")
        self.shoes = self.env["lifecycle.topic"].create(
            {"name": "Shoes", "purpose_id": self.purpose.id, "kind": "opt_out"}
        )
        self.mailing = self.make_mailing(
            mailing_domain=repr([("id", "=", self.ana.id)])
        )

    def issue(self, scope="unsubscribe", mailing=None):
        return self.env["lifecycle.link"]._issue(
            self.ana, self.env.company, scope, (mailing or self.mailing).id
        )[self.ana.id]

    def press(self, token, **kwargs):
        self.env.flush_all()
        if "files" not in kwargs:
            kwargs.setdefault("data", {"List-Unsubscribe": "One-Click"})
        return self.opener.post(
            f"{self.base_url()}/lifecycle/unsubscribe/{token}",
            allow_redirects=False,
            **kwargs,
        )

    def events(self):
        return self.ana.lifecycle_consent_event_ids

    def test_press_withdraws_all_marketing_on_every_channel(self):
        answer = self.press(self.issue())

        self.assertEqual(answer.status_code, 200)
        self.assertEqual(
            sorted(self.events().mapped(lambda e: (e.channel, e.address, e.status))),
            [
                ("email", "ana@example.com", "withdrawn"),
                ("sms", "+34600000001", "withdrawn"),
            ],
        )
        self.assertEqual(self.events().purpose_id, self.purpose)
        self.assertFalse(self.events().topic_id)
        self.assertEqual(self.events().mailing_id, self.mailing)
        self.assertFalse(self.env["mail.blacklist"].search_count([]))

    def test_press_withdraws_the_topics_of_the_mailing_only(self):
        self.mailing.lifecycle_topic_ids = self.shoes

        self.press(self.issue())

        self.assertEqual(self.events().topic_id, self.shoes)
        other = self.make_mailing()
        gate = self.env["lifecycle.gate"]
        (answer,) = gate.ask(self.ana.ids, self.mailing.id)
        self.assertEqual((answer["partner_id"], answer["rule"]), (self.ana.id, "topic"))
        self.assertEqual(gate.ask(self.ana.ids, other.id), [])

    def test_every_body_that_a_mailbox_may_send(self):
        bodies = (
            {"data": {"List-Unsubscribe": "One-Click"}},
            {"files": {"List-Unsubscribe": (None, "One-Click")}},
            {"data": b""},
            {"data": b"List-Unsubscribe=One-Click", "headers": {"Content-Type": ""}},
            {"data": {"List-Unsubscribe": "One-Click", "extra": "é<b>"}},
        )
        for body in bodies:
            with self.subTest(body=body):
                self.env["lifecycle.consent"]._record(
                    [
                        {
                            "company_id": self.env.company.id,
                            "partner_id": self.ana.id,
                            "address": "ana@example.com",
                            "channel": "email",
                            "purpose_id": self.purpose.id,
                            "status": "granted",
                            "source": "staff",
                        }
                    ]
                )
                answer = self.press(self.issue(), **body)

                self.assertEqual(answer.status_code, 200)
                self.assertNotIn("Set-Cookie", answer.headers)
                for name, value in HEADERS.items():
                    self.assertEqual(answer.headers[name], value)
                self.assertEqual(self.events()[:1].status, "withdrawn")

    def test_repeated_press_is_recorded_once(self):
        token = self.issue()
        for _ in range(3):
            self.press(token)

        self.assertEqual(len(self.events()), 2)

    def test_press_after_a_new_yes_counts_again(self):
        token = self.issue()
        self.press(token)
        self.env["lifecycle.consent"]._record(
            [
                {
                    "company_id": self.env.company.id,
                    "partner_id": self.ana.id,
                    "address": "ana@example.com",
                    "channel": "email",
                    "purpose_id": self.purpose.id,
                    "status": "granted",
                    "source": "staff",
                }
            ]
        )

        self.press(token)

        self.assertEqual(self.events()[:1].status, "withdrawn")

    def test_address_the_mail_went_to_is_withdrawn_too(self):
        self.env["mailing.trace"].create(
            {
                "mass_mailing_id": self.mailing.id,
                "model": "res.partner",
                "res_id": self.ana.id,
                "email": "old@example.com",
            }
        )

        self.press(self.issue())

        self.assertIn("old@example.com", self.events().mapped("address"))

    def test_wrong_tokens_change_nothing_and_say_nothing(self):
        token = self.issue()
        revoked = self.issue()
        self.env["lifecycle.link"]._revoke(self.ana)
        for text in (token[:-2] + "AA", revoked, self.issue("confirm"), "x", "%00"):
            with self.subTest(token=text):
                answer = self.press(text)
                self.assertIn(answer.status_code, (200, 404))
                self.assertFalse(self.events())

    def test_who_has_paused_is_still_asked_whether_to_leave(self):
        """Odoo's link in older mails: a GET asks, whatever else keeps mail away."""
        self.env["lifecycle.preference"].create(
            {"partner_id": self.ana.id, "pause_until": "2999-01-01"}
        )
        token = self.mailing._generate_mailing_recipient_token(
            self.ana.id, self.ana.email_normalized
        )
        path = (
            f"/mailing/{self.mailing.id}/unsubscribe?document_id={self.ana.id}"
            f"&email=ana@example.com&hash_token={token}"
        )

        self.assertIn("/mailing/confirm_unsubscribe", self.url_open(path).text)
        self.press(self.issue())
        self.assertNotIn("/mailing/confirm_unsubscribe", self.url_open(path).text)
