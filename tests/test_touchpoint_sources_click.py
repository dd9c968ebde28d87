from datetime import timedelta

from odoo.tests import tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestTouchpointSourcesClick(LifecycleCase):
    """Each click is one touchpoint, and says whether a person made it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ana = cls.make_partner(email="ana@example.com")

    def setUp(self):
        super().setUp()
        self.trace = self.make_trace(self.ana)
        self.sent = self.trace.sent_datetime

    def test_click_has_link_device_and_country(self):
        belgium = self.env.ref("base.be")
        link = self.make_link(label="Teapots")
        click = self.make_click(
            self.trace,
            link,
            self.sent + timedelta(minutes=5),
            lifecycle_device="mobile",
            country_id=belgium.id,
        )

        self.harvest("link_click")

        self.assertRecordValues(
            self.journey(self.ana),
            [
                {
                    "type_id": self.touchpoint_type("mail_clicked").id,
                    "touch_date": click.create_date,
                    "name": "Teapots",
                    "link_id": link.id,
                    "device": "mobile",
                    "country_id": belgium.id,
                    "mailing_id": self.trace.mass_mailing_id.id,
                    "is_automated": False,
                    "automated_reason": False,
                }
            ],
        )

    def test_clicks_of_machines_are_flagged_with_the_reason(self):
        cases = [
            ("agent", 600, {"lifecycle_automated_reason": "agent"}),
            ("head", 660, {"lifecycle_automated_reason": "head"}),
            ("speed", 2, {}),
            (False, 4, {}),
        ]
        link = self.make_link()
        for _reason, seconds, values in cases:
            date = self.sent + timedelta(seconds=seconds)
            self.make_click(self.trace, link, date, **values)

        self.harvest("link_click")

        journey = self.journey(self.ana)
        by_seconds = {
            (t.touch_date - self.sent).seconds: (t.automated_reason, t.is_automated)
            for t in journey
        }
        self.assertEqual(
            by_seconds,
            {seconds: (reason, bool(reason)) for reason, seconds, _values in cases},
        )

    def test_second_link_within_a_second_makes_both_a_burst(self):
        first = self.now - timedelta(minutes=5)
        self.make_click(self.trace, self.make_link(), first)
        self.harvest("link_click")
        self.assertFalse(self.journey(self.ana).is_automated)

        other = self.make_link("https://shop.example.com/cups")
        self.make_click(self.trace, other, first + timedelta(seconds=1))
        added = self.harvest("link_click")

        self.assertEqual(added, 1)
        self.assertEqual(
            self.journey(self.ana).mapped("automated_reason"), ["burst", "burst"]
        )
        self.assertTrue(all(self.journey(self.ana).mapped("is_automated")))

    def test_two_clicks_of_the_same_link_are_no_burst(self):
        link = self.make_link()
        first = self.sent + timedelta(minutes=5)
        self.make_click(self.trace, link, first)
        self.make_click(self.trace, link, first + timedelta(seconds=1))

        self.harvest("link_click")

        self.assertEqual(self.journey(self.ana).mapped("is_automated"), [False, False])

    def test_click_in_a_text_message_is_a_click_of_that_channel(self):
        trace = self.make_trace(self.ana, trace_type="sms")
        self.make_click(trace, date=self.now)

        self.harvest("link_click")

        clicked = self.journey(self.ana)
        self.assertEqual(
            (clicked.type_id.code, clicked.channel), ("sms_clicked", "sms")
        )

    def test_click_without_a_mail_is_nobodys(self):
        self.env["link.tracker.click"].create({"link_id": self.make_link().id})

        self.assertEqual(self.harvest("link_click"), 0)

    def test_open_that_a_scanners_click_implies_is_the_scanners(self):
        self.make_click(self.trace, date=self.now, lifecycle_automated_reason="agent")
        self.trace.write({"trace_status": "open", "open_datetime": self.now})

        self.harvest("mail_trace", "link_click")

        opened = self.journey(self.ana, "mail_opened")
        self.assertEqual(opened.automated_reason, "agent")
