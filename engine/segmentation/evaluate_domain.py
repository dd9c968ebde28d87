"""Simple Odoo domains over plain dicts, for ``evaluate``."""

from datetime import date, timedelta

from .domain import LOGIC, read_domain


def matches_domain(text, values, today):
    """Tell whether a dict of field values meets a domain of simple conditions."""
    stack = []
    for item in reversed(read_domain(text)):
        if item == "!":
            stack.append(not stack.pop())
        elif item in LOGIC:
            left, right = stack.pop(), stack.pop()
            stack.append(left and right if item == "&" else left or right)
        else:
            stack.append(_matches(item, values, today))
    return all(stack)


def _matches(item, values, today):
    name, operator, wanted = item
    value = values.get(name)
    if operator == "ilike":
        return wanted.lower() in (value or "").lower()
    if operator in ("=", "in"):
        return _is_any(value, wanted)
    if operator in ("!=", "not in"):
        return not _is_any(value, wanted)
    wanted = _moment(wanted, today)
    if isinstance(wanted, (int, float)):
        value = value or 0
    return (
        value is not None
        and {
            "<": value < wanted,
            "<=": value <= wanted,
            ">": value > wanted,
            ">=": value >= wanted,
        }[operator]
    )


def _is_any(value, wanted):
    """Odoo's equality: nothing, false and zero are one to numbers, not to dates."""
    wanted = wanted if isinstance(wanted, (list, tuple)) else [wanted]
    if isinstance(value, (int, float)):
        value = value or 0
    return value in wanted or (not value and any(not w for w in wanted))


def _moment(wanted, today):
    """Return the day that '2026-03-01', 'today' or '-7d' stands for."""
    if not isinstance(wanted, str):
        return wanted
    if wanted == "today":
        return today
    if wanted[0] in "+-" and wanted.endswith("d"):
        return today + timedelta(days=int(wanted[:-1]))
    return date.fromisoformat(wanted)
