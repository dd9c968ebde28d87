import base64
import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...engine.consent.codes import CONSENT_CHANNELS, CONSENT_STATES, LAWFUL_BASES

_SHOWN_ROWS = 100
# What the check depends on: once it changes, the file must be checked again.
_INPUTS = {
    "file",
    "company_id",
    "encoding",
    "separator",
    "date_order",
    "default_channel",
    "default_status",
    "default_basis",
    "default_purpose_id",
    "default_topic_id",
    "default_date",
    "default_wording",
    "default_lang",
    "source_detail",
    "column_ids",
}
# What the buttons say became of the file.
_RESULTS = {
    "state",
    "file_hash",
    "event_count",
    "undone_count",
    "import_date",
    "import_user_id",
    "undo_date",
    "undo_user_id",
}


class LifecycleConsentImport(models.Model):
    """A file of consents that came from elsewhere, and what became of it.

    ``draft``: not checked since it was last changed.  ``checked``: every row was read
    and counted, nothing is recorded.  ``done``: recorded; the file is kept as evidence
    and nothing can be changed.  ``undone``: what it granted was taken back.
    """

    _name = "lifecycle.consent.import"
    _description = "Import of Consents"
    _order = "id desc"
    _rec_name = "file_name"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="restrict",
    )
    state = fields.Selection(
        [
            ("draft", "To Check"),
            ("checked", "Checked"),
            ("done", "Recorded"),
            ("undone", "Undone"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )
    file = fields.Binary(required=True, copy=False)
    file_name = fields.Char(copy=False)
    file_hash = fields.Char(string="SHA-256 of the File", readonly=True, copy=False)
    same_import_id = fields.Many2one(
        "lifecycle.consent.import",
        string="Imported Before",
        compute="_compute_same_import_id",
    )
    encoding = fields.Selection(
        [
            ("utf-8", "UTF-8"),
            ("cp1252", "Windows (Western Europe)"),
            ("iso-8859-15", "ISO 8859-15"),
            ("utf-16", "UTF-16"),
            ("mac-roman", "Macintosh"),
        ],
        help="Leave empty to have it found out. Change it when letters with accents "
        "look wrong.",
    )
    separator = fields.Selection(
        [(",", "Comma"), (";", "Semicolon"), ("\t", "Tab"), ("|", "Bar")],
        help="Leave empty to have it found out",
    )
    date_order = fields.Selection(
        [
            ("dmy", "Day, month, year"),
            ("mdy", "Month, day, year"),
            ("ymd", "Year, month, day"),
        ],
        string="Order of Dates",
        help="Leave empty to take what the dates show, or else the order of your "
        "language. Dates as 2026-05-31 are always understood.",
    )
    column_ids = fields.One2many(
        "lifecycle.consent.import.column", "import_id", string="Columns"
    )

    default_channel = fields.Selection(
        CONSENT_CHANNELS,
        string="Channel",
        help="Leave empty to take e-mail for what has an @, and SMS for numbers",
    )
    default_status = fields.Selection(
        CONSENT_STATES, string="Status", help="Of rows that say nothing of it"
    )
    default_basis = fields.Selection(
        LAWFUL_BASES,
        string="Lawful Basis",
        default="consent",
        help="Of consents in rows that say nothing of it",
    )
    default_purpose_id = fields.Many2one(
        "lifecycle.purpose",
        string="Purpose",
        required=True,
        check_company=True,
        default=lambda self: self.env.ref(
            "contact_lifecycle.lifecycle_purpose_marketing", raise_if_not_found=False
        ),
    )
    default_topic_id = fields.Many2one(
        "lifecycle.topic",
        string="Topic",
        check_company=True,
        help="Leave empty when it is about the purpose as a whole",
    )
    default_date = fields.Datetime(
        string="Date of the Answers", help="Of rows without a date"
    )
    default_lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        default=lambda self: self.env.lang,
        help="Language of the words that were read",
    )
    default_wording = fields.Text(
        string="Words That Were Read", help="The words people agreed to, if known"
    )
    source_detail = fields.Char(
        string="Where and How",
        help="Where these answers were given, and how. Kept with each of them as "
        "evidence, which can never be changed.",
    )

    row_count = fields.Integer(string="Rows", readonly=True, copy=False)
    granted_count = fields.Integer(string="Granted", readonly=True, copy=False)
    withdrawn_count = fields.Integer(string="Withdrawn", readonly=True, copy=False)
    other_count = fields.Integer(string="Pending or Expired", readonly=True, copy=False)
    older_count = fields.Integer(
        string="Kept as Evidence Only",
        readonly=True,
        copy=False,
        help="A later answer of the same address stands and is not changed",
    )
    known_count = fields.Integer(
        string="Recorded Before", readonly=True, copy=False, help="Left out this time"
    )
    repeated_count = fields.Integer(
        string="Twice in the File", readonly=True, copy=False
    )
    stranger_count = fields.Integer(
        string="Addresses without a Contact",
        readonly=True,
        copy=False,
        help="Recorded for the address: it holds for whoever gets it later",
    )
    bad_count = fields.Integer(string="Rows Left Out", readonly=True, copy=False)
    event_count = fields.Integer(string="Answers Recorded", readonly=True, copy=False)
    undone_count = fields.Integer(string="Taken Back", readonly=True, copy=False)
    import_date = fields.Datetime(string="Recorded On", readonly=True, copy=False)
    import_user_id = fields.Many2one(
        "res.users", string="Recorded By", readonly=True, copy=False
    )
    undo_date = fields.Datetime(string="Undone On", readonly=True, copy=False)
    undo_user_id = fields.Many2one(
        "res.users", string="Undone By", readonly=True, copy=False
    )
    bad_file = fields.Binary(string="Rows to Correct", readonly=True, copy=False)
    bad_file_name = fields.Char(compute="_compute_bad_file_name")
    bad_row_ids = fields.One2many(
        "lifecycle.consent.import.row",
        string="Why Rows Are Left Out",
        compute="_compute_sample_rows",
    )
    good_row_ids = fields.One2many(
        "lifecycle.consent.import.row",
        string="What Will Be Recorded",
        compute="_compute_sample_rows",
    )

    @api.depends("file_hash", "company_id")
    def _compute_same_import_id(self):
        for record in self:
            record.same_import_id = record.file_hash and self.search(
                [
                    ("file_hash", "=", record.file_hash),
                    ("company_id", "=", record.company_id.id),
                    ("state", "=", "done"),
                    ("id", "!=", record._origin.id),
                ],
                limit=1,
            )

    @api.depends("state", "row_count")
    def _compute_sample_rows(self):
        """Show the first rows: a browser cannot hold them all."""
        rows = self.env["lifecycle.consent.import.row"]
        for record in self:
            of_file = [("import_id", "=", record._origin.id)]
            record.bad_row_ids = rows.search(
                [*of_file, ("outcome", "=", "bad")], limit=_SHOWN_ROWS
            )
            record.good_row_ids = rows.search(
                [*of_file, ("outcome", "in", ("new", "older"))], limit=_SHOWN_ROWS
            )

    @api.depends("file_name")
    def _compute_bad_file_name(self):
        for record in self:
            stem = (record.file_name or "").rpartition(".")[0] or "import"
            record.bad_file_name = self.env._("%s (to correct).csv", stem)

    @api.onchange("default_purpose_id")
    def _onchange_default_purpose_id(self):
        if self.default_topic_id.purpose_id != self.default_purpose_id:
            self.default_topic_id = False

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_results(vals)
            vals.update(self._prepare_file_values(vals))
        return super().create(vals_list)

    def write(self, vals):
        self._check_results(vals)
        if "file" in vals:
            vals = {**vals, **self._prepare_file_values(vals)}
            self.column_ids.unlink()
        if _INPUTS & set(vals) and self.filtered(lambda one: one._is_over()):
            raise UserError(
                self.env._("What was recorded from a file cannot be changed.")
            )
        if _INPUTS & set(vals) and "state" not in vals:
            vals = {**vals, "state": "draft"}
        return super().write(vals)

    @api.model
    def _check_results(self, vals):
        """Let nobody say by hand that a file was checked, recorded or undone."""
        if not self.env.su and _RESULTS & set(vals):
            raise AccessError(
                self.env._("Check, record and undo an import with its buttons.")
            )

    @api.model
    def _prepare_file_values(self, vals):
        if not vals.get("file"):
            return {"file_hash": False}
        content = base64.b64decode(vals["file"])
        return {"file_hash": hashlib.sha256(content).hexdigest()}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        if self.filtered(lambda one: one._is_over()):
            raise UserError(
                self.env._(
                    "An import that was recorded is kept: its file is the evidence."
                )
            )

    def _is_over(self):
        return self.state in ("done", "undone")
