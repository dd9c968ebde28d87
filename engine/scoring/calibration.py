"""Platt scaling: turning a ranking figure into a probability one can believe."""

import math
from dataclasses import dataclass

_MOST_STEPS = 100
_TOLERANCE = 1e-10
# Keeps the curvature invertible when all figures are alike.
_RIDGE = 1e-12


@dataclass(frozen=True)
class Platt:
    """P = 1 / (1 + exp(-(slope * figure + intercept)))."""

    slope: float
    intercept: float

    def probability(self, figure):
        """Return the probability for a figure; 0 and 1 at most, never NaN."""
        return logistic(self.slope * figure + self.intercept)


def logistic(log_odds):
    """Return 1 / (1 + exp(-x)) without overflow."""
    if log_odds >= 0:
        return 1 / (1 + math.exp(-min(log_odds, 700)))
    odds = math.exp(max(log_odds, -700))
    return odds / (1 + odds)


def fit(cases):
    """Fit ``Platt`` by Newton's method with backtracking.

    The targets are Platt's (1999), a hair inside 0 and 1, so that figures that part
    the outcomes perfectly still have a finite slope.

    Args:
        cases: triples (figure, whether it happened, number of such cases)

    Returns:
        The ``Platt``, or None without both outcomes.
    """
    cases = [case for case in cases if case[2] > 0]
    events = sum(count for _figure, happened, count in cases if happened)
    others = sum(count for _figure, _happened, count in cases) - events
    if not events or not others:
        return None
    high, low = (events + 1) / (events + 2), 1 / (others + 2)
    rows = [(figure, high if happened else low, n) for figure, happened, n in cases]
    slope, intercept = 0.0, math.log((events + 1) / (others + 1))
    loss = _loss(rows, slope, intercept)
    for _step in range(_MOST_STEPS):
        step_slope, step_intercept, slope_of_loss = _newton(rows, slope, intercept)
        if slope_of_loss < _TOLERANCE * (events + others):
            break
        length = 1.0
        while length > 1e-10:
            found = slope + length * step_slope, intercept + length * step_intercept
            new = _loss(rows, *found)
            if new <= loss:
                break
            length /= 2
        else:
            break
        (slope, intercept), loss = found, new
    return Platt(slope, intercept)


def _loss(rows, slope, intercept):
    total = 0.0
    for figure, target, count in rows:
        x = slope * figure + intercept
        # log(1 + exp(x)) - target * x
        total += count * (max(x, 0) + math.log1p(math.exp(-abs(x))) - target * x)
    return total


def _newton(rows, slope, intercept):
    """Return Newton's step for both parameters, and the size of the gradient."""
    g_slope = g_intercept = h_ss = h_si = h_ii = 0.0
    for figure, target, count in rows:
        p = logistic(slope * figure + intercept)
        error, weight = count * (p - target), count * p * (1 - p)
        g_slope += error * figure
        g_intercept += error
        h_ss += weight * figure * figure
        h_si += weight * figure
        h_ii += weight
    h_ss += _RIDGE + 1e-9 * h_ii
    h_ii += _RIDGE
    determinant = h_ss * h_ii - h_si * h_si
    return (
        (h_si * g_intercept - h_ii * g_slope) / determinant,
        (h_si * g_slope - h_ss * g_intercept) / determinant,
        max(abs(g_slope), abs(g_intercept)),
    )
