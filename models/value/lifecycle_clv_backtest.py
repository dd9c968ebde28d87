from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from ...engine.clv import bg_nbd_fit, histories
from ...engine.clv.backtest import backtest, naive_forecast
from .lifecycle_value_purchase import LOADED

_LEAST_DAYS = 30
_MOST_X = 7


class LifecycleClvFit(models.Model):
    """Would the model have known? Fitted on the past, tested on what came after."""

    _inherit = "lifecycle.clv.fit"

    def _prepare_backtest(self, company, sample):
        """Return the values of a test on the last days, none when it is too early.

        A third of the time since the first customer is held out, at most the
        company's days to buy again, and at least a month: fewer days tell nothing.
        The model is fitted anew on what was known before: refunds and cancellations
        of later days are not.
        """
        oldest = self.env.execute_query(
            SQL(
                "SELECT min(first_order_date) FROM lifecycle_value WHERE %s",
                sample["where"],
            )
        )[0][0]
        most = (sample["as_of"] - oldest).days // 3
        if most < _LEAST_DAYS:
            return {}
        days = max(_LEAST_DAYS, min(company.lifecycle_churn_days, most))
        cutoff = sample["as_of"] - timedelta(days=days)
        rows = self._read_holdout(company, sample, cutoff)
        fitted = bg_nbd_fit.fit_best(
            histories.collect((x, t_x, t, n) for x, t_x, t, _later, n in rows)
        )
        if not fitted.model:
            return {}
        found = backtest(fitted.model, rows, days)
        return {
            "holdout_days": days,
            "holdout_start": cutoff,
            **_figures(found),
            "backtest_chart": _chart(rows, days, found),
        }

    def _read_holdout(self, company, sample, cutoff):
        """Return rows (x, t_x, T, purchase days after the cut-off, count)."""
        value = self.env["lifecycle.value"]
        scope = SQL("SELECT partner_id FROM lifecycle_value WHERE %s", sample["where"])
        value._load_facts(company, cutoff, scope, name="lifecycle_value_known")
        # A purchase day, and what was given back of it, is of later documents only;
        # but what was paid at the counter may have been ordered before.
        is_counted_twice = company.lifecycle_value_source == "both_pos"
        value._load_lines(
            company,
            sample["as_of"],
            LOADED,
            since=None if is_counted_twice else cutoff,
        )
        value._load_table(
            "lifecycle_value_later",
            SQL(
                "SELECT partner_id, count(*) AS days FROM (%s) d"
                " WHERE net > 0 AND day > %s GROUP BY partner_id",
                value._get_purchase_days(),
                cutoff,
            ),
            SQL("partner_id"),
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT k.order_count - 1, k.last_order_date - k.first_order_date,
                          %s::date - k.first_order_date, COALESCE(l.days, 0), count(*)
                     FROM lifecycle_value_known k
                     LEFT JOIN lifecycle_value_later l USING (partner_id)
                    WHERE k.order_count > 0
                    GROUP BY 1, 2, 3, 4""",
                cutoff,
            )
        )
        self.env.cr.execute("DROP TABLE lifecycle_value_known, lifecycle_value_later")
        return rows


def _figures(found):
    values = {
        "holdout_customers": found.model.volume.customers,
        "actual_orders": found.model.volume.actual,
        "actual_rate": found.model.probability.rate,
        "model_skill": found.model.probability.skill,
        "calibration_error": found.model.probability.calibration_error,
        "weaknesses": ", ".join(found.weaknesses) or False,
    }
    for name, forecast in (("model", found.model), ("naive", found.naive)):
        values.update(
            {
                f"{name}_orders": forecast.volume.forecast,
                f"{name}_bias": forecast.volume.bias,
                f"{name}_rmse": forecast.volume.rmse,
                f"{name}_correlation": forecast.volume.correlation,
                f"{name}_auc": forecast.ranking,
                f"{name}_brier": forecast.probability.brier,
            }
        )
    return values


def _chart(rows, days, found):
    """Return what the card draws.

    ``orders``: by number of repeat purchases before the test, the mean number in it,
    real, as the model said and as the naive forecast said.  ``calibration``: by tenth
    of the probabilities given, how many did buy.
    """
    sums = {}
    pairs = zip(rows, found.expected, strict=True)
    for (x, _t_x, t, later, count), expected in pairs:
        row = sums.setdefault(min(x, _MOST_X), [0, 0, 0.0, 0.0])
        row[0] += count
        row[1] += count * later
        row[2] += count * expected
        row[3] += count * naive_forecast(x, t, days)
    return {
        "orders": [
            {
                "label": f"{x}+" if x == _MOST_X else str(x),
                "customers": count,
                "actual": actual / count,
                "model": said / count,
                "naive": naive / count,
            }
            for x, (count, actual, said, naive) in sorted(sums.items())
        ],
        "calibration": [
            {
                "customers": part.customers,
                "predicted": part.predicted,
                "observed": part.observed,
            }
            for part in found.model.probability.calibration
        ],
    }
