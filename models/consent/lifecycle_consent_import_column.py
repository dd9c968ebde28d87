import base64

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...engine.consent.import_words import ROLES, guess_roles
from ...engine.consent.table import TableError, open_table

_SAMPLES = 50
_SHOWN = 3


class LifecycleConsentImportColumn(models.Model):
    """What stands in one column of the file."""

    _name = "lifecycle.consent.import.column"
    _description = "Column of an Import"
    _order = "place, id"
    _log_access = False

    import_id = fields.Many2one(
        "lifecycle.consent.import", required=True, index=True, ondelete="cascade"
    )
    place = fields.Integer(readonly=True)
    name = fields.Char(string="Column of the File", readonly=True)
    sample = fields.Char(string="For Example", readonly=True)
    role = fields.Selection(
        ROLES, string="Is", help="Leave empty for what is not needed"
    )


class LifecycleConsentImport(models.Model):
    _inherit = "lifecycle.consent.import"

    def _open_table(self):
        """Return the Table in the file.

        :raise UserError: for a file that is no table, saying what to do about it
        """
        content = base64.b64decode(self.with_context(bin_size=False).file)
        try:
            return open_table(content, self.encoding or None, self.separator or None)
        except TableError as error:
            raise UserError(self._explain_file(error)) from error

    def _explain_file(self, error):
        return {
            "empty": self.env._("The file is empty."),
            "old_excel": self.env._(
                "This is an Excel file of the old kind (XLS). Save it as XLSX or CSV."
            ),
            "open_document": self.env._("Save the spreadsheet as XLSX or CSV."),
            "not_table": self.env._("This is no table. Use a CSV or XLSX file."),
            "broken": self.env._("The file is damaged. Save it again as XLSX or CSV."),
            "too_large": self.env._("The file is too large. Split it."),
            "too_wide": self.env._(
                "The file has too many columns. Remove what is not needed."
            ),
            "encoding": self.env._("The file is in another encoding: choose it below."),
            "huge_cell": self.env._(
                "The cell that ends in line %s is too long. Is a quotation mark "
                "missing before it?",
                error.line,
            ),
        }[error.code]

    def _read_columns(self):
        """Make a line for each column of the file, with its role guessed."""
        table = self._open_table()
        samples = []
        try:
            for _number, cells in table.rows:
                samples.append(cells)
                if len(samples) == _SAMPLES:
                    break
        except TableError as error:
            raise UserError(self._explain_file(error)) from error
        roles = guess_roles(table.headers if table.has_headers else [""], samples)
        roles += [None] * (len(table.headers) - len(roles))
        self.column_ids = [
            Command.create(
                {
                    "place": place,
                    "name": header[:200],
                    "role": roles[place],
                    "sample": _get_sample(samples, place),
                }
            )
            for place, header in enumerate(table.headers)
        ]

    def _check_columns(self):
        chosen = [column.role for column in self.column_ids if column.role]
        labels = dict(self.column_ids._fields["role"]._description_selection(self.env))
        if "address" not in chosen:
            raise UserError(
                self.env._("Say in which column the addresses are, then check again.")
            )
        twice = next((role for role in chosen if chosen.count(role) > 1), None)
        if twice:
            raise UserError(self.env._("Only one column can be “%s”.", labels[twice]))


def _get_sample(samples, place):
    cells = (row[place].strip() for row in samples if place < len(row))
    return " · ".join([cell[:40] for cell in cells if cell][:_SHOWN])
