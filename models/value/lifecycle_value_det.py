"""The table of discounted orders to come that scoring joins on (x, T).

It depends on nothing else about a customer, so a million of them need some thousands
of rows, computed in Python.  Of one x, most T are interpolated.
"""

import math
from functools import lru_cache
from operator import itemgetter

from psycopg2.extras import execute_values

from odoo.tools import groupby

_MONTHS = (12, 24, 36)
_CHUNK = 2_000
_NODES = (20, 40, 80)
_PRECISION = 1e-11
_YEAR = 366.0


def create(cr):
    """Create the temporary table ``lifecycle_value_det``."""
    cr.execute(
        """CREATE TEMP TABLE lifecycle_value_det (
            company_id int, x float8, t float8, orders float8,
            det_12 float8, det_24 float8, det_36 float8,
            PRIMARY KEY (company_id, x, t))"""
    )


def drop(cr):
    """Drop it, if it is there."""
    cr.execute("DROP TABLE IF EXISTS lifecycle_value_det")


def fill(cr, company_id, model, pairs, horizon):
    """Add the rows of one company.

    :param model: ``BgNbd``, in days
    :param pairs: distinct (x, T)
    :param horizon: ``Horizon``; up to 36 steps, those of months 12, 24 and 36 are
        noted, or the last step where it is shorter
    """
    rows = (
        (company_id, x, t, *values)
        for x, same in groupby(sorted(pairs), itemgetter(0))
        for t, values in expect_many(model, int(x), [t for _x, t in same], horizon)
    )
    # execute_values takes what psycopg2 itself knows.
    execute_values(
        cr._obj, "INSERT INTO lifecycle_value_det VALUES %s", rows, page_size=_CHUNK
    )


def expect_many(model, x, ages, horizon):
    """Yield (T, ``expect`` of it) for ascending ages T of customers with one x.

    In ln(alpha + T) the expectations are as smooth as a Gamma's distribution function,
    and a Chebyshev interpolant of some twenty nodes has all digits (Trefethen 2013,
    chapter 8).  It is checked against the formula between its nodes, and refined or
    given up where it is not exact to eleven digits.
    """
    years = math.ceil(ages[-1] / _YEAR)
    for count in _NODES:
        if len(ages) <= count:
            break
        interpolant = _interpolate(model, x, years, horizon, count)
        if interpolant:
            for t in ages:
                yield t, interpolant(t)
            return
    for t in ages:
        yield t, expect(model, x, t, horizon)


@lru_cache(maxsize=1024)
def _interpolate(model, x, years, horizon, count):
    """Return the interpolant over ages of some years, or None where it is not exact.

    It is kept for the hours to come: until the next fit they ask for the same.
    """
    interpolant = _Interpolant(model, x, (0.0, years * _YEAR), horizon, count)
    return interpolant if interpolant.is_exact() else None


def expect(model, x, t, horizon):
    """Return orders expected in 12 months, and discounted in 12, 24 and 36.

    As ``discount.discounted_purchases`` for each horizon, in one pass over the steps.
    Of a horizon shorter than 36 months the whole stands for each.
    """
    reached = discounted = orders = 0.0
    found = []
    for step in range(1, horizon.steps + 1):
        now = model.purchases_if_alive(x, t, step * horizon.step)
        discounted += (now - reached) / (1 + horizon.rate) ** step
        reached = now
        if horizon.steps == _MONTHS[-1] and step in _MONTHS:
            orders = orders or reached
            found.append(discounted)
    return (orders, *found) if found else (reached, *[discounted] * 3)


class _Interpolant:
    """``expect`` of one x over a range of T, through Chebyshev points."""

    def __init__(self, model, x, ages, horizon, count):
        self.exact = lambda t: expect(model, x, t, horizon)
        self.alpha = model.alpha
        low, high = (math.log(model.alpha + t) for t in ages)
        self.middle, self.half = (low + high) / 2, (high - low) / 2
        self.angles = [math.pi * k / count for k in range(count + 1)]
        self.places = [math.cos(angle) for angle in self.angles]
        self.weights = [(-1.0) ** k for k in range(count + 1)]
        self.weights[0] /= 2
        self.weights[-1] /= 2
        self.values = [self.exact(self._age(place)) for place in self.places]

    def _age(self, place):
        return max(0.0, math.exp(self.middle + self.half * place) - self.alpha)

    def __call__(self, t):
        """Return the four expectations by the barycentric formula."""
        place = (math.log(self.alpha + t) - self.middle) / self.half
        sums = [0.0] * 4
        total = 0.0
        for node, weight, values in zip(
            self.places, self.weights, self.values, strict=True
        ):
            if place == node:
                return values
            share = weight / (place - node)
            total += share
            for index, value in enumerate(values):
                sums[index] += share * value
        return tuple(value / total for value in sums)

    def is_exact(self):
        """Whether it agrees with the formula half-way between some of its nodes."""
        count = len(self.angles) - 1
        for k in (0, count // 3, count // 2, count - 1):
            t = self._age(math.cos((self.angles[k] + self.angles[k + 1]) / 2))
            pairs = zip(self(t), self.exact(t), strict=True)
            if any(abs(ours - real) > _PRECISION * real for ours, real in pairs):
                return False
        return True
