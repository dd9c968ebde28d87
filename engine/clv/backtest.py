"""Would the model have known? Forecasts of a time that is already over."""

import math
from dataclasses import dataclass

from .metrics import (
    ProbabilityMetrics,
    VolumeMetrics,
    auc,
    probability_metrics,
    volume_metrics,
)


@dataclass(frozen=True)
class Forecast:
    """How one way to forecast did.

    ``ranking`` is the AUC of the number of orders forecast, for whether any came.
    """

    volume: VolumeMetrics
    probability: ProbabilityMetrics
    ranking: float | None


@dataclass(frozen=True)
class Backtest:
    """The model beside the naive forecast that everybody goes on as before.

    ``days`` is the length of the time held out; ``expected`` are the model's purchases
    of each row.
    """

    days: float
    model: Forecast
    naive: Forecast
    expected: tuple[float, ...] = ()

    @property
    def weaknesses(self):
        """Codes of the measures by which the naive forecast is the better one.

        Of ``bias``, ``rmse``, ``correlation``, ``auc`` and ``brier``; MAE is left out
        because forecasting nothing at all does well by it.
        """
        model, naive = _figures(self.model), _figures(self.naive)
        return tuple(
            code
            for code in model
            if None not in (model[code], naive[code]) and model[code] < naive[code]
        )


def backtest(model, rows, days):
    """Compare forecasts made at T with what came after.

    Fit the model on what was known at T only.

    Args:
        model: ``BgNbd``
        rows: ``(x, t_x, T, later, count)``: the history at the cut-off, the purchase
            days within ``days`` after it, and how many customers share both
        days: length of the time held out, in the unit of T
    """
    rows = [tuple(row) for row in rows]
    actual = [row[3] for row in rows]
    counts = [row[4] for row in rows]
    histories = [row[:3] for row in rows]
    naive = [naive_forecast(x, T, days) for x, _t_x, T in histories]
    chances = [model.probability_of_purchase(*history, days) for history in histories]
    expected = _expected(model, histories, days)
    return Backtest(
        days,
        _judge(expected, chances, actual, counts),
        _judge(naive, [-math.expm1(-value) for value in naive], actual, counts),
        tuple(expected),
    )


def naive_forecast(x, T, days):
    """Return the orders of a customer who goes on at the rate so far, x / T.

    With nothing to divide by, on the day of the first order, it is 0.
    """
    return x / T * days if T > 0 else 0.0


def _expected(model, histories, days):
    """Return E[orders] of each history; many share (x, T), where the work is."""
    if_alive = {}
    expected = []
    for x, t_x, T in histories:
        if (x, T) not in if_alive:
            if_alive[x, T] = model.purchases_if_alive(x, T, days)
        expected.append(model.probability_alive(x, t_x, T) * if_alive[x, T])
    return expected


def _judge(expected, chances, actual, counts):
    happened = [number > 0 for number in actual]
    return Forecast(
        volume_metrics(expected, actual, counts),
        probability_metrics(chances, happened, counts),
        auc(expected, happened, counts),
    )


def _figures(forecast):
    """Return the measures to compare by, each higher where better."""
    volume = forecast.volume
    return {
        "bias": None if volume.bias is None else -abs(volume.bias),
        "rmse": None if volume.rmse is None else -volume.rmse,
        "correlation": volume.correlation,
        "auc": forecast.ranking,
        "brier": None
        if forecast.probability.brier is None
        else -forecast.probability.brier,
    }
