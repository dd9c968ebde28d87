"""How good forecasts were: of numbers, and of whether something happened at all.

Each function takes parallel sequences, one element a kind of customer, with the
number of customers of that kind in ``counts``.  A figure that is not defined, such as
a correlation with something constant, is None and never NaN.
"""

import math
from dataclasses import dataclass

from .weighted import correlation

_BINS = 10
_LEAST_PROBABILITY = 1e-15


@dataclass(frozen=True)
class VolumeMetrics:
    """Forecast against actual numbers.

    ``bias`` is relative: 0.1 forecasts 10 % too much.  The absolute error ``mae``
    alone rewards forecasting nothing for everybody; judge it with the others.
    """

    customers: int
    forecast: float
    actual: float
    bias: float | None
    mae: float | None
    rmse: float | None
    correlation: float | None


@dataclass(frozen=True)
class Bin:
    """Customers with similar probabilities: what was said, and what came true."""

    customers: int
    predicted: float
    observed: float


@dataclass(frozen=True)
class ProbabilityMetrics:
    """Probabilities against events.

    ``auc`` is the chance that of two customers the one with the event had the higher
    probability, ties counting half.  ``skill`` is 1 - Brier score over that of the
    base rate: above 0 is better than knowing nothing but the rate.  ``calibration``
    goes from the least to the most probable tenth; ``calibration_error`` is the mean
    distance within it.  ``lift`` is the rate in the most probable tenth over the rate.
    """

    customers: int
    rate: float | None
    auc: float | None
    brier: float | None
    skill: float | None
    log_loss: float | None
    lift: float | None
    calibration_error: float | None
    calibration: tuple[Bin, ...]


def volume_metrics(forecast, actual, counts):
    """Return the ``VolumeMetrics`` of numbers forecast.

    Args:
        forecast: finite numbers
        actual: what they turned out to be
        counts: customers of each kind
    """
    rows = list(zip(forecast, actual, counts, strict=True))
    customers = sum(n for _f, _a, n in rows)
    said = sum(f * n for f, _a, n in rows)
    was = sum(a * n for _f, a, n in rows)
    if not customers:
        return VolumeMetrics(0, 0.0, 0.0, None, None, None, None)
    return VolumeMetrics(
        customers=customers,
        forecast=said,
        actual=was,
        bias=said / was - 1 if was else None,
        mae=sum(n * abs(f - a) for f, a, n in rows) / customers,
        rmse=math.sqrt(sum(n * (f - a) ** 2 for f, a, n in rows) / customers),
        correlation=correlation(rows),
    )


def probability_metrics(probability, happened, counts):
    """Return the ``ProbabilityMetrics`` of probabilities given to events.

    Args:
        probability: 0 to 1
        happened: booleans
        counts: customers of each kind
    """
    steps = _steps(probability, happened, counts)
    customers = sum(n for _p, n, _events in steps)
    if not customers:
        return ProbabilityMetrics(0, *[None] * 7, ())
    rate = sum(events for _p, _n, events in steps) / customers
    brier = sum(n * p * p + events * (1 - 2 * p) for p, n, events in steps) / customers
    bins = _calibration(steps, customers)
    return ProbabilityMetrics(
        customers=customers,
        rate=rate,
        auc=_auc(steps),
        brier=brier,
        skill=1 - brier / (rate * (1 - rate)) if 0 < rate < 1 else None,
        log_loss=_log_loss(steps) / customers,
        lift=_lift(steps, customers / _BINS, rate),
        calibration_error=sum(b.customers * abs(b.predicted - b.observed) for b in bins)
        / customers,
        calibration=bins,
    )


def auc(ranking, happened, counts):
    """Return the area under the ROC curve of any figure, None without both outcomes.

    Args:
        ranking: high where the event is expected
        happened: booleans
        counts: customers of each kind
    """
    return _auc(_steps(ranking, happened, counts))


def _steps(ranking, happened, counts):
    """Return ``(ranking, customers, events)`` for each distinct value, ascending."""
    steps = {}
    for value, event, count in zip(ranking, happened, counts, strict=True):
        step = steps.setdefault(value, [0, 0])
        step[0] += count
        step[1] += count if event else 0
    return [(value, *steps[value]) for value in sorted(steps)]


def _auc(steps):
    events = sum(step[2] for step in steps)
    others = sum(step[1] for step in steps) - events
    if not events or not others:
        return None
    won = passed = 0
    for _value, customers, here in steps:
        misses = customers - here
        won += here * (passed + misses / 2)
        passed += misses
    return won / (events * others)


def _log_loss(steps):
    """Return the sum of -ln(probability of what happened), never infinite."""
    total = 0.0
    for p, customers, events in steps:
        p = min(max(p, _LEAST_PROBABILITY), 1 - _LEAST_PROBABILITY)
        total -= events * math.log(p) + (customers - events) * math.log1p(-p)
    return total


def _lift(steps, wanted, rate):
    """Return the event rate among the ``wanted`` most probable, over the rate.

    Of customers alike at the edge a share is taken, as if drawn by lot.
    """
    if not rate:
        return None
    left, events = wanted, 0.0
    for _p, customers, here in reversed(steps):
        taken = min(left, customers)
        events += here * taken / customers
        left -= taken
    return events / wanted / rate


def _calibration(steps, customers):
    """Return up to ten bins of about equal size; equal probabilities share one."""
    bins = [[0, 0.0, 0] for _ in range(_BINS)]
    below = 0
    for p, count, events in steps:
        middle = (below + count / 2) / customers
        found = bins[min(int(_BINS * middle), _BINS - 1)]
        found[0] += count
        found[1] += p * count
        found[2] += events
        below += count
    return tuple(Bin(n, said / n, was / n) for n, said, was in bins if n)
