"""Dates as people and programs write them."""

import re
from datetime import datetime, timezone

_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?"
    r" ?(Z|UTC|[+-]\d{2}:?\d{2})?)?\Z",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"(\d{1,4})[/. -](\d{1,2})[/. -](\d{1,4})"
    r"(?:,?[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))? ?([ap]\.?m\.?)?)?\Z",
    re.IGNORECASE,
)
ORDERS = ("dmy", "mdy", "ymd")
_EARLIEST = datetime(1980, 1, 1)


class DateError(ValueError):
    """No date, or none that an answer can have; ``code`` says which."""

    def __init__(self, code):
        """Keep the code."""
        super().__init__(code)
        self.code = code


def find_order(texts):
    """Return ``dmy`` or ``mdy`` when these dates prove it, otherwise None."""
    for text in texts:
        found = _OTHER.match(text.strip())
        if found and len(found[1]) < 3:
            if int(found[1]) > 12:
                return "dmy"
            if int(found[2]) > 12:
                return "mdy"
    return None


def read_date(text, order, zone, now):
    """Return a moment as naive UTC.

    Args:
        text: ISO 8601, or numbers in the order of ``order``
        order: of ``ORDERS``
        zone: pytz time zone of dates that name none
        now: naive UTC; nothing was answered after it

    Raises:
        DateError: code ``date_unreadable``, ``date_future`` or ``date_early``
    """
    text = text.strip()
    try:
        moment = _read_iso(text, zone) or _read_other(text, order, zone)
    except (ValueError, OverflowError) as error:
        raise DateError("date_unreadable") from error
    if moment is None:
        raise DateError("date_unreadable")
    if moment > now:
        raise DateError("date_future")
    if moment < _EARLIEST:
        raise DateError("date_early")
    return moment


def _read_iso(text, zone):
    found = _ISO.match(text)
    if not found:
        return None
    parts = [int(part or 0) for part in found.groups()[:6]]
    offset = (found[7] or "").upper()
    if not offset:
        return _to_utc(datetime(*parts), zone)
    if offset in ("Z", "UTC"):
        return datetime(*parts)
    sign = datetime.strptime(offset.replace(":", ""), "%z").tzinfo
    aware = datetime(*parts, tzinfo=sign)
    return aware.astimezone(timezone.utc).replace(tzinfo=None)


def _read_other(text, order, zone):
    found = _OTHER.match(text)
    if not found:
        return None
    numbers = [int(found[at]) for at in (1, 2, 3)]
    if len(found[1]) == 4:
        order = "ymd"
    elif len(found[3]) == 4 and order == "ymd":
        order = "dmy"
    told = dict(zip(order, numbers, strict=True))
    year = told["y"] + (2000 if told["y"] < 100 else 0)
    hour = int(found[4] or 0)
    if found[7]:
        hour = hour % 12 + (12 if found[7][0] in "pP" else 0)
    minute, second = int(found[5] or 0), int(found[6] or 0)
    return _to_utc(datetime(year, told["m"], told["d"], hour, minute, second), zone)


def _to_utc(local, zone):
    return zone.localize(local).astimezone(timezone.utc).replace(tzinfo=None)
