from datetime import datetime, timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestTourSegment(HttpCase):
    """A newcomer builds, saves and mails a segment in the browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marketer = new_test_user(
            cls.env,
            "lifecycle_marketer",
            groups="contact_lifecycle.group_lifecycle_user",
        )
        cls.env["res.partner"].search(
            [("country_id.code", "=", "ES")]
        ).country_id = False

    def make_contact(self, name, order_dates, mailing=None, country="base.es"):
        """Return a contact who ordered on these days and clicked in the mailing."""
        contact = self.env["res.partner"].create(
            {
                "name": name,
                "email": f"{name.split()[0].lower()}@example.com",
                "country_id": self.env.ref(country).id,
            }
        )
        for date in order_dates:
            self.make_touchpoint(contact, "order_confirmed", date)
        if mailing:
            yesterday = fields.Datetime.now() - timedelta(days=1)
            self.make_touchpoint(
                contact, "mail_clicked", yesterday, mailing_id=mailing.id
            )
        self.env["lifecycle.touchpoint.queue"]._add(contact.ids)
        return contact

    def make_touchpoint(self, contact, code, date, **values):
        touchpoint_type = self.env["lifecycle.touchpoint.type"].search(
            [("code", "=", code)]
        )
        self.number = getattr(self, "number", 0) + 1
        self.env["lifecycle.touchpoint"].create(
            {
                "partner_id": contact.id,
                "type_id": touchpoint_type.id,
                "channel": touchpoint_type.channel,
                "direction": touchpoint_type.direction,
                "touch_date": date,
                "is_automated": False,
                "res_model": "res.partner",
                "res_id": self.number,
                **values,
            }
        )

    def make_mailing(self, subject):
        return self.env["mailing.mailing"].create(
            {
                "subject": subject,
                "body_html": "<p>Hello</p>",
                "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                "state": "done",
            }
        )

    def test_newcomer_builds_a_segment_and_mails_it(self):
        letter = self.make_mailing("The last newsletter")
        old = [datetime(2025, 11, 3, 10), datetime(2026, 1, 7, 10)]
        ines = self.make_contact("Inés Quiet", old, letter)
        self.make_contact("Juan Unread", old)
        self.make_contact("Karla Recent", [*old, datetime(2026, 6, 1, 10)], letter)
        self.make_contact("Léa French", old, letter, "base.fr")
        self.env["lifecycle.profile"]._refresh_queue()

        # Odoo's editor of mailings takes its time to come up.
        self.start_tour(
            "/odoo",
            "contact_lifecycle_segment_builder",
            login=self.marketer.login,
            timeout=240,
        )

        segment = self.env["lifecycle.segment"].search(
            [("name", "=", "Spanish customers gone quiet")]
        )
        self.assertEqual(segment.user_id, self.marketer)
        self.assertEqual(len(segment.definition["groups"][0]["conditions"]), 4)
        members = self.env["lifecycle.segment.member"].search(
            [("segment_id", "=", segment.id), ("leave_date", "=", False)]
        )
        self.assertEqual(members.partner_id, ines)
        mailing = self.env["mailing.mailing"].search(
            [("subject", "=", "We have missed you")]
        )
        self.assertEqual(mailing.segment_ids, segment)
        self.assertEqual(mailing._get_recipients(), ines.ids)

    def test_ready_made_segment_is_taken_from_the_gallery(self):
        self.start_tour(
            "/odoo", "contact_lifecycle_segment_gallery", login=self.marketer.login
        )

        segment = self.env["lifecycle.segment"].search(
            [("user_id", "=", self.marketer.id)]
        )
        self.assertEqual(segment.name, "Missing phone or birth date")
