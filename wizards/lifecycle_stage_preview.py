from odoo import api, fields, models
from odoo.fields import Command


class LifecycleStagePreview(models.TransientModel):
    """What entry rules would do, before they are switched on."""

    _name = "lifecycle.stage.preview"
    _description = "Preview of Stage Rules"

    line_ids = fields.One2many("lifecycle.stage.preview.line", "preview_id")
    partner_count = fields.Integer(string="Total Contacts")

    @api.model
    def _create_for(self, stages):
        """Preview the rules of these stages; returns the preview."""
        return self.create(
            {
                "partner_count": self.env["res.partner"].search_count([]),
                "line_ids": [
                    Command.create(
                        {
                            "stage_id": answer["stage"].id,
                            "matching_count": answer["matching"],
                            "move_count": answer["moving"],
                            "note": answer["error"],
                        }
                    )
                    for answer in stages._preview()
                ],
            }
        )


class LifecycleStagePreviewLine(models.TransientModel):
    """One rule of a preview."""

    _name = "lifecycle.stage.preview.line"
    _description = "Previewed Stage Rule"

    preview_id = fields.Many2one(
        "lifecycle.stage.preview", required=True, ondelete="cascade"
    )
    stage_id = fields.Many2one("lifecycle.stage", required=True, ondelete="cascade")
    is_rule_active = fields.Boolean(related="stage_id.is_rule_active")
    matching_count = fields.Integer(
        string="Match the Rule", help="Contacts that match the entry rule now"
    )
    move_count = fields.Integer(
        string="Would Move Here",
        help="Of these, contacts that would enter the stage at the next run",
    )
    note = fields.Char()
