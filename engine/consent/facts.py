"""What a person writes into a field of a form, made clean or refused.

Facts travel as clean text, whatever they are: a date as ``1990-12-31``, several choices
as ``3,7``.  The empty text is "not told".
"""

import math
import re
import unicodedata
from datetime import date

FIRST_YEAR = 1900
LAST_YEAR = 2200
LONGEST = 120
_LONGEST_NUMBER = 20
_MOST_CHOICES = 200
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
# Signs that turn the direction of all that follows, such as U+202E.
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class FactError(ValueError):
    """The text cannot be taken; its argument is a code that a page puts into words."""


def clean_fact(kind, text, today, choices=(), longest=LONGEST):
    """Return the text as it is kept.

    Args:
        kind: ``text``, ``date``, ``birth_date``, ``year``, ``number``, ``integer``,
            ``boolean``, ``choice``, ``country`` or ``multi``
        text: from outside, of any kind and length
        today: date; nobody is born after it
        choices: the values that may be chosen
        longest: most signs of a text; one longer than ``LONGEST`` may have lines

    Raises:
        FactError: ``too_long``, ``bad_date``, ``bad_year``, ``bad_number`` or
            ``bad_choice``
    """
    text = squash(text, has_lines=longest > LONGEST)
    if not text:
        return ""
    if kind in ("date", "birth_date"):
        return _clean_date(text, today if kind == "birth_date" else None)
    if kind == "year":
        return _clean_year(text, today)
    if kind in ("number", "integer"):
        return _clean_number(text, kind == "integer")
    if kind == "multi":
        return _clean_choices(text, choices)
    if kind in ("choice", "country", "boolean"):
        allowed = ("1", "0") if kind == "boolean" else choices
        if text not in allowed:
            raise FactError("bad_choice")
        return text
    if len(text) > longest:
        raise FactError("too_long")
    return text


def squash(text, has_lines=False):
    """Return the text without signs that control, and without needless white space.

    >>> squash(" Ana \\n Ferrer ")
    'Ana Ferrer'
    """
    lines = [
        " ".join("".join(map(_visible, line)).split())
        for line in (text or "").splitlines()
    ]
    return "\n".join(lines).strip() if has_lines else " ".join(filter(None, lines))


def _visible(sign):
    """Return the sign, a space for one that controls, nothing for one that turns."""
    if sign in _TURNS:
        return ""
    return " " if unicodedata.category(sign) in ("Cc", "Cs") else sign


def _clean_date(text, last):
    found = _DAY.fullmatch(text)
    try:
        day = date(*map(int, found.groups()))
    except (AttributeError, ValueError) as error:
        raise FactError("bad_date") from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR or (last and day > last):
        raise FactError("bad_date")
    return day.isoformat()


def _clean_year(text, today):
    if not (len(text) == 4 and text.isascii() and text.isdigit()):
        raise FactError("bad_year")
    if not FIRST_YEAR <= int(text) <= today.year:
        raise FactError("bad_year")
    return text


def _clean_number(text, is_whole):
    """A comma is a decimal point where it is the only sign of its kind."""
    if "." not in text and text.count(",") == 1:
        text = text.replace(",", ".")
    if len(text) > _LONGEST_NUMBER or not text.isascii() or "_" in text:
        raise FactError("bad_number")
    try:
        number = float(text)
    except ValueError as error:
        raise FactError("bad_number") from error
    if not math.isfinite(number) or abs(number) >= 2**31:
        raise FactError("bad_number")
    if number == int(number):
        return str(int(number))
    if is_whole:
        raise FactError("bad_number")
    return repr(number)


def _clean_choices(text, choices):
    """Keep the order of the choices, so that the same ticks are the same text."""
    ticked = set(text.split(",")[:_MOST_CHOICES])
    if not ticked <= set(choices):
        raise FactError("bad_choice")
    return ",".join(value for value in choices if value in ticked)


def merge_choices(now, was, sent):
    """Return several choices after a form that another one may have overtaken.

    >>> merge_choices("tea,opera", was="tea", sent="tea,hiking")
    'hiking,opera,tea'
    """
    now, was, sent = (set(filter(None, text.split(","))) for text in (now, was, sent))
    return ",".join(sorted(now - (was - sent) | (sent - was)))
