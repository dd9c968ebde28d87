import re
import unittest
from urllib.parse import urlsplit

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.contact_lifecycle.engine.consent import tokens

from .public_client import PublicClientCase
from .smtp_sink import Controller, SinkMixin

# What programs that follow links send, beside a plain GET.
_LOOKS = (
    {},
    {"Purpose": "prefetch"},
    {"Sec_Purpose": "prefetch;prerender"},
    {"X_Moz": "prefetch"},
    {"User_Agent": "Barracuda Sentinel (EE)", "Accept": "*/*"},
    {"User_Agent": "Mozilla/5.0 (compatible; Google-Safety)", "Range": "bytes=0-99"},
)
_BODY = """<p>Hello
<a href="/lifecycle/preferences">My preferences</a>
<a href="/lifecycle/unsubscribe">Leave</a>
<a href="/unsubscribe_from_list">Leave, as Odoo has it</a></p>"""


@tagged("post_install", "-at_install")
class TestPublicScanners(SinkMixin, PublicClientCase):
    """Programs look at every link of a mail before its reader does: nothing changes."""

    def replay(self, paths):
        """Look at all of them in every way; check that no row of ours has changed."""
        before = self.checksum()
        with mute_logger("odoo.http", "werkzeug"), self.asking():
            for path in paths:
                for method in ("GET", "HEAD", "OPTIONS"):
                    for headers in _LOOKS:
                        answer = self.ask(method, path, **headers)
                        self.assertLess(answer.status, 500, answer.asked)
        self.assertEqual(self.checksum(), before)

    def test_every_route_with_every_kind_of_link(self):
        words = [*map(self.issue, tokens.SCOPES), *self.make_signup_codes(), "wrong"]
        waiting = self.make_public_contact("Waiting", "waiting@example.com")
        self.answer(waiting, self.late, "pending")
        words += [self.issue("confirm", waiting)]

        self.replay(
            {self.fill(url, word) for url, _verb in self.routes() for word in words}
        )

    @unittest.skipUnless(Controller, "aiosmtpd is not installed")
    def test_every_link_of_a_mail_that_went_out_by_smtp(self):
        message = self.send_mail(_BODY)
        texts = [part.get_content() for part in message.walk() if self.is_text(part)]
        links = set(re.findall(r"https?://[^\s\"'<>]+", "\n".join(texts)))
        links |= set(re.findall(r"<(https?://[^>]+)>", message["List-Unsubscribe"]))
        paths = {
            f"{urlsplit(link).path}?{urlsplit(link).query}".rstrip("?")
            for link in links
            if urlsplit(link).netloc == urlsplit(self.base_url()).netloc
        }
        ours = {path for path in paths if path.startswith("/lifecycle/")}
        self.assertGreaterEqual(len(ours), 2, links)

        self.replay(ours)

        # And the press that a person makes still counts.
        leave = urlsplit(re.search(r"<(http[^>]+)>", message["List-Unsubscribe"])[1])
        self.assertIn(leave.path, ours)
        with self.asking():
            self.ask("POST", leave.path, b"List-Unsubscribe=One-Click")
        self.assertTrue(self.ana.lifecycle_consent_event_ids)

    def is_text(self, part):
        return part.get_content_maintype() == "text"

    def send_mail(self, body):
        """Return the message that reaches Ana by SMTP."""
        sink = self.start_sink()
        mailing = self.make_mailing(
            body_html=body, mailing_domain=repr([("id", "=", self.ana.id)])
        )
        self.send_mailing(mailing)
        (message,) = sink.messages[self.ana.email]
        return message
