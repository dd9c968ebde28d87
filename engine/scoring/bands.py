"""What a score means: one of nine bands, and whether it has crossed a threshold."""


def band(fit_score, engagement_score, fit_borders, engagement_borders):
    """Return ``A1`` to ``C3``: a letter for the fit, a digit for the engagement.

    Args:
        fit_score: 0–100; None counts as below all borders
        engagement_score: the same
        fit_borders: least score of A and of B
        engagement_borders: least score of 1 and of 2

    >>> band(80, 10, (70, 40), (60, 30))
    'A3'
    """
    letter = "ABC"[_below(fit_score, fit_borders)]
    digit = "123"[_below(engagement_score, engagement_borders)]
    return letter + digit


def _below(score, borders):
    """Return how many borders the score does not reach."""
    return sum(score is None or score < border for border in borders)


def is_above(was_above, score, rise, fall):
    """Return whether a score counts as above its threshold (hysteresis).

    It rises at ``rise`` and falls below ``fall``; in between it stays what it was, so
    that a score trembling around a threshold crosses it once.

    Args:
        was_above: what it was
        score: 0–100; None counts as 0
        rise: from here on it is above
        fall: below here it is not; not more than ``rise``
    """
    score = score or 0
    return score >= rise or (was_above and score >= fall)
