from odoo import api, fields, models


class LifecycleSatisfaction(models.Model):
    """Satisfaction by stage."""

    _inherit = "lifecycle.satisfaction"

    stage_id = fields.Many2one(
        related="partner_id.lifecycle_stage_id", string="Lifecycle Stage"
    )

    @api.model
    def _nps_groups(self):
        return {"stage": "stage_id", **super()._nps_groups()}
