"""What a person pasted: addresses and references, in whatever order and shape."""

import re
from dataclasses import dataclass

_SEPARATORS = re.compile(r"[\n\r,;|\t]+")
_QUOTES = " \"'“”«»\u00a0\ufeff"


@dataclass
class PastedValue:
    """One distinct value: as it was pasted first, and what to look it up by."""

    text: str
    key: str
    is_email: bool
    times: int = 1


def read_values(text, normalise):
    """Return the distinct values of a pasted text, in order; none is left out.

    Args:
        text: values one a line, or separated by commas, semicolons, bars or tabs
        normalise: returns the bare, lower-case address of "Ana <ana@x.com>", or a
            falsy value for what is no address

    >>> [v.key for v in read_values("B@x.com; C-17\\nb@x.com", str.lower)]
    ['b@x.com', 'c-17']
    """
    values = {}
    for piece in _SEPARATORS.split(text):
        piece = piece.strip(_QUOTES)
        if not piece:
            continue
        address = normalise(piece) if "@" in piece else None
        key = address or piece.lower()
        if key in values:
            values[key].times += 1
        else:
            values[key] = PastedValue(piece, key, bool(address))
    return list(values.values())
