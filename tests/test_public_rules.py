import http.client
import time
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.contact_lifecycle.controllers import public
from odoo.addons.contact_lifecycle.engine.consent import tokens

from .public_client import PublicClientCase

_FORM = "application/x-www-form-urlencoded"
_PRESS = b"List-Unsubscribe=One-Click"
_MULTIPART = (
    b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n'
    b"One-Click\r\n--b--\r\n"
)
# What mailboxes send when somebody presses their button (RFC 8058, and less).
_BODIES = {
    "form": (_PRESS, _FORM),
    "form with a charset": (_PRESS, f"{_FORM}; charset=UTF-8"),
    "multipart": (_MULTIPART, "multipart/form-data; boundary=b"),
    "nothing": (b"", _FORM),
    "nothing of no kind": (b"", ""),
    "another kind": (_PRESS, "text/plain"),
}


@tagged("post_install", "-at_install")
class TestPublicRules(PublicClientCase):
    """What holds for every public page, however it is asked for."""

    def get(self, path, method="GET", body=b"", **headers):
        with mute_logger("odoo.http", "werkzeug"), self.asking():
            return self.ask(method, path, body, **headers)

    def events(self):
        return self.env["lifecycle.consent.event"].search(
            [("partner_id", "=", self.ana.id)]
        )

    # Headers (A11)

    def test_every_answer_of_every_route_is_discreet_errors_too(self):
        words = [*self.make_signup_codes(), *map(self.issue, tokens.SCOPES), "wrong"]
        routes = {url for url, _verb in self.routes() if not url.startswith("/my/")}
        paths = {self.fill(url, word) for url in routes for word in words}
        paths |= {
            "/lifecycle/",
            "/lifecycle/nothing",
            "/lifecycle/%00",
            "/lifecycle//x",
        }
        with mute_logger("odoo.http", "werkzeug"), self.asking():
            for path in sorted(paths):
                for method in ("GET", "HEAD", "POST", "PUT", "OPTIONS"):
                    answer = self.ask(method, path)
                    self.assertDiscreet(answer)
                    self.assertLess(answer.status, 500, answer.asked)
                    if method == "HEAD":
                        self.assertFalse(answer.body, answer.asked)
            self.assertDiscreet(self.ask("POST", path, b"x" * 17_000))

    def test_a_form_may_be_in_the_frame_of_another_site_where_it_is_meant_to(self):
        (code,) = self.make_signup_codes()

        embedded = self.get(f"/lifecycle/signup/{code}?embed=1")
        alone = self.get(f"/lifecycle/signup/{code}")

        self.assertDiscreet(embedded, frames="*")
        self.assertDiscreet(alone)

    # Size (A15)

    def post_for_real(self, path, body, headers):
        """Return (status, headers, seconds) of a request over the network."""
        with mute_logger("odoo.http", "werkzeug"), self.asking():
            cookie = f"test_request_key={self.http_request_key}"
            connection = http.client.HTTPConnection("127.0.0.1", self.http_port())
            begun = time.monotonic()
            try:
                connection.request(
                    "POST",
                    path,
                    body,
                    {**headers, "Cookie": cookie},
                    encode_chunked="Transfer-Encoding" in headers,
                )
                answer = connection.getresponse()
                return answer.status, answer.headers, time.monotonic() - begun
            finally:
                connection.close()

    def test_what_is_too_long_is_refused_at_once(self):
        kinds = {"Content-Type": _FORM}
        for scope, route in (("page", "preferences"), ("unsubscribe", "unsubscribe")):
            path = f"/lifecycle/{route}/{self.issue(scope)}"
            for size in (17 * 1024, 1024 * 1024):
                with self.subTest(path=route, size=size):
                    status, headers, seconds = self.post_for_real(
                        path, b"a=" + b"x" * size, kinds
                    )
                    self.assertEqual(status, 413)
                    self.assertLess(seconds, 2)
                    self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertFalse(self.events())

    def test_who_does_not_say_how_much_comes_is_not_listened_to(self):
        path = f"/lifecycle/preferences/{self.issue()}"

        status, _headers, seconds = self.post_for_real(
            path,
            iter([b"do=stop&x=", *[b"x" * 4096] * 8]),
            {"Content-Type": _FORM, "Transfer-Encoding": "chunked"},
        )

        self.assertEqual(status, 413)
        self.assertLess(seconds, 2)
        self.assertFalse(self.events())

    # One click (A3)

    def test_mailboxes_may_press_in_any_way_with_any_key_of_ours(self):
        retired = self.issue("unsubscribe")
        self.env["lifecycle.link.key"]._rotate()
        words = {"good": self.issue("unsubscribe"), "retired": retired, "unknown": None}
        for kind, word in words.items():
            for name, (body, content_type) in _BODIES.items():
                with self.subTest(token=kind, body=name):
                    self.answer(self.ana)
                    path = f"/lifecycle/unsubscribe/{word or 'A' * 48}"
                    before = len(self.events())
                    answer = self.get(path, "POST", body, Content_Type=content_type)
                    self.assertEqual(answer.status, 200)
                    self.assertDiscreet(answer)
                    # By e-mail each time; by SMS the first time, for good.
                    grown = len(self.events()) - before
                    self.assertEqual(bool(grown), word is not None)

    # What a stranger learns (A6)

    def test_a_mailed_link_shows_nobody_whose_it_is(self):
        self.ana.write(
            {
                "name": "Canary Yellowbird",
                "email": "canary.yellowbird@secretplace.example",
                "phone": "+34611222333",
                "street": "Canary Street 12345",
                "city": "Yellowtown",
                "zip": "98765",
                "function": "Ornithologist",
            }
        )
        secrets = (
            "canary",
            "yellowbird",
            "secretplace",
            "611222",
            "12345",
            "yellowtown",
            "98765",
            "ornithologist",
        )
        for scope in ("page", "unsubscribe"):
            token = self.issue(scope)
            for path in ("preferences", "unsubscribe"):
                for tail in ("", "/history", "/data", "/profile"):
                    answer = self.get(f"/lifecycle/{path}/{token}{tail}")
                    text = answer.text.lower()
                    found = [secret for secret in secrets if secret in text]
                    self.assertFalse(found, answer.asked)

    # Time (A7)

    def test_a_link_lets_people_leave_for_ever_and_choose_for_ninety_days(self):
        leave, page = self.issue("unsubscribe"), self.issue("page")
        for days in (59, 61, 91, 400):
            with (
                self.subTest(days=days),
                self.at(self.env.cr.now() + timedelta(days=days)),
            ):
                self.answer(self.ana)
                before = len(self.events())
                pressed = self.get(f"/lifecycle/unsubscribe/{leave}", "POST", _PRESS)
                shown = self.get(f"/lifecycle/preferences/{page}")
                old = self.get(f"/lifecycle/unsubscribe/{leave}")

                self.assertEqual(pressed.status, 200)
                self.assertGreater(len(self.events()), before)
                self.assertEqual(shown.status, 200 if days < 90 else 404)
                self.assertEqual("frequency" in old.text, days < 90)
                self.assertEqual(old.status, 200)

    # Enumeration (A10)

    def test_nobody_learns_whose_address_we_know(self):
        self.answer(
            self.make_public_contact("Left", "left@example.com"), None, "withdrawn"
        )
        self.env["mail.blacklist"]._add("black@example.com")
        self.env["mail.blacklist"]._add("left@example.com")
        erased = self.make_public_contact("Erased", "erased@example.com")
        erased.unlink()
        self.make_public_contact("Old", "old@example.com", active=False)
        names = ("ana.ferrer", "nobody", "left", "black", "erased", "old")
        with (
            patch.object(tokens, "is_form_ours", lambda *_args: True),
            patch.object(public.secrets, "token_urlsafe", lambda _size: "nonce"),
        ):
            answers = [
                self.get(
                    "/lifecycle/preferences", "POST", {"email": f"{name}@example.com"}
                )
                for name in names
            ]
        said = {(a.status, str(sorted(a.headers)), a.body) for a in answers}
        self.assertEqual(len(said), 1)

    # Forgery (A13)

    def test_a_form_must_come_from_a_page_of_ours(self):
        token, other = self.issue(), self.issue("fresh")
        path = f"/lifecycle/preferences/{token}"
        before = self.checksum()
        now = self.env.cr.now()
        proof = self.sign(token, now - timedelta(minutes=1))
        forged = {
            "none": {},
            "nonsense": {"proof": "1.2"},
            "for another link": {"proof": self.sign(other, now - timedelta(minutes=1))},
            "too fast": {"proof": self.sign(token, now)},
            "too old": {"proof": self.sign(token, now - timedelta(hours=25))},
            "from tomorrow": {"proof": self.sign(token, now + timedelta(days=1))},
            "changed": {"proof": proof[:-1] + ("0" if proof[-1] != "0" else "1")},
        }
        for name, fields in forged.items():
            with self.subTest(name), self.at(now):
                answer = self.get(path, "POST", {"do": "stop", **fields})
                self.assertEqual(answer.status, 200)
                self.assertIn("please try again", answer.text, name)
        for site in ("cross-site", "same-site"):
            with self.subTest(site), self.at(now):
                self.get(
                    path, "POST", {"do": "stop", "proof": proof}, Sec_Fetch_Site=site
                )
        self.assertEqual(self.checksum(), before)

        with self.at(now):
            self.get(path, "POST", {"do": "stop", "proof": proof})
        self.assertTrue(self.events())

    def sign(self, subject, when):
        _number, secret = self.env["lifecycle.link.key"]._get_signing_key()
        return tokens.sign_form(secret, subject, when)
