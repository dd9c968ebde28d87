"""What tells a group of contacts from everybody else, ranked by one statistic.

The statistic is the log-likelihood ratio G² of Dunning (1993), "Accurate Methods for
the Statistics of Surprise and Coincidence", Computational Linguistics 19(1): it asks
how surprising it would be to find a value so often here, and so seldom elsewhere, if
the group made no difference.  Unlike a bare lift it does not rank two contacts out of
three before forty thousand out of fifty; unlike chi-squared it holds for rare values.
"""

from dataclasses import dataclass
from math import log

# Below these a difference says more about chance than about the group.
MIN_COUNT = 5
MIN_GROUP = 20
# G² of one chance in a thousand, with one degree of freedom.
MIN_SURPRISE = 10.83


@dataclass(frozen=True)
class Difference:
    """One value of one fact, in the group and among everybody else."""

    fact: str
    value: object
    count: int
    count_elsewhere: int
    here: float
    elsewhere: float
    surprise: float

    @property
    def lift(self):
        """How many times as frequent here; None where nobody else has the value."""
        return self.here / self.elsewhere if self.elsewhere else None


def surprise(count, size, count_elsewhere, size_elsewhere):
    """Return G² of a value found ``count`` times among ``size``, and elsewhere.

    >>> round(surprise(110, 2552, 111, 29225), 2)  # Dunning's "the swiss"
    270.72
    """
    total = size + size_elsewhere
    share = (count + count_elsewhere) / total
    cells = (
        (count, size * share),
        (size - count, size * (1 - share)),
        (count_elsewhere, size_elsewhere * share),
        (size_elsewhere - count_elsewhere, size_elsewhere * (1 - share)),
    )
    return max(0.0, 2 * sum(seen * log(seen / due) for seen, due in cells if seen))


def is_told_apart(size, size_elsewhere):
    """Whether both groups are large enough for any difference to mean something."""
    return min(size, size_elsewhere) >= MIN_GROUP


def differences(rows, size, size_elsewhere, limit=20):
    """Return the differences that are no accident, the most surprising first.

    A value must be found, or be due by the share of everybody, ``MIN_COUNT`` times in
    the group; one found less often than elsewhere counts as well.  Ties are broken by
    count, then by name, so that the order never changes by itself.

    Args:
        rows: tuples fact, value, count in the group, count among everybody else
        size: contacts in the group
        size_elsewhere: everybody else
        limit: how many to return
    """
    if not is_told_apart(size, size_elsewhere):
        return []
    found = [
        Difference(
            fact,
            value,
            count,
            others,
            count / size,
            others / size_elsewhere,
            surprise(count, size, others, size_elsewhere),
        )
        for fact, value, count, others in rows
        if _is_enough(count, others, size, size_elsewhere)
    ]
    found = [item for item in found if item.surprise >= MIN_SURPRISE]
    found.sort(key=lambda it: (-it.surprise, -it.count, it.fact, str(it.value)))
    return found[:limit]


def _is_enough(count, others, size, size_elsewhere):
    due = size * (count + others) / (size + size_elsewhere)
    return max(count, due) >= MIN_COUNT
