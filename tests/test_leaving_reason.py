from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from .rights_common import LeavingCase


@tagged("post_install", "-at_install")
class TestLeavingReason(LeavingCase):
    """Leaving takes one press; why is asked afterwards, and need not be answered."""

    def test_reason_is_asked_after_leaving_and_not_before(self):
        self.assertNotIn("Would you tell us why", self.look(self.token).text)

        answer = self.stop()

        self.assertEqual(self.said(), "withdrawn")
        self.assertIn("Would you tell us why", answer.text)
        self.assertIn("Too many", answer.text)
        self.assertIn("Would you tell us why", self.look(self.token).text)
        self.assertFalse(self.rows())

    def test_reason_is_asked_after_leaving_a_topic(self):
        was = f"t{self.news.id}_email=1"
        answer = self.press(self.token, was=was, do="save")

        self.assertEqual(self.said(self.news), "withdrawn")
        self.assertIn("Would you tell us why", answer.text)

    def test_reason_is_asked_whoever_left_by_the_button_of_the_mailbox(self):
        unsubscribe = self.issue("unsubscribe")
        self.visit(f"/lifecycle/unsubscribe/{unsubscribe}", data={"x": "1"})

        answer = self.visit(f"/lifecycle/unsubscribe/{unsubscribe}")

        self.assertIn("Would you tell us why", answer.text)

    def test_reason_is_kept_with_the_press_and_may_be_corrected(self):
        self.stop()
        answer = self.tell(self.nothing, feedback="  <b>Too long</b> ")

        self.assertIn("Thank you for telling us", answer.text)
        row = self.rows()
        self.assertEqual(row.reason_id, self.nothing)
        self.assertEqual(row.feedback, "<b>Too long</b>")
        self.assertEqual(row.leaving_date, row.event_id.event_date)
        self.assertNotIn("Would you tell us why", answer.text)

        self.tell(self.often)

        self.assertEqual(self.rows(), row)
        self.assertEqual(row.reason_id, self.often)
        self.assertFalse(row.feedback)

    def test_reasons_that_odoo_ships_have_offers_that_fit(self):
        for name, offer in (("2", "frequency"), ("3", "topics"), ("1", "none")):
            code = f"mailing_subscription_optout_data_{name}"
            reason = self.env.ref(f"mass_mailing.{code}")
            self.assertEqual(reason.lifecycle_offer, offer)
        later = self.env.ref("contact_lifecycle.mailing_subscription_optout_break")
        self.assertEqual(later.lifecycle_offer, "pause")

    def test_nonsense_is_no_reason(self):
        self.stop()
        for reason in ("", "0", "999999999999999999", "x", "-1", "１２"):
            with self.subTest(reason=reason):
                answer = self.press(
                    self.token, "/reason", do="reason", reason=reason, feedback=" "
                )
                self.assertEqual(answer.status_code, 200)
        self.assertFalse(self.rows())

    def test_reason_without_leaving_is_not_kept(self):
        self.tell(self.often)

        self.assertFalse(self.rows())

    def test_too_many_is_offered_less_often(self):
        self.stop()
        answer = self.tell(self.often)
        self.assertIn("Rather less often", answer.text)
        offered = self.page(answer).xpath("//button[@name='frequency']/@value")
        self.assertEqual(offered, ["weekly", "fortnightly", "monthly", "important"])

        answer = self.take("frequency", frequency="monthly")

        self.assertIn("Thank you for staying", answer.text)
        self.assertEqual(self.said(), "granted")
        self.assertEqual(self.said(channel="sms"), "granted")
        self.assertEqual(self.ana.lifecycle_preference_ids.frequency, "monthly")
        self.assertEqual(self.rows().offer, "frequency")
        self.assertNotIn("Rather less often", answer.text)

    def test_less_often_is_never_more_often(self):
        self.env["lifecycle.preference"].create(
            {"partner_id": self.ana.id, "frequency": "monthly"}
        )
        self.stop()
        answer = self.tell(self.often)
        offered = self.page(answer).xpath("//button[@name='frequency']/@value")
        self.assertEqual(offered, ["important"])

        self.take("frequency", frequency="weekly")

        self.assertEqual(self.ana.lifecycle_preference_ids.frequency, "monthly")
        self.assertEqual(self.said(), "withdrawn")

    def test_whoever_wants_only_important_things_is_offered_a_break(self):
        self.env["lifecycle.preference"].create(
            {"partner_id": self.ana.id, "frequency": "important"}
        )
        self.stop()

        self.assertIn("Rather a break", self.tell(self.often).text)

    def test_later_is_offered_a_break(self):
        self.stop()
        self.assertIn("Rather a break", self.tell(self.later).text)

        self.take("pause", pause="1m")

        self.assertEqual(self.said(), "granted")
        until = self.ana.lifecycle_preference_ids.pause_until
        self.assertEqual(until, self.env.cr.now().date() + timedelta(days=30))

    def test_not_relevant_is_offered_topics_and_only_fewer(self):
        self.stop()
        answer = self.tell(self.irrelevant)
        (form,) = [f for f in self.page(answer).forms if "shown" in f.fields]
        fields = dict(form.form_values())
        self.assertEqual(fields[f"k{self.news.id}"], "1")
        del fields[f"k{self.news.id}"]

        answer = self.press(self.token, "/reason", **fields)

        self.assertEqual(self.said(), "granted")
        self.assertEqual(self.said(self.news), "withdrawn")
        self.assertFalse(self.said(self.offers))
        self.assertNotIn("Would you tell us why", answer.text)
        rows = {(row.topic_id, row.reason_id, row.outcome) for row in self.report()}
        self.assertIn((self.news, self.irrelevant, "left"), rows)

    def test_whoever_stayed_and_leaves_after_all_is_asked_again(self):
        self.stop()
        self.tell(self.later)
        self.take("pause", pause="2w")

        self.assertIn("Would you tell us why", self.stop().text)

    def test_offer_that_is_not_one_of_ours_changes_nothing(self):
        self.stop()
        for offer, value in (
            ("pause", {"pause": "99y"}),
            ("frequency", {"frequency": "all"}),
            ("frequency", {"frequency": "hourly"}),
            ("nonsense", {}),
        ):
            with self.subTest(offer=offer, value=value):
                self.take(offer, **value)
                self.assertEqual(self.said(), "withdrawn")

    def test_offer_takes_back_the_last_press_only(self):
        earlier = self.env.cr.now() - timedelta(hours=3)
        self.record("withdrawn", topic_id=self.offers.id, event_date=earlier)
        self.stop()
        self.tell(self.often)

        self.take("frequency", frequency="weekly")

        self.assertEqual(self.said(), "granted")
        self.assertEqual(self.said(self.offers), "withdrawn")

    def test_after_a_day_it_needs_fresh_consent(self):
        self.record(
            "withdrawn", event_date=self.env.cr.now() - timedelta(hours=24, minutes=1)
        )

        self.assertNotIn("Would you tell us why", self.look(self.token).text)
        answer = self.take("frequency", frequency="weekly")

        self.assertIn("more than a day ago", answer.text)
        self.assertEqual(self.said(), "withdrawn")
        self.assertFalse(self.ana.lifecycle_preference_ids)

    def test_looking_at_the_question_changes_nothing(self):
        self.stop()
        self.env.flush_all()

        with patch.object(type(self.env.cr), "commit", side_effect=AssertionError):
            for method in ("GET", "HEAD"):
                for end in ("", "/reason"):
                    answer = self.url_open(
                        f"/lifecycle/preferences/{self.token}{end}", method=method
                    )
                    self.assertEqual(answer.status_code, 200)
        self.assertFalse(self.rows())
