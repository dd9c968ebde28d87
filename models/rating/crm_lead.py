from odoo import fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    lifecycle_satisfaction_band = fields.Selection(
        related="partner_id.lifecycle_satisfaction_band",
        groups="contact_lifecycle.group_lifecycle_reader",
    )
