from odoo import api, models

# In a test, beyond this the forecast of all purchases together is called biased.
_BIAS = 0.2
# Beyond this correlation, how often and how much customers buy are not independent.
_DEPENDENT = 0.3


class LifecycleClvFit(models.Model):
    """What a card's status means, in words, and what to do about it."""

    _inherit = "lifecycle.clv.fit"

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
        is_biased = abs(self.model_bias) > _BIAS
        advice = self._get_refusal_advice() + self._get_limits_advice()
        if is_biased:
            advice.insert(0, self._get_bias_advice())
        is_doubtful = is_biased or self.refusal
        if self.status and not (is_doubtful and self.status == "ok"):
            advice.insert(0, self._get_status_advice()[self.status])
        return advice

    def _get_status_advice(self):
        """Return ``{status: sentences}``."""
        return {
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

    def _get_bias_advice(self):
        percent = round(100 * abs(self.model_bias))
        if self.model_bias > 0:
            return self.env._(
                "In the test the model forecast %s%% too many purchases: rank "
                "customers by it, and correct sums by that much. A season, a campaign "
                "or a change of prices may be why.",
                percent,
            )
        return self.env._(
            "In the test the model forecast %s%% too few purchases: rank customers by "
            "it, and correct sums by that much. A season, a campaign or a change of "
            "prices may be why.",
            percent,
        )

    def _get_refusal_advice(self):
        advice = []
        if "jumped" in (self.refusal, self.refused_reason):
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
        return advice

    def _get_limits_advice(self):
        advice = []
        if abs(self.spend_correlation) > _DEPENDENT:
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
                    self._get_weaknesses(),
                )
            )
        return advice

    def _get_weaknesses(self):
        """Return the measures by which the naive forecast is the better one."""
        names = {
            "bias": self.env._("bias"),
            "rmse": self.env._("RMSE"),
            "correlation": self.env._("correlation"),
            "auc": self.env._("AUC"),
            "brier": self.env._("Brier score"),
        }
        return ", ".join(names.get(code, code) for code in self.weaknesses.split(", "))
