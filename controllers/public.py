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
    "max_content_length": 16 * 1024,
}
# A page only shows.  ``readonly`` would make a write fail rather than pass unseen.
PAGE = {**_ROUTE, "methods": ["GET"], "readonly": True}
FORM = {**_ROUTE, "methods": ["POST"]}

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


# What else a page with a captcha needs: its script, its frame, its questions.
_CAPTCHA_HOSTS = {
    "recaptcha": "https://www.recaptcha.net https://www.gstatic.com",
    "turnstile": "https://challenges.cloudflare.com",
}
_CAPTCHA_POLICY = (
    "; script-src 'self' {hosts}; frame-src {hosts}; connect-src 'self' {hosts}"
)


def respond(
    body="", status=200, mimetype="text/html", nonce="", frames="'none'", captchas=()
):
    """Return a response with the headers that every public answer bears.

    :param frames: which pages may show this one in a frame
    :param captchas: of ``_CAPTCHA_HOSTS``: whose scripts and frames may come along
    """
    policy = _POLICY.format(nonce=nonce or secrets.token_urlsafe(9), frames=frames)
    if captchas:
        hosts = " ".join(_CAPTCHA_HOSTS[captcha] for captcha in captchas)
        policy += _CAPTCHA_POLICY.format(hosts=hosts)
    headers = {**_HEADERS, "Content-Security-Policy": policy}
    return Response(body, status=status, mimetype=mimetype, headers=headers)


def render(template, values, company, lang, status=200, frames="'none'"):
    """Return a page made of a template of this addon.

    :param values: for the template; ``captchas``, see ``respond``
    :param company: record whose name, logo and colours the page bears
    :param lang: code of an installed language
    """
    # sudo: a visitor reads templates and the look of a company, nothing else.
    # With the company in the context nothing is asked of the user, and no row read.
    context = {"lang": lang, "allowed_company_ids": company.ids}
    env = request.env(su=True, context=context)
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
    captchas = values.get("captchas", ())
    # Without it browsers lay a page out as they did in 1998.
    page = f"<!DOCTYPE html>\n{body}"
    return respond(page, status, nonce=nonce, frames=frames, captchas=captchas)


def refuse(status=404):
    """Return the page that says why not, and what to do instead."""
    asked = request.httprequest
    lang = pick_lang(asked.args.get("lang"), asked.accept_languages.best)
    template = "too_long_page" if status == 413 else "link_refused_page"
    return render(template, {}, request.env.company, lang, status)


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
    :param others: codes to fall back on, or functions that look one up
    """
    installed = [code for code, _name in request.env["res.lang"].get_installed()]
    for code in (wanted, *others):
        if callable(code):
            code = code()
        if not isinstance(code, str) or not code:
            continue
        code = code.replace("-", "_")
        for candidate in installed:
            if code == candidate or code == candidate.split("_")[0]:
                return candidate
    return installed[0]
