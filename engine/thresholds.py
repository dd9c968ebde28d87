"""Comparisons of a number that only grows, told by "has reached n".

Age and days in a stage are not stored; a date is.  ``reached(n)`` says in terms of
that date who has reached ``n``, and every comparison follows.  It works on anything
with ``&`` and ``~``, such as a domain.
"""


def compare(operator, value, reached, known):
    """Return who compares so with ``value``, or NotImplemented.

    Args:
        operator: ``<``, ``<=``, ``>``, ``>=`` or ``in`` (with one value)
        value: a whole number, or what ``int`` makes one of
        reached: function of n: who has reached ``n``
        known: who has a number at all
    """
    answers = {
        ">=": lambda n: reached(n),
        ">": lambda n: reached(n + 1),
        "<": lambda n: known & ~reached(n),
        "<=": lambda n: known & ~reached(n + 1),
        "in": lambda n: known & reached(n) & ~reached(n + 1),
    }
    return answers[operator](int(value)) if operator in answers else NotImplemented
