from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.clv.bg_nbd import BgNbd
from ...engine.clv.codes import FIT_STATUSES, MODEL_KINDS, SPEND_KINDS, SPEND_REASONS
from ...engine.clv.discount import Horizon

# In a test, beyond this the forecast of all purchases together is called biased.
_BIAS = 0.2

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
    refused_reason = fields.Selection(REFUSALS, readonly=True)
    advice = fields.Text(string="What to Do", compute="_compute_advice")
    seconds = fields.Float(readonly=True, digits=(16, 2))

    # Sample

    customer_count = fields.Integer(string="Customers", readonly=True)
    sample_count = fields.Integer(string="Fitted On", readonly=True)
    repeater_count = fields.Integer(string="Bought Again", readonly=True)

    # Purchases: BG/NBD or MBG/NBD, time in days

    kind = fields.Selection(MODEL_KINDS, string="Model", readonly=True)
    r = fields.Float(digits=0, readonly=True)
    alpha = fields.Float(digits=0, readonly=True, help="In days")
    a = fields.Float(digits=0, readonly=True)
    b = fields.Float(digits=0, readonly=True)
    log_likelihood = fields.Float(digits=0, readonly=True)
    rival_log_likelihood = fields.Float(
        digits=0, readonly=True, help="Of the other of the two models"
    )
    horizon_days = fields.Integer(string="Days to Buy Again", readonly=True)
    discount_rate = fields.Float(string="Yearly Discount Rate", readonly=True)

    # Amounts: Gamma-Gamma or its fall-backs

    spend_kind = fields.Selection(SPEND_KINDS, string="Amounts", readonly=True)
    spend_reason = fields.Selection(
        SPEND_REASONS, string="Choice of Amounts", readonly=True
    )
    p = fields.Float(digits=0, readonly=True)
    q = fields.Float(digits=0, readonly=True)
    v = fields.Float(digits=0, readonly=True)
    mean_amount = fields.Monetary(string="Mean Purchase", readonly=True)
    spend_correlation = fields.Float(
        string="Orders × Amount",
        digits=(3, 2),
        readonly=True,
        help="Correlation of the number of purchases and their mean amount; the model "
        "takes them as independent, which misleads beyond 0.30 either way",
    )
    c0 = fields.Float(digits=0, readonly=True)
    c1 = fields.Float(digits=0, readonly=True)
    d0 = fields.Float(digits=0, readonly=True)
    d1 = fields.Float(digits=0, readonly=True)

    # Backtest

    holdout_days = fields.Integer(string="Days Held Out", readonly=True)
    holdout_start = fields.Date(string="Held Out After", readonly=True)
    holdout_customers = fields.Integer(string="Customers Tested", readonly=True)
    actual_orders = fields.Float(digits=(16, 0), readonly=True)
    model_orders = fields.Float(digits=(16, 0), readonly=True)
    naive_orders = fields.Float(digits=(16, 0), readonly=True)
    actual_rate = fields.Float(string="Bought Again in Test", readonly=True)
    model_bias = fields.Float(readonly=True)
    naive_bias = fields.Float(readonly=True)
    model_rmse = fields.Float(digits=(16, 3), readonly=True)
    naive_rmse = fields.Float(digits=(16, 3), readonly=True)
    model_correlation = fields.Float(digits=(16, 3), readonly=True)
    naive_correlation = fields.Float(digits=(16, 3), readonly=True)
    model_auc = fields.Float(string="Model AUC", digits=(16, 3), readonly=True)
    naive_auc = fields.Float(string="Naive AUC", digits=(16, 3), readonly=True)
    model_brier = fields.Float(digits=(16, 3), readonly=True)
    naive_brier = fields.Float(digits=(16, 3), readonly=True)
    model_skill = fields.Float(
        digits=(16, 3),
        readonly=True,
        help="1 − Brier score over that of the base rate; above 0 is better than "
        "knowing nothing but the rate",
    )
    calibration_error = fields.Float(digits=(16, 3), readonly=True)
    weaknesses = fields.Char(
        readonly=True, help="Measures by which the naive forecast is the better one"
    )
    backtest_chart = fields.Json(readonly=True)

    _current_uniq = models.UniqueIndex("(company_id) WHERE is_current")

    @api.depends("company_id", "fit_date")
    def _compute_display_name(self):
        for fit in self:
            day = fields.Date.to_string(fit.as_of) if fit.as_of else ""
            fit.display_name = f"{fit.company_id.name} · {day}"

    @api.depends(
        *("status", "refusal", "refused_date", "refused_reason"),
        *("spend_correlation", "weaknesses", "model_bias"),
    )
    def _compute_advice(self):
        for fit in self:
            fit.advice = "\n".join(fit._get_advice())

    def _get_advice(self):
        """Return sentences on what the status means and what to do about it."""
        self.ensure_one()
        texts = {
            "ok": self.env._("The figures may be used as they are."),
            "low_confidence": self.env._(
                "Fewer than 100 customers have bought again: figures of single "
                "customers are rough, sums are better. It gets better by itself as "
                "customers return."
            ),
            "insufficient_data": self.env._(
                "Needs 100 customers, 30 of whom bought again. Until then nothing is "
                "predicted; RFM, past value and the band by days of silence work. If "
                "you have older orders elsewhere, import them; if you invoice without "
                "orders, choose invoices as the source of purchases in the settings."
            ),
            "no_repeats": self.env._(
                "Nobody bought on a second day, so there is nothing to predict from. "
                "Check that orders of one customer are on one contact: merge "
                "duplicates."
            ),
            "not_converged": self.env._(
                "The search for parameters found no stable answer. What was in use "
                "before stays in use. If it happens for a week, look for a few "
                "accounts that buy thousands of times, such as resellers or tests."
            ),
        }
        is_biased = abs(self.model_bias) > _BIAS
        advice = [texts[self.status]] if self.status else []
        if is_biased:
            advice = [text for text in advice if self.status != "ok"]
            advice.append(
                self.env._(
                    "In the test the model forecast %(percent)s%% %(side)s purchases: "
                    "rank customers by it, and correct sums by that much. A season, a "
                    "campaign or a change of prices may be why.",
                    percent=round(100 * abs(self.model_bias)),
                    side=self.env._("too many")
                    if self.model_bias > 0
                    else self.env._("too few"),
                )
            )
        if self.refusal == "jumped" or self.refused_reason == "jumped":
            advice.append(
                self.env._(
                    "The newest parameters are far from those in use, as after an "
                    "import or a merge of companies. They are taken over after seven "
                    "nights in a row."
                )
            )
        if self.refused_date:
            advice.append(
                self.env._(
                    "These parameters stay in use; the fit of last night was refused."
                )
            )
        if abs(self.spend_correlation) > 0.3:
            advice.append(
                self.env._(
                    "Who buys often also buys differently much each time: values of "
                    "the best and the worst customers are less certain."
                )
            )
        if self.weaknesses:
            advice.append(
                self.env._(
                    "In the test, going on as before was the better forecast by: %s.",
                    self.weaknesses,
                )
            )
        return advice

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
            """SELECT f.company_id, f.r, f.alpha, f.a, f.b, f.c0, f.c1, f.d0, f.d1,
                      (f.kind = 'mbg_nbd')::int AS e,
                      f.horizon_days::float8 AS horizon_days,
                      COALESCE(NULLIF(c.lifecycle_margin_rate, 0), 1)::float8 AS margin
                 FROM lifecycle_clv_fit f
                 JOIN res_company c ON c.id = f.company_id
                WHERE f.is_current AND f.kind IS NOT NULL AND f.company_id = ANY(%s)""",
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
