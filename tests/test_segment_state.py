from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .segment_common import SegmentCase

_LOGGER = "odoo.addons.contact_lifecycle.models.segment.lifecycle_segment_refresh"


@tagged("post_install", "-at_install")
class TestSegmentState(SegmentCase):
    """A segment that fails or moves too far keeps its members and says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ana = cls.make_partner("Ana", city="Rome")
        cls.bea = cls.make_partner("Bea", city="Rome")
        cls.romans = cls.make_city_segment()
        cls.marketer = cls.make_user(
            "marketer", "contact_lifecycle.group_lifecycle_user"
        )

    # Held

    def test_sudden_change_by_night_is_held(self):
        self.romans.user_id = self.marketer
        self.make_romans(148)

        self.night()

        self.assertEqual(self.romans.state, "held")
        self.assertEqual((self.romans.member_count, self.romans.wanted_count), (2, 150))
        self.assertMembers(self.romans, self.ana, self.bea)
        activity = self.romans.activity_ids
        self.assertEqual(activity.user_id, self.marketer)
        self.assertIn("150", activity.note)

    def test_owner_is_asked_once(self):
        self.make_romans(148)

        self.night()
        self.night(2)

        self.assertEqual(len(self.romans.activity_ids), 1)

    def test_accepting_takes_the_new_members_over(self):
        self.make_romans(148)
        self.night()

        self.romans.action_accept()

        self.assertEqual((self.romans.state, self.romans.member_count), ("ok", 150))
        self.assertFalse(self.romans.activity_ids)
        self.assertFalse(self.romans.wanted_count)

    def test_keeping_leaves_the_members_until_tomorrow(self):
        newcomers = self.make_romans(148)
        self.night()

        with self.at(self.now + timedelta(days=1)):
            self.romans.action_keep()
            self.follow_edits()

        self.assertEqual(self.romans.state, "ok")
        self.assertMembers(self.romans, self.ana, self.bea)
        self.assertFalse(self.romans.activity_ids)
        with self.at(self.now + timedelta(days=1, hours=1)):
            newcomers[0].city = "Milan"
            self.run_cron("ir_cron_refresh_segments")
            self.run_cron("ir_cron_refresh_segments_hourly")
        self.assertEqual(self.romans.member_count, 2)
        self.night(2)
        self.assertEqual((self.romans.state, self.romans.wanted_count), ("held", 149))

    def test_held_segment_that_settles_by_itself_is_released(self):
        newcomers = self.make_romans(148)
        self.night()
        newcomers.city = "Milan"

        self.night(2)

        self.assertEqual((self.romans.state, self.romans.member_count), ("ok", 2))
        self.assertFalse(self.romans.activity_ids)

    def test_change_by_hand_or_with_the_alarm_off_is_not_held(self):
        self.make_romans(148)
        other = self.make_city_segment("Milan", name="Other", alert_percent=0)
        self.make_romans(150, "Milan")

        self.romans.action_refresh()
        self.night()

        self.assertEqual((self.romans.state, self.romans.member_count), ("ok", 150))
        self.assertEqual((other.state, other.member_count), ("ok", 150))

    def test_small_segments_are_never_held(self):
        self.make_romans(90)

        self.night()

        self.assertEqual((self.romans.state, self.romans.member_count), ("ok", 92))

    def test_held_segment_does_not_follow_edits(self):
        self.make_romans(148)
        self.night()

        self.ana.city = "Milan"
        self.follow_edits()

        self.assertMembers(self.romans, self.ana, self.bea)

    # Use

    def test_segments_that_cannot_be_relied_upon_are_named(self):
        self.make_romans(148)
        self.night()
        draft = self.make_segment(name="Draft")
        broken = self.make_city_segment("Milan", name="Broken")
        broken.write({"state": "error", "error": "No such field"})
        fine = self.make_city_segment("Turin", name="Fine")
        segments = self.romans | draft | broken | fine

        with self.assertRaises(UserError) as refusal:
            segments._check_usable()

        for name in ("Fans", "Draft", "Broken", "No such field", "150"):
            self.assertIn(name, str(refusal.exception))
        self.assertNotIn("Fine", str(refusal.exception))
        self.assertEqual(segments._filter_ready(), fine)
        fine._check_usable()

    # Crons and marks

    def test_night_run_twice_changes_nothing(self):
        self.night()
        before, refreshed = self.read_stays(), self.romans.refresh_date

        self.night()

        self.assertEqual(self.read_stays(), before)
        self.assertEqual(self.romans.refresh_date, refreshed)

    def test_hour_refreshes_only_what_time_moves(self):
        lately = self.make_segment(self.did("mail_clicked", days=30), name="Lately")
        self.make_touchpoint(self.ana, "mail_clicked", self.now - timedelta(days=29))
        self.refresh(self.ana)
        self.assertMembers(lately, self.ana)
        refreshed = self.romans.refresh_date

        with self.at(self.now + timedelta(days=2)):
            self.run_cron("ir_cron_refresh_segments_hourly")

        self.assertMembers(lately)
        self.assertEqual(self.romans.refresh_date, refreshed)

    def test_stale_and_slow_segments_are_marked(self):
        self.set_columns(self.romans, refresh_date=self.now - timedelta(hours=31))
        slow = self.make_city_segment("Milan", name="Slow")
        self.set_columns(slow, refresh_seconds=31)

        self.assertTrue(self.romans.is_stale)
        self.assertFalse(slow.is_stale)
        self.assertEqual(self.Segment.search([("is_stale", "=", True)]), self.romans)
        self.assertIn(slow, self.Segment.search([("is_stale", "=", False)]))
        self.assertEqual(self.Segment.search([("is_slow", "=", True)]), slow)
        self.assertNotIn(slow, self.Segment.search([("is_slow", "!=", True)]))

    def test_segment_comes_back_from_the_archive_up_to_date(self):
        self.romans.active = False
        self.bea.city = "Milan"
        self.follow_edits()

        self.romans.active = True

        self.assertMembers(self.romans, self.ana)

    # Owner

    def test_conditions_are_never_evaluated_with_more_rights_than_their_author(self):
        mine = self.romans.with_user(self.marketer)

        with self.assertRaisesRegex(AccessError, "Take the segment over"):
            mine.definition = self.define([self.profile([("city", "=", "Milan")])])
        with self.assertRaises(AccessError):
            self.Segment.with_user(self.marketer).create(
                {
                    "name": "Probe",
                    "user_id": self.env.ref("base.user_root").id,
                    "definition": self.romans.definition,
                }
            )
        self.env.invalidate_all()

        mine.name = "Romans"
        mine.action_take_over()
        mine.definition = self.define([self.profile([("city", "=", "Milan")])])

        self.assertEqual(self.romans.user_id, self.marketer)
        self.assertMembers(self.romans)

    def test_marketer_builds_and_refreshes_segments(self):
        segment = self.Segment.with_user(self.marketer).create(
            {
                "name": "Mine",
                "definition": self.define([self.profile([("city", "=", "Rome")])]),
            }
        )
        segment.action_refresh()

        self.assertEqual((segment.state, segment.member_count), ("ok", 2))

    def test_salesperson_only_reads_segments(self):
        seller = self.make_user("seller", "sales_team.group_sale_salesman")
        seen = self.romans.with_user(seller)

        self.assertEqual(seen.member_count, 2)
        for call in (
            seen.action_refresh,
            seen.action_accept,
            seen.action_keep,
            seen.action_take_over,
            lambda: seen._add_contacts(self.ids_of(self.ana)),
            lambda: seen.write({"name": "X"}),
        ):
            with self.assertRaises(AccessError):
                call()
