import json

from odoo.http import request

from odoo.addons.web.controllers.export import (
    CSVExport,
    ExcelExport,
    ExportXlsxWriter,
    GroupExportXlsxWriter,
)

# What spreadsheets take for the start of a formula (OWASP, "CSV Injection"); Odoo
# itself guards "=", "+" and "-" in CSV, and nothing in XLSX.
_TRIGGERS = ("@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LINKS = ("http://", "https://", "mailto:")


def _is_of_contacts():
    """Whether contacts, or what this app knows of them, are being exported."""
    model = json.loads(request.params["data"])["model"]
    return model == "res.partner" or model.startswith("lifecycle.")


def _disarm(cell):
    text = cell.decode() if isinstance(cell, bytes) else cell
    is_armed = isinstance(text, str) and text.startswith(_TRIGGERS)
    return f"'{text}" if is_armed else cell


class _PlainTextXlsxWriter:
    """Write text as text: a contact named =1+1 is no formula."""

    def write(self, row, column, cell_value, style=None):
        if isinstance(cell_value, str) and not cell_value.startswith(_LINKS):
            return self.worksheet.write_string(row, column, cell_value, style)
        return super().write(row, column, cell_value, style)


class _ContactXlsxWriter(_PlainTextXlsxWriter, ExportXlsxWriter):
    pass


class _ContactGroupXlsxWriter(_PlainTextXlsxWriter, GroupExportXlsxWriter):
    pass


class LifecycleCSVExport(CSVExport):
    """Contacts come from strangers' forms: no cell of theirs becomes a formula."""

    def from_data(self, fields, columns_headers, rows):
        if _is_of_contacts():
            rows = [[_disarm(cell) for cell in row] for row in rows]
        return super().from_data(fields, columns_headers, rows)


class LifecycleExcelExport(ExcelExport):
    """The same for XLSX, where Odoo would write a formula for "=…"."""

    def from_data(self, fields, columns_headers, rows):
        if not _is_of_contacts():
            return super().from_data(fields, columns_headers, rows)
        with _ContactXlsxWriter(fields, columns_headers, len(rows)) as writer:
            for place, row in enumerate(rows, 1):
                for column, cell in enumerate(row):
                    writer.write_cell(place, column, cell)
        return writer.value

    def from_group_data(self, fields, columns_headers, groups):
        if not _is_of_contacts():
            return super().from_group_data(fields, columns_headers, groups)
        with _ContactGroupXlsxWriter(fields, columns_headers, groups.count) as writer:
            row, column = 1, 0
            for name, group in groups.children.items():
                row, column = writer.write_group(row, column, name, group)
        return writer.value
