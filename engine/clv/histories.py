"""Purchase histories of customers, counted by kind: all that a fit needs to see."""

import math
from array import array
from dataclasses import dataclass
from typing import NamedTuple

from .weighted import quantile


class Group(NamedTuple):
    """The histories with one number of repeat orders, in three arrays of one length.

    ``last`` and ``now`` are positions of t_x and T in ``Histories.times``.
    """

    last: array
    now: array
    counts: array
    customers: int


@dataclass(frozen=True)
class Histories:
    """Distinct histories (x, t_x, T), and how many customers share each.

    ``times`` holds each distinct t_x and T once, so that a fit takes their logarithms
    once.  ``age_customers`` and ``age_repeats`` give, for each of ``times`` taken as
    T, the customers of that age and the repeat orders they placed together.
    """

    times: array
    groups: dict[int, Group]
    age_customers: array
    age_repeats: array
    customers: int
    repeaters: int
    repeats: int

    @property
    def longest(self):
        """Age of the oldest customer; 0 when there is none."""
        return max(self.times, default=0.0)

    def rows(self):
        """Yield ``(x, t_x, T, count)`` as they were collected, x ascending."""
        for x, group in self.groups.items():
            for last, now, count in zip(*group[:3], strict=True):
                yield x, self.times[last], self.times[now], count

    def capped(self, share=0.9999):
        """Return the histories with x cut at the quantile ``share`` of customers.

        Meant for fits only: one account that buys thousands of times, a reseller or
        a robot, otherwise bends the parameters of all.  Returns self if nobody is cut.
        """
        sizes = ((x, group.customers) for x, group in self.groups.items())
        most = quantile(sizes, share)
        if most is None or most == max(self.groups):
            return self
        return collect((min(x, most), t_x, T, n) for x, t_x, T, n in self.rows())


def collect(rows):
    """Gather ``(x, t_x, T, count)`` into compact arrays.

    Rows may come in any order and from a cursor; equal rows need not be merged.  Each
    takes 24 bytes.

    Args:
        rows: x, repeat purchase days; t_x, age at the last purchase; T, age now;
            count, number of customers.  t_x and T in one unit, 0 for x = 0.

    Raises:
        ValueError: for a row that cannot be, such as a purchase after T
    """
    positions = {}
    groups = {}
    for x, t_x, T, count in rows:
        x, t_x, T, count = int(x), float(t_x), float(T), int(count)
        _check(x, t_x, T, count)
        group = groups.get(x)
        if group is None:
            group = groups[x] = (array("q"), array("q"), array("q"))
        group[0].append(positions.setdefault(t_x, len(positions)))
        group[1].append(positions.setdefault(T, len(positions)))
        group[2].append(count)
    return _summarise(
        array("d", positions),
        {x: Group(*groups[x], customers=sum(groups[x][2])) for x in sorted(groups)},
    )


def _summarise(times, groups):
    age_customers = array("q", bytes(8 * len(times)))
    age_repeats = array("q", bytes(8 * len(times)))
    for x, group in groups.items():
        for now, count in zip(group.now, group.counts, strict=True):
            age_customers[now] += count
            age_repeats[now] += x * count
    customers = sum(age_customers)
    return Histories(
        times=times,
        groups=groups,
        age_customers=age_customers,
        age_repeats=age_repeats,
        customers=customers,
        repeaters=customers - (groups[0].customers if 0 in groups else 0),
        repeats=sum(age_repeats),
    )


def _check(x, t_x, T, count):
    possible = 0 <= t_x <= T < math.inf and x >= 0 and count > 0
    if not possible or (x == 0) != (t_x == 0):
        raise ValueError(f"not a purchase history: {x=} {t_x=} {T=} {count=}")
