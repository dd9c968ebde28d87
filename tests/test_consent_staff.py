import base64
import hashlib
from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .test_consent_keep import ConsentCase


@tagged("post_install", "-at_install")
class TestConsentStaff(ConsentCase):
    """Staff record what a contact told them, with proof, and see who gets what."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marketer = cls.make_user(
            "marketer", "contact_lifecycle.group_lifecycle_user"
        )
        cls.seller = cls.make_user("seller", "sales_team.group_sale_salesman")
        cls.clerk = cls.make_user("clerk", "base.group_user")

    def entry(self, user=None, **values):
        entries = self.env["lifecycle.consent.entry"].with_user(user or self.marketer)
        return entries.create(
            {
                "partner_id": self.ana.id,
                "status": "granted",
                "source_detail": "Paper form at the spring fair",
                **values,
            }
        )

    def test_consent_is_recorded_with_its_evidence(self):
        entry = self.entry(
            topic_ids=[Command.set(self.topic.ids)],
            evidence=base64.b64encode(b"%PDF form"),
            evidence_name="form.pdf",
            wording_text="I want your offers.",
            event_date=self.now - timedelta(days=3),
        )

        entry.action_record()
        entry.action_record()

        event = self.ana.lifecycle_consent_event_ids
        self.assertEqual(len(event), 1)
        self.assertEqual(self.held(), {self.topic: "granted"})
        self.assertEqual(self.ana.lifecycle_consent_ids.about, "Offers")
        self.assertEqual((event.source, event.user_id), ("staff", self.marketer))
        self.assertEqual(event.event_date, self.now - timedelta(days=3))
        self.assertEqual(event.wording_text, "I want your offers.")
        self.assertEqual(event.evidence_id.raw, b"%PDF form")
        self.assertIn(hashlib.sha256(b"%PDF form").hexdigest(), event.source_detail)

    def test_file_is_read_by_who_reads_the_evidence_and_by_nobody_else(self):
        self.entry(evidence=base64.b64encode(b"x")).action_record()
        file = self.ana.lifecycle_consent_event_ids.evidence_id

        self.assertEqual(file.with_user(self.seller).raw, b"x")
        with self.assertRaises(AccessError):
            file.with_user(self.clerk).read(["raw"])
        with self.assertRaises(AccessError):
            file.with_user(self.marketer).write({"raw": b"y"})

    def test_salesperson_records_a_withdrawal_and_no_consent(self):
        self.entry(self.seller, status="withdrawn").action_record()
        self.assertEqual(self.held(), {self.purpose: "withdrawn"})

        with self.assertRaises(AccessError):
            self.entry(self.seller).action_record()
        with self.assertRaises(AccessError):
            self.entry(self.clerk, status="withdrawn")

    def test_bad_entries_are_refused(self):
        with self.assertRaises(ValidationError):
            self.entry(event_date=self.now + timedelta(days=1))
        with self.assertRaises(ValidationError):
            self.entry(channel="sms", lawful_basis="soft_opt_in")
        with self.assertRaises(ValidationError):
            self.entry(lawful_basis=False)
        with self.assertRaises(UserError):
            self.entry(source_detail="  ").action_record()
        self.ana.email = False
        with self.assertRaises(UserError):
            self.entry().action_record()
        self.assertFalse(self.ana.lifecycle_consent_event_ids)

    def test_contact_of_another_company_is_out_of_reach(self):
        theirs = self.make_company("Theirs")
        self.ana.company_id = theirs
        with self.assertRaises(AccessError):
            self.entry(status="withdrawn").action_record()
        with self.assertRaises(AccessError):
            self.entry(company_id=theirs.id)

    def test_dialog_says_that_a_later_answer_stands(self):
        self.record("withdrawn")
        entries = self.env["lifecycle.consent.entry"].with_user(self.marketer)
        with Form(entries.with_context(default_partner_id=self.ana.id)) as form:
            form.status = "granted"
            form.source_detail = "Letter"
            self.assertFalse(form.later_note)
            form.event_date = self.now - timedelta(days=1)
            self.assertIn("Withdrawn", form.later_note)
        form.record.action_record()

        self.assertEqual(self.held(), {self.purpose: "withdrawn"})

    def test_topics_of_another_purpose_leave_the_dialog(self):
        other = self.env.ref("contact_lifecycle.lifecycle_purpose_service")
        entries = self.env["lifecycle.consent.entry"]
        with Form(entries.with_context(default_partner_id=self.ana.id)) as form:
            form.source_detail = "Letter"
            form.topic_ids.add(self.topic)
            form.purpose_id = other
            self.assertFalse(form.topic_ids.ids)

    def test_buttons_of_the_contact_open(self):
        ana = self.ana.with_user(self.marketer)
        for action, status in (
            (ana.action_lifecycle_consent(), "granted"),
            (ana.action_lifecycle_withdrawal(), "withdrawn"),
        ):
            self.assertEqual(action["context"]["default_status"], status)
        self.record("granted")
        history = ana.action_lifecycle_consent_history()
        self.assertEqual(self.events.search_count(history["domain"]), 1)

    def test_page_is_shown_to_readers_only(self):
        for user, is_shown in ((self.seller, True), (self.clerk, False)):
            views = self.Partner.with_user(user).get_views([(False, "form")])
            arch = views["views"]["form"]["arch"]
            self.assertEqual("lifecycle_consent_ids" in arch, is_shown)

    # Why will they (not) receive it?

    def ask(self, mailing):
        question = self.env["lifecycle.gate.question"].with_user(self.marketer)
        return question.create({"partner_id": self.ana.id, "mailing_id": mailing.id})

    def test_dialog_says_why_a_mailing_is_not_received(self):
        mailing = self.make_mailing(
            mailing_domain=f"[('id', '=', {self.ana.id})]",
        )
        self.assertEqual(self.ask(mailing).verdict, "send")

        self.record("withdrawn")

        question = self.ask(mailing)
        self.assertEqual(question.verdict, "block")
        self.assertEqual(question.reason, "Consent withdrawn")

    def test_dialog_says_until_when_a_pause_lasts(self):
        self.env["lifecycle.preference"].create(
            {
                "partner_id": self.ana.id,
                "pause_until": self.now.date() + timedelta(days=9),
            }
        )

        question = self.ask(self.make_mailing())

        self.assertEqual(question.verdict, "defer")
        self.assertIn("Paused, until", question.reason)

    def test_dialog_says_when_the_contact_is_no_recipient(self):
        mailing = self.make_mailing(mailing_domain="[('id', '=', 0)]")

        self.assertIn("not a recipient", self.ask(mailing).reason)
