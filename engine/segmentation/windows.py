"""From "in the last 30 days" to days of the calendar."""

from datetime import timedelta

_DAY = timedelta(days=1)


def bounds(window, today):
    """Return (first day, day after the last) of a window; None is open.

    >>> from datetime import date
    >>> from .conditions import Window
    >>> bounds(Window("last", days=7), date(2026, 3, 8))[0].isoformat()
    '2026-03-01'
    """
    if window.kind == "last":
        return today - timedelta(days=window.days), None
    if window.kind == "between":
        return window.start, window.end + _DAY
    return window.start, window.end
