from odoo import api, fields, models

from ...engine.vocabulary import STAGE_CAUSES


class LifecycleStageChange(models.Model):
    """One dated move of a contact from a stage to another; never edited."""

    _name = "lifecycle.stage.change"
    _description = "Stage Change"
    _order = "change_date desc, id desc"
    _rec_name = "to_stage_id"
    _log_access = False

    partner_id = fields.Many2one(
        "res.partner", string="Contact", required=True, ondelete="cascade"
    )
    from_stage_id = fields.Many2one(
        "lifecycle.stage", string="From", ondelete="restrict"
    )
    to_stage_id = fields.Many2one("lifecycle.stage", string="To", ondelete="restrict")
    change_date = fields.Datetime(string="Date", required=True, index=True)
    cause = fields.Selection(STAGE_CAUSES, required=True)
    is_automatic = fields.Boolean(string="Automatic")
    is_backward = fields.Boolean(string="Backwards")
    reason = fields.Char()
    rule = fields.Char(help="The entry rule as it was when it moved the contact")
    user_id = fields.Many2one("res.users", string="By", ondelete="set null")
    days_in_stage = fields.Float(
        string="Days in Stage Before",
        digits=(16, 1),
        aggregator="avg",
        help="How long the contact had stood in the stage it left",
    )
    company_id = fields.Many2one("res.company", ondelete="cascade")

    _partner_idx = models.Index("(partner_id, change_date)")
    _to_stage_idx = models.Index("(to_stage_id)")
    _from_stage_idx = models.Index("(from_stage_id)")

    @api.depends("from_stage_id", "to_stage_id")
    def _compute_display_name(self):
        for change in self:
            change.display_name = "{} → {}".format(
                change.from_stage_id.name or self.env._("No stage"),
                change.to_stage_id.name or self.env._("No stage"),
            )
