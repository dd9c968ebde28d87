from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_consent_import import HEADERS, ImportCase


@tagged("post_install", "-at_install")
class TestConsentImportKeep(ImportCase):
    """What was imported can be taken back by new events, and changed by nobody."""

    # Undo

    def test_undo_takes_back_what_it_granted(self):
        told = self.record_file(
            HEADERS + "ana@example.com;yes;2026-05-31;;;;\n"
            "eva@example.com;no;2026-05-31;;;;\n"
        )

        told.action_undo()

        self.assertEqual((told.state, told.undone_count), ("undone", 1))
        self.assertEqual(self.held(), {self.purpose: "withdrawn"})
        self.assertEqual(
            self.held(address="eva@example.com"), {self.purpose: "withdrawn"}
        )
        event = self.ana.lifecycle_consent_event_ids[:1]
        self.assertEqual((event.source, event.user_id), ("undo", self.marketer))
        self.assertIn("fair.csv", event.source_detail)
        with self.assertRaises(UserError):
            told.action_undo()

    def test_undo_lets_an_earlier_answer_stand_again(self):
        self.record("granted", event_date=datetime(2026, 1, 1), lawful_basis="contract")
        told = self.record_file(HEADERS + "ana@example.com;yes;2026-05-31;;;;\n")

        told.action_undo()

        self.assertEqual(self.held(), {self.purpose: "granted"})
        self.assertEqual(self.ana.lifecycle_consent_ids.lawful_basis, "contract")

    def test_undo_leaves_what_was_answered_since(self):
        told = self.record_file(HEADERS + "ana@example.com;yes;2026-05-31;;;;\n")
        self.record("granted")

        told.action_undo()

        self.assertEqual(told.undone_count, 0)
        self.assertEqual(self.held(), {self.purpose: "granted"})

    def test_file_that_was_undone_can_be_imported_again(self):
        text = HEADERS + "ana@example.com;yes;2026-05-31;;;;\n"
        self.record_file(text).action_undo()

        again = self.record_file(text)

        self.assertEqual((again.granted_count, again.known_count), (1, 0))
        self.assertEqual(self.held(), {self.purpose: "granted"})

    # Rights

    def test_what_was_recorded_can_be_changed_by_nobody(self):
        told = self.record_file(HEADERS + "ana@example.com;yes;2026-05-31;;;;\n")
        file = self.ana.lifecycle_consent_event_ids.evidence_id

        with self.assertRaises(AccessError):
            told.write({"undone_count": 7})
        with self.assertRaises(AccessError):
            file.with_user(self.marketer).write({"raw": b"x"})
        with self.assertRaises(AccessError):
            told.unlink()
        with self.assertRaises(UserError):
            told.sudo().source_detail = "Somewhere else"
        with self.assertRaises(UserError):
            told.sudo().unlink()

    def test_only_the_buttons_say_what_became_of_a_file(self):
        told = self.check(HEADERS + "ana@example.com;yes;2026-05-31;;;;\n")

        for values in (
            {"state": "done"},
            {"event_count": 7},
            {"import_user_id": self.env.uid},
            {"state": "checked", "default_purpose_id": self.purpose.id},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                told.write(values)
        with self.assertRaises(AccessError):
            self.load("Email\nx@example.com\n", state="done")

        told.action_record()
        with self.assertRaises(AccessError):
            told.column_ids[0].role = False
        with self.assertRaises(AccessError):
            told.column_ids[0].unlink()

    def test_salespeople_neither_import_nor_read_the_file(self):
        seller = self.make_user("seller", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            self.load("Email\nana@example.com\n", user=seller)
        self.record_file(HEADERS + "ana@example.com;yes;2026-05-31;;;;\n")
        event = self.ana.with_user(seller).lifecycle_consent_event_ids

        self.assertTrue(event.source_detail)
        with self.assertRaises(AccessError):
            event.evidence_id.read(["raw"])

    def test_company_keeps_its_imports_to_itself(self):
        theirs = self.make_company("Theirs")
        eva = self.make_partner("Eva", email="eva@example.com", company_id=theirs.id)
        told = self.record_file(HEADERS + "eva@example.com;yes;2026-05-31;;;;\n")
        self.assertFalse(eva.lifecycle_consent_event_ids)
        self.assertEqual(told.stranger_count, 1)

        other = self.make_user(
            "other",
            "contact_lifecycle.group_lifecycle_user",
            company_id=theirs.id,
            company_ids=[(6, 0, theirs.ids)],
        )
        self.assertFalse(self.env[told._name].with_user(other).search([]))
        with self.assertRaises(AccessError):
            told.with_user(other).action_undo()
        with self.assertRaises(AccessError):
            self.load("Email\nx@example.com\n", company_id=theirs.id)

    def test_files_that_nobody_recorded_are_forgotten(self):
        told = self.check("Email\nana@example.com\n")
        self.set_columns(told, write_date=self.now - timedelta(days=31))
        told.sudo()._gc_unfinished()
        self.assertFalse(told.exists())
