from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ...engine.clv.bg_nbd import BgNbd
from ...engine.clv.codes import FIT_STATUSES, MODEL_KINDS, SPEND_KINDS, SPEND_REASONS
from ...engine.clv.discount import Horizon
from ..optional_fields import OptionalFloat, OptionalMonetary

_MEAN_PURCHASE = (
    "Of a customer with n purchases of mean m, one purchase is expected to be worth "
    "(c0 + c1 × n × m) / (d0 + d1 × n)"
)

REFUSALS = [
    ("not_converged", "No stable fit"),
    ("jumped", "Parameters jumped"),
]


class LifecycleClvFit(models.Model):
    """A model card: what was fitted, on what, and how well it would have known.

    One card a night and company.  The current one is in use; a fit that failed or
    jumped is kept as a card of its own and leaves the one before it in use.
    """

    _name = "lifecycle.clv.fit"
    _description = "Customer Value Model"
    _order = "fit_date desc, id desc"
    _rec_name = "fit_date"

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", index=True, readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    fit_date = fields.Datetime(required=True, readonly=True)
    as_of = fields.Date(string="Data Until", readonly=True)
    window_start = fields.Date(
        string="Customers Since",
        readonly=True,
        help="Customers who first bought later than this were fitted on",
    )
    is_current = fields.Boolean(string="In Use", readonly=True)
    status = fields.Selection(FIT_STATUSES, readonly=True)
    refusal = fields.Selection(
        REFUSALS, string="Not Used Because", readonly=True, help="Why it is not in use"
    )
    refused_date = fields.Datetime(
        string="Newer Fit Refused On", readonly=True, help="Last night's, if it failed"
    )
    refused_reason = fields.Selection(
        REFUSALS, string="Newer Fit Refused Because", readonly=True
    )
    advice = fields.Text(string="What to Do", compute="_compute_advice")
    seconds = fields.Float(string="Seconds to Fit", readonly=True, digits=(16, 2))

    # Sample

    customer_count = fields.Integer(string="Customers", readonly=True)
    sample_count = fields.Integer(string="Fitted On", readonly=True)
    repeater_count = fields.Integer(string="Bought Again", readonly=True)

    # Purchases: BG/NBD or MBG/NBD, time in days

    kind = fields.Selection(MODEL_KINDS, string="Model", readonly=True)
    r = OptionalFloat(
        string="Pace: r",
        digits=0,
        readonly=True,
        help="The larger, the more alike is the pace at which customers buy",
    )
    alpha = OptionalFloat(
        string="Pace: alpha (Days)",
        digits=0,
        readonly=True,
        help="On average a customer buys r times in so many days",
    )
    a = OptionalFloat(
        string="Leaving: a",
        digits=0,
        readonly=True,
        help="After a purchase a customer is gone with chance a / (a + b) on average",
    )
    b = OptionalFloat(
        string="Leaving: b",
        digits=0,
        readonly=True,
        help="After a purchase a customer is gone with chance a / (a + b) on average",
    )
    log_likelihood = OptionalFloat(
        string="Log-Likelihood",
        digits=0,
        readonly=True,
        help="How well the parameters explain the past; the higher, the better",
    )
    rival_log_likelihood = OptionalFloat(
        string="Log-Likelihood of the Other Model",
        digits=0,
        readonly=True,
        help="Of the other of the two models",
    )
    horizon_days = fields.Integer(string="Days to Buy Again", readonly=True)
    discount_rate = fields.Float(string="Yearly Discount Rate", readonly=True)

    # Amounts: Gamma-Gamma or its fall-backs

    spend_kind = fields.Selection(SPEND_KINDS, string="Amounts", readonly=True)
    spend_reason = fields.Selection(
        SPEND_REASONS, string="Choice of Amounts", readonly=True
    )
    p = OptionalFloat(string="Amounts: p", digits=0, readonly=True)
    q = OptionalFloat(string="Amounts: q", digits=0, readonly=True)
    v = OptionalFloat(string="Amounts: v", digits=0, readonly=True)
    mean_amount = OptionalMonetary(string="Mean Purchase", readonly=True)
    spend_correlation = OptionalFloat(
        string="Orders × Amount",
        digits=(3, 2),
        readonly=True,
        help="Correlation of the number of purchases and their mean amount; the model "
        "takes them as independent, which misleads beyond 0.30 either way",
    )
    # A customer's mean purchase: (c0 + c1 n m) / (d0 + d1 n), n purchases of mean m.
    c0 = OptionalFloat(
        string="Mean Purchase: c0", digits=0, readonly=True, help=_MEAN_PURCHASE
    )
    c1 = OptionalFloat(
        string="Mean Purchase: c1", digits=0, readonly=True, help=_MEAN_PURCHASE
    )
    d0 = OptionalFloat(
        string="Mean Purchase: d0", digits=0, readonly=True, help=_MEAN_PURCHASE
    )
    d1 = OptionalFloat(
        string="Mean Purchase: d1", digits=0, readonly=True, help=_MEAN_PURCHASE
    )

    # Backtest

    holdout_days = fields.Integer(string="Days Held Out", readonly=True)
    holdout_start = fields.Date(string="Held Out After", readonly=True)
    holdout_customers = fields.Integer(string="Customers Tested", readonly=True)
    actual_orders = OptionalFloat(
        string="Purchases in Test", digits=(16, 0), readonly=True
    )
    model_orders = OptionalFloat(
        string="Purchases Forecast by the Model", digits=(16, 0), readonly=True
    )
    naive_orders = OptionalFloat(
        string="Purchases of the Naive Forecast", digits=(16, 0), readonly=True
    )
    actual_rate = OptionalFloat(string="Bought Again in Test", readonly=True)
    model_bias = OptionalFloat(
        string="Bias of the Model",
        readonly=True,
        help="What was forecast, over what was bought, less 1",
    )
    naive_bias = OptionalFloat(
        string="Bias of the Naive Forecast",
        readonly=True,
        help="What was forecast, over what was bought, less 1",
    )
    model_rmse = OptionalFloat(
        string="RMSE of the Model",
        digits=(16, 3),
        readonly=True,
        help="Typical error of the forecast of a customer's purchases, large errors "
        "counting most; small is good",
    )
    naive_rmse = OptionalFloat(
        string="RMSE of the Naive Forecast",
        digits=(16, 3),
        readonly=True,
        help="Typical error of the forecast of a customer's purchases, large errors "
        "counting most; small is good",
    )
    model_correlation = OptionalFloat(
        string="Correlation of the Model",
        digits=(16, 3),
        readonly=True,
        help="Of purchases forecast and made; 1 is perfect, 0 is chance",
    )
    naive_correlation = OptionalFloat(
        string="Correlation of the Naive Forecast",
        digits=(16, 3),
        readonly=True,
        help="Of purchases forecast and made; 1 is perfect, 0 is chance",
    )
    model_auc = OptionalFloat(
        string="AUC of the Model",
        digits=(16, 3),
        readonly=True,
        help="Chance that of two customers the one that bought had been ranked "
        "higher; 0.5 is a coin",
    )
    naive_auc = OptionalFloat(
        string="AUC of the Naive Forecast",
        digits=(16, 3),
        readonly=True,
        help="Chance that of two customers the one that bought had been ranked "
        "higher; 0.5 is a coin",
    )
    model_brier = OptionalFloat(
        string="Brier Score of the Model",
        digits=(16, 3),
        readonly=True,
        help="Mean squared error of the probabilities; small is good",
    )
    naive_brier = OptionalFloat(
        string="Brier Score of the Naive Forecast",
        digits=(16, 3),
        readonly=True,
        help="Mean squared error of the probabilities; small is good",
    )
    model_skill = OptionalFloat(
        string="Skill of the Model",
        digits=(16, 3),
        readonly=True,
        help="1 − Brier score over that of the base rate; above 0 is better than "
        "knowing nothing but the rate",
    )
    calibration_error = OptionalFloat(
        string="Calibration Error",
        digits=(16, 3),
        readonly=True,
        help="How far, on average, probabilities are from what came true",
    )
    weaknesses = fields.Char(
        string="Naive Forecast Better by",
        readonly=True,
        help="Measures by which the naive forecast is the better one",
    )
    backtest_chart = fields.Json(readonly=True)

    _current_uniq = models.UniqueIndex("(company_id) WHERE is_current")

    @api.depends("company_id", "as_of")
    def _compute_display_name(self):
        for fit in self:
            day = format_date(self.env, fit.as_of)
            fit.display_name = f"{fit.company_id.name} · {day}"

    @api.model
    def _get_current(self, company):
        """Return the card in use, or an empty recordset."""
        return self.search(
            [("company_id", "=", company.id), ("is_current", "=", True)], limit=1
        )

    @api.model
    def _get_current_query(self, companies):
        """Return SQL of the parameters in use, one row a company that has any."""
        self.flush_model()
        return SQL(
            """SELECT f.company_id, f.r::float8, f.alpha::float8, f.a::float8,
                      f.b::float8, f.c0::float8, f.c1::float8, f.d0::float8,
                      f.d1::float8, (f.kind = 'mbg_nbd')::int AS e,
                      f.horizon_days::float8 AS horizon_days,
                      COALESCE(NULLIF(c.lifecycle_margin_rate, 0), 1)::float8 AS margin
                 FROM lifecycle_clv_fit f
                 JOIN res_company c ON c.id = f.company_id
                WHERE f.is_current AND f.kind IS NOT NULL AND f.company_id = ANY(%s)
               -- Or numbers would be converted anew for each customer.
               OFFSET 0""",
            companies.ids,
        )

    def _get_model(self):
        """Return the fitted ``BgNbd``, in days; None without parameters."""
        if not self.kind:
            return None
        return BgNbd(self.r, self.alpha, self.a, self.b, int(self.kind == "mbg_nbd"))

    def _get_spend(self):
        """Return the coefficients of amounts, None without any."""
        return (self.c0, self.c1, self.d0, self.d1) if self.spend_kind else None

    def _get_horizon(self):
        return Horizon.of_months(36, self.discount_rate)
