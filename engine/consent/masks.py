"""Enough of an address for its owner to know it, too little for anybody else."""

_DOTS = "•••"


def mask_email(address):
    """Return the address with all but the first letters hidden.

    >>> mask_email("ana.ferrer@example.com")
    'a•••@e•••.com'
    """
    name, at, host = (address or "").rpartition("@")
    if not at or not name or not host:
        return _DOTS if address else ""
    label, dot, ending = host.rpartition(".")
    if not dot:
        label, ending = host, ""
    return f"{name[0]}{_DOTS}@{label[:1]}{_DOTS}{dot}{ending}"


def mask_phone(number):
    """Return the last two digits only.

    >>> mask_phone("+34 600 11 22 33")
    '•••33'
    """
    digits = [sign for sign in number or "" if sign.isdigit()]
    return f"{_DOTS}{''.join(digits[-2:])}" if len(digits) > 4 else _DOTS * bool(number)


def mask_text(text):
    """Return the first letter only.

    >>> mask_text("Madrid")
    'M•••'
    """
    text = (text or "").strip()
    return f"{text[0]}{_DOTS}" if text else ""
