import base64
import csv
import io
from datetime import datetime

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_consent_keep import ConsentCase

HEADERS = "Email;Status;Date;Topic;Basis;Source;Reference\n"


class ImportCase(ConsentCase):
    """A file, and somebody who may import it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marketer = cls.make_user(
            "marketer", "contact_lifecycle.group_lifecycle_user", tz="UTC"
        )
        cls.topic.code = "offers"

    def load(self, content, user=None, name="fair.csv", **values):
        if isinstance(content, str):
            content = content.encode()
        imports = self.env["lifecycle.consent.import"].with_user(user or self.marketer)
        return imports.create(
            {"file": base64.b64encode(content), "file_name": name, **values}
        )

    def check(self, content, **values):
        told = self.load(content, **values)
        told.action_check()
        return told

    def record_file(self, content, **values):
        told = self.check(content, **values)
        told.action_record()
        return told

    def problems(self, told):
        return told.bad_row_ids.mapped("problem")


@tagged("post_install", "-at_install")
class TestConsentImport(ImportCase):
    """A file of consents is checked, recorded once, proved by itself, and undone."""

    def test_nothing_is_recorded_before_somebody_says_so(self):
        told = self.check(
            HEADERS + "Ana@Example.com;granted;2026-05-31;offers;consent;Fair;A1\n"
            "new@example.com;no;2026-05-30;;;Letter;A2\n"
        )

        self.assertEqual(told.state, "checked")
        self.assertEqual(
            (told.row_count, told.granted_count, told.withdrawn_count, told.bad_count),
            (2, 1, 1, 0),
        )
        self.assertEqual(told.stranger_count, 1)
        self.assertFalse(self.events.search_count([]))

    def test_answers_hold_with_the_file_as_their_evidence(self):
        told = self.record_file(
            HEADERS + "Ana@Example.com;granted;2026-05-31;offers;consent;Fair;A1\n"
            "new@example.com;no;2026-05-30;;;Letter;A2\n",
            default_wording="I want your offers.",
            default_lang="en_US",
        )

        event = self.ana.lifecycle_consent_event_ids
        self.assertEqual(self.held(), {self.topic: "granted"})
        self.assertEqual((event.source, event.user_id), ("import", self.marketer))
        self.assertEqual(event.event_date, datetime(2026, 5, 31))
        self.assertEqual(event.wording_text, "I want your offers.")
        self.assertEqual(event.import_id, told)
        self.assertIn(b"A1", event.evidence_id.raw)
        self.assertEqual(event.evidence_id.name, "fair.csv")
        for part in ("Fair", "A1", "fair.csv", told.file_hash, "row 2"):
            self.assertIn(part, event.source_detail)
        self.assertEqual(
            self.held(address="new@example.com"), {self.purpose: "withdrawn"}
        )
        self.assertEqual((told.state, told.event_count), ("done", 2))
        self.assertEqual(told.import_user_id, self.marketer)
        self.assertEqual(self.env["lifecycle.consent.import.row"].search_count([]), 0)

    def test_sheet_of_excel_is_read_as_well(self):
        book = openpyxl.Workbook()
        book.active.append(["Phone", "Consent", "Date"])
        book.active.append([34600000001, True, datetime(2026, 5, 31, 10)])
        out = io.BytesIO()
        book.save(out)

        self.record_file(out.getvalue(), name="fair.xlsx")

        event = self.ana.lifecycle_consent_event_ids
        self.assertEqual(event.address, "+34600000001")
        self.assertEqual((event.channel, event.status), ("sms", "granted"))
        self.assertEqual(event.event_date, datetime(2026, 5, 31, 10))

    def test_same_file_twice_records_nothing_twice(self):
        for text in (
            HEADERS + "ana@example.com;yes;2026-05-31;;;;\n",
            "Email\nana@example.com\n",
        ):
            values = {"default_status": "granted", "default_date": "2026-05-01"}
            first = self.record_file(text, **values)
            count = self.events.search_count([])
            second = self.load(text, **{**values, "default_date": "2026-06-01"})
            self.assertEqual(second.same_import_id, first)
            second.action_check()

            self.assertEqual((second.known_count, second.granted_count), (1, 0))
            second.action_record()
            self.assertEqual(self.events.search_count([]), count)
            self.assertEqual(second.event_count, 0)

    def test_row_told_twice_in_a_file_is_recorded_once(self):
        told = self.record_file(HEADERS + "ana@example.com;yes;2026-05-31;;;;\n" * 3)

        self.assertEqual((told.granted_count, told.repeated_count), (1, 2))
        self.assertEqual(len(self.ana.lifecycle_consent_event_ids), 1)

    def test_later_withdrawal_is_not_turned_back(self):
        self.record("withdrawn", event_date=datetime(2026, 5, 31))

        told = self.record_file(HEADERS + "ana@example.com;yes;2026-05-30;;;;\n")

        self.assertEqual((told.granted_count, told.older_count), (0, 1))
        self.assertEqual(self.held(), {self.purpose: "withdrawn"})
        self.assertEqual(len(self.ana.lifecycle_consent_event_ids), 2)

    def test_withdrawal_of_the_same_moment_stands(self):
        self.record("withdrawn", event_date=datetime(2026, 5, 31))
        told = self.check(HEADERS + "ana@example.com;yes;2026-05-31;;;;\n")
        self.assertEqual(self.problems(told), ["withdrawn_then"])
        with self.assertRaises(UserError):
            told.action_record()

        other = self.make_partner("Eva", email="eva@example.com")
        for texts in (["yes", "no"], ["no", "yes"]):
            rows = [f"eva@example.com;{text};2026-05-31;;;;\n" for text in texts]
            self.record_file(HEADERS + "".join(rows))
            self.assertEqual(self.held(other), {self.purpose: "withdrawn"})

    def test_later_consent_outdoes_an_earlier_withdrawal(self):
        self.record("withdrawn", event_date=datetime(2026, 5, 30))

        self.record_file(HEADERS + "ana@example.com;yes;2026-05-31;;;;\n")

        self.assertEqual(self.held(), {self.purpose: "granted"})

    def test_last_answer_of_the_file_holds_whatever_its_order(self):
        told = self.record_file(
            HEADERS + "ana@example.com;no;2026-05-31;;;;\n"
            "ana@example.com;yes;2026-05-30;;;;\n"
            "ana@example.com;yes;2026-05-29;;;;\n"
        )

        self.assertEqual((told.withdrawn_count, told.older_count), (1, 2))
        self.assertEqual(self.held(), {self.purpose: "withdrawn"})

    def test_bad_rows_come_back_with_their_reason(self):
        bad = [
            "ana@;yes;2026-05-31;;;;=cmd|'/c calc'!A1",
            "ana@example.com;perhaps;2026-05-31;;;;",
            "ana@example.com;yes;2999-05-31;;;;",
            "ana@example.com;yes;2026-05-31;cars;;;",
            '=HYPERLINK("http://x";"y");yes;2026-05-31;;;;',
        ]
        told = self.record_file(
            HEADERS + "ana@example.com;yes;2026-05-31;;;;\n" + "\n".join(bad)
        )

        self.assertEqual((told.granted_count, told.bad_count), (1, 5))
        text = base64.b64decode(told.bad_file).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
        self.assertEqual(rows[0][-2:], ["Row", "Why"])
        self.assertEqual([row[-2] for row in rows[1:]], ["3", "4", "5", "6", "7"])
        self.assertIn("no e-mail address", rows[1][-1])
        self.assertIn("future", rows[3][-1])
        self.assertIn("no such topic", rows[4][-1])
        self.assertFalse(
            [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@")]
        )
        self.assertEqual(told.bad_file_name, "fair (to correct).csv")

    def test_corrected_rows_are_imported_from_the_file_that_came_back(self):
        first = self.record_file(
            "Phone;Status;Date\n+34600000001;yes;2026-05-31\n+34600000002;?;2026-05-31"
        )
        text = base64.b64decode(first.bad_file).decode("utf-8-sig")

        second = self.record_file(text.replace("?", "yes").encode("utf-8-sig"))

        self.assertEqual(second.granted_count, 1)
        self.assertEqual(self.held(address="+34600000002"), {self.purpose: "granted"})

    def test_columns_that_were_guessed_wrong_are_corrected(self):
        told = self.check(
            "Phone;Mail box;Agreed\n+34600000001;ana@example.com;x\n",
            default_date="2026-05-31",
        )
        phone, mail, agreed = told.column_ids
        self.assertEqual(phone.role, "address")
        phone.role = False
        mail.role = "address"
        agreed.role = "status"
        told.action_check()
        told.action_record()

        self.assertEqual(self.ana.lifecycle_consent_event_ids.channel, "email")

    def test_changing_anything_asks_for_another_check(self):
        told = self.check(HEADERS + "ana@example.com;yes;2026-05-31;;;;\n")
        told.default_basis = "contract"
        self.assertEqual(told.state, "draft")
        with self.assertRaises(UserError):
            told.action_record()

        told.action_check()
        told.write({"column_ids": [(1, told.column_ids[0].id, {"role": False})]})
        self.assertEqual(told.state, "draft")
        with self.assertRaises(UserError):
            told.action_check()

        told.file = base64.b64encode(b"Correo\nana@example.com\n")
        self.assertFalse(told.column_ids)

    def test_files_that_are_no_table_are_refused_in_words(self):
        for content, word in (
            (b" \n", "empty"),
            (b"%PDF-1.7", "no table"),
            (b"\xd0\xcf\x11\xe0", "XLSX"),
            (b"PK\x03\x04", "damaged"),
            (b"Name\nAna\n", "in which column"),
            (b"Email\n", "no rows"),
            (b'Email\n"' + b"x" * 200_000, "too long"),
        ):
            with self.subTest(word=word), self.assertRaises(UserError) as caught:
                self.check(content)
            self.assertIn(word, str(caught.exception))

    def test_wrong_encoding_is_corrected(self):
        text = "Email;Status;Date;Topic\nana@example.com;yes;2026-05-31;Añadas\n"
        self.topic.name = "Añadas"
        told = self.check(text.encode("mac-roman"))
        self.assertEqual(self.problems(told), ["topic_unknown"])

        told.encoding = "mac-roman"
        told.action_check()

        self.assertEqual(told.granted_count, 1)
