"""From any question to 0–100, from there to a band and a trend.

An answer's place on its scale is taken as its percentage, so that all questions can
be compared.  The bands are those of the Net Promoter Score (Reichheld, "The One Number
You Need to Grow", Harvard Business Review, December 2003): 0–6 detractor, 7–8 passive,
9–10 promoter.  Other scales get the band of the nearest grade from 0 to 10, which means
borders half way between the grades, at 65 and 85:

==================  =========  =======  ========
scale               detractor  passive  promoter
==================  =========  =======  ========
NPS 0–10            0–6        7–8      9–10
5 stars, CSAT 1–5   1–3        4        5
CSAT, CES 1–7       1–4        5–6      7
==================  =========  =======  ========

Effort (CES) reads like satisfaction where 7 is "very easy", as in CES 2.0 (Dixon and
others, "The Effortless Experience", 2013).  Where a low answer is the good one, as in
the first CES, the worst answer is the higher number.
"""

from math import floor

PASSIVE_FROM = 65
PROMOTER_FROM = 85
# A trend is a move by one grade of ten or more.
TREND_STEP = 10
TREND_ANSWERS = 3


def normalise(value, worst, best):
    """Return an answer as a whole number from 0 to 100, half a point rounded up.

    Args:
        value: the answer; beyond the scale it counts as its end
        worst: the answer that says "not at all satisfied"
        best: the one that says "fully"; below ``worst`` when low is good

    Raises:
        ValueError: when both ends are the same

    >>> normalise(9, 0, 10), normalise(4, 1, 5), normalise(5, 1, 7)
    (90, 75, 67)
    >>> normalise(1, 7, 1)
    100
    """
    if worst == best:
        raise ValueError("a scale needs two different ends")
    share = (value - worst) / (best - worst)
    return floor(100 * min(1, max(0, share)) + 0.5)


def band(value):
    """Return ``detractor``, ``passive`` or ``promoter`` for a value of 0–100.

    >>> [band(normalise(stars, 1, 5)) for stars in (3, 4, 5)]
    ['detractor', 'passive', 'promoter']
    """
    if value >= PROMOTER_FROM:
        return "promoter"
    return "passive" if value >= PASSIVE_FROM else "detractor"


def trend(values):
    """Return ``up``, ``flat`` or ``down`` over the last three answers.

    It compares the last with the first of them: of three values that is twice the
    slope of the straight line through them (least squares).

    Args:
        values: of 0–100, oldest first

    Returns:
        None for fewer than two answers.

    >>> trend([90, 40, 60, 50])
    'up'
    """
    last = values[-TREND_ANSWERS:]
    if len(last) < 2:
        return None
    move = last[-1] - last[0]
    if abs(move) < TREND_STEP:
        return "flat"
    return "up" if move > 0 else "down"
