from datetime import timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from .segment_common import SegmentCase


@tagged("post_install", "-at_install")
class TestSegmentRefresh(SegmentCase):
    """Members follow the conditions as a diff; a second run writes nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ana = cls.make_partner("Ana", city="Rome")
        cls.bea = cls.make_partner("Bea", city="Rome")
        cls.carl = cls.make_partner("Carl", city="Milan")
        cls.romans = cls.make_city_segment()

    # Filling

    def test_saving_a_segment_fills_it(self):
        self.assertEqual(self.romans.state, "ok")
        self.assertTrue(self.romans.refresh_date)
        self.assertMembers(self.romans, self.ana, self.bea)
        self.assertEqual(set(self.stays(self.romans).mapped("join_cause")), {"first"})

    def test_segment_without_conditions_is_never_everybody(self):
        draft = self.make_segment(name="Draft")
        empty = self.make_segment(name="Empty", definition={"version": 1, "groups": []})

        (draft | empty)._refresh()

        for segment in draft | empty:
            self.assertEqual(segment.state, "error")
            self.assertIn("condition", segment.error)
            self.assertMembers(segment)

    def test_refresh_run_twice_writes_nothing(self):
        before = self.read_stays()
        snapshots = self.romans.snapshot_ids.read()

        self.romans._refresh()

        self.assertEqual(self.read_stays(), before)
        self.env.invalidate_all()
        self.assertEqual(self.romans.snapshot_ids.read(), snapshots)

    def test_refresh_writes_only_who_moved(self):
        before = {row[1]: row for row in self.read_stays()}
        self.carl.city = "Rome"
        self.bea.city = "Milan"

        self.romans._refresh()

        self.assertMembers(self.romans, self.ana, self.carl)
        after = {row[1]: row for row in self.read_stays()}
        stay = self.stays(self.romans, self.ana)
        self.assertEqual(after[stay.id], before[stay.id])

    def test_leaving_and_coming_back_are_two_stays(self):
        self.ana.city = "Milan"
        self.romans._refresh()
        self.ana.city = "Rome"

        self.romans._refresh()

        stays = self.stays(self.romans, self.ana)
        self.assertEqual([bool(stay.leave_date) for stay in stays], [True, False])
        self.assertEqual(stays[0].leave_cause, "refresh")
        self.assertEqual(stays[1].join_cause, "refresh")

    def test_archived_contact_leaves_and_says_so(self):
        self.ana.active = False

        self.romans._refresh()

        self.assertMembers(self.romans, self.bea)
        self.assertEqual(self.stays(self.romans, self.ana).leave_cause, "archived")

    def test_refresh_never_writes_contacts(self):
        self.carl.city = "Rome"
        self.env.flush_all()
        query = "SELECT max(write_date), sum(xmin::text::bigint) FROM res_partner"
        self.env.cr.execute(query)
        before = self.env.cr.fetchall()

        self.romans._refresh()

        self.env.cr.execute(query)
        self.assertEqual(self.env.cr.fetchall(), before)

    def test_contacts_do_not_add_queries(self):
        self.romans._refresh()
        self.make_romans(50)
        self.env.flush_all()

        with self.assertQueryCount(40):
            self.romans._refresh()

        self.assertEqual(self.romans.member_count, 52)

    # Sizes by day

    def test_size_of_a_day_is_the_day_before_plus_joined_less_left(self):
        moments = [self.now + timedelta(days=number) for number in range(1, 4)]
        cities = [("Rome", "Milan"), ("Milan", "Milan"), ("Rome", "Rome")]
        for moment, (carl, bea) in zip(moments, cities, strict=True):
            with self.at(moment):
                self.carl.city, self.bea.city = carl, bea
                self.romans._refresh()

        sizes = self.romans.snapshot_ids.sorted("snapshot_date")
        self.assertEqual(sizes.mapped("member_count"), [2, 2, 1, 3])
        self.assertEqual(sizes.mapped("joined_count"), [2, 1, 0, 2])
        self.assertEqual(sizes.mapped("left_count"), [0, 1, 1, 0])

    def test_day_on_which_nothing_changed_has_no_size(self):
        with self.at(self.now + timedelta(days=1)):
            self.romans._refresh()

        self.assertEqual(len(self.romans.snapshot_ids), 1)

    # Conditions that change

    def test_change_of_conditions_is_told_as_the_cause(self):
        self.romans.definition = self.define([self.profile([("city", "=", "Milan")])])

        self.assertMembers(self.romans, self.carl)
        self.assertEqual(self.stays(self.romans, self.ana).leave_cause, "changed")
        self.assertEqual(self.stays(self.romans, self.carl).join_cause, "changed")

    def test_renaming_a_segment_does_not_refresh_it(self):
        refreshed = self.romans.refresh_date
        with self.at(self.now + timedelta(hours=1)):
            self.romans.write({"name": "Romans", "definition": self.romans.definition})

        self.assertEqual(self.romans.refresh_date, refreshed)
        self.assertEqual(self.romans.state, "ok")

    def test_copy_is_a_segment_of_its_own(self):
        twin = self.romans.copy()

        self.assertEqual(twin.name, "Fans (copy)")
        self.assertMembers(twin, self.ana, self.bea)
        self.assertEqual(twin.definition, self.romans.definition)

    # Segments built on others

    def test_segment_in_segment_follows_its_members(self):
        others = self.make_segment(
            self.in_segments(self.romans, negated=True),
            self.profile([("id", "in", (self.ana | self.bea | self.carl).ids)]),
            name="Others",
        )
        self.assertEqual(others.depends_segment_ids, self.romans)
        self.assertMembers(others, self.carl)
        self.ana.city = "Milan"

        self.romans._refresh()

        self.assertMembers(others, self.ana, self.carl)

    def test_segments_are_refreshed_after_those_they_are_built_on(self):
        middle = self.make_segment(self.in_segments(self.romans), name="B")
        top = self.make_segment(self.in_segments(middle), name="A")
        self.carl.city = "Rome"

        (top | middle | self.romans)._refresh()

        self.assertMembers(top, self.ana, self.bea, self.carl)

    def test_cycle_is_refused(self):
        middle = self.make_segment(self.in_segments(self.romans), name="B")
        top = self.make_segment(self.in_segments(middle), name="A")

        with self.assertRaisesRegex(ValidationError, "built on itself"):
            self.romans.definition = self.define([self.in_segments(top)])

    def test_segment_in_itself_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "built on itself"):
            self.romans.definition = self.define([self.in_segments(self.romans)])

    def test_cycle_that_got_in_all_the_same_stops_only_its_own(self):
        top = self.make_segment(self.in_segments(self.romans), name="A")
        self.env.execute_query(
            SQL(
                "INSERT INTO lifecycle_segment_depends_rel VALUES (%s, %s)",
                self.romans.id,
                top.id,
            )
        )
        self.env.invalidate_all()
        other = self.make_city_segment("Milan", name="Other")
        self.ana.city = "Milan"

        (self.romans | top | other)._refresh()

        self.assertEqual((self.romans | top).mapped("state"), ["error", "error"])
        self.assertMembers(other, self.ana, self.carl)

    # Static segments

    def test_static_segment_is_changed_by_hand_only(self):
        hand = self.make_segment(name="Hand", kind="static")

        added = hand._add_contacts(self.ids_of(self.ana, self.carl))
        again = hand._add_contacts(self.ids_of(self.ana))
        removed = hand._remove_contacts(self.ids_of(self.carl, self.bea))
        hand._refresh()

        self.assertEqual((added, again, removed), (2, 0, 1))
        self.assertMembers(hand, self.ana)
        self.assertEqual(self.stays(hand, self.carl).leave_cause, "hand")

    def test_contact_comes_back_to_a_static_segment_from_the_archive(self):
        hand = self.make_segment(name="Hand", kind="static")
        hand._add_contacts(self.ids_of(self.ana, self.bea))
        (self.ana | self.bea).active = False
        self.follow_edits()
        self.assertMembers(hand)
        hand._remove_contacts(self.ids_of(self.bea))

        (self.ana | self.bea).active = True
        self.follow_edits()

        self.assertMembers(hand, self.ana)

    def test_dynamic_segment_is_not_changed_by_hand(self):
        with self.assertRaisesRegex(UserError, "manual change"):
            self.romans._add_contacts(self.ids_of(self.carl))
