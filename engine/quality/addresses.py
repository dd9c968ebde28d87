"""Whether an e-mail address and a phone number can be what they say they are.

Nothing is sent and nobody is asked: what is told here is told by the text alone, and
by what the journey knows of bounces.
"""

import re

from .lists import DISPOSABLE_DOMAINS, PLACEHOLDERS, ROLES, TOP_TYPOS, TYPOS

_ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~¡-\ufffd-]+"
_WORD = "[A-Za-z0-9¡-\ufffd]"
_LABEL = f"{_WORD}(?:[A-Za-z0-9¡-\ufffd-]{{0,61}}{_WORD})?"
_TOP = "(?:xn--[A-Za-z0-9-]{1,59}|[A-Za-z¡-\ufffd]{2,63})"
# Read alike by Python and by PostgreSQL.
EMAIL_PATTERN = rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_TOP}"
PHONE_PATTERN = "[+]?[0-9 ()./-]+"

LONGEST_EMAIL = 254
LONGEST_LOCAL = 64
FEWEST_DIGITS = 7
MOST_DIGITS = 15

LISTS = {
    "typos": TYPOS,
    "top_typos": TOP_TYPOS,
    "disposable": DISPOSABLE_DOMAINS,
    "roles": ROLES,
    "placeholders": PLACEHOLDERS,
}


def has_email_syntax(address):
    """Return whether the text is one e-mail address with a domain of the internet."""
    return bool(
        address
        and len(address) <= LONGEST_EMAIL
        and address.find("@") <= LONGEST_LOCAL
        and re.fullmatch(EMAIL_PATTERN, address)
    )


def doubt(address, is_person=True, lists=LISTS):
    """Return (reason, suggested address) of an address that is probably no use.

    Args:
        address: one that has the syntax
        is_person: whether it should reach one person; companies may have info@
        lists: what is known of domains and names, as ``LISTS``

    Returns:
        reason is ``typo``, ``disposable``, ``placeholder``, ``role`` or None

    >>> doubt("ana@gmial.com"), doubt("info@example.com", is_person=False)
    (('typo', 'ana@gmail.com'), (None, None))
    """
    local, domain = address.split("@", 1)
    stem, top = domain.rsplit(".", 1)
    name = local.split("+", 1)[0]
    if domain in lists["typos"]:
        return "typo", f"{local}@{lists['typos'][domain]}"
    if top in lists["top_typos"]:
        return "typo", f"{local}@{stem}.{lists['top_typos'][top]}"
    if domain in lists["disposable"]:
        return "disposable", None
    if name in lists["placeholders"]:
        return "placeholder", None
    if is_person and name in lists["roles"]:
        return "role", None
    return None, None


def email_state(text, normalized, is_person=True, has_bounced=False, lists=LISTS):
    """Return the state of an e-mail address.

    Args:
        text: what was typed
        normalized: the first address found in it, or None
        is_person: see ``doubt``
        has_bounced: whether the last that is known of it is a bounce
        lists: see ``doubt``
    """
    if not (text or "").strip(" "):
        return "missing"
    if not has_email_syntax(normalized):
        return "invalid"
    if has_bounced:
        return "bounced"
    return "doubtful" if doubt(normalized, is_person, lists)[0] else "valid"


def phone_state(text, sanitized):
    """Return the state of a phone number.

    Args:
        text: what was typed
        sanitized: the number in international form as Odoo made it; None when it is
            not possible in its country; as typed where the library is missing
    """
    if not (text or "").strip(" "):
        return "missing"
    digits = re.sub("[^0-9]", "", sanitized or "")
    is_number = (
        re.fullmatch(PHONE_PATTERN, sanitized or "")
        and FEWEST_DIGITS <= len(digits) <= MOST_DIGITS
        and len(set(digits)) > 1
    )
    return "valid" if is_number else "invalid"
