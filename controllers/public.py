"""What all pages for people without a login share.

They set no cookie and keep no session, tell nobody where the reader came from, are
kept by no cache and found by no search engine, and run no script.  A token is in
their address, so none of that may leak.
"""

import secrets

from odoo.http import Response, request

from ..engine.consent import tokens

_ROUTE = {
    "type": "http",
    "auth": "public",
    "csrf": False,
    "save_session": False,
    "sitemap": False,
    "is_lifecycle_page": True,
}
# A page only shows.  ``readonly`` would make a write fail rather than pass unseen.
PAGE = {**_ROUTE, "methods": ["GET"], "readonly": True}
FORM = {**_ROUTE, "methods": ["POST"], "max_content_length": 16 * 1024}

_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
}
_POLICY = (
    "default-src 'none'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors {frames}"
)


def respond(body="", status=200, mimetype="text/html", nonce="", frames="'none'"):
    """Return a response with the headers that every public answer bears.

    :param frames: which pages may show this one in a frame
    """
    policy = _POLICY.format(nonce=nonce or secrets.token_urlsafe(9), frames=frames)
    headers = {**_HEADERS, "Content-Security-Policy": policy}
    return Response(body, status=status, mimetype=mimetype, headers=headers)


def render(template, values, company, lang, status=200, frames="'none'"):
    """Return a page made of a template of this addon.

    :param company: record whose name, logo and colours the page bears
    :param lang: code of an installed language
    """
    # sudo: a visitor reads templates and the look of a company, nothing else.
    env = request.env(su=True, context={"lang": lang})
    nonce = secrets.token_urlsafe(9)
    body = env["ir.qweb"]._render(
        f"contact_lifecycle.{template}",
        {
            **values,
            "look": env["res.company"]._get_lifecycle_look(company.id),
            "lang_code": lang.replace("_", "-"),
            "style_nonce": nonce,
        },
    )
    return respond(body, status=status, nonce=nonce, frames=frames)


def sign_form(subject):
    """Return the proof that a form was shown by us, to go with it."""
    _number, secret = request.env["lifecycle.link.key"]._get_signing_key()
    return tokens.sign_form(secret, subject, request.env.cr.now())


def is_form_ours(subject, signature):
    """Tell whether a form that comes back was shown by us, by a page of this site."""
    site = request.httprequest.headers.get("Sec-Fetch-Site", "same-origin")
    if site not in ("same-origin", "none"):
        return False
    now = request.env.cr.now()
    return any(
        tokens.is_form_ours(secret, subject, signature, now)
        for secret, _retired in request.env["lifecycle.link.key"]._get_ring().values()
    )


def pick_lang(wanted, *others):
    """Return the first of these that is an installed language.

    :param wanted: text from outside, such as ``es`` or ``it_IT``
    :param others: codes to fall back on
    """
    installed = [code for code, _name in request.env["res.lang"].get_installed()]
    for code in (wanted, *others):
        if not isinstance(code, str) or not code:
            continue
        code = code.replace("-", "_")
        for candidate in installed:
            if code == candidate or code == candidate.split("_")[0]:
                return candidate
    return installed[0]
