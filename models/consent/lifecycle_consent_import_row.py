from odoo import api, fields, models

from ...engine.consent.codes import CONSENT_CHANNELS, CONSENT_STATES, LAWFUL_BASES

_SHOWN_CELLS = 6


class LifecycleConsentImportRow(models.Model):
    """One row of a file between its check and its recording; gone afterwards.

    ``outcome`` is ``new`` for what will hold, ``older`` for what is evidence only, as
    a later answer stands; ``known`` and ``repeated`` are left out because they are
    recorded already, or told twice in the file; ``bad`` rows have a ``problem``.
    """

    _name = "lifecycle.consent.import.row"
    _description = "Row of an Import"
    _order = "line"
    _log_access = False
    _rec_name = "address"

    import_id = fields.Many2one(
        "lifecycle.consent.import", required=True, ondelete="cascade"
    )
    line = fields.Integer(string="Row")
    cells = fields.Json()
    problem = fields.Char()
    outcome = fields.Selection(
        [
            ("new", "Will Hold"),
            ("older", "Evidence Only"),
            ("known", "Recorded Before"),
            ("repeated", "Twice in the File"),
            ("bad", "Left Out"),
        ]
    )
    reason = fields.Char(compute="_compute_reason")
    shown_cells = fields.Char(string="In the File", compute="_compute_shown_cells")
    partner_id = fields.Many2one("res.partner", string="Contact", ondelete="set null")
    address = fields.Char()
    address_hash = fields.Char()
    channel = fields.Selection(CONSENT_CHANNELS)
    purpose_id = fields.Many2one("lifecycle.purpose", ondelete="cascade")
    topic_id = fields.Many2one("lifecycle.topic", ondelete="cascade")
    status = fields.Selection(CONSENT_STATES)
    lawful_basis = fields.Selection(LAWFUL_BASES)
    event_date = fields.Datetime(string="Date")
    source = fields.Char(string="Where and How")
    wording = fields.Text(string="Words")
    wording_id = fields.Many2one("lifecycle.wording", ondelete="cascade")
    lang = fields.Char(string="Language")
    request_key = fields.Char()

    _line_idx = models.Index("(import_id, line)")

    @api.depends("problem")
    def _compute_reason(self):
        reasons = self._get_reasons()
        for row in self:
            row.reason = reasons.get(row.problem, row.problem)

    @api.depends("cells")
    def _compute_shown_cells(self):
        for row in self:
            cells = [cell[:60] for cell in row.cells or [] if cell.strip()]
            row.shown_cells = " · ".join(cells[:_SHOWN_CELLS])

    @api.model
    def _get_reasons(self):
        """Return what is wrong with a row, in words, by the code of the problem."""
        return {
            "address_missing": self.env._("There is no address."),
            "address_email": self.env._("This is no e-mail address."),
            "address_sms": self.env._(
                "This is no telephone number; write it with its country, as +34…"
            ),
            "channel_unknown": self.env._(
                "The channel is unknown: write email or sms."
            ),
            "status_missing": self.env._("It does not say whether they agreed."),
            "status_unknown": self.env._(
                "The status is unknown: write granted or withdrawn."
            ),
            "basis_missing": self.env._("There is no lawful basis."),
            "basis_unknown": self.env._("The lawful basis is unknown."),
            "basis_sms": self.env._(
                "The soft opt-in of own customers covers e-mail only."
            ),
            "topic_unknown": self.env._("There is no such topic."),
            "topic_ambiguous": self.env._(
                "Several topics have this name: use the code."
            ),
            "topic_elsewhere": self.env._("The topic belongs to another purpose."),
            "purpose_unknown": self.env._("There is no such purpose."),
            "purpose_ambiguous": self.env._(
                "Several purposes have this name: use the code."
            ),
            "date_missing": self.env._("There is no date."),
            "date_unreadable": self.env._("This is no date: write it as 2026-05-31."),
            "date_future": self.env._("The date of an answer cannot be in the future."),
            "date_early": self.env._("The date is before 1980."),
            "lang_unknown": self.env._("The language is not installed."),
            "too_long": self.env._("A cell is too long."),
            "too_many_cells": self.env._(
                "The row has more cells than there are columns."
            ),
            "unreadable": self.env._("A cell has characters that are no text."),
            "withdrawn_then": self.env._(
                "The same address withdrew at that very moment, and that stands."
            ),
        }


class LifecycleConsentEvent(models.Model):
    _inherit = "lifecycle.consent.event"

    import_id = fields.Many2one(
        "lifecycle.consent.import",
        string="Imported With",
        index="btree_not_null",
        ondelete="restrict",
    )
