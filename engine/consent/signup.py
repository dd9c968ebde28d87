"""What strangers send with a sign-up, brought into a shape that can be kept.

Nothing here fails, whatever it is given: what makes no sense is left out.
"""

import ipaddress
import re
import unicodedata
from urllib.parse import urlsplit

UTM = ("campaign", "source", "medium")
LONGEST_WORD = 80
_HOST = re.compile(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*\Z")
_LONGEST_HOST = 253
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
LONGEST_CODE = 64


def network_of(address):
    """Return the network an address of the internet is in: /24 of IPv4, /64 of IPv6.

    A household or a phone has one; whoever sends from many addresses of one
    network is one sender.

    >>> network_of("203.0.113.77"), network_of("2001:db8::1"), network_of("me")
    ('203.0.113.0/24', '2001:db8::/64', '')
    """
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    ip = getattr(ip, "ipv4_mapped", None) or ip
    bits = 24 if ip.version == 4 else 64
    return str(ipaddress.ip_network((ip.packed, bits), strict=False))


def host_of(address):
    """Return the host that a Referer or an Origin names, and nothing else of it.

    >>> host_of("https://Shop.Example.com:8443/tea?name=Ana"), host_of("null")
    ('shop.example.com', '')
    """
    try:
        host = urlsplit((address or "")[:2048]).hostname or ""
    except ValueError:
        return ""
    return clean_host(host)


def clean_host(host):
    """Return a name of a host as it came back with a form, or nothing."""
    host = (host or "")[: _LONGEST_HOST + 1].strip().lower()
    return host if len(host) <= _LONGEST_HOST and _HOST.match(host) else ""


def clean_word(text):
    """Return a label from outside on one line, not too long.

    >>> clean_word(" spring  sale\\n")
    'spring sale'
    """
    return " ".join("".join(map(_printable, text or "")).split())[:LONGEST_WORD].strip()


def _printable(sign):
    return sign if sign.isprintable() else " "


def read_utm(sent):
    """Return {campaign, source, medium: label} of what a link carried."""
    labels = {name: clean_word(sent.get(f"utm_{name}")) for name in UTM}
    return {name: label for name, label in labels.items() if label}


def is_code(text):
    """Tell whether this can be the part of an address that names a form."""
    return bool(len(text) <= LONGEST_CODE and _CODE.match(text))


def make_code(name, taken=()):
    """Return a code made of a name, which none of the others has.

    >>> make_code("Café & Té, 2027!"), make_code("¿?", {"form"})
    ('cafe-te-2027', 'form-2')
    """
    plain = unicodedata.normalize("NFKD", name or "").encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.lower())
    stem = "-".join(words)[: LONGEST_CODE - 6].strip("-") or "form"
    code, number = stem, 1
    while code in taken:
        number += 1
        code = f"{stem}-{number}"
    return code
