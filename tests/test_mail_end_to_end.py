import re
import unittest
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import LifecycleCase
from .smtp_sink import Controller, SinkMixin

BROWSER = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)
SCANNER = "Barracuda Sentinel (EE)"
BODY = """<div><p>Hello</p>
<a href="https://shop.example.com/teapots">Teapots</a>
<a href="https://shop.example.com/cups">Cups</a></div>"""
BOUNCE = """\
Return-Path: <>
Date: Mon, 15 Apr 2024 15:41:06 +0200
From: Mail Delivery System <MAILER-DAEMON@mx.example.com>
To: {sender}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="frontier"
Message-Id: <20240415134106.93A83A5F0D@mx.example.com>

--frontier
Content-Type: text/plain; charset=us-ascii

Your message could not be delivered.

--frontier
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com
Arrival-Date: Mon, 15 Apr 2024 15:40:24 +0200

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 No such person at this address.

--frontier
Content-Type: message/rfc822

{original}
--frontier--
"""

MAILED_ANA = [
    ("mail_sent", "person"),
    ("mail_opened", "agent"),
    ("mail_opened", "person"),
    ("mail_clicked", "head"),
    ("mail_clicked", "person"),
]
MAILED_BEN = [
    ("mail_sent", "person"),
    ("mail_opened", "agent"),
    ("mail_clicked", "agent"),
    ("mail_clicked", "speed"),
]
MAILED_CLEO = [("mail_sent", "person"), ("mail_bounced", "person")]
BOUGHT = [
    ("lead_created", "person"),
    ("order_confirmed", "person"),
    ("lead_won", "person"),
]


@unittest.skipUnless(Controller, "aiosmtpd is not installed")
@tagged("post_install", "-at_install")
class TestMailEndToEnd(SinkMixin, LifecycleCase, HttpCase):
    """A mailing goes out by SMTP, and all that comes back ends in the journey."""

    def setUp(self):
        super().setUp()
        self.sink = self.start_sink()
        self.ana, self.ben, self.cleo = (
            self.make_partner(name, email=f"{name.lower()}@example.com")
            for name in ("Ana", "Ben", "Cleo")
        )
        self.partners = self.ana | self.ben | self.cleo
        self.mailing = self.make_mailing(
            body_html=BODY, mailing_domain=repr([("id", "in", self.partners.ids)])
        )

    def paths(self, partner):
        """Return the paths of the pixel and of the links in the mail received."""
        (message,) = self.sink.messages[partner.email]
        html = message.get_body(("html",)).get_content()
        (pixel,) = re.findall(r"(/mail/track/\d+/\w+/blank\.gif)", html)
        links = re.findall(r"(/r/\w+/m/\d+)", html)
        return pixel, links

    def visit(self, path, agent, method="GET"):
        """Ask for a page as a program of this name does."""
        answer = self.url_open(
            path, headers={"User-Agent": agent}, allow_redirects=False, method=method
        )
        self.assertIn(answer.status_code, (200, 301), path)
        self.env.invalidate_all()

    def bounce(self, partner):
        """Feed the report of a mail server into the gateway."""
        (message,) = self.sink.messages[partner.email]
        text = BOUNCE.format(
            sender=message["Return-Path"] or message["From"],
            recipient=partner.email,
            original=message.as_string(),
        )
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            self.env["mail.thread"].message_process(False, text)

    def run_harvest(self):
        """Run the cron as if it were now, and not when this test began."""
        cron = self.env.ref("contact_lifecycle.ir_cron_harvest_touchpoints")
        self.env.flush_all()
        cron.method_direct_trigger()
        self.env.invalidate_all()

    def reconcile_all(self):
        self.reconcile(*self.Source.search([]).filtered("is_available").mapped("code"))

    def events(self, partner):
        return sorted(
            (touchpoint.type_id.code, touchpoint.automated_reason or "person")
            for touchpoint in self.journey(partner)
        )

    def stages(self, partner):
        return [
            (change.to_stage_id.code, change.cause)
            for change in partner.lifecycle_stage_change_ids.sorted("id")
        ]

    def let_a_gateway_look_at_once(self, partner):
        """As itself, and once calling itself a browser."""
        pixel, (teapots, cups) = self.paths(partner)
        self.visit(pixel, SCANNER)
        self.visit(teapots, SCANNER)
        self.visit(cups, BROWSER)

    def let_a_person_read_later(self, partner, trace):
        """Ten minutes after it was sent, and after a gateway has looked at it."""
        now = fields.Datetime.now()
        pixel, (teapots, cups) = self.paths(partner)
        self.set_columns(trace, sent_datetime=now - timedelta(minutes=10))
        self.visit(pixel, SCANNER)
        self.visit(cups, BROWSER, method="HEAD")
        self.set_columns(trace.links_click_ids, create_date=now - timedelta(minutes=1))
        self.visit(pixel, BROWSER)
        self.visit(pixel, BROWSER)
        self.visit(teapots, BROWSER)

    def mail_and_wait(self):
        """Send the mailing and let all three of them react; return the traces."""
        traces = self.send_mailing(self.mailing)
        self.let_a_gateway_look_at_once(self.ben)
        self.let_a_person_read_later(self.ana, traces[self.ana.id])
        self.bounce(self.cleo)
        self.run_harvest()
        return traces

    def test_mailing_goes_out_by_smtp_with_pixel_and_links(self):
        traces = self.send_mailing(self.mailing)

        self.assertEqual(set(traces), set(self.partners.ids))
        self.assertEqual(set(self.sink.messages), set(self.partners.mapped("email")))
        for partner in self.partners:
            _pixel, links = self.paths(partner)
            self.assertEqual(len(set(links)), 2)
            self.assertTrue(
                all(link.endswith(f"/m/{traces[partner.id].id}") for link in links)
            )

    def test_what_comes_back_is_in_the_journey_once_with_machines_flagged(self):
        self.mail_and_wait()

        for _run in range(2):
            for partner, events in (
                (self.ana, MAILED_ANA),
                (self.ben, MAILED_BEN),
                (self.cleo, MAILED_CLEO),
            ):
                with self.subTest(partner.name):
                    self.assertEqual(self.events(partner), sorted(events), partner.name)
            self.run_harvest()
            self.reconcile_all()
        clicked = self.journey(self.ana, "mail_clicked").filtered(
            lambda touchpoint: not touchpoint.is_automated
        )
        self.assertEqual(clicked.device, "mobile")
        self.assertEqual(clicked.link_id.url, "https://shop.example.com/teapots")
        self.assertEqual(clicked.mailing_id, self.mailing)
        self.assertEqual(self.partners.mapped("lifecycle_click_count"), [1, 0, 0])
        self.assertFalse(self.partners.lifecycle_stage_id)

    def test_buying_moves_the_stage_forward_with_the_right_causes(self):
        self.mail_and_wait()
        lead = self.make_lead(self.ana, expected_revenue=500)
        self.run_harvest()
        self.assertEqual(self.stages(self.ana), [("opportunity", "rule")])

        order = self.make_order(self.ana, 120.0, confirm=True)
        lead.action_set_won()
        for _run in range(2):
            self.run_harvest()
            self.reconcile_all()

            self.assertEqual(
                self.stages(self.ana), [("opportunity", "rule"), ("customer", "rule")]
            )
            self.assertEqual(self.events(self.ana), sorted([*MAILED_ANA, *BOUGHT]))
        self.assertEqual(self.ana.lifecycle_order_amount, order.amount_untaxed)
        self.assertFalse((self.ben | self.cleo).lifecycle_stage_id)

    def test_pixel_with_a_wrong_token_is_refused_and_leaves_no_trace(self):
        self.send_mailing(self.mailing)
        pixel, _links = self.paths(self.ana)
        forged = re.sub(r"/\w+/blank", "/0000/blank", pixel)

        with mute_logger("odoo.http"):
            answer = self.url_open(forged, headers={"User-Agent": BROWSER})

        self.env.invalidate_all()
        self.assertEqual(answer.status_code, 401)
        self.assertFalse(self.env["lifecycle.mail.open"].search([]))
        self.assertFalse(self.mailing.mailing_trace_ids.filtered("open_datetime"))

    def test_pixel_of_a_mail_long_deleted_still_counts_once(self):
        traces = self.send_mailing(self.mailing)
        pixel, _links = self.paths(self.ana)
        self.env["mail.mail"].search([]).unlink()

        for _time in range(3):
            self.visit(pixel, BROWSER)

        opened = self.env["lifecycle.mail.open"].search([])
        self.assertEqual(opened.trace_id, traces[self.ana.id])
        self.assertEqual((opened.device, opened.is_automated), ("mobile", False))

    def test_personal_links_are_put_in_as_the_mail_leaves(self):
        self.mailing.body_html = """<p>Hello
            <a href="/lifecycle/preferences">My preferences</a>
            <a href="/unsubscribe_from_list">Leave</a></p>"""

        self.send_mailing(self.mailing)

        links = {}
        for partner in self.partners:
            (message,) = self.sink.messages[partner.email]
            html = message.get_body(("html",)).get_content()
            (page,) = re.findall(r"/lifecycle/preferences/([\w-]{48})", html)
            (leave,) = re.findall(r"/lifecycle/unsubscribe/([\w-]{48})", html)
            self.assertIn(
                f"/lifecycle/unsubscribe/{leave}>", message["List-Unsubscribe"]
            )
            self.assertEqual(
                message["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click"
            )
            self.assertIn("company-", message["List-Id"])
            self.assertNotIn(partner.email, html)
            links[partner] = page, leave
        self.assertEqual(len(set(links.values())), 3)
        trackers = self.env["link.tracker"].search([("url", "like", "/lifecycle/")])
        self.assertFalse(trackers)

        for method in ("GET", "HEAD"):
            for page, leave in links.values():
                for path in ("preferences", "unsubscribe"):
                    token = page if path == "preferences" else leave
                    self.url_open(f"/lifecycle/{path}/{token}", method=method)
        self.assertFalse(self.env["lifecycle.consent.event"].search_count([]))

        self.url_open(f"/lifecycle/unsubscribe/{links[self.ana][1]}", method="POST")
        self.assertEqual(self.ana.lifecycle_consent_event_ids.mailing_id, self.mailing)
        self.assertFalse(self.ben.lifecycle_consent_event_ids)

    def test_test_mail_has_nobodys_links_and_asks_nobodys_consent(self):
        self.mailing.body_html = '<p><a href="/lifecycle/preferences">Mine</a></p>'
        every = self.env["res.partner"].search([]).filtered("email_normalized")
        self.env["lifecycle.preference"].create(
            [{"partner_id": p.id, "pause_until": "2999-01-01"} for p in every]
        )

        self.env["mailing.mailing.test"].create(
            {"mass_mailing_id": self.mailing.id, "email_to": "ana@example.com"}
        ).send_mail_test()

        (message,) = self.sink.messages["ana@example.com"]
        html = message.get_body(("html",)).get_content()
        self.assertIn('/lifecycle/preferences"', html)
        self.assertNotIn("/lifecycle/unsubscribe", str(message["List-Unsubscribe"]))
        self.assertFalse(self.env["lifecycle.link"].search_count([]))
