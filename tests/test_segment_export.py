import csv
import io
import json
import zipfile
from xml.etree import ElementTree

from odoo.fields import Command
from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .segment_common import SegmentCase

HOSTILE = ["=1+1", "+1", "-1", "@SUM(1)", "\tx", "\rx", "\nx", "＝1+1", "{=1+1}"]
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@tagged("post_install", "-at_install")
class TestSegmentExport(SegmentCase, HttpCase):
    """Members are exported with Odoo's own dialog, and never as formulas."""

    def setUp(self):
        super().setUp()
        self.exporter = self.make_user(
            "exporter",
            "contact_lifecycle.group_lifecycle_user",
            "base.group_allow_export",
            password="exporter",
        )
        self.hostile = self.Partner.create(
            [{"name": f"H{n}", "function": cell} for n, cell in enumerate(HOSTILE)]
        )
        # Odoo trims what is typed; what is imported by SQL it does not.
        for partner, cell in zip(self.hostile, HOSTILE, strict=True):
            self.set_columns(partner, function=cell)
        self.segment = self.make_segment(kind="static", name="Guests")
        self.segment._add_contacts(self.ids_of(*self.hostile))

    def export(self, kind, names=("name", "function"), groupby=(), **values):
        self.authenticate("exporter", "exporter")
        action = self.segment.with_user(self.exporter).action_export()
        data = {
            "model": action["res_model"],
            "fields": [
                {"name": name, "label": name, "type": "char", "store": True}
                for name in names
            ],
            "ids": False,
            "domain": action["domain"],
            "groupby": list(groupby),
            "import_compat": False,
            "context": {},
            **values,
        }
        return self.url_open(
            f"/web/export/{kind}",
            data={
                "data": json.dumps(data),
                "csrf_token": self.csrf_token(),
            },
        )

    def csrf_token(self):
        return Request.csrf_token(self)

    def csv_rows(self, **values):
        answer = self.export("csv", **values)
        answer.raise_for_status()
        return list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))

    def xlsx_cells(self, **values):
        """Return the tags of formulas in the sheet, and all text."""
        answer = self.export("xlsx", **values)
        answer.raise_for_status()
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
            strings = archive.read("xl/sharedStrings.xml").decode()
        return list(sheet.iter(f"{SHEET}f")), strings

    def test_csv_has_the_members_and_the_fields_chosen(self):
        rows = self.csv_rows()

        self.assertEqual(set(rows[0]), {"name", "function"})
        self.assertEqual(
            {row["name"] for row in rows}, set(self.hostile.mapped("name"))
        )

    def test_no_cell_of_a_csv_begins_a_formula(self):
        for row in self.csv_rows():
            self.assertNotIn(row["function"][0], "=+-@\t\r\n＝", row)
        cells = {row["function"].lstrip("'") for row in self.csv_rows()}
        self.assertIn("@SUM(1)", cells)

    def test_no_cell_of_an_xlsx_is_a_formula(self):
        formulas, strings = self.xlsx_cells()

        self.assertFalse(formulas)
        self.assertIn("=1+1", strings)
        self.assertIn("@SUM(1)", strings)

    def test_no_cell_of_a_grouped_xlsx_is_a_formula(self):
        formulas, strings = self.xlsx_cells(groupby=["function"])

        self.assertFalse(formulas)
        self.assertIn("=1+1", strings)

    def test_other_models_are_exported_as_ever(self):
        self.env["res.partner.category"].create({"name": "@tag"})
        answer = self.export(
            "csv", names=("name",), model="res.partner.category", domain=[]
        )

        rows = csv.DictReader(io.StringIO(answer.content.decode()))
        self.assertIn("@tag", [row["name"] for row in rows])

    def test_dates_and_causes_of_members_are_exported(self):
        rows = self.csv_rows(
            names=("partner_id/name", "join_date", "join_cause"),
            model="lifecycle.segment.member",
            domain=[("segment_id", "=", self.segment.id)],
        )

        self.assertEqual(len(rows), len(self.hostile))
        self.assertEqual(rows[0]["join_cause"], "By hand")

    def test_contacts_of_another_company_are_not_in_the_file(self):
        ours, theirs = self.make_company("Ours"), self.make_company("Theirs")
        self.exporter.write(
            {"company_ids": [Command.set(ours.ids)], "company_id": ours.id}
        )
        self.segment.company_id = ours
        self.set_columns(self.hostile[0], company_id=theirs.id)

        names = {row["name"] for row in self.csv_rows()}

        self.assertEqual(names, set(self.hostile[1:].mapped("name")))

    @mute_logger("odoo.addons.web.controllers.export")
    def test_who_may_not_export_gets_nothing(self):
        self.exporter.group_ids -= self.env.ref("base.group_allow_export")

        answer = self.export("csv")

        self.assertNotEqual(answer.status_code, 200)
