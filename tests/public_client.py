from contextlib import contextmanager
from io import BytesIO
from urllib.parse import unquote_to_bytes, urlencode

from werkzeug.datastructures import Headers

from odoo import http
from odoo.tests import HttpCase
from odoo.tests.common import TEST_CURSOR_COOKIE_NAME

from .common import LifecycleCase
from .public_links import PORTAL, PublicLinks

_FORM = "application/x-www-form-urlencoded"
# What every public answer says, a refusal as well.
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
}
POLICY = {"default-src 'none'", "base-uri 'none'", "form-action 'self'"}


class Answer:
    def __init__(self, asked, status, headers, body):
        self.asked = asked
        self.status = int(status[:3])
        self.headers = Headers(headers)
        self.body = body

    @property
    def text(self):
        return self.body.decode()


class PublicClientCase(PublicLinks, LifecycleCase, HttpCase):
    """Asking public pages without a session, thousands of times if need be.

    Requests go to Odoo as a server would hand them over, without a network between: a
    path may hold any bytes, and an answer takes a few milliseconds.
    """

    @contextmanager
    def asking(self):
        """Let ``ask`` use this transaction, flushed before and read anew after."""
        self.env.flush_all()
        self.env.invalidate_all()
        with self.allow_requests():
            yield
        self.env.invalidate_all()

    def ask(self, method, path, body=b"", **headers):
        """Return the Answer.

        :param path: percent-encoded, with a query if you like
        :param body: bytes, or a dict or pairs of a form
        :param headers: names have _ for -; ``account`` of ``log_in``
        """
        if isinstance(body, dict | list):
            body = urlencode(body).encode()
            headers.setdefault("Content_Type", _FORM)
        path, _mark, query = path.partition("?")
        cookie = f"{TEST_CURSOR_COOKIE_NAME}={self.http_request_key}"
        if account := headers.pop("account", None):
            cookie += f"; session_id={account}"
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "REQUEST_URI": path,
            "RAW_URI": path,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": str(self.http_port()),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": f"127.0.0.1:{self.http_port()}",
            "HTTP_COOKIE": cookie,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": BytesIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in headers.items():
            key = name.upper().replace("-", "_")
            is_bare = key in ("CONTENT_TYPE", "CONTENT_LENGTH", "REMOTE_ADDR")
            environ[key if is_bare else f"HTTP_{key}"] = value
        begun = []
        chunks = http.root(environ, lambda *said: begun.append(said[:2]))
        try:
            asked = f"{method} {path[:200]} {query[:100]} {body[:200]} {headers}"
            return Answer(asked, *begun[0], b"".join(chunks))
        finally:
            if hasattr(chunks, "close"):
                chunks.close()

    def log_in(self):
        """Return what ``ask`` wants to ask for an account of Ana's."""
        self.make_account()
        return self.authenticate(PORTAL, PORTAL).sid

    def assertDiscreet(self, answer, frames="'none'"):
        """Check what every public answer owes to whoever has a token in the address.

        :param frames: which pages may show it in a frame; None for whatever it says
        """
        said = {name: answer.headers.get(name) for name in HEADERS}
        self.assertEqual(said, HEADERS, answer.asked)
        policy = answer.headers.get("Content-Security-Policy", "")
        rules = {rule.strip() for rule in policy.split(";")}
        self.assertLessEqual(POLICY, rules, answer.asked)
        if frames:
            self.assertIn(f"frame-ancestors {frames}", rules, answer.asked)
        self.assertNotIn("Set-Cookie", answer.headers, answer.asked)
        self.assertNotIn("script-src", policy, answer.asked)
        self.assertNotIn("unsafe", policy, answer.asked)
