from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    is_lifecycle_blacklist = fields.Boolean(
        related="company_id.is_lifecycle_blacklist", readonly=False
    )
    lifecycle_question_count = fields.Integer(
        related="company_id.lifecycle_question_count", readonly=False
    )
