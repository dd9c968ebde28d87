from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lifecycle_value_source = fields.Selection(
        related="company_id.lifecycle_value_source", readonly=False
    )
    lifecycle_rfm_method = fields.Selection(
        related="company_id.lifecycle_rfm_method", readonly=False
    )
    lifecycle_rfm_grid = fields.Selection(
        related="company_id.lifecycle_rfm_grid", readonly=False
    )
    lifecycle_recency_limits = fields.Char(
        related="company_id.lifecycle_recency_limits", readonly=False
    )
    lifecycle_frequency_limits = fields.Char(
        related="company_id.lifecycle_frequency_limits", readonly=False
    )
    lifecycle_monetary_limits = fields.Char(
        related="company_id.lifecycle_monetary_limits", readonly=False
    )
    lifecycle_churn_days = fields.Integer(
        related="company_id.lifecycle_churn_days", readonly=False
    )
    lifecycle_discount_rate = fields.Float(
        related="company_id.lifecycle_discount_rate", readonly=False
    )
    lifecycle_margin_rate = fields.Float(
        related="company_id.lifecycle_margin_rate", readonly=False
    )
    lifecycle_discount_is_promotion = fields.Boolean(
        related="company_id.lifecycle_discount_is_promotion", readonly=False
    )
