"""Did a score tell who would buy? Groups by score, and whether rates rise with it.

Rates have their Wilson (1927) interval.  A group breaks the order only when its whole
interval lies below that of a group with lower scores, and the score tells something
only when the rates rise by the trend test of Cochran (1954) and Armitage (1955): what
chance alone does is neither praised nor blamed.
"""

from dataclasses import dataclass
from math import sqrt

LEAST_CONTACTS = 200
LEAST_CONVERSIONS = 20
DECILES = 10
Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Rate:
    """A share of contacts with its 95 % interval."""

    contacts: int
    converted: int
    rate: float
    low: float
    high: float


@dataclass(frozen=True)
class Group(Rate):
    """Contacts of neighbouring scores; ``decile`` 1 is the best.

    ``lift`` is the rate as a multiple of everybody's, ``broken_by`` the place of the
    group with lower scores that clearly bought more.
    """

    decile: int
    least: int
    most: int
    lift: float
    broken_by: int | None = None


@dataclass(frozen=True)
class Backtest:
    """The verdict of a back-test, and what it rests on.

    ``status`` is ``few`` (too little to judge, no groups), ``rising`` (higher scores
    bought more), ``broken`` (not in all groups), ``unclear`` (no difference that
    chance would not make) or ``falling`` (higher scores bought less).
    """

    status: str
    total: Rate | None
    groups: tuple[Group, ...] = ()


def wilson(converted, contacts):
    """Return the ends of the 95 % interval of a share, within 0 and 1.

    >>> low, high = wilson(0, 10)
    >>> low, round(high, 4)
    (0.0, 0.2775)
    """
    share, square = converted / contacts, Z_95**2 / contacts
    middle = share + square / 2
    half = Z_95 * sqrt(share * (1 - share) / contacts + square / contacts / 4)
    # Rounding must not move the ends of none and all off 0 and 1.
    low = 0.0 if converted == 0 else (middle - half) / (1 + square)
    high = 1.0 if converted == contacts else (middle + half) / (1 + square)
    return low, high


def backtest(rows):
    """Return the ``Backtest`` of scores and what became of their contacts.

    Args:
        rows: triples (score, contacts, how many of them converted), a score once
    """
    rows = sorted((row for row in rows if row[1]), reverse=True)
    contacts = sum(row[1] for row in rows)
    converted = sum(row[2] for row in rows)
    if not contacts:
        return Backtest("few", None)
    total = _rate(contacts, converted)
    if contacts < LEAST_CONTACTS or converted < LEAST_CONVERSIONS:
        return Backtest("few", total)
    groups = _find_breaks([_group(*tenth, total) for tenth in _tenths(rows, contacts)])
    return Backtest(_status(groups), total, groups)


def trend(groups):
    """Return Cochran's and Armitage's z: above 0 when better deciles convert more."""
    contacts = sum(group.contacts for group in groups)
    share = sum(group.converted for group in groups) / contacts
    weights = [(DECILES - group.decile, group) for group in groups]
    middle = sum(weight * group.contacts for weight, group in weights) / contacts
    spread = sum(group.contacts * (weight - middle) ** 2 for weight, group in weights)
    if not spread or share in (0, 1):
        return 0.0
    gained = sum((weight - middle) * group.converted for weight, group in weights)
    return gained / sqrt(share * (1 - share) * spread)


def _rate(contacts, converted):
    return Rate(contacts, converted, converted / contacts, *wilson(converted, contacts))


def _tenths(rows, contacts):
    """Yield (decile, its rows), best first; equal scores are never parted.

    A score belongs where the middle of its contacts is, so that many alike do not
    push others out of their place; deciles may be left out.
    """
    tenths, before = {}, 0
    for row in rows:
        middle = (before + row[1] / 2) / contacts
        tenths.setdefault(1 + int(DECILES * middle), []).append(row)
        before += row[1]
    return tenths.items()


def _group(decile, rows, total):
    rate = _rate(sum(row[1] for row in rows), sum(row[2] for row in rows))
    return Group(
        **vars(rate),
        decile=decile,
        least=min(row[0] for row in rows),
        most=max(row[0] for row in rows),
        lift=rate.rate / total.rate,
    )


def _find_breaks(groups):
    """Return the groups, each with the lower one that most clearly beats it."""
    found = []
    for place, group in enumerate(groups):
        best = max(
            range(place + 1, len(groups)), key=lambda i: groups[i].low, default=None
        )
        is_broken = best is not None and groups[best].low > group.high
        found.append(Group(**{**vars(group), "broken_by": best if is_broken else None}))
    return tuple(found)


def _status(groups):
    z = trend(groups)
    if z <= -Z_95:
        return "falling"
    if any(group.broken_by is not None for group in groups):
        return "broken"
    return "rising" if z >= Z_95 else "unclear"
