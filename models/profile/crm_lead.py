from odoo import fields, models

_READERS = "contact_lifecycle.group_lifecycle_reader"


class CrmLead(models.Model):
    _inherit = "crm.lead"

    lifecycle_last_touch_date = fields.Datetime(
        related="partner_id.lifecycle_last_touch_date", groups=_READERS
    )
    lifecycle_first_source_id = fields.Many2one(
        related="partner_id.lifecycle_first_source_id", groups=_READERS
    )
    lifecycle_last_source_id = fields.Many2one(
        related="partner_id.lifecycle_last_source_id", groups=_READERS
    )
    lifecycle_kind = fields.Selection(
        related="partner_id.lifecycle_kind", groups=_READERS
    )
    lifecycle_birth_date = fields.Date(
        related="partner_id.lifecycle_birth_date", groups=_READERS
    )
    lifecycle_gender = fields.Selection(
        related="partner_id.lifecycle_gender", groups=_READERS
    )
    lifecycle_gender_text = fields.Char(
        related="partner_id.lifecycle_gender_text", groups=_READERS
    )
