from odoo import api, fields, models
from odoo.exceptions import UserError


class LifecycleStageMove(models.TransientModel):
    """Move one or many contacts to a stage, with the reason when it is backwards."""

    _name = "lifecycle.stage.move"
    _description = "Move to Stage"

    partner_ids = fields.Many2many("res.partner", string="Contacts", required=True)
    stage_id = fields.Many2one("lifecycle.stage", string="Move to")
    reason = fields.Char(help="Shown in the history of each contact")
    partner_count = fields.Integer(compute="_compute_counts")
    moving_count = fields.Integer(compute="_compute_counts")
    backward_count = fields.Integer(compute="_compute_counts")
    is_backward = fields.Boolean(compute="_compute_counts")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if "partner_ids" in fields_list and not values.get("partner_ids"):
            context = self.env.context
            if context.get("active_model") == "res.partner":
                values["partner_ids"] = context.get("active_ids") or []
        return values

    @api.depends("partner_ids", "stage_id")
    def _compute_counts(self):
        for move in self:
            partners = move.partner_ids._origin
            moving = partners.filtered(
                lambda partner, move=move: partner.lifecycle_stage_id != move.stage_id
            )
            backward = moving.filtered(
                lambda partner, move=move: partner._is_lifecycle_backward(move.stage_id)
            )
            move.partner_count = len(partners)
            move.moving_count = len(moving)
            move.backward_count = len(backward)
            move.is_backward = bool(backward)

    def action_move(self):
        """Move the contacts, close the dialog and say how many were moved."""
        self.ensure_one()
        if not self.partner_ids:
            raise UserError(self.env._("Choose at least one contact to move."))
        if self.is_backward and not (self.reason or "").strip():
            raise UserError(
                self.env._(
                    "Some contacts would move backwards (%s). Give a reason.",
                    self.backward_count,
                )
            )
        moved = self.partner_ids._lifecycle_move(self.stage_id, "manual", self.reason)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Moved to “%(stage)s”: %(count)s.",
                    count=moved,
                    stage=self.stage_id.name or self.env._("No stage"),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
