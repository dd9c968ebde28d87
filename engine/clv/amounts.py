"""Mean order amounts of customers, counted: what a spend model is fitted to."""

import math
from array import array
from dataclasses import dataclass, replace
from typing import NamedTuple

from .weighted import correlation, quantile


class AmountGroup(NamedTuple):
    """The customers whose mean is over one number of orders."""

    means: array
    counts: array
    customers: int


@dataclass(frozen=True)
class Amounts:
    """Mean amounts by number of orders.

    ``groups`` maps x, the number of orders a mean is over, to its customers; ``mean``
    and ``deviation`` are those of the means, each customer counting once; ``excluded``
    counts customers left out because their mean was not positive.
    """

    groups: dict[int, AmountGroup]
    customers: int
    excluded: int
    mean: float
    deviation: float

    @property
    def variation(self):
        """Coefficient of variation of the means; 0 when they are all alike."""
        return self.deviation / self.mean if self.customers else 0.0

    def rows(self):
        """Yield ``(x, mean, count)``, x ascending."""
        for x, group in self.groups.items():
            for mean, count in zip(group.means, group.counts, strict=True):
                yield x, mean, count

    def quantile(self, share):
        """Return the smallest mean that covers ``share`` of customers, None without.

        Sorts all rows: group means that are close together when there are millions.
        """
        return quantile(sorted(row[1:] for row in self.rows()), share)

    def correlation(self, least=1):
        """Return Pearson's r of x and mean, None where either does not vary.

        The models take the two as independent; beyond 0.3 either way they mislead.

        Args:
            least: leave out customers with fewer orders, who say little of either
        """
        return correlation(row for row in self.rows() if row[0] >= least)


def collect(rows):
    """Gather ``(x, mean, count)`` into compact arrays, 16 bytes a row.

    SQL should group customers of one x whose amounts are within about 1 % of each other
    and give their average: a fit cannot tell the difference.  Rows with a mean that is
    not positive, or without orders, are counted and left out.

    Args:
        rows: x, orders the mean is over (all orders, or the repeat orders only as in
            the papers, but the same in every use); mean amount, in one currency; count

    Raises:
        ValueError: for a mean that is not a finite number
    """
    groups = {}
    excluded = 0
    for x, mean, count in rows:
        x, mean, count = int(x), float(mean), int(count)
        if not math.isfinite(mean):
            raise ValueError(f"not an amount: {x=} {mean=} {count=}")
        if mean <= 0 or x < 1:
            excluded += count
            continue
        group = groups.setdefault(x, (array("d"), array("q")))
        group[0].append(mean)
        group[1].append(count)
    return _summarise(
        {x: AmountGroup(*groups[x], sum(groups[x][1])) for x in sorted(groups)},
        excluded,
    )


def _summarise(groups, excluded):
    amounts = Amounts(groups, sum(g.customers for g in groups.values()), excluded, 0, 0)
    if not amounts.customers:
        return amounts
    total = sum(mean * count for _x, mean, count in amounts.rows())
    mean = total / amounts.customers
    squares = sum(count * (m - mean) ** 2 for _x, m, count in amounts.rows())
    deviation = math.sqrt(squares / amounts.customers)
    return replace(amounts, mean=mean, deviation=deviation)
