from odoo import api, fields, models

from .res_company import RISK_LIMITS


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
    lifecycle_moderate_risk = fields.Float(
        string="Moderate Risk from",
        compute="_compute_lifecycle_risks",
        inverse="_inverse_lifecycle_risks",
        help="From this risk of buying nothing on, a customer counts as cooling.",
    )
    lifecycle_high_risk = fields.Float(
        string="High Risk from",
        compute="_compute_lifecycle_risks",
        inverse="_inverse_lifecycle_risks",
        help="From this risk of buying nothing on, a customer counts as at risk.",
    )
    lifecycle_very_high_risk = fields.Float(
        string="Very High Risk above",
        compute="_compute_lifecycle_risks",
        inverse="_inverse_lifecycle_risks",
        help="Above this risk of buying nothing, a customer counts as lapsed.",
    )

    @api.depends("company_id")
    def _compute_lifecycle_risks(self):
        for settings in self:
            for name in RISK_LIMITS:
                settings[name] = settings.company_id[name]

    def _inverse_lifecycle_risks(self):
        """Write the limits together: one after the other, they may not ascend."""
        for settings in self:
            settings.company_id.write({name: settings[name] for name in RISK_LIMITS})
