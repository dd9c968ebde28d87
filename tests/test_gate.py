from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestGate(LifecycleCase):
    """Who may be sent a mailing is told for all recipients at once, with the reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ana, cls.ben = (
            cls.make_partner(name, email=f"{name.lower()}@example.com", phone=phone)
            for name, phone in (("Ana", "+34600000001"), ("Ben", "+34600000002"))
        )
        cls.purpose = cls.env.ref("contact_lifecycle.lifecycle_purpose_marketing")
        cls.shoes, cls.meat = cls.env["lifecycle.topic"].create(
            [
                {"name": "Shoes", "purpose_id": cls.purpose.id},
                {"name": "Meat", "purpose_id": cls.purpose.id, "is_exclusion": True},
            ]
        )
        cls.mailing = cls.make_mailing(
            mailing_domain=repr([("id", "in", (cls.ana | cls.ben).ids)])
        )

    def say(self, status, topic=None, partner=None, light=False, **told):
        partner = partner or self.ana
        channel = told.get("channel", "email")
        answer = {
            "company_id": self.env.company.id,
            "address": partner.email_normalized
            if channel == "email"
            else partner.phone_sanitized,
            "channel": channel,
            "purpose_id": self.purpose.id,
            "topic_id": topic and topic.id,
            "status": status,
            "source": "staff",
            **told,
        }
        record = "_record_light" if light else "_record"
        getattr(self.env["lifecycle.consent"], record)([answer])

    def prefer(self, **values):
        return self.env["lifecycle.preference"].create(
            {"partner_id": self.ana.id, **values}
        )

    def ask(self, mailing=None, date=None):
        """Return {contact: rule} of who is stopped."""
        answers = self.env["lifecycle.gate"].ask(
            (self.ana | self.ben).ids, (mailing or self.mailing).id, date
        )
        return {
            self.env["res.partner"].browse(answer["partner_id"]): answer["rule"]
            for answer in answers
        }

    def test_nobody_is_stopped_who_said_nothing(self):
        self.assertEqual(self.ask(), {})

    def test_blacklisted_address_is_blocked(self):
        self.env["mail.blacklist"]._add(self.ana.email)

        self.assertEqual(self.ask(), {self.ana: "blacklist"})

    def test_withdrawn_consent_blocks_before_it_is_applied(self):
        self.say("withdrawn", light=True)

        self.assertEqual(self.ask(), {self.ana: "withdrawn"})

    def test_newer_grant_that_is_not_applied_yet_lets_through(self):
        self.say("withdrawn")
        self.say("granted", light=True)

        self.assertEqual(self.ask(), {})

    def test_service_messages_pass_withdrawn_marketing(self):
        self.say("withdrawn")
        self.prefer(frequency="important", pause_until="2999-01-01")
        self.mailing.lifecycle_purpose_id = self.env.ref(
            "contact_lifecycle.lifecycle_purpose_service"
        )

        self.assertEqual(self.ask(), {})

    def test_purpose_with_consent_only_blocks_silence(self):
        self.purpose.needs_consent = True
        self.say("granted")

        self.assertEqual(self.ask(), {self.ben: "no_consent"})

    def test_pending_and_expired_consent_allow_nothing(self):
        self.purpose.needs_consent = True
        for status in ("pending", "expired"):
            self.say(status)
            self.assertEqual(self.ask()[self.ana], "no_consent")

    def test_soft_opt_in_is_for_email_only(self):
        self.purpose.needs_consent = True
        for channel in ("email", "sms"):
            self.say("granted", channel=channel, lawful_basis="soft_opt_in")
        text = self.mailing.copy({"mailing_type": "sms", "body_plaintext": "Hello"})

        self.assertNotIn(self.ana, self.ask())
        self.assertEqual(self.ask(text)[self.ana], "no_consent")

    def test_opt_in_topic_reaches_only_who_asked(self):
        self.mailing.lifecycle_topic_ids = self.shoes
        self.say("granted", self.shoes)

        self.assertEqual(self.ask(), {self.ben: "topic"})

    def test_opt_out_topic_reaches_all_but_who_left(self):
        self.shoes.kind = "opt_out"
        self.mailing.lifecycle_topic_ids = self.shoes
        self.say("withdrawn", self.shoes)

        self.assertEqual(self.ask(), {self.ana: "topic"})

    def test_one_wanted_topic_is_enough(self):
        bags = self.shoes.copy({"name": "Bags"})
        self.mailing.lifecycle_topic_ids = self.shoes | bags
        self.say("granted", bags)
        self.say("withdrawn", self.shoes)

        self.assertEqual(self.ask(), {self.ben: "topic"})

    def test_answer_to_the_topic_above_holds_below(self):
        boots = self.shoes.copy({"name": "Boots", "parent_id": self.shoes.id})
        self.mailing.lifecycle_topic_ids = boots
        self.say("granted", self.shoes)
        self.say("granted", self.shoes, partner=self.ben)
        self.say("withdrawn", boots, partner=self.ben)

        self.assertEqual(self.ask(), {self.ben: "topic"})

    def test_never_show_me(self):
        self.say("granted", self.meat)
        self.assertEqual(self.ask(), {})

        self.mailing.lifecycle_topic_ids = self.meat

        self.assertEqual(self.ask(), {self.ana: "exclusion"})

    def test_pause_defers_until_its_day(self):
        self.env.company.partner_id.tz = "Europe/Madrid"
        self.prefer(pause_until=self.now.date() + timedelta(days=3))

        answer = self.env["lifecycle.gate"].ask(self.ana.ids, self.mailing.id)

        self.assertEqual(answer[0]["verdict"], "defer")
        until = answer[0]["until"]
        self.assertEqual(
            self.ask(date=until - timedelta(hours=2)), {self.ana: "paused"}
        )
        self.assertEqual(self.ask(date=until + timedelta(hours=2)), {})

    def test_date_may_come_as_text_from_another_program(self):
        self.prefer(pause_until="2026-06-01")

        self.assertEqual(self.ask(date="2026-05-01 10:00:00"), {self.ana: "paused"})
        self.assertEqual(self.ask(date="2026-07-01 10:00:00"), {})

    def test_important_only(self):
        self.prefer(frequency="important")
        self.assertEqual(self.ask(), {self.ana: "important_only"})

        self.mailing.is_lifecycle_important = True

        self.assertEqual(self.ask(), {})

    def test_frequency_defers_by_the_last_message_sent_or_queued(self):
        self.prefer(frequency="weekly")
        earlier = self.make_mailing()
        trace = self.env["mailing.trace"].create(
            {
                "mass_mailing_id": earlier.id,
                "model": "res.partner",
                "res_id": self.ana.id,
                "email": self.ana.email_normalized,
                "trace_status": "sent",
                "sent_datetime": self.now - timedelta(days=3),
            }
        )

        answer = self.env["lifecycle.gate"].ask(self.ana.ids, self.mailing.id)

        self.assertEqual(answer[0]["rule"], "frequency")
        self.assertEqual(answer[0]["until"], self.now + timedelta(days=4))
        trace.trace_status = "cancel"
        self.assertEqual(self.ask(), {})
        trace.write({"trace_status": "outgoing", "sent_datetime": False})
        self.assertEqual(self.ask(), {self.ana: "frequency"})

    def test_same_address_twice_means_it_twice(self):
        twin = self.make_partner("Ana again", email="ANA@example.com")
        self.prefer(pause_until="2999-01-01")

        answers = self.env["lifecycle.gate"].ask(twin.ids, self.mailing.id)

        self.assertEqual(answers[0]["rule"], "paused")

    def test_other_company_is_not_concerned(self):
        other = self.make_company("Other")
        self.say("withdrawn", company_id=other.id)
        self.prefer(company_id=other.id, pause_until="2999-01-01")

        self.assertEqual(self.ask(), {})

    def test_other_addon_adds_a_rule(self):
        gate = type(self.env["lifecycle.gate"])
        own = gate._gate_rules
        complaint = {"complaint": {"label": "Complaint open", "verdict": "block"}}
        query = SQL(
            "SELECT res_id, NULL::timestamp FROM lifecycle_gate_asked"
            " WHERE partner_id = %s",
            self.ben.id,
        )
        self.say("withdrawn")

        with (
            patch.object(gate, "_gate_rules", lambda self: {**own(self), **complaint}),
            patch.object(
                gate, "_gate_query_complaint", lambda *_args: query, create=True
            ),
        ):
            answers = self.ask()

        self.assertEqual(answers, {self.ana: "withdrawn", self.ben: "complaint"})

    def test_composing_cancels_with_the_reason(self):
        self.say("withdrawn")

        self.mailing.action_send_mail()

        traces = self.mailing.mailing_trace_ids.sorted("res_id")
        self.assertEqual(
            traces.mapped(lambda t: (t.trace_status, t.failure_type)),
            [("cancel", "lifecycle_withdrawn"), ("outgoing", False)],
        )

    def test_withdrawal_stops_what_is_queued(self):
        self.mailing.action_send_mail()
        mail = self.env["mail.mail"].search(
            [("mailing_id", "=", self.mailing.id), ("res_id", "=", self.ana.id)]
        )
        self.say("withdrawn", light=True)

        mail._send()

        self.assertEqual(mail.state, "cancel")
        self.assertEqual(mail.mailing_trace_ids.trace_status, "cancel")
        self.assertEqual(mail.mailing_trace_ids.failure_type, "lifecycle_withdrawn")
