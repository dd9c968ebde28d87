from datetime import timedelta

from odoo.tests import tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestTouchpointSourcesMailing(LifecycleCase):
    """What is mailed and texted, and what comes back, becomes touchpoints."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign = cls.env["utm.campaign"].create({"title": "Spring"})
        cls.mailing = cls.make_mailing(campaign_id=cls.campaign.id)
        cls.ana = cls.make_partner(email="ana@example.com")

    def test_sent_mail_has_date_name_and_campaign(self):
        trace = self.make_trace(self.ana, self.mailing)

        self.harvest("mail_trace")

        sent = self.journey(self.ana)
        self.assertRecordValues(
            sent,
            [
                {
                    "type_id": self.touchpoint_type("mail_sent").id,
                    "touch_date": trace.sent_datetime,
                    "channel": "email",
                    "direction": "out",
                    "name": "Spring letter",
                    "amount": 0,
                    "mailing_id": self.mailing.id,
                    "campaign_id": self.campaign.id,
                    # Odoo makes a source for each mailing, which is no source.
                    "source_id": False,
                    "medium_id": self.mailing.medium_id.id,
                    "is_automated": False,
                    "res_model": "mailing.trace",
                    "res_id": trace.id,
                    "company_id": False,
                }
            ],
        )

    def test_each_thing_that_befalls_a_mail_is_a_touchpoint(self):
        dates = [self.now - timedelta(minutes=minutes) for minutes in (50, 40, 30)]
        self.make_trace(
            self.ana,
            self.mailing,
            trace_status="reply",
            sent_datetime=dates[0],
            open_datetime=dates[1],
            reply_datetime=dates[2],
        )

        self.harvest("mail_trace")

        journey = self.journey(self.ana)
        self.assertEqual(
            [(t.type_id.code, t.touch_date) for t in journey],
            list(zip(("mail_sent", "mail_opened", "mail_replied"), dates, strict=True)),
        )

    def test_bounce_and_failure_take_the_date_of_the_last_change(self):
        bounced = self.make_trace(self.ana, trace_status="bounce")
        failed = self.make_trace(self.ana, trace_status="error", sent_datetime=False)
        yesterday = self.now - timedelta(days=1)
        self.set_columns(bounced | failed, write_date=yesterday)

        self.harvest("mail_trace")

        self.assertJourney(self.ana, ["mail_sent", "mail_bounced", "mail_failed"])
        bad = self.journey(self.ana, "mail_bounced", "mail_failed")
        self.assertEqual(set(bad.mapped("touch_date")), {yesterday})

    def test_cancelled_waiting_and_test_mails_are_no_touchpoints(self):
        self.make_trace(self.ana, trace_status="cancel", sent_datetime=False)
        self.make_trace(self.ana, trace_status="outgoing", sent_datetime=False)
        self.make_trace(self.ana, is_test_trace=True)

        self.harvest("mail_trace")

        self.assertFalse(self.journey(self.ana))

    def test_list_contact_is_matched_by_address(self):
        contact = self.env["mailing.contact"].create(
            {"name": "A.", "email": "Ana <ANA@Example.com>"}
        )
        self.make_trace(contact)

        self.harvest("mail_trace")

        self.assertJourney(self.ana, ["mail_sent"])

    def test_lead_is_matched_by_contact_and_else_by_address(self):
        ben = self.make_partner("Ben", email="ben@example.com")
        of_ben = self.make_lead(ben, email_from="ana@example.com")
        of_nobody = self.make_lead(email_from="ana@example.com")
        self.make_trace(of_ben)
        self.make_trace(of_nobody)

        self.harvest("mail_trace")

        self.assertJourney(ben, ["mail_sent"])
        self.assertJourney(self.ana, ["mail_sent"])

    def test_address_of_another_company_is_not_matched(self):
        one, other = self.make_company("One"), self.make_company("Other")
        stranger = self.make_partner(email="eva@example.com", company_id=other.id)
        lead = self.make_lead(email_from="eva@example.com", company_id=one.id)
        self.make_trace(lead)

        self.harvest("mail_trace")

        self.assertFalse(self.journey(stranger))

    def test_active_contact_wins_over_an_archived_one_of_same_address(self):
        self.make_partner("Old", email="eva@example.com", active=False)
        eva = self.make_partner("Eva", email="eva@example.com")
        self.make_trace(
            self.env["mailing.contact"].create({"email": "eva@example.com"})
        )

        self.harvest("mail_trace")

        self.assertJourney(eva, ["mail_sent"])

    def test_journey_of_a_company_contact_bears_its_company(self):
        company = self.make_company("One")
        eva = self.make_partner(email="eva@example.com", company_id=company.id)
        self.make_trace(eva)

        self.harvest("mail_trace")

        self.assertEqual(self.journey(eva).company_id, company)

    def test_text_messages_are_matched_by_contact_and_number(self):
        self.ana.write({"country_id": self.env.ref("base.be").id})
        self.ana.phone = "0456 00 11 22"
        contact = self.env["mailing.contact"].create({"name": "A."})
        sms = {"trace_type": "sms", "sms_number": self.ana.phone_sanitized}
        mailing = self.make_mailing(mailing_type="sms", body_plaintext="Hello")
        self.make_trace(self.ana, mailing, **sms)
        self.make_trace(contact, mailing, trace_status="bounce", **sms)
        self.make_trace(
            self.ana, mailing, trace_status="error", sent_datetime=False, **sms
        )

        self.harvest("sms_trace", "mail_trace")

        self.assertTrue(self.ana.phone_sanitized)
        self.assertJourney(
            self.ana, ["sms_sent", "sms_sent", "sms_bounced", "sms_failed"]
        )
        self.assertEqual(set(self.journey(self.ana).mapped("channel")), {"sms"})

    def test_joining_and_leaving_a_list(self):
        letters = self.env["mailing.list"].create({"name": "Letters"})
        joined, left = self.now - timedelta(days=9), self.now - timedelta(days=2)
        subscription = self.make_subscription(
            letters, opt_out=True, opt_out_datetime=left
        )
        self.set_columns(subscription, create_date=joined)

        self.harvest("mailing_list")

        self.assertEqual(
            [(t.type_id.code, t.touch_date, t.name) for t in self.journey(self.ana)],
            [("list_joined", joined, "Letters"), ("list_left", left, "Letters")],
        )

    def test_joining_by_the_lists_of_a_contact_is_dated_now(self):
        letters = self.env["mailing.list"].create({"name": "Letters"})
        with self.at(self.now + timedelta(minutes=1)):
            self.env["mailing.contact"].create(
                {"email": "ana@example.com", "list_ids": [(4, letters.id)]}
            )

            self.harvest("mailing_list")

        joined = self.journey(self.ana)
        self.assertEqual(joined.type_id.code, "list_joined")
        self.assertEqual(joined.touch_date, self.now + timedelta(minutes=1))
