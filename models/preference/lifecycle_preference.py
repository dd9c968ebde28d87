from odoo import api, fields, models

from ...engine.consent.codes import FREQUENCIES

_LOGGED = ("frequency", "pause_until")


class LifecyclePreference(models.Model):
    """How often a contact wants to hear from a company, and when not at all.

    Nobody has a row who has not chosen anything.  What they may be written about and
    by which channel is consent, not preference.
    """

    _name = "lifecycle.preference"
    _description = "Preferences of a Contact"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", string="Contact", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    frequency = fields.Selection(FREQUENCIES, required=True, default="all")
    pause_until = fields.Date(
        string="Paused Until", help="The first day on which messages may come again"
    )
    visit_date = fields.Datetime(string="Last Visit")
    verify_date = fields.Datetime(string="Confirmed as Correct")

    _partner_uniq = models.UniqueIndex(
        "(partner_id, company_id)", "This contact has preferences already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        preferences = super().create(vals_list)
        for preference in preferences:
            preference._log_staff({"frequency": "all"})
        return preferences

    def write(self, vals):
        before = {row.id: {name: row[name] for name in _LOGGED} for row in self}
        result = super().write(vals)
        for preference in self:
            preference._log_staff(before[preference.id])
        return result

    def _log_staff(self, before):
        """Note what staff chose for the contact; the contact's own pages log theirs."""
        after = {name: self[name] for name in _LOGGED}
        self._log_changes(self, before, after, "staff", self.env.uid)


class LifecyclePreferenceChange(models.Model):
    """One choice that was changed: what it was, what it became, and by whom."""

    _name = "lifecycle.preference.change"
    _description = "Change of a Preference"
    _order = "id desc"
    _log_access = False

    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    field_name = fields.Char(string="What", required=True)
    old_value = fields.Char(string="Before")
    new_value = fields.Char(string="After")
    change_date = fields.Datetime(string="Date", required=True)
    source = fields.Char()
    user_id = fields.Many2one("res.users", ondelete="set null")
