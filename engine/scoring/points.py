"""Points for what a contact did, less as they grow old.

Everything follows from dates: nothing is ever taken off a stored total.  An age is
whole days, so that a score does not depend on the hour it was computed at.
"""

import math
from dataclasses import dataclass

# 2 ** -1075 is zero in Python and an error in PostgreSQL.
_MOST_HALVINGS = 700
# Sums of the same terms in another order differ by less.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Rule:
    """How one kind of act earns points.

    ``count`` acts within ``window_days`` (0: ever) earn ``points``, the first time or
    each time; after ``half_life_days`` (0: never) half of them are left.  ``cap`` (0:
    none) limits what the rule can give or take.  ``is_daily`` counts one act a day.
    ``is_relative`` scales the points by the share of messages answered.
    """

    points: float
    count: int = 1
    window_days: int = 0
    half_life_days: float = 0
    cap: float = 0
    is_once: bool = False
    is_daily: bool = False
    is_relative: bool = False


@dataclass(frozen=True)
class Line:
    """What happened on one day: how often points were earned, and what is left."""

    age_days: int
    times: int
    raw: float
    points: float


def decayed(points, age_days, half_life_days):
    """Return what is left of ``points`` after ``age_days``.

    >>> round(decayed(3, 10, 30) + decayed(1, 40, 30), 4)
    2.778
    """
    if not half_life_days:
        return points
    return points * 2.0 ** -min(age_days / half_life_days, _MOST_HALVINGS)


def clamped(points, cap):
    """Return ``points`` within plus and minus ``cap``; a cap of 0 is none."""
    return max(-cap, min(cap, points)) if cap else points


def response_share(answered, received, patience):
    """Return the share of messages answered, shrunk to 1 while there are few.

    Ignoring 1 of 1 gives 0.91 with a patience of 10 messages, ignoring 20 of 20 a
    third.  Answers beyond what was received do not count.
    """
    received = max(received, 0)
    if received + patience <= 0:
        return 1.0
    return (min(answered, received) + patience) / (received + patience)


def rule_lines(rule, days, share=1.0):
    """Return the ``Line`` of each day that earned points, oldest first.

    Args:
        rule: a ``Rule``
        days: pairs (age in days, acts on that day)
        share: ``response_share`` of the contact
    """
    kept = sorted(
        (
            (age, 1 if rule.is_daily else acts)
            for age, acts in days
            if acts > 0 and (not rule.window_days or age <= rule.window_days)
        ),
        reverse=True,
    )
    lines, seen = [], 0
    for age, acts in kept:
        times = (seen + acts) // rule.count - seen // rule.count
        seen += acts
        if times:
            lines.append((age, times))
    if rule.is_once and lines:
        lines = [(kept[-1][0], 1)]
    factor = share if rule.is_relative else 1.0
    return [
        Line(
            age,
            times,
            rule.points * times,
            decayed(rule.points * times, age, rule.half_life_days) * factor,
        )
        for age, times in lines
    ]


def rule_points(rule, lines):
    """Return what the lines of a rule give together, within its cap."""
    return clamped(sum(line.points for line in lines), rule.cap)


def silence_points(rule, silent):
    """Return what messages left unanswered give: usually less than nothing."""
    return clamped(rule.points * (silent // rule.count), rule.cap)


def total(parts, group_caps):
    """Return the sum of rules' points, each group of rules within its cap.

    Args:
        parts: pairs (group or None, points of a rule)
        group_caps: ``{group: cap}``
    """
    groups = {}
    for group, points in parts:
        groups[group] = groups.get(group, 0.0) + points
    return sum(
        clamped(points, group_caps.get(group, 0)) for group, points in groups.items()
    )


def engagement(points, half_points):
    """Return 0–100 for any number of points: 50 for ``half_points``, never over 100.

    >>> [engagement(points, 30) for points in (-5, 0, 30, 270)]
    [0, 0, 50, 90]
    """
    points = max(points, 0.0)
    return rounded(100 * points / (points + half_points)) if points else 0


def fit(points):
    """Return points for what the contact is, within 0 and 100."""
    return min(100, max(0, rounded(points)))


def combined(fit_score, engagement_score, fit_weight):
    """Return one score of both; what is not known adds nothing.

    Args:
        fit_score: 0–100, or None when the scorecard does not look at it
        engagement_score: 0–100, or None when nothing has happened yet
        fit_weight: share of the fit in percent
    """
    if fit_score is None:
        return engagement_score
    fitting, engaged = (
        fit_score * fit_weight,
        (engagement_score or 0) * (100 - fit_weight),
    )
    return rounded((fitting + engaged) / 100)


def rounded(number):
    """Return the nearest whole number, halves upwards, as the SQL does."""
    return math.floor(number + 0.5 + _ROUNDING)
