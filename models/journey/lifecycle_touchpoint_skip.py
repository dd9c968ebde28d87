from odoo import api, fields, models

from ...engine.vocabulary import SKIP_REASONS


class LifecycleTouchpointSkip(models.Model):
    """A row that a source offered and the journey refused, with the reason.

    It disappears by itself when a later harvest accepts the row.
    """

    _name = "lifecycle.touchpoint.skip"
    _description = "Skipped Source Row"
    _order = "id desc"
    _rec_name = "reason"

    touchpoint_source_id = fields.Many2one(
        "lifecycle.touchpoint.source",
        required=True,
        ondelete="cascade",
        index=True,
    )
    type_id = fields.Many2one(
        "lifecycle.touchpoint.type", required=True, ondelete="cascade"
    )
    reason = fields.Selection(SKIP_REASONS, required=True)
    touch_date = fields.Datetime(string="Date")
    partner_ref = fields.Integer(string="Contact Id")
    res_model = fields.Char(string="Document Model", required=True)
    res_id = fields.Many2oneReference(string="Document", model_field="res_model")

    _document_uniq = models.UniqueIndex("(type_id, res_model, res_id)")

    @api.depends("type_id", "reason")
    def _compute_display_name(self):
        reasons = dict(self._fields["reason"]._description_selection(self.env))
        for skip in self:
            skip.display_name = f"{skip.type_id.name}: {reasons.get(skip.reason, '')}"
