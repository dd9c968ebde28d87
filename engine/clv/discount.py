"""Discounted orders to come, and the value of a customer they make."""

import math
from dataclasses import dataclass
from typing import NamedTuple

MONTH_DAYS = 365.25 / 12


@dataclass(frozen=True)
class Horizon:
    """How far ahead to look, and what money is worth there.

    ``steps`` of ``step`` days each, orders of a step paid at its end; ``rate`` is the
    discount rate *per step*.  Store all three beside any value computed with them: an
    annual rate taken for a monthly one, or weeks for days, is the commonest error.

    Raises:
        ValueError: without a step of positive length, or for a rate of -1 or less
    """

    steps: int = 12
    step: float = MONTH_DAYS
    rate: float = 0.0

    def __post_init__(self):
        """Refuse a horizon that looks nowhere."""
        if self.steps < 1 or not 0 < self.step < math.inf:
            raise ValueError(f"a horizon needs steps of some length: {self}")
        if not -1 < self.rate < math.inf:
            raise ValueError(f"not a discount rate: {self}")

    @classmethod
    def of_months(cls, months, annual_rate):
        """Return a horizon of calendar months; 0.1 is 10 % a year, compounded."""
        return cls(months, MONTH_DAYS, (1 + annual_rate) ** (1 / 12) - 1)

    @property
    def length(self):
        """Days from now to the end."""
        return self.steps * self.step


class Expectation(NamedTuple):
    """One row of the table that scoring in SQL joins on (x, T).

    ``purchases`` are expected to the end of the horizon, ``discounted`` in money's
    worth of today; both for customers alive, to be multiplied by P(alive).
    """

    x: int
    T: float
    purchases: float
    discounted: float


def det_table(model, pairs, horizon):
    """Yield an ``Expectation`` for each distinct pair, x ascending.

    Args:
        model: ``BgNbd`` with alpha in the unit of T and ``horizon.step``
        pairs: ``(x, T)`` of customers; repeated pairs are computed once
        horizon: ``Horizon``
    """
    for x, T in sorted({(int(x), float(T)) for x, T in pairs}):
        yield Expectation(x, T, *_expect(model, x, T, horizon))


def discounted_purchases(model, x, T, horizon):
    """Return discounted E[orders within the horizon | alive], DET in the literature."""
    return _expect(model, x, T, horizon)[1]


def customer_value(model, history, mean_value, horizon, margin=1.0):
    """Return the value of a customer's orders to come, in the currency of the mean.

    Fader, Hardie and Lee (2005, JMR 42:415): orders and their amounts are taken as
    independent.  What the customer has bought so far is not part of it.

    Args:
        model: ``BgNbd``
        history: ``(x, t_x, T)``
        mean_value: E[amount of an order], from ``mean_value`` of a spend model
        horizon: ``Horizon``
        margin: share of an amount that remains
    """
    x, t_x, T = history
    alive = model.probability_alive(x, t_x, T)
    return margin * mean_value * alive * discounted_purchases(model, x, T, horizon)


def _expect(model, x, T, horizon):
    purchases = discounted = 0.0
    for step in range(1, horizon.steps + 1):
        reached = model.purchases_if_alive(x, T, step * horizon.step)
        discounted += (reached - purchases) / (1 + horizon.rate) ** step
        purchases = reached
    return purchases, discounted
