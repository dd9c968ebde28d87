"""The Net Promoter Score of a group, and how far to trust it.

The score is 100 (p - d), the shares of promoters and detractors.  An answer worth +1,
0 or -1 has the variance p + d - (p - d)^2, from which the usual (Wald) interval
follows; for small groups it is too narrow, and of no width when all agree.  Rocks
("Interval Estimation for the Net Promoter Score", The American Statistician 70 (2016),
365-372) compared six methods on real and drawn samples; best did the adjusted Wald
interval: as if three answers more had come in, 3/4 of a promoter, 3/4 of a detractor
and 3/2 of a passive.  The score shown is that of the answers themselves.
"""

from dataclasses import dataclass
from math import sqrt

from .codes import LEAST_ANSWERS

Z_95 = 1.959963984540054
EXTRA_ANSWERS = 3
EXTRA_EXTREME = 0.75


@dataclass(frozen=True)
class Nps:
    """Score and 95 % interval, from -100 to 100; shares from 0 to 1.

    ``is_enough`` is False below ``LEAST_ANSWERS``: then the score says more about who
    happened to answer than about the group, and should not be shown as a figure.
    """

    answers: int
    score: float
    low: float
    high: float
    promoters: float
    passives: float
    detractors: float
    is_enough: bool


def summarise(promoters, passives, detractors):
    """Return the score of so many answers of each band, or None without answers.

    Raises:
        ValueError: when a number is negative

    >>> found = summarise(50, 30, 20)
    >>> found.score, round(found.low, 1), round(found.high, 1)
    (30.0, 14.1, 44.2)
    """
    counts = (promoters, passives, detractors)
    if min(counts) < 0:
        raise ValueError("no group has fewer than no answers")
    answers = sum(counts)
    if not answers:
        return None
    low, high = interval(promoters, detractors, answers)
    return Nps(
        answers=answers,
        score=100 * (promoters - detractors) / answers,
        low=low,
        high=high,
        promoters=promoters / answers,
        passives=passives / answers,
        detractors=detractors / answers,
        is_enough=answers >= LEAST_ANSWERS,
    )


def interval(promoters, detractors, answers, z=Z_95):
    """Return the ends of the adjusted Wald interval, within -100 and 100.

    Args:
        promoters: how many
        detractors: how many
        answers: how many in all
        z: quantile of the normal distribution; 1.96 for 95 %
    """
    n = answers + EXTRA_ANSWERS
    p = (promoters + EXTRA_EXTREME) / n
    d = (detractors + EXTRA_EXTREME) / n
    middle = p - d
    reach = z * sqrt(max(0.0, p + d - middle**2) / n)
    return 100 * max(-1.0, middle - reach), 100 * min(1.0, middle + reach)
