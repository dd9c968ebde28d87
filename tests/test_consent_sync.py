from odoo.tests import tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestConsentSync(LifecycleCase):
    """Odoo's blacklists and lists, and our consents, say the same, without an echo."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ana = cls.make_partner(email="ana@example.com", phone="+34600000001")
        cls.purpose = cls.env.ref("contact_lifecycle.lifecycle_purpose_marketing")
        cls.list = cls.env["mailing.list"].create({"name": "Weekly"})
        cls.topic = cls.env["lifecycle.topic"].create(
            {"name": "Weekly", "mailing_list_ids": cls.list.ids}
        )
        cls.blacklist = cls.env["mail.blacklist"]

    def said(self, topic=None, channel="email"):
        self.env.invalidate_all()
        return self.ana.lifecycle_consent_ids.filtered(
            lambda c: (
                c.topic_id == (topic or self.env["lifecycle.topic"])
                and c.channel == channel
                and c.company_id == self.env.company
            )
        ).status

    def record(self, status, source="preference_centre", topic=None):
        self.env["lifecycle.consent"]._record(
            [
                {
                    "company_id": self.env.company.id,
                    "partner_id": self.ana.id,
                    "address": "ana@example.com",
                    "channel": "email",
                    "purpose_id": self.purpose.id,
                    "topic_id": topic and topic.id,
                    "status": status,
                    "source": source,
                }
            ]
        )

    def test_blacklist_withdraws_and_gives_back(self):
        self.blacklist._add("Ana@Example.com")
        self.assertEqual(self.said(), "withdrawn")

        self.blacklist._remove("ana@example.com")

        self.assertEqual(self.said(), "granted")

    def test_leaving_the_blacklist_gives_back_no_more_than_it_took(self):
        self.record("withdrawn")
        self.blacklist.create({"email": "ana@example.com", "active": False})
        row = self.blacklist._add("ana@example.com")
        self.record("withdrawn")

        row.action_archive()

        self.assertEqual(self.said(), "withdrawn")

    def test_phone_blacklist_withdraws_sms(self):
        self.env["phone.blacklist"]._add(["+34600000001"])

        self.assertEqual(self.said(channel="sms"), "withdrawn")
        self.assertFalse(self.said())

    def test_leaving_blacklists_only_where_the_company_chose_it(self):
        self.record("withdrawn")
        self.assertFalse(self.blacklist.search_count([]))

        self.env.company.is_lifecycle_blacklist = True
        self.record("granted")
        self.record("withdrawn")

        self.assertEqual(self.blacklist.search([]).email, "ana@example.com")
        self.assertEqual(len(self.ana.lifecycle_consent_event_ids), 3)

    def test_confirmed_consent_lifts_the_blacklist(self):
        self.blacklist._add("ana@example.com")

        self.record("granted", source="double_opt_in")

        self.assertFalse(self.blacklist.search_count([]))
        self.assertEqual(self.said(), "granted")

    def test_list_and_topic_follow_each_other(self):
        contact = self.env["mailing.contact"].create(
            {
                "email": "ana@example.com",
                "subscription_ids": [(0, 0, {"list_id": self.list.id})],
            }
        )
        self.assertEqual(self.said(self.topic), "granted")

        contact.subscription_ids.opt_out = True
        self.assertEqual(self.said(self.topic), "withdrawn")

        self.record("granted", topic=self.topic)
        self.assertFalse(contact.subscription_ids.opt_out)
        self.assertEqual(len(self.ana.lifecycle_consent_event_ids), 3)
