from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.contact_lifecycle import uninstall_hook

from .segment_mailing_common import SegmentMailingCase


@tagged("post_install", "-at_install")
class TestSegmentMailingStart(SegmentMailingCase):
    """A mailing on a segment that is not ready does not start, and says so."""

    def break_segment(self, segment, state="error"):
        segment.sudo().write({"state": state, "error": "No such field: shoe_size"})

    def test_the_queue_sends_to_the_segment(self):
        mailing = self.mail_to([self.fans])
        mailing.action_launch()

        self.send_queue()

        self.assertEqual(mailing.state, "done")
        self.assertEqual(self.mailed(mailing), self.ana | self.ben)

    def test_a_person_cannot_start_on_a_segment_that_is_not_ready(self):
        for state in ("new", "error", "held"):
            for out in (False, True):
                segment = self.make_city_segment(name=f"Segment {state} {out}")
                self.break_segment(segment, state)
                segments = [[self.fans], [segment]] if out else [[segment]]
                mailing = self.mail_to(*segments)
                for start in (
                    mailing.action_launch,
                    mailing.action_schedule,
                    mailing.action_put_in_queue,
                    mailing.action_retry_failed,
                    mailing.action_send_mail,
                ):
                    with (
                        self.subTest(state=state, out=out, start=start.__name__),
                        self.assertRaisesRegex(UserError, segment.name),
                        self.env.cr.savepoint(),
                    ):
                        start()
                self.env.invalidate_all()
                self.assertEqual(mailing.state, "draft")

    def test_an_sms_cannot_start_either(self):
        self.break_segment(self.fans)
        mailing = self.mail_to(
            [self.fans], mailing_type="sms", body_plaintext="Hello", sms_subject="Hi"
        )

        with self.assertRaisesRegex(UserError, "Fans"):
            mailing.action_put_in_queue()
        with self.assertRaisesRegex(UserError, "Fans"):
            mailing.action_send_mail()

    def test_scheduling_by_the_dialog_is_refused_too(self):
        self.break_segment(self.fans)
        mailing = self.mail_to([self.fans])
        dialog = self.env["mailing.mailing.schedule.date"].create(
            {
                "mass_mailing_id": mailing.id,
                "schedule_date": fields.Datetime.now() + timedelta(days=1),
            }
        )

        with self.assertRaisesRegex(UserError, "Fans"):
            dialog.action_schedule_date()

    def test_the_queue_leaves_it_out_says_why_and_sends_the_others(self):
        broken = self.mail_to([self.buyers])
        good = self.mail_to([self.fans], subject="Summer letter")
        (broken | good).action_launch()
        self.break_segment(self.buyers)

        self.send_queue()

        self.assertEqual((broken.state, good.state), ("draft", "done"))
        self.assertIn("shoe_size", broken.segment_error)
        self.assertFalse(self.mailed(broken))
        self.assertEqual(self.mailed(good), self.ana | self.ben)
        self.assertEqual(broken.activity_ids.user_id, broken.user_id)

    def test_a_mailing_still_to_come_waits(self):
        mailing = self.mail_to(
            [self.buyers],
            schedule_type="scheduled",
            schedule_date=fields.Datetime.now() + timedelta(days=1),
        )
        mailing.action_put_in_queue()
        self.break_segment(self.buyers)

        self.send_queue()

        self.assertEqual(mailing.state, "in_queue")
        self.assertIn("shoe_size", mailing.segment_warning)

    def test_once_repaired_it_is_started_again(self):
        mailing = self.mail_to([self.buyers])
        mailing.action_launch()
        self.break_segment(self.buyers)
        self.send_queue()
        self.buyers.sudo().write({"state": "ok", "error": False})

        mailing.action_launch()
        self.assertFalse(mailing.segment_error)
        self.send_queue()

        self.assertEqual(self.mailed(mailing), self.ben | self.eva)

    def test_a_mailing_written_into_the_queue_is_stopped(self):
        mailing = self.mail_to([self.buyers])
        self.break_segment(self.buyers, "held")
        mailing.state = "in_queue"

        self.send_queue()

        self.assertEqual(mailing.state, "draft")
        self.assertTrue(mailing.segment_error)

    def test_an_archived_segment_mails_neither_nobody_nor_everybody(self):
        mailing = self.mail_to([self.buyers])
        self.set_columns(self.buyers, active=False)

        self.assertEqual(self.recipients(mailing), self.ben | self.eva)
        with self.assertRaisesRegex(UserError, "Buyers"):
            mailing.action_launch()

    @mute_logger("odoo.sql_db")
    def test_a_segment_is_not_deleted_under_a_mailing(self):
        mailing = self.mail_to([self.buyers])

        with self.assertRaises(UserError):
            self.buyers.unlink()
        self.assertEqual(self.recipients(mailing), self.ben | self.eva)

    def test_the_winner_of_a_test_is_stopped_without_stopping_the_cron(self):
        mailing = self.mail_to([self.buyers], ab_testing_enabled=True)
        mailing._action_send_mail()
        self.break_segment(self.buyers)

        mailing.with_context(cron_id=1).action_select_as_winner()
        self.send_queue()

        winner = mailing.campaign_id.ab_testing_winner_mailing_id
        self.assertEqual(winner.state, "draft")
        self.assertIn("shoe_size", winner.segment_error)

    def test_uninstalling_takes_mailings_to_segments_out_of_the_queue(self):
        mailing = self.mail_to([self.fans])
        other = self.mail_to([], subject="To a filter")
        (mailing | other).action_launch()

        uninstall_hook(self.env)

        self.assertEqual((mailing.state, other.state), ("draft", "in_queue"))
