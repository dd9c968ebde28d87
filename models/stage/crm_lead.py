from odoo import fields, models

_READERS = "contact_lifecycle.group_lifecycle_reader"


class CrmLead(models.Model):
    _inherit = "crm.lead"

    lifecycle_stage_id = fields.Many2one(
        related="partner_id.lifecycle_stage_id",
        string="Lifecycle Stage",
        groups=_READERS,
    )
    lifecycle_stage_color = fields.Integer(
        related="lifecycle_stage_id.color", groups=_READERS
    )
