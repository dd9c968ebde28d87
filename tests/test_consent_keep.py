import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..hooks import _drop_consent_evidence
from .common import LifecycleCase


class ConsentCase(LifecycleCase):
    """A contact that may answer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ana = cls.make_partner(email="ana@example.com", phone="+34600000001")
        cls.purpose = cls.env.ref("contact_lifecycle.lifecycle_purpose_marketing")
        cls.topic = cls.env["lifecycle.topic"].create({"name": "Offers"})
        cls.consents = cls.env["lifecycle.consent"]
        cls.events = cls.env["lifecycle.consent.event"]

    def record(self, status="granted", **told):
        partner = told.pop("partner", self.ana)
        return self.consents._record(
            [
                {
                    "company_id": self.env.company.id,
                    "partner_id": partner.id,
                    "address": partner.email_normalized,
                    "channel": "email",
                    "purpose_id": self.purpose.id,
                    "status": status,
                    "source": "staff",
                    **told,
                }
            ]
        )

    def held(self, partner=None, address=None):
        """Return {topic or purpose: status} at the address the contact has now."""
        partner = partner or self.ana
        address = address or partner.email_normalized
        self.consents._apply_queue()
        rows = self.consents.search([("address", "=", address)])
        return {row.topic_id or row.purpose_id: row.status for row in rows}


@tagged("post_install", "-at_install")
class TestConsentKeep(ConsentCase):
    """Evidence outlives what it is about, and the addon leaves nothing behind."""

    def test_contact_that_is_deleted_leaves_its_evidence(self):
        self.record("withdrawn")
        token = self.env["lifecycle.link"]._issue(self.ana, self.env.company, "page")
        events = self.ana.lifecycle_consent_event_ids

        self.ana.unlink()
        self.env.invalidate_all()

        self.assertTrue(events.exists())
        self.assertFalse(events.partner_id)
        self.assertEqual(
            self.held(address="ana@example.com"), {self.purpose: "withdrawn"}
        )
        self.assertIsNone(self.env["lifecycle.link"]._open(*token.values(), {"page"}))

    def test_mailing_and_campaign_that_events_name_can_be_deleted(self):
        mailing = self.make_mailing()
        campaign = self.env["utm.campaign"].create({"name": "Spring"})
        self.record(mailing_id=mailing.id, campaign_id=campaign.id)
        event = self.ana.lifecycle_consent_event_ids

        mailing.unlink()
        campaign.unlink()
        self.env.invalidate_all()

        self.assertTrue(event.exists())
        self.assertFalse(event.mailing_id or event.campaign_id)

    def test_leaving_by_the_mail_of_a_deleted_mailing_leaves_everything(self):
        mailing = self.make_mailing()
        links = self.env["lifecycle.link"]
        token = links._issue(self.ana, self.env.company, "page", mailing.id)
        mailing.unlink()
        link, said = links._open(token[self.ana.id], {"page"})

        self.consents._leave(link, said.campaign, "one_click")

        self.assertEqual(self.held(), {self.purpose: "withdrawn"})

    def test_archived_contact_can_still_leave(self):
        links = self.env["lifecycle.link"]
        token = links._issue(self.ana, self.env.company, "page")[self.ana.id]
        self.ana.active = False
        link, _said = links._open(token, {"page"})

        shown = self.env["lifecycle.preference"]._read_choices(link, "en_US")
        self.consents._leave(link, 0, "one_click")

        self.assertTrue(shown["channels"]["email"])
        self.assertEqual(self.held(), {self.purpose: "withdrawn"})

    def test_what_was_answered_about_cannot_be_deleted_and_says_why(self):
        company = self.make_company("Teapots Ltd")
        self.record(topic_id=self.topic.id, company_id=company.id)
        for record in (self.topic, company):
            with (
                self.subTest(record=record),
                self.assertRaisesRegex(UserError, "Archive it instead"),
            ):
                record.unlink()
        with self.assertRaisesRegex(UserError, "News and offers"):
            self.purpose.unlink()

    def test_what_was_never_answered_about_can_be_deleted(self):
        self.topic.unlink()
        purpose = self.env["lifecycle.purpose"].create({"name": "X", "code": "x"})
        purpose.unlink()

        self.assertFalse(self.topic.exists() or purpose.exists())

    def test_no_text_from_outside_opens_a_link(self):
        links = self.env["lifecycle.link"]
        token = links._issue(self.ana, self.env.company, "page")[self.ana.id]
        weird = [None, 0, b"x", "", "\0", "é" * 48, "A" * 48, "_" * 48, "=" * 48]
        weird += [
            "x" * 100_000,
            token[:-1],
            token + "A",
            token.swapcase(),
            token + "\n",
        ]
        weird += [f" {token}", token.replace(token[5], "é"), token.encode(), [token]]
        for text in weird:
            with self.subTest(text=str(text)[:60]):
                self.assertIsNone(links._open(text, {"page"}))

    def test_uninstalling_leaves_no_trigger_function_and_frees_what_it_kept(self):
        self.record(topic_id=self.topic.id)
        self.topic.create({"name": "Archived", "active": False})
        self.topic.create({"name": "Below", "parent_id": self.topic.id})
        self.env["lifecycle.consent.seal"]._seal_new()
        self.consents._record_light([{**self.answer(), "status": "withdrawn"}])

        _drop_consent_evidence(self.env)

        self.env.cr.execute(
            "SELECT 1 FROM pg_proc WHERE proname LIKE 'lifecycle%'"
            " UNION ALL SELECT 1 FROM pg_trigger WHERE tgname LIKE 'lifecycle%'"
        )
        self.assertFalse(self.env.cr.fetchall())
        self.assertFalse(self.events.search_count([]))
        self.purpose.unlink()
        self.assertFalse(self.purpose.exists())

    def answer(self):
        return {
            "company_id": self.env.company.id,
            "address": "bea@example.com",
            "channel": "email",
            "purpose_id": self.purpose.id,
            "source": "one_click",
        }

    @mute_logger("odoo.sql_db")
    def test_evidence_file_cannot_be_deleted(self):
        file = self.env["ir.attachment"].create({"name": "form.pdf", "raw": b"x"})
        self.record(evidence_id=file.id)
        with self.assertRaises(psycopg2.Error), self.env.cr.savepoint():
            file.unlink()
            self.env.flush_all()

    def test_older_answer_does_not_outdo_a_later_one(self):
        self.record("withdrawn")

        self.record("granted", event_date=self.now.replace(year=2020))

        self.assertEqual(self.held(), {self.purpose: "withdrawn"})
        self.assertEqual(len(self.ana.lifecycle_consent_event_ids), 2)

    def test_choices_made_by_staff_are_logged_with_their_name(self):
        preference = self.env["lifecycle.preference"].create(
            {"partner_id": self.ana.id, "frequency": "weekly"}
        )
        preference.frequency = "monthly"

        changes = self.env["lifecycle.preference.change"].search(
            [("partner_id", "=", self.ana.id)]
        )
        self.assertEqual(changes.mapped("new_value"), ["monthly", "weekly"])
        self.assertEqual(changes.user_id, self.env.user)
