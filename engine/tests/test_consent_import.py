import csv
import io
import unittest
import zipfile
from datetime import datetime

import openpyxl
import pytz

from ..consent.import_dates import DateError, find_order, read_date
from ..consent.import_row import Reading, RowError, disarm, read_row, rearm
from ..consent.import_words import fold, guess_roles
from ..consent.table import TableError, open_table

NOW = datetime(2026, 11, 22, 12)
MADRID = pytz.timezone("Europe/Madrid")


def sheet(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class TestTable(unittest.TestCase):
    """A file of any usual make is read; any other is refused with a reason."""

    def load(self, content, **told):
        table = open_table(content, **told)
        return table.headers, list(table.rows)

    def refuse(self, code, content, **told):
        with self.assertRaises(TableError) as caught:
            self.load(content, **told)
        self.assertEqual(caught.exception.code, code)
        return caught.exception

    def test_encodings_and_separators_are_found_out(self):
        text = "Correo;Sí\r\nanaïs@example.com;año\r\n"
        for codec in ("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"):
            for mark in (";", ",", "\t", "|"):
                with self.subTest(codec=codec, mark=mark):
                    content = text.replace(";", mark).encode(codec)
                    headers, rows = self.load(content)
                    self.assertEqual(headers, ["Correo", "Sí"])
                    self.assertEqual(rows, [(2, ["anaïs@example.com", "año"])])

    def test_separator_within_quotes_is_text(self):
        headers, rows = self.load(b'email,where\na@b.com,"fair; hall 2, row 3"\n')
        self.assertEqual(headers, ["email", "where"])
        self.assertEqual(rows, [(2, ["a@b.com", "fair; hall 2, row 3"])])

    def test_first_line_of_excel_names_the_separator(self):
        headers, _rows = self.load(b"sep=|\r\nemail|status\r\na@b.com|yes\r\n")
        self.assertEqual(headers, ["email", "status"])

    def test_empty_rows_count_as_rows_of_the_sheet(self):
        _headers, rows = self.load(b"email\n\n,\na@b.com\n")
        self.assertEqual(rows, [(4, ["a@b.com"])])

    def test_file_without_headers_loses_no_row(self):
        table = open_table(b"a@b.com,yes\nc@d.com,no\n")
        self.assertFalse(table.has_headers)
        self.assertEqual(len(list(table.rows)), 2)

    def test_cells_of_a_sheet_become_text(self):
        content = sheet(
            ["Email", "Phone", "Date", "Ok"],
            ["a@b.com", 34600111222.0, datetime(2026, 5, 31, 9, 30), True],
            [None, "=1+1", None, None],
        )
        headers, rows = self.load(content)
        self.assertEqual(headers, ["Email", "Phone", "Date", "Ok"])
        self.assertEqual(
            rows[0], (2, ["a@b.com", "34600111222", "2026-05-31 09:30:00", "true"])
        )

    def test_what_is_no_table_is_refused_with_its_reason(self):
        self.refuse("empty", b"")
        self.refuse("empty", b"\n \n,,\n")
        self.refuse("empty", sheet())
        self.refuse("not_table", b"%PDF-1.7 x")
        self.refuse("not_table", b"\x00\x01\x02\x03abc\x00def")
        self.refuse("old_excel", b"\xd0\xcf\x11\xe0\xa1\xb1")
        self.refuse("broken", b"PK\x03\x04 nothing")
        self.refuse("encoding", "año".encode("cp1252"), encoding="utf-8")
        self.refuse("encoding", b"x", encoding="klingon")
        self.refuse("too_wide", b",".join([b"a"] * 61))

    def test_huge_cell_is_named_by_its_line(self):
        error = self.refuse("huge_cell", b'email\n"' + b"x" * 200_000)
        self.assertTrue(error.line)

    def test_foreign_archives_are_refused(self):
        for name, code in (("mimetype", "open_document"), ("x.txt", "broken")):
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w") as archive:
                archive.writestr(name, "x")
            self.refuse(code, out.getvalue())

    def test_archive_that_would_fill_the_memory_is_refused(self):
        out = io.BytesIO()
        with (
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
            archive.open("xl/sheet.xml", "w") as member,
        ):
            for _number in range(410):
                member.write(bytes(1024 * 1024))
        self.assertLess(len(out.getvalue()), 1024 * 1024)
        self.refuse("too_large", out.getvalue())


class TestWords(unittest.TestCase):
    """Headers are known in the languages that exports come in."""

    def test_usual_exports_need_no_correction(self):
        for headers, roles in (
            (["Email Address", "OPTIN_TIME", "Status"], ["address", "date", "status"]),
            (["Correo electrónico", "Fecha", "Tema"], ["address", "date", "topic"]),
            (["Indirizzo e-mail", "Consenso", "Data"], ["address", "status", "date"]),
            (["id", "email", "lawful_basis"], ["reference", "address", "basis"]),
            (["First name", "Last name", "E-Mail"], [None, None, "address"]),
            (
                ["Consent text", "Wording version", "Phone"],
                ["wording", "version", "address"],
            ),
        ):
            with self.subTest(headers=headers):
                self.assertEqual(guess_roles(headers), roles)

    def test_no_role_is_guessed_twice(self):
        roles = guess_roles(["email", "e-mail", "phone", "status", "consent"])
        self.assertEqual(roles, ["address", None, None, "status", None])

    def test_address_is_found_by_what_it_holds(self):
        self.assertEqual(
            guess_roles(["Alpha", "Beta"], [["x", "a@b.com"], ["y", ""]]),
            [None, "address"],
        )

    def test_fold_forgets_case_accents_and_signs(self):
        self.assertEqual(fold(" Opt-In: Sí "), "optinsi")
        self.assertEqual(fold("Нов_ости Ÿ"), "новостиy")


class TestDates(unittest.TestCase):
    """A date is a moment of the past, in the zone of whoever brings the file."""

    def parse(self, text, order="dmy"):
        return read_date(text, order, MADRID, NOW)

    def test_what_programs_write(self):
        for text, moment in (
            ("2026-05-31", datetime(2026, 5, 30, 22)),
            ("2026-05-31 10:00:00", datetime(2026, 5, 31, 8)),
            ("2026-05-31T10:00:00Z", datetime(2026, 5, 31, 10)),
            ("2026-05-31T10:00:00.123+02:00", datetime(2026, 5, 31, 8)),
            ("2026-01-31 10:00 UTC", datetime(2026, 1, 31, 10)),
            ("31/5/2026", datetime(2026, 5, 30, 22)),
            ("31.05.26 9:05", datetime(2026, 5, 31, 7, 5)),
            ("2026/05/31", datetime(2026, 5, 30, 22)),
        ):
            with self.subTest(text=text):
                self.assertEqual(self.parse(text), moment)
        self.assertEqual(
            self.parse("05/31/2026 1:30 pm", "mdy"), datetime(2026, 5, 31, 11, 30)
        )

    def test_what_is_no_date_of_an_answer(self):
        for text, code in (
            ("yesterday", "date_unreadable"),
            ("2026-02-30", "date_unreadable"),
            ("31/31/2026", "date_unreadable"),
            ("46173", "date_unreadable"),
            ("2026-11-23", "date_future"),
            ("0026-05-31", "date_early"),
            ("9" * 400, "date_unreadable"),
        ):
            with self.subTest(text=text), self.assertRaises(DateError) as caught:
                self.parse(text)
            self.assertEqual(caught.exception.code, code)

    def test_order_is_told_by_dates_that_prove_it(self):
        self.assertEqual(find_order(["01/02/2026", "13/02/2026"]), "dmy")
        self.assertEqual(find_order(["01/02/2026", "02/13/2026"]), "mdy")
        self.assertIsNone(find_order(["01/02/2026", "2026-05-31", ""]))


class TestRow(unittest.TestCase):
    """A row is one answer, or has exactly one reason why it is none."""

    def reading(self, roles="address status date", **told):
        columns = {role: at for at, role in enumerate(roles.split())}
        values = {
            "columns": columns,
            "defaults": {"purpose": 1, "basis": "consent", **told.pop("defaults", {})},
            "topics": {"news": 7, "twice": None},
            "purposes": {"marketing": 1, "service": 2},
            "purpose_of": {7: 1},
            "languages": {"es": "es_ES"},
            "versions": {"0123456789ab": 5},
            "normalize_email": lambda text: text.lower() if "." in text else False,
            "normalize_phone": lambda text: text if text[:1] == "+" else False,
            "date_order": "dmy",
            "zone": pytz.UTC,
            "now": NOW,
            "width": len(columns),
        }
        return Reading(**{**values, **told})

    def refuse(self, code, cells, *args, **told):
        with self.assertRaises(RowError) as caught:
            read_row(cells, self.reading(*args, **told))
        self.assertEqual(caught.exception.code, code)

    def test_row_becomes_an_answer(self):
        told = read_row(["Ana@B.com", "Sí", "2026-05-31"], self.reading())
        self.assertEqual(told["address"], "ana@b.com")
        self.assertEqual((told["channel"], told["status"]), ("email", "granted"))
        self.assertEqual(told["event_date"], datetime(2026, 5, 31))
        self.assertEqual((told["purpose_id"], told["topic_id"]), (1, None))
        self.assertEqual(told["lawful_basis"], "consent")

    def test_number_is_for_text_messages(self):
        told = read_row(["+34600", "no", "2026-05-31"], self.reading())
        self.assertEqual((told["channel"], told["status"]), ("sms", "withdrawn"))
        self.assertIsNone(told["lawful_basis"])

    def test_every_problem_has_its_reason(self):
        for code, cells in (
            ("address_missing", ["", "yes", "2026-05-31"]),
            ("address_email", ["ana@", "yes", "2026-05-31"]),
            ("address_sms", ["600 1", "yes", "2026-05-31"]),
            ("status_missing", ["a@b.com"]),
            ("status_unknown", ["a@b.com", "perhaps", "2026-05-31"]),
            ("date_missing", ["a@b.com", "yes"]),
            ("date_future", ["a@b.com", "yes", "2027-01-01"]),
            ("too_long", ["a@b.com", "y" * 501, "2026-05-31"]),
            ("too_many_cells", ["a@b.com", "yes", "2026-05-31", "x"]),
            ("unreadable", ["a@b.com", "y\0", "2026-05-31"]),
        ):
            with self.subTest(code=code):
                self.refuse(code, cells)

    def test_channel_basis_topic_and_language_must_be_known(self):
        roles = "address status channel basis topic purpose lang"
        day = {"defaults": {"date": NOW, "purpose": 1}}
        for code, cells in (
            ("channel_unknown", ["a@b.com", "yes", "fax"]),
            ("basis_missing", ["a@b.com", "yes"]),
            ("basis_unknown", ["a@b.com", "yes", "", "hope"]),
            ("basis_sms", ["+34600", "yes", "sms", "Own customers (soft opt-in)"]),
            ("topic_unknown", ["a@b.com", "no", "", "", "cars"]),
            ("topic_ambiguous", ["a@b.com", "no", "", "", "twice"]),
            ("purpose_unknown", ["a@b.com", "no", "", "", "", "fun"]),
            ("topic_elsewhere", ["a@b.com", "no", "", "", "news", "service"]),
            ("lang_unknown", ["a@b.com", "no", "", "", "", "", "fr"]),
        ):
            with self.subTest(code=code):
                basis = {"basis": "consent"} if code != "basis_missing" else {}
                defaults = {**day["defaults"], **basis}
                if not basis:
                    defaults["basis"] = None
                self.refuse(code, cells, roles, defaults=defaults)

    def test_topic_or_purpose_by_name_or_code(self):
        for text, expected in (("News", (1, 7)), ("service", (2, None))):
            told = read_row(
                ["a@b.com", "no", text],
                self.reading("address status topic", defaults={"date": NOW}),
            )
            self.assertEqual((told["purpose_id"], told["topic_id"]), expected)

    def test_words_that_are_known_are_not_kept_twice(self):
        reading = self.reading("address status version", defaults={"date": NOW})
        told = read_row(["a@b.com", "yes", "0123456789AB"], reading)
        self.assertEqual((told["wording_id"], told["version"]), (5, ""))
        told = read_row(["a@b.com", "yes", "2024 spring"], reading)
        self.assertEqual((told["wording_id"], told["version"]), (None, "2024 spring"))

    def test_cells_go_to_spreadsheets_and_come_back(self):
        for text in ("=1+1", "+34600", "-1", "@x", "plain", "'quoted'", "\tx"):
            with self.subTest(text=text):
                self.assertNotIn(disarm(text)[0], "=+-@\t")
                self.assertEqual(rearm(disarm(text)), text)
                out = io.StringIO()
                csv.writer(out).writerow([disarm(text)])
                (row,) = csv.reader(io.StringIO(out.getvalue()))
                self.assertEqual(rearm(row[0]), text)
