"""What all pages for people without a login share.

They set no cookie and keep no session, tell nobody where the reader came from, are
kept by no cache and found by no search engine, and run no script.  A token is in
their address, so none of that may leak.
"""

from odoo.http import Response, request

_ROUTE = {
    "type": "http",
    "auth": "public",
    "csrf": False,
    "save_session": False,
    "sitemap": False,
}
# A page only shows.  ``readonly`` would make a write fail rather than pass unseen.
PAGE = {**_ROUTE, "methods": ["GET"], "readonly": True}
FORM = {**_ROUTE, "methods": ["POST"], "max_content_length": 16 * 1024}

_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}


def respond(body="", status=200, mimetype="text/html"):
    """Return a response with the headers that every public answer bears."""
    return Response(body, status=status, mimetype=mimetype, headers=_HEADERS)


def render(template, values, status=200, lang=None):
    """Return a page made of a template of this addon."""
    qweb = request.env["ir.qweb"].with_context(lang=lang or request.env.lang)
    return respond(qweb._render(f"contact_lifecycle.{template}", values), status=status)
