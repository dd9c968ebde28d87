"""Odoo domains as plain text: reading them and looking into them, without Odoo."""

import re
from ast import literal_eval

from .reader import DefinitionError

# Dates that move with the calendar, as Odoo reads them: 'today', '-7d', '=monday'.
_RELATIVE = re.compile(r"\s*((today|now)\b|[=+-]\s*(\d+\s*[dwmyHMS]\b|[a-z_]+\b))")
LOGIC = ("&", "|", "!")
NESTED = ("any", "not any")


def read_domain(text, path=()):
    """Return the items of a domain written as text.

    Raises:
        DefinitionError: when it is no list of conditions, or an empty one
    """
    try:
        items = literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise DefinitionError("domain", path, text) from error
    if not isinstance(items, (list, tuple)):
        raise DefinitionError("domain", path, text)
    if not items:
        raise DefinitionError("domain_empty", path)
    for item in items:
        _check_item(item, path)
    return list(items)


def _check_item(item, path):
    if item in LOGIC:
        return
    is_triple = isinstance(item, (list, tuple)) and len(item) == 3
    if not is_triple or not isinstance(item[1], str):
        raise DefinitionError("domain", path, repr(item))


def leaves(items):
    """Yield (field path, operator, value) of all conditions, nested ones with theirs.

    >>> list(leaves(["|", ("city", "=", "Rome"),
    ...              ("child_ids", "any", [("active", "=", True)])]))[-1]
    ('child_ids.active', '=', True)
    """
    for item in items:
        if item in LOGIC:
            continue
        name, operator, value = item
        yield str(name), operator, value
        if operator in NESTED and isinstance(value, (list, tuple)):
            for sub_name, sub_operator, sub_value in leaves(value):
                yield f"{name}.{sub_name}", sub_operator, sub_value


def is_relative(value):
    """Tell whether a value of a condition is a date that moves with the calendar."""
    values = value if isinstance(value, (list, tuple)) else [value]
    return any(isinstance(v, str) and bool(_RELATIVE.match(v)) for v in values)
