import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestConsentRecord(LifecycleCase):
    """Answers become evidence that nobody can change, and what holds follows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ana = cls.make_partner(email="ana@example.com")
        cls.purpose = cls.env.ref("contact_lifecycle.lifecycle_purpose_marketing")
        cls.consents = cls.env["lifecycle.consent"]

    def answer(self, status, **told):
        return {
            "company_id": self.env.company.id,
            "partner_id": self.ana.id,
            "address": "ana@example.com",
            "channel": "email",
            "purpose_id": self.purpose.id,
            "status": status,
            "source": "staff",
            **told,
        }

    def held(self):
        return self.ana.lifecycle_consent_ids.mapped("status")

    def test_last_answer_holds(self):
        self.consents._record([self.answer("granted")])
        self.consents._record([self.answer("withdrawn")])

        self.assertEqual(self.held(), ["withdrawn"])
        self.assertEqual(len(self.ana.lifecycle_consent_event_ids), 2)

    def test_last_answer_of_one_batch_holds(self):
        self.consents._record([self.answer("granted"), self.answer("withdrawn")])

        self.assertEqual(self.held(), ["withdrawn"])

    def test_same_request_is_recorded_once(self):
        for _ in range(2):
            self.consents._record([self.answer("withdrawn", request_key="k")])

        self.assertEqual(len(self.ana.lifecycle_consent_event_ids), 1)

    def test_light_record_holds_once_applied(self):
        self.consents._record_light([self.answer("withdrawn")])
        self.assertEqual(self.held(), [])

        self.consents._apply_queue()

        self.assertEqual(self.held(), ["withdrawn"])
        self.assertFalse(self.env["lifecycle.consent.queue"].search_count([]))

    def test_database_refuses_to_change_evidence(self):
        self.consents._record([self.answer("granted")])
        for statement in (
            "UPDATE lifecycle_consent_event SET status = 'withdrawn'",
            "UPDATE lifecycle_consent_event SET address = 'other@example.com'",
            "DELETE FROM lifecycle_consent_event",
        ):
            with (
                self.subTest(statement=statement),
                self.assertRaises(psycopg2.errors.RaiseException),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement)

    def test_form_cannot_make_or_change_evidence(self):
        self.consents._record([self.answer("granted")])
        event = self.ana.lifecycle_consent_event_ids
        for change in (
            lambda: event.write({"status": "withdrawn"}),
            event.unlink,
            lambda: event.create({"status": "granted"}),
        ):
            with self.assertRaises(UserError):
                change()

    def test_tampering_is_found(self):
        self.consents._record([self.answer("granted"), self.answer("withdrawn")])
        seals = self.env["lifecycle.consent.seal"]
        seals._seal_new()
        self.assertEqual(seals._find_break(self.env.company)[:2], (None, 2))
        event = self.ana.lifecycle_consent_event_ids[-1]

        self.env.cr.execute(
            SQL("ALTER TABLE lifecycle_consent_event DISABLE TRIGGER USER")
        )
        self.env.cr.execute(
            SQL(
                "UPDATE lifecycle_consent_event SET lang = 'xx' WHERE id = %s", event.id
            )
        )

        self.assertEqual(seals._find_break(self.env.company)[0], event.id)

    def test_link_leads_to_its_contact_only(self):
        links = self.env["lifecycle.link"]
        bea = self.make_partner(email="bea@example.com")
        issued = links._issue(self.ana | bea, self.env.company, "page")

        row, said = links._open(issued[self.ana.id], {"page"})

        self.assertEqual(row.partner_id, self.ana)
        self.assertEqual(said.scope, "page")
        self.assertIsNone(links._open(issued[bea.id], {"unsubscribe"}))

    def test_revoked_link_is_refused(self):
        links = self.env["lifecycle.link"]
        token = links._issue(self.ana, self.env.company, "page")[self.ana.id]

        links._revoke(self.ana)

        self.assertIsNone(links._open(token, {"page"}))

    def test_retired_key_still_opens(self):
        links = self.env["lifecycle.link"]
        token = links._issue(self.ana, self.env.company, "page")[self.ana.id]

        self.env["lifecycle.link.key"]._rotate()

        self.assertTrue(links._open(token, {"page"}))
        new = links._issue(self.ana, self.env.company, "page")[self.ana.id]
        self.assertNotEqual(token[:6], new[:6])

    def test_wording_is_kept_once_for_the_same_words(self):
        wordings = self.env["lifecycle.wording"]
        first = wordings._get(self.purpose, self.purpose.topic_ids, "en_US")

        self.assertEqual(
            first, wordings._get(self.purpose, self.purpose.topic_ids, "en_US")
        )
        self.purpose.description = "Other words"
        self.assertNotEqual(
            first, wordings._get(self.purpose, self.purpose.topic_ids, "en_US")
        )
