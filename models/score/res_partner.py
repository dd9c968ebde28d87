from odoo import api, fields, models

from ..optional_fields import OptionalFloat, OptionalInteger

_READERS = "contact_lifecycle.group_lifecycle_reader"


class ResPartner(models.Model):
    _inherit = "res.partner"

    lifecycle_score = OptionalInteger(
        related="lifecycle_profile_id.score", string="Score", groups=_READERS
    )
    lifecycle_score_band = fields.Selection(
        related="lifecycle_profile_id.score_band", string="Score Band", groups=_READERS
    )
    lifecycle_sends_since_engagement = OptionalInteger(
        related="lifecycle_profile_id.sends_since_engagement", groups=_READERS
    )
    lifecycle_conversion_probability = OptionalFloat(
        related="lifecycle_profile_id.conversion_probability",
        string="Chance to Convert",
        groups=_READERS,
    )
    lifecycle_score_ids = fields.One2many(
        "lifecycle.score", "partner_id", string="Scores", groups=_READERS
    )

    lifecycle_score_snapshot_ids = fields.One2many(
        "lifecycle.score.snapshot",
        "partner_id",
        string="Past Scores",
        groups=_READERS,
    )

    def action_lifecycle_scores(self):
        """Open what every scorecard says of the contact."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "contact_lifecycle.lifecycle_score_action"
        )
        return {
            **action,
            "views": [(False, "list")],
            "domain": [("partner_id", "in", self.ids)],
            "context": {},
        }

    @api.model
    def _lifecycle_best_first(self):
        return {
            *super()._lifecycle_best_first(),
            "lifecycle_score",
            "lifecycle_conversion_probability",
        }
