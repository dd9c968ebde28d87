"""One number from 0 to 100 for the data of a contact.

All numbers are whole, and every part is rounded (halves upwards) before it is used, so
that a person who follows an explanation with a pencil gets the number that is shown.
"""

# What each part counts in the whole. A part that does not apply is left out.
WEIGHTS = {"completeness": 50, "freshness": 20, "email": 20, "phone": 10}

EMAIL_POINTS = {"invalid": 0, "bounced": 0, "doubtful": 50, "valid": 100}
PHONE_POINTS = {"invalid": 0, "valid": 100}

GOOD = 80
FAIR = 50


def share(part, whole):
    """Return ``part`` of ``whole`` in percent, or None of nothing.

    >>> share(1, 3), share(1, 8), share(0, 0)
    (33, 13, None)
    """
    return (200 * part + whole) // (2 * whole) if whole else None


def group_freshness(age_days, valid_days):
    """Return 100 for as long as data are valid, then less, 0 after twice as long.

    Args:
        age_days: since somebody verified them; None when nobody knows
        valid_days: for how long they are trusted, at least 1

    >>> [group_freshness(days, 365) for days in (0, 365, 548, 730, None)]
    [100, 100, 50, 0, 0]
    """
    if age_days is None:
        return 0
    return share(min(max(2 * valid_days - age_days, 0), valid_days), valid_days)


def mean(pairs):
    """Return the weighted mean of pairs (weight, number), or None without weights."""
    pairs = list(pairs)
    whole = sum(weight for weight, _number in pairs)
    total = sum(weight * number for weight, number in pairs)
    return (2 * total + whole) // (2 * whole) if whole else None


def parts(completeness, freshness, email_state, phone_state):
    """Return ``{part: 0 to 100}`` of the parts that apply.

    An address that is missing has no validity: completeness says that it is missing,
    where it is wanted.
    """
    found = {
        "completeness": completeness,
        "freshness": freshness,
        "email": EMAIL_POINTS.get(email_state),
        "phone": PHONE_POINTS.get(phone_state),
    }
    return {name: number for name, number in found.items() if number is not None}


def quality(found):
    """Return 0 to 100 for what ``parts`` found; None when nothing is wanted."""
    if "completeness" not in found:
        return None
    return mean((WEIGHTS[name], number) for name, number in found.items())


def band(score):
    """Return ``good``, ``fair`` or ``poor``; None for None."""
    if score is None:
        return None
    return "good" if score >= GOOD else "fair" if score >= FAIR else "poor"
