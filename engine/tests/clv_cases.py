"""Customers to test with: those of CDNOW, and some made up from known parameters."""

import csv
import random
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from ..clv import amounts, histories
from ..clv.bg_nbd import BgNbd

# Maximum likelihood on CDNOW, weeks; BTYD 2.4.3 vignette and BTYDplus.
CDNOW_BG = BgNbd(0.2425982, 4.4136842, 0.7929899, 2.4261667)
CDNOW_MBG = BgNbd(0.525, 6.183, 0.891, 1.614, e=1)

# 30 September 1997 and 30 June 1998, in days since 1 January 1997.
CUT_OFF = 272
HELD_OUT = 273


class Customer(NamedTuple):
    """A CDNOW customer as known on the day of the cut-off; money in dollars."""

    x: int
    t_x: int
    T: int
    repeat_mean: float
    total: float
    later: int
    later_total: float


def cdnow_orders():
    """Return ``{customer: {day: cents}}``, the orders of a day in one."""
    path = Path(__file__).parent / "data" / "cdnow_sample.csv"
    days = {}
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            customer = days.setdefault(int(row["customer"]), Counter())
            customer[int(row["day"])] += int(row["cents"])
    return days


def cdnow():
    """Return the 2,357 customers in the order of the sample."""
    return [_customer(days) for days in cdnow_orders().values()]


def _customer(days):
    known = sorted(day for day in days if day <= CUT_OFF)
    later = [day for day in days if CUT_OFF < day <= CUT_OFF + HELD_OUT]
    repeats = [days[day] for day in known[1:]]
    return Customer(
        x=len(repeats),
        t_x=known[-1] - known[0],
        T=CUT_OFF - known[0],
        repeat_mean=sum(repeats) / len(repeats) / 100 if repeats else 0.0,
        total=sum(days[day] for day in known) / 100,
        later=len(later),
        later_total=sum(days[day] for day in later) / 100,
    )


def cdnow_histories(unit=1):
    """Return the ``Histories`` of CDNOW; ``unit`` 7 gives weeks, as in the papers."""
    counts = Counter((c.x, c.t_x, c.T) for c in cdnow())
    return histories.collect(
        (x, t_x / unit, T / unit, count) for (x, t_x, T), count in counts.items()
    )


def cdnow_amounts():
    """Return the ``Amounts`` of repeat orders, as in the papers."""
    return amounts.collect((c.x, c.repeat_mean, 1) for c in cdnow())


class Simulated(NamedTuple):
    """A made-up customer, and what nobody can know about a real one."""

    x: int
    t_x: int
    T: int
    later: int
    is_alive: bool


def simulate(model, customers, seed, oldest=730, within=180):
    """Return customers drawn from the story that ``model`` tells, in days.

    Ages are uniform up to ``oldest``; ``later`` are the orders of the ``within`` days
    after.  Orders are at whole days, and those of one day are one order.
    """
    rng = random.Random(seed)
    return [_draw(rng, model, rng.randint(0, oldest), within) for _ in range(customers)]


def _draw(rng, model, T, within):
    rate = rng.gammavariate(model.r, 1 / model.alpha)
    dropout = rng.betavariate(model.a, model.b)
    alive = not model.e or rng.random() >= dropout
    alive_at_T = alive
    days = set()
    time = 0.0
    while alive and rate > 1e-9:
        time += rng.expovariate(rate)
        if time > T + within:
            break
        days.add(int(time))
        alive = rng.random() >= dropout
        if time <= T:
            alive_at_T = alive
    known = [day for day in days if 0 < day <= T]
    later = sum(day > T for day in days)
    return Simulated(len(known), max(known, default=0), T, later, alive_at_T)


def collect(customers):
    """Return the ``Histories`` of simulated customers."""
    counts = Counter(customer[:3] for customer in customers)
    return histories.collect((*history, count) for history, count in counts.items())
