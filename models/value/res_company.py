import math
from itertools import pairwise

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine.vocabulary import RFM_GRIDS, RFM_METHODS, VALUE_SOURCES

_MOST_DAYS = 36_500

# What the values of a company follow from: when one changes, all are computed anew.
_SETTINGS = (
    "lifecycle_value_source",
    "lifecycle_rfm_method",
    "lifecycle_rfm_grid",
    "lifecycle_recency_limits",
    "lifecycle_frequency_limits",
    "lifecycle_monetary_limits",
    "lifecycle_churn_days",
    "lifecycle_discount_rate",
    "lifecycle_margin_rate",
    "lifecycle_discount_is_promotion",
)


class ResCompany(models.Model):
    _inherit = "res.company"

    lifecycle_value_source = fields.Selection(
        VALUE_SOURCES,
        string="Source of Purchases",
        default="orders",
        required=True,
        help="What counts as a purchase. Credit notes are taken off in any case; an "
        "invoice of an order that counts is not counted again.",
    )
    lifecycle_rfm_method = fields.Selection(
        RFM_METHODS, string="RFM Scores", default="rank", required=True
    )
    lifecycle_rfm_grid = fields.Selection(
        RFM_GRIDS, string="RFM Groups", default="rf", required=True
    )
    lifecycle_recency_limits = fields.Char(
        string="Days for R 5, 4, 3, 2", default="30, 90, 180, 365", required=True
    )
    lifecycle_frequency_limits = fields.Char(
        string="Orders for F 2, 3, 4, 5", default="2, 3, 5, 10", required=True
    )
    lifecycle_monetary_limits = fields.Char(
        string="Revenue for M 2, 3, 4, 5", default="100, 300, 1000, 3000", required=True
    )
    lifecycle_churn_days = fields.Integer(
        string="Days to Buy Again",
        default=180,
        required=True,
        help="The probability of buying, and the risk of losing a customer, are about "
        "this many days to come.",
    )
    lifecycle_discount_rate = fields.Float(
        string="Yearly Discount Rate",
        default=0.1,
        help="What money a year from now is worth less today",
    )
    lifecycle_margin_rate = fields.Float(
        string="Margin Rate",
        help="Share of the revenue that remains; 0 leaves values as revenue",
    )
    lifecycle_discount_is_promotion = fields.Boolean(
        string="Discounts Are Promotions",
        default=True,
        help="Whether an order with a discounted line was bought under promotion, as "
        "one with a reward or a coupon always is. Switch it off where discounts are "
        "prices agreed with each customer.",
    )

    _lifecycle_value_rates = models.Constraint(
        "CHECK (lifecycle_churn_days BETWEEN 1 AND 3650"
        " AND COALESCE(lifecycle_discount_rate, 0) BETWEEN 0 AND 1"
        " AND COALESCE(lifecycle_margin_rate, 0) BETWEEN 0 AND 1)",
        "Days to buy again are from 1 to 3650, rates from 0 to 100 %.",
    )

    @api.constrains(
        "lifecycle_recency_limits",
        "lifecycle_frequency_limits",
        "lifecycle_monetary_limits",
    )
    def _check_lifecycle_limits(self):
        for company in self:
            for kind in ("recency", "frequency", "monetary"):
                company._get_rfm_limits(kind)

    def _get_rfm_limits(self, kind):
        """Return the four fixed limits of one score, ascending.

        :param kind: ``recency`` (days), ``frequency`` (orders), ``monetary`` (revenue)
        :raises ValidationError: unless they are four ascending numbers, and days whole
        """
        self.ensure_one()
        text = self[f"lifecycle_{kind}_limits"] or ""
        try:
            limits = [float(part) for part in text.split(",")]
        except ValueError:
            limits = []
        in_range = limits and limits[0] >= 0 and limits[-1] < math.inf
        ascends = all(low < high for low, high in pairwise(limits))
        if len(limits) != 4 or not in_range or not ascends:
            raise ValidationError(
                self.env._(
                    "Limits are four ascending numbers with commas between them, "
                    "such as “30, 90, 180, 365”; this is “%s”.",
                    text,
                )
            )
        if kind == "recency" and not self._are_days(limits):
            raise ValidationError(
                self.env._("Days are whole numbers up to 36500; this is “%s”.", text)
            )
        return limits

    @staticmethod
    def _are_days(limits):
        return all(limit.is_integer() and limit <= _MOST_DAYS for limit in limits)

    def write(self, vals):
        changed = self.filtered(
            lambda company: any(
                name in vals and company[name] != vals[name] for name in _SETTINGS
            )
        )
        result = super().write(vals)
        if changed:
            # sudo: whoever may set up a company may have its figures follow.
            self.env["lifecycle.value"].sudo()._forget_basis(
                changed, is_new_history="lifecycle_value_source" in vals
            )
        return result

    def _get_value_timezone(self):
        """Return the name of the time zone in which this company's days begin."""
        self.ensure_one()
        return self.partner_id.tz or "UTC"

    def _get_value_day(self):
        """Return today as this company counts days."""
        self.ensure_one()
        company = self.with_context(tz=self._get_value_timezone())
        return fields.Date.context_today(company, fields.Datetime.now())
