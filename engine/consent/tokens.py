"""Signed links: who, what for, since when, and nothing about the person.

A token is base64url of 36 bytes::

    format 1 | key 2 | scope 1 | subject 8 | campaign 4 | minute 4 | MAC 16

``subject`` is a random number that stands for a contact in a company, ``minute``
counts from 2020.  The MAC is HMAC-SHA256, cut to 128 bits (RFC 2104, section 5), over
all that goes before and the version of the contact's links: raising that version
revokes every link the contact was ever sent.
"""

import base64
import binascii
import hashlib
import hmac
import re
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta

_FORMAT = 1
_BODY = struct.Struct(">BHBQII")
_MAC_BYTES = 16
_LENGTH = 4 * (_BODY.size + _MAC_BYTES) // 3
_SHAPE = re.compile(rb"[A-Za-z0-9_-]+\Z")
_EPOCH = datetime(2020, 1, 1)

SCOPES = {
    "unsubscribe": 1,
    "page": 2,
    "fresh": 3,
    "confirm": 4,
    "signup": 5,
    # Mailed to an address that is not the contact's yet: good for nothing else.
    "address": 6,
    "renew": 7,
}
_SCOPE_NAMES = {number: name for name, number in SCOPES.items()}
# Leaving works for ever: the law asks for 30 days (CAN-SPAM) or 60 (CASL), and a
# person who wants to leave after a year means it no less.
LIFETIMES = {
    "unsubscribe": None,
    "page": timedelta(days=90),
    "fresh": timedelta(minutes=30),
    "confirm": timedelta(days=7),
    # How long a sign-up waits is up to its form; this is the longest.
    "signup": timedelta(days=31),
    "address": timedelta(days=7),
    # Asked before the consent ends; it may be answered a little after.
    "renew": timedelta(days=60),
}


class TokenError(ValueError):
    """The text is no token of ours; it says nothing of why, on purpose."""


@dataclass(frozen=True)
class Link:
    """What a token says; only ``is_genuine`` tells whether we said it."""

    key: int
    scope: str
    subject: int
    campaign: int = 0
    minute: int = 0

    @property
    def issue_date(self):
        """Return the UTC minute in which the link was made."""
        return _EPOCH + timedelta(minutes=self.minute)

    def is_current(self, now):
        """Tell whether the link still stands at ``now`` (naive, UTC)."""
        lifetime = LIFETIMES[self.scope]
        return lifetime is None or self.issue_date <= now < self.issue_date + lifetime


def minute_of(now):
    """Return the whole minutes from 2020 to ``now`` (naive, UTC)."""
    return int((now - _EPOCH).total_seconds() // 60)


def issue(secret, link, version):
    """Return the token of a link: 48 characters that are safe in a URL.

    Args:
        secret: bytes of the key that ``link.key`` names
        link: a Link
        version: the present version of the contact's links, from 1
    """
    body = _pack(link)
    mac = _sign(secret, body, version)
    return base64.urlsafe_b64encode(body + mac).decode()


def read(token):
    """Return what a token says.

    Raises:
        TokenError: for anything that ``issue`` cannot have returned
    """
    return _read(token)[0]


def is_genuine(secret, token, version):
    """Tell whether this secret and version made the token, in constant time."""
    try:
        _link, body, mac = _read(token)
    except TokenError:
        return False
    return hmac.compare_digest(mac, _sign(secret, body, version))


def _read(token):
    try:
        raw = token.encode("ascii")
        if len(raw) != _LENGTH or not _SHAPE.match(raw):
            raise TokenError
        decoded = base64.urlsafe_b64decode(raw)
        body, mac = decoded[: _BODY.size], decoded[_BODY.size :]
        form, key, scope, subject, campaign, minute = _BODY.unpack(body)
        if form != _FORMAT:
            raise TokenError
        link = Link(key, _SCOPE_NAMES[scope], subject, campaign, minute)
    except (AttributeError, KeyError, UnicodeError, binascii.Error) as error:
        raise TokenError from error
    return link, body, mac


def _pack(link):
    return _BODY.pack(
        _FORMAT, link.key, SCOPES[link.scope], link.subject, link.campaign, link.minute
    )


def _sign(secret, body, version):
    message = body + version.to_bytes(4, "big")
    return hmac.new(secret, message, hashlib.sha256).digest()[:_MAC_BYTES]


# Forms

FORM_LIFETIME = timedelta(hours=24)
_FORM_SCOPE = b"form"
# More hexadecimal digits than this are no second of the next thousand years.
_SECOND_DIGITS = 12


def sign_form(secret, subject, now):
    """Return what proves that a form was shown by us, to this subject, and when.

    Args:
        secret: bytes
        subject: text, such as the token of the page
        now: naive UTC datetime
    """
    second = int((now - _EPOCH).total_seconds())
    return f"{second:x}.{_sign_form(secret, subject, second)}"


def is_form_ours(secret, subject, signature, now):
    """Tell whether we showed this form, at least a second and at most a day ago.

    A second, because a program that follows links and presses buttons is faster.
    """
    try:
        text, _dot, mac = signature.partition(".")
        second = int(text[:_SECOND_DIGITS], 16)
        given = mac.encode("ascii")
    except (AttributeError, ValueError):
        return False
    expected = _sign_form(secret, subject, second).encode()
    if not hmac.compare_digest(given, expected):
        return False
    age = (now - _EPOCH).total_seconds() - second
    return 1 <= age <= FORM_LIFETIME.total_seconds()


def _sign_form(secret, subject, second):
    message = b"|".join((_FORM_SCOPE, subject.encode(), str(second).encode()))
    return hmac.new(secret, message, hashlib.sha256).hexdigest()[:32]
