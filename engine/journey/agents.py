"""Read a user agent: which device, and is it a person's program at all.

A user agent alone never proves a person; it can only give a machine away.  Time
since delivery and bursts of clicks are judged where the hits are stored.
"""

import re

_MAX_LENGTH = 400

# Words of programs that fetch links and pictures by themselves: mail gateways,
# link previews of chat programs, crawlers and HTTP libraries.
_MACHINE_WORDS = (
    "apache-httpclient",
    "axios/",
    "barracuda",
    "bingpreview",
    "bot",
    "cloudmark",
    "crawl",
    "curl/",
    "existence discovery",
    "facebookexternalhit",
    "fireeye",
    "forcepoint",
    "go-http-client",
    "headlesschrome",
    "httpx/",
    "java/",
    "libwww",
    "linkcheck",
    "mimecast",
    "node-fetch",
    "okhttp",
    "phantomjs",
    "preview",
    "proofpoint",
    "python-requests",
    "python-urllib",
    "safelinks",
    "scanner",
    "skypeuri",
    "slack-imgproxy",
    "sophos",
    "spider",
    "symantec",
    "trendmicro",
    "urldefense",
    "wget/",
    "whatsapp",
    "zscaler",
)
_MACHINE = re.compile("|".join(re.escape(word) for word in _MACHINE_WORDS))
# "Mozilla/5.0" with nothing behind it is what Apple's mail privacy relay sends.
_BARE_MOZILLA = re.compile(r"mozilla/\d\.\d\Z")
_TABLET = re.compile(r"ipad|tablet|kindle|silk/|playbook")
_MOBILE = re.compile(r"iphone|ipod|mobile|windows phone|blackberry|opera mini")
_DESKTOP = re.compile(r"windows nt|macintosh|x11|cros ")


def _fold(user_agent):
    return (user_agent or "")[:_MAX_LENGTH].strip().lower()


def device(user_agent):
    """Return ``desktop``, ``mobile``, ``tablet`` or ``other`` for a user agent.

    An Android device without the word *mobile* is a tablet, as Android's own
    browsers say it.  Pictures fetched by a mail provider are ``other``.
    """
    text = _fold(user_agent)
    if "imageproxy" in text or "mailproxy" in text:
        return "other"
    if _TABLET.search(text) or ("android" in text and "mobile" not in text):
        return "tablet"
    if _MOBILE.search(text):
        return "mobile"
    return "desktop" if _DESKTOP.search(text) else "other"


def automated_reason(user_agent, method="GET"):
    """Return why a single hit cannot be a person, or None when it may be one.

    :param user_agent: the header as received; empty and missing are the same
    :param method: the HTTP verb; a person's program never asks for HEAD
    :return: ``head``, ``agent`` or None (codes of ``AUTOMATED_REASONS``)
    """
    if method.upper() == "HEAD":
        return "head"
    text = _fold(user_agent)
    if not text or _BARE_MOZILLA.match(text) or _MACHINE.search(text):
        return "agent"
    return None
