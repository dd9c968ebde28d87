"""One row of an uploaded table becomes one answer, or says why it cannot."""

from dataclasses import dataclass
from datetime import datetime

from .import_dates import DateError, read_date
from .import_words import BASIS_OF, CHANNEL_OF, STATE_OF, fold

_LONGEST = {"wording": 20_000}
_LONG = 500
# What spreadsheets take for the start of a formula; see ``disarm``.
_TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class RowError(ValueError):
    """The row is no answer; ``code`` says why."""

    def __init__(self, code):
        """Keep the code."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Reading:
    """How the rows of one file are read.

    ``columns`` says at which place each role stands; ``defaults`` what holds where
    the file says nothing.  ``topics`` and ``purposes`` lead from a folded name or
    code to an id, or to None when several have it; ``purpose_of`` from a topic to its
    purpose.  ``languages`` leads from a folded code to a code, ``versions`` from the
    first digits of a hash to the id of a wording.
    """

    columns: dict
    defaults: dict
    topics: dict
    purposes: dict
    purpose_of: dict
    languages: dict
    versions: dict
    normalize_email: object
    normalize_phone: object
    date_order: str
    zone: object
    now: datetime
    width: int


def read_row(cells, reading):
    """Return the answer that a row tells of, as a dict.

    Raises:
        RowError: with a code that the caller puts into words
    """
    if any(cell.strip() for cell in cells[reading.width :]):
        raise RowError("too_many_cells")
    told = {role: _pick(cells, at, role) for role, at in reading.columns.items()}
    address, channel = _read_address(told, reading)
    status = _read_word(told, "status", STATE_OF, reading)
    purpose, topic = _read_about(told, reading)
    basis = _read_basis(told, channel, status, reading)
    moment, is_dated = _read_moment(told, reading)
    return {
        "address": address,
        "channel": channel,
        "status": status,
        "purpose_id": purpose,
        "topic_id": topic,
        "lawful_basis": basis,
        "event_date": moment,
        "is_dated": is_dated,
        "source": told.get("source") or reading.defaults.get("source") or "",
        "lang": _read_lang(told, reading),
        "reference": told.get("reference") or "",
        **_read_wording(told, reading),
    }


def _pick(cells, at, role):
    text = (cells[at] if at < len(cells) else "").strip()
    if "\0" in text:
        raise RowError("unreadable")
    if len(text) > _LONGEST.get(role, _LONG):
        raise RowError("too_long")
    return rearm(text)


def _read_address(told, reading):
    text = told.get("address", "")
    if not text:
        raise RowError("address_missing")
    guess = "email" if "@" in text else "sms"
    channel = reading.defaults.get("channel") or guess
    if told.get("channel"):
        channel = CHANNEL_OF.get(fold(told["channel"]))
        if not channel:
            raise RowError("channel_unknown")
    normalize = reading.normalize_email if channel == "email" else None
    address = (normalize or reading.normalize_phone)(text)
    if not address:
        raise RowError(f"address_{channel}")
    return address, channel


def _read_word(told, role, words, reading):
    if not told.get(role):
        if not reading.defaults.get(role):
            raise RowError(f"{role}_missing")
        return reading.defaults[role]
    code = words.get(fold(told[role])) or words.get(fold(told[role].split("(")[0]))
    if not code:
        raise RowError(f"{role}_unknown")
    return code


def _read_about(told, reading):
    purpose = topic = None
    if told.get("purpose"):
        purpose = _find(told["purpose"], reading.purposes, "purpose")
    if told.get("topic"):
        key = fold(told["topic"])
        if key not in reading.topics and key in reading.purposes:
            purpose = _find(told["topic"], reading.purposes, "purpose")
        else:
            topic = _find(told["topic"], reading.topics, "topic")
    elif not told.get("purpose"):
        topic = reading.defaults.get("topic")
    if topic:
        if told.get("purpose") and purpose != reading.purpose_of[topic]:
            raise RowError("topic_elsewhere")
        return reading.purpose_of[topic], topic
    return purpose or reading.defaults["purpose"], None


def _find(text, known, role):
    key = fold(text)
    if not key or key not in known:
        raise RowError(f"{role}_unknown")
    if known[key] is None:
        raise RowError(f"{role}_ambiguous")
    return known[key]


def _read_basis(told, channel, status, reading):
    if status != "granted":
        return None
    basis = _read_word(told, "basis", BASIS_OF, reading)
    if basis == "soft_opt_in" and channel == "sms":
        raise RowError("basis_sms")
    return basis


def _read_moment(told, reading):
    if not told.get("date"):
        if not reading.defaults.get("date"):
            raise RowError("date_missing")
        return reading.defaults["date"], False
    try:
        return (
            read_date(told["date"], reading.date_order, reading.zone, reading.now),
            True,
        )
    except DateError as error:
        raise RowError(error.code) from error


def _read_lang(told, reading):
    if not told.get("lang"):
        return reading.defaults.get("lang")
    key = fold(told["lang"])
    if key not in reading.languages:
        raise RowError("lang_unknown")
    return reading.languages[key]


def _read_wording(told, reading):
    """Return the words, or the row that has them already, and what names them."""
    version = told.get("version") or ""
    words = told.get("wording") or ""
    if not words and len(version) >= 8:
        known = reading.versions.get(version[:12].lower())
        if known:
            return {"wording": "", "wording_id": known, "version": ""}
    if not words and not version:
        words = reading.defaults.get("wording") or ""
    return {"wording": words, "wording_id": None, "version": version}


# Cells for spreadsheets


def disarm(text):
    """Return a cell that no spreadsheet takes for a formula.

    >>> disarm("=1+1")
    "'=1+1"
    """
    return f"'{text}" if text.startswith(_TRIGGERS) else text


def rearm(text):
    """Return what ``disarm`` was given: our own file, corrected, comes back.

    >>> rearm("'+34600000001")
    '+34600000001'
    """
    return text[1:] if text[:1] == "'" and text[1:2] in _TRIGGERS else text
