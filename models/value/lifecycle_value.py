from odoo import api, fields, models

from ...engine.clv.codes import RFM_SEGMENTS, VALUE_BANDS
from ...engine.vocabulary import CHURN_BANDS, PROMOTION_BANDS, VALUE_TIERS
from ..optional_fields import OptionalFloat, OptionalInteger, OptionalMonetary
from .lifecycle_rfm_group import RfmSelection


class LifecycleValue(models.Model):
    """What a customer has bought from one company, and may still buy.

    One row for each commercial contact and company with a purchase.  A purchase is a
    *day* with a positive amount, refunds taken off the day they belong to.  Rows are
    written by SQL only, where a shown value differs; a value that is not known is
    empty and never 0.
    """

    _name = "lifecycle.value"
    _description = "Customer Value"
    _log_access = False
    _rec_name = "partner_id"
    _order = "revenue desc, id"

    partner_id = fields.Many2one(
        "res.partner", string="Contact", required=True, ondelete="cascade", index=False
    )
    # Every index below begins with it.
    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", index=False
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    # Purchases

    order_count = fields.Integer(
        string="Purchases", aggregator="sum", help="Days with a purchase"
    )
    first_order_date = fields.Date(string="First Purchase")
    last_order_date = fields.Date(string="Last Purchase")
    recency_days = fields.Integer(
        string="Days since Purchase",
        compute="_compute_ages",
        search="_search_recency_days",
    )
    revenue = fields.Monetary(aggregator="sum", help="Untaxed, net of refunds")
    refund_amount = fields.Monetary(string="Refunded", aggregator="sum")
    average_order = OptionalMonetary(string="Average Purchase", aggregator="avg")
    orders_per_year = OptionalFloat(
        string="Purchases a Year",
        digits=(16, 2),
        aggregator="avg",
        help="Pace from the first to the last purchase",
    )
    days_between_orders = OptionalFloat(
        string="Days between Purchases", digits=(16, 1), aggregator="avg"
    )
    margin_amount = OptionalMonetary(
        string="Margin", aggregator="sum", help="Revenue × the company's margin rate"
    )

    # What has been counted: by it, an hour tells new documents from known ones.
    document_count = fields.Integer(
        string="Documents Counted", groups="base.group_system", aggregator=None
    )
    last_touchpoint_ref = fields.Integer(
        string="Last Touchpoint Counted", groups="base.group_system", aggregator=None
    )

    # RFM

    recency_score = OptionalInteger(string="R", aggregator="avg")
    frequency_score = OptionalInteger(string="F", aggregator="avg")
    monetary_score = OptionalInteger(string="M", aggregator="avg")
    rfm_code = fields.Char(string="RFM")
    rfm_segment = RfmSelection(RFM_SEGMENTS, string="RFM Group")
    previous_rfm_segment = RfmSelection(RFM_SEGMENTS, string="Previous RFM Group")
    rfm_change_date = fields.Date(string="RFM Group Since")

    # Breadth

    category_ids = fields.Many2many(
        "product.category",
        "lifecycle_value_category_rel",
        "value_id",
        "category_id",
        string="Categories Bought",
    )
    category_count = fields.Integer(string="Categories", aggregator="avg")
    is_one_shot = fields.Boolean(string="Bought Once")
    is_cross_buyer = fields.Boolean(
        string="Cross-Buyer", help="Bought from two categories or more"
    )
    promotion_share = OptionalFloat(
        aggregator="avg",
        help="Share of purchases with a reward, a coupon or a discount",
    )
    promotion_band = fields.Selection(PROMOTION_BANDS, string="Buys")

    # Prediction

    repeat_count = OptionalInteger(
        string="Repeat Purchases", aggregator="sum", help="x: purchases less the first"
    )
    last_order_age = OptionalInteger(
        string="Age at Last Purchase",
        aggregator="avg",
        help="t_x: days from the first to the last purchase",
    )
    customer_age = fields.Integer(
        compute="_compute_ages", help="T: days since the first purchase"
    )
    p_alive = OptionalFloat(string="P(Alive)", digits=(3, 2), aggregator="avg")
    p_buy = OptionalFloat(
        string="Probability of Buying",
        digits=(3, 2),
        aggregator="avg",
        help="Of buying at least once within the company's days to buy again",
    )
    churn_band = fields.Selection(
        CHURN_BANDS,
        string="Churn Risk",
        help="Risk of buying nothing within the company's days to buy again. The "
        "settings of values say where moderate, high and very high begin.",
    )
    expected_orders = OptionalFloat(
        string="Purchases Expected",
        digits=(16, 2),
        aggregator="sum",
        help="Within 12 months",
    )
    clv_12 = OptionalMonetary(string="Value to Come (12 Months)", aggregator="sum")
    clv_24 = OptionalMonetary(string="Value to Come (24 Months)", aggregator="sum")
    clv_36 = OptionalMonetary(string="Value to Come (36 Months)", aggregator="sum")
    total_value = OptionalMonetary(
        aggregator="sum", help="So far, and to come within 12 months"
    )
    value_at_risk = OptionalMonetary(
        aggregator="sum",
        help="What the customer spent in a year × the risk that it ends",
    )
    next_order_date = fields.Date(
        string="Next Purchase Expected",
        help="By then half of the customers like this one have bought again. Empty "
        "when the customer is likely lost.",
    )
    value_band = fields.Selection(
        VALUE_BANDS,
        string="Activity",
        help="New, for who bought once within 30 days; else by the limits of churn "
        "risk in the settings of values; without a model, by days of silence.",
    )
    value_tier = fields.Selection(VALUE_TIERS)
    value_date = fields.Date(
        string="Changed On", help="When a figure of this row last changed"
    )

    _partner_company_uniq = models.UniqueIndex("(partner_id, company_id)")
    _segment_idx = models.Index("(company_id, rfm_segment)")
    _clv_idx = models.Index("(company_id, clv_12 DESC NULLS LAST)")
    _risk_idx = models.Index("(company_id, value_at_risk DESC NULLS LAST)")
    _revenue_idx = models.Index("(company_id, revenue DESC)")

    @api.depends("first_order_date", "last_order_date", "company_id")
    def _compute_ages(self):
        for value in self:
            today = value.company_id._get_value_day()
            first, last = value.first_order_date, value.last_order_date
            value.recency_days = (today - last).days if last else 0
            value.customer_age = (today - first).days if first else 0

    def _search_recency_days(self, operator, value):
        """Days become dates, so that an index can serve them."""
        return self._get_recency_domain("last_order_date", operator, value)

    @api.depends("partner_id", "company_id")
    def _compute_display_name(self):
        for value in self:
            value.display_name = value.partner_id.display_name

    def action_open_contact(self):
        """Open the contact."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }
