import re
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from odoo.addons.sms.models.sms_sms import SmsSms

from .common import LifecycleCase

LINKS = """<p><a href="/lifecycle/preferences">Choose</a>
<a href="/lifecycle/unsubscribe">Leave</a>
<a href="/unsubscribe_from_list">Odoo's own</a></p>"""


class SendingCase(LifecycleCase):
    """Two contacts with an address and a number, and mailings to them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ana, cls.ben = (
            cls.make_partner(name, email=f"{name.lower()}@example.com", phone=phone)
            for name, phone in (("Ana", "+34600000001"), ("Ben", "+34600000002"))
        )
        cls.both = cls.ana | cls.ben
        cls.marketing = cls.env.ref("contact_lifecycle.lifecycle_purpose_marketing")
        cls.service = cls.env.ref("contact_lifecycle.lifecycle_purpose_service")

    def letter(self, **values):
        domain = repr([("id", "in", self.both.ids)])
        return self.make_mailing(**{"mailing_domain": domain, **values})

    def text(self, **values):
        return self.letter(
            mailing_type="sms", sms_subject="Offer", body_plaintext="Hello", **values
        )

    def withdraw(self, partner, channel="email"):
        address = {"email": "email_normalized", "sms": "phone_sanitized"}[channel]
        self.env["lifecycle.consent"]._record_light(
            [
                {
                    "company_id": self.env.company.id,
                    "partner_id": partner.id,
                    "address": partner[address],
                    "channel": channel,
                    "purpose_id": self.marketing.id,
                    "status": "withdrawn",
                    "source": "one_click",
                }
            ]
        )

    def outgoing(self, mailing, partner):
        """Return (headers, body) with which a queued mail would leave."""
        mail = self.env["mail.mail"].search(
            [("mailing_id", "=", mailing.id), ("res_id", "=", partner.id)]
        )
        linked = mail.with_context(lifecycle_links=mail._issue_links())
        (values,) = linked._prepare_outgoing_list()
        return values["headers"], values["body"]


@tagged("post_install", "-at_install")
class TestSending(SendingCase, HttpCase):
    """What leaves names its list, lets people leave, and obeys the last word."""

    # Headers

    def test_marketing_can_be_left_by_one_press(self):
        mailing = self.letter()
        mailing.action_send_mail()

        headers, _body = self.outgoing(mailing, self.ana)

        self.assertRegex(
            headers["List-Unsubscribe"],
            r"^<https?://.+/lifecycle/unsubscribe/[\w-]{48}>$",
        )
        self.assertEqual(headers["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")

    def test_list_has_the_same_name_for_all_mailings_about_a_topic(self):
        topic = self.env["lifecycle.topic"].create({"name": "Shoes", "kind": "opt_out"})
        names = set()
        for _number in range(2):
            mailing = self.letter(lifecycle_topic_ids=topic.ids)
            mailing.action_send_mail()
            names |= {self.outgoing(mailing, one)[0]["List-Id"] for one in self.both}

        (name,) = names
        self.assertRegex(name, rf"^<topic-{topic.id}\.[\w.-]+>$")
        self.assertNotEqual(name, self.letter()._get_list_id())

    def test_service_messages_bear_no_button_to_leave(self):
        mailing = self.letter(lifecycle_purpose_id=self.service.id)
        mailing.action_send_mail()

        headers, _body = self.outgoing(mailing, self.ana)

        self.assertNotIn("List-Unsubscribe", headers)
        self.assertNotIn("List-Unsubscribe-Post", headers)

    def test_links_that_people_asked_for_are_no_marketing(self):
        for kind in ("page", "confirm", "renew"):
            request = self.env["lifecycle.link.request"]
            request._ask("ana@example.com", self.env.company, kind)
            request.search([("kind", "=", kind)])._send()
            mail = self.env["mail.mail"].search([], limit=1, order="id desc")

            (values,) = mail._prepare_outgoing_list()

            self.assertFalse(mail.mailing_id)
            for name in ("List-Unsubscribe", "List-Unsubscribe-Post", "List-Id"):
                self.assertNotIn(name, values["headers"])

    # Links

    def test_every_way_to_leave_is_personal(self):
        mailing = self.letter(body_html=LINKS)
        mailing.action_send_mail()

        _headers, body = self.outgoing(mailing, self.ana)

        self.assertEqual(len(re.findall(r"/lifecycle/preferences/[\w-]{48}", body)), 1)
        self.assertEqual(len(re.findall(r"/lifecycle/unsubscribe/[\w-]{48}", body)), 2)
        self.assertNotIn("/unsubscribe_from_list", body)

    def test_page_in_the_browser_has_the_links_of_the_mail(self):
        mailing = self.letter(body_html=LINKS)
        mailing.action_send_mail()
        self.outgoing(mailing, self.ana)
        url = mailing._get_view_url(self.ana.email_normalized, self.ana.id)

        page = self.url_open(url.replace(mailing.get_base_url(), "")).text

        self.assertRegex(page, r"/lifecycle/preferences/[\w-]{48}")
        count = self.env["lifecycle.link"].search_count([])
        stranger = self.make_partner("Eva", email="eva@example.com")
        url = mailing._get_view_url(stranger.email_normalized, stranger.id)
        page = self.url_open(url.replace(mailing.get_base_url(), "")).text
        self.assertIn('/lifecycle/preferences"', page)
        self.assertEqual(self.env["lifecycle.link"].search_count([]), count)

    def test_editor_offers_blocks_with_the_links(self):
        user = self.make_user("mailer", "mass_mailing.group_mass_mailing_user")
        views = self.env["ir.ui.view"].with_user(user)
        html = views.render_public_asset("mass_mailing.email_designer_snippets")

        for name in ("Preferences and Unsubscribe", "Preferences Button"):
            self.assertIn(name, html)
        self.assertGreaterEqual(html.count('"/lifecycle/preferences"'), 5)
        self.assertGreaterEqual(html.count('"/unsubscribe_from_list"'), 3)

    # Withdrawal stops what is queued

    def test_withdrawal_stops_mails_that_are_queued(self):
        mailing = self.letter()
        mailing.action_send_mail()
        mails = self.env["mail.mail"].search([("mailing_id", "=", mailing.id)])
        self.assertEqual(mails.mapped("state"), ["outgoing"] * 2)
        self.withdraw(self.ana)

        mails.send()

        trace = mailing.mailing_trace_ids.filtered(lambda t: t.res_id == self.ana.id)
        self.assertEqual(
            (trace.trace_status, trace.failure_type), ("cancel", "lifecycle_withdrawn")
        )
        other = mailing.mailing_trace_ids - trace
        self.assertNotEqual(other.trace_status, "cancel")

    def test_withdrawal_stops_text_messages_that_are_queued(self):
        mailing = self.text()
        mailing.action_send_sms()
        messages = self.env["sms.sms"].search([("mailing_id", "=", mailing.id)])
        self.assertEqual(messages.mapped("state"), ["outgoing"] * 2)
        self.withdraw(self.ana, "sms")
        sent = []

        with patch.object(
            SmsSms, "_send", lambda those, *_args, **_kwargs: sent.extend(those)
        ):
            messages.send()

        self.assertEqual([one.number for one in sent], [self.ben.phone_sanitized])
        trace = mailing.mailing_trace_ids.filtered(lambda t: t.res_id == self.ana.id)
        self.assertEqual(
            (trace.trace_status, trace.failure_type), ("cancel", "lifecycle_withdrawn")
        )

    # Who has got it already

    def compose(self, mailing):
        return self.env["mail.compose.message"].create(
            {
                "composition_mode": "mass_mail",
                "model": "res.partner",
                "mass_mailing_id": mailing.id,
            }
        )

    def ask_done(self, mailing, *emails):
        composer = self.compose(mailing)
        told = {
            number: {"mail_to_normalized": [email]}
            for number, email in enumerate(emails)
        }
        with patch.object(type(composer), "_get_recipients_data", lambda *_args: told):
            return sorted(composer._get_done_emails({}))

    def test_only_the_batch_is_asked_who_has_got_it(self):
        mailing = self.letter()
        for partner in self.both:
            self.make_trace(partner, mailing)

        self.assertEqual(
            self.ask_done(mailing, "ana@example.com", "eva@example.com"),
            ["ana@example.com"],
        )
        self.assertEqual(len(mailing._get_seen_list()), 2)

    def test_tests_of_a_campaign_count_for_its_winner(self):
        campaign = self.env["utm.campaign"].create({"name": "Spring"})
        first, second = (
            self.letter(campaign_id=campaign.id, ab_testing_enabled=True)
            for _number in range(2)
        )
        self.make_trace(self.ana, first)

        for mailing in (first, second):
            self.assertEqual(
                self.ask_done(mailing, "ana@example.com", "ben@example.com"),
                ["ana@example.com"],
            )
        self.assertEqual(self.ask_done(self.letter(), "ana@example.com"), [])

    def test_cost_of_a_batch_does_not_grow_with_the_mailing(self):
        mailing = self.letter()
        self.env["mailing.trace"].create(
            [
                {
                    "mass_mailing_id": mailing.id,
                    "model": "res.partner",
                    "res_id": self.ana.id,
                    "email": f"p{number}@example.com",
                    "trace_status": "sent",
                }
                for number in range(3_000)
            ]
        )
        self.env.flush_all()
        self.env.cr.execute("ANALYZE mailing_trace")

        seen = type(mailing)._get_seen_list
        sizes = []

        def count(this):
            found = seen(this)
            sizes.append(len(found))
            return found

        with patch.object(type(mailing), "_get_seen_list", count):
            done = self.ask_done(mailing, "p7@example.com", "new@example.com")

        self.assertEqual(done, ["p7@example.com"])
        self.assertEqual(sizes, [1])

    def test_nobody_gets_a_mailing_twice(self):
        mailing = self.letter()
        mailing.action_send_mail()
        mailing.action_send_mail(self.both.ids)

        waiting = mailing.mailing_trace_ids.filtered(
            lambda t: t.trace_status != "cancel"
        )
        self.assertEqual(len(waiting), 2)
