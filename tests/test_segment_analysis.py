from datetime import datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .segment_common import SegmentCase


@tagged("post_install", "-at_install")
class TestSegmentGrowth(SegmentCase):
    """How a segment grew is told day by day, and who was in it on a day."""

    def setUp(self):
        super().setUp()
        self.ana, self.ben, self.eva = self.make_romans(3)
        self.segment = self.make_segment(kind="static", name="Guests")
        self.days = [datetime(2026, 3, day, 12) for day in (1, 2, 5)]
        with self.at(self.days[0]):
            self.segment._add_contacts(self.ids_of(self.ana, self.ben))
        with self.at(self.days[1]):
            self.segment._remove_contacts(self.ids_of(self.ben))
        with self.at(self.days[2]):
            self.segment._add_contacts(self.ids_of(self.eva))
        self.env.invalidate_all()

    def test_every_day_has_its_size_and_its_moves(self):
        with self.at(datetime(2026, 3, 6, 12)):
            growth = self.segment.growth(30)

        self.assertEqual(
            [
                (row["day"], row["size"], row["joined"], row["left"])
                for row in growth["days"]
            ],
            [
                ("2026-03-01", 2, 2, 0),
                ("2026-03-02", 1, 0, 1),
                ("2026-03-03", 1, 0, 0),
                ("2026-03-04", 1, 0, 0),
                ("2026-03-05", 2, 1, 0),
                ("2026-03-06", 2, 0, 0),
            ],
        )
        self.assertEqual((growth["joined"], growth["left"], growth["size"]), (3, 1, 2))
        self.assertEqual(growth["first_day"], "2026-03-01")

    def test_a_window_begins_with_the_size_it_found(self):
        with self.at(datetime(2026, 3, 6, 12)):
            growth = self.segment.growth(3)

        self.assertEqual([row["size"] for row in growth["days"]], [1, 2, 2])
        self.assertEqual(growth["size_before"], 1)
        self.assertEqual((growth["joined"], growth["left"]), (1, 0))

    def test_causes_add_up_to_the_moves(self):
        with self.at(datetime(2026, 3, 6, 12)):
            growth = self.segment.growth(30)

        [cause] = growth["causes"]
        self.assertEqual(
            (cause["cause"], cause["joined"], cause["left"]), ("hand", 3, 1)
        )

    def test_a_segment_without_history_grows_from_nothing(self):
        empty = self.make_segment(kind="static", name="Empty")

        growth = empty.growth(30)

        self.assertFalse(growth["first_day"])
        self.assertEqual(growth["size"], 0)

    def test_members_of_a_day_are_those_at_its_end(self):
        found = {
            day: self.Partner.search(self.segment.members_on(day)["domain"])
            for day in ("2026-02-28", "2026-03-01", "2026-03-02", "2026-03-05")
        }

        self.assertFalse(found["2026-02-28"])
        self.assertEqual(found["2026-03-01"], self.ana | self.ben)
        self.assertEqual(found["2026-03-02"], self.ana)
        self.assertEqual(found["2026-03-05"], self.ana | self.eva)

    def test_size_of_a_day_equals_the_list_behind_it(self):
        with self.at(datetime(2026, 3, 6, 12)):
            growth = self.segment.growth(30)
            for row in growth["days"]:
                domain = self.segment.members_on(row["day"])["domain"]
                self.assertEqual(self.Partner.search_count(domain), row["size"])

    def test_days_are_those_of_the_company(self):
        self.env.company.partner_id.tz = "Pacific/Auckland"
        segment = self.make_segment(kind="static", name="Kiwis")
        # Three in the morning of the second of March in Auckland.
        with self.at(datetime(2026, 3, 1, 14)):
            segment._add_contacts(self.ids_of(self.ana))
            growth = segment.growth(30)

        self.assertEqual(growth["first_day"], "2026-03-02")
        on_first = segment.members_on("2026-03-01")["domain"]
        on_second = segment.members_on("2026-03-02")["domain"]
        self.assertFalse(self.Partner.search(on_first))
        self.assertEqual(self.Partner.search(on_second), self.ana)

    def test_a_day_to_come_is_refused(self):
        tomorrow = self.segment._get_today() + timedelta(days=1)

        with self.assertRaisesRegex(UserError, "future"):
            self.segment.members_on(str(tomorrow))
        with self.assertRaisesRegex(UserError, "future"):
            self.segment.members_on(False)


@tagged("post_install", "-at_install")
class TestSegmentOverlap(SegmentCase):
    """Segments are compared pair by pair, and combined in one click."""

    def setUp(self):
        super().setUp()
        self.people = self.make_romans(6)
        one, two, three, four, five, _six = self.people
        self.left = self.make_static("Left", one, two, three)
        self.right = self.make_static("Right", three, four, five)

    def make_static(self, name, *partners):
        segment = self.make_segment(kind="static", name=name)
        if partners:
            segment._add_contacts(self.ids_of(*partners))
        return segment

    def test_pairs_are_counted(self):
        answer = self.Segment.overlap([self.left.id, self.right.id])

        self.assertEqual(answer["names"], ["Left", "Right"])
        self.assertEqual(answer["sizes"], [3, 3])
        self.assertEqual((answer["total"], answer["alone"]), (5, [2, 2]))
        [pair] = answer["pairs"]
        self.assertEqual(pair["count"], 1)
        self.assertAlmostEqual(pair["share_a"], 1 / 3)
        self.assertAlmostEqual(pair["jaccard"], 1 / 5)

    def test_those_who_left_are_not_counted(self):
        self.left._remove_contacts(self.ids_of(self.people[2]))

        answer = self.Segment.overlap([self.left.id, self.right.id])

        self.assertEqual(answer["pairs"][0]["count"], 0)

    def test_twenty_segments_are_one_statement(self):
        segments = self.left | self.right
        for number in range(18):
            segments |= self.make_static(f"Segment {number}", self.people[number % 6])
        self.env.flush_all()
        self.env.invalidate_all()

        with self.assertQueryCount(4):
            answer = self.Segment.overlap(segments.ids)

        self.assertEqual(len(answer["pairs"]), 190)

    def test_more_than_twenty_are_refused(self):
        segments = self.Segment.create(
            [{"name": str(number), "kind": "static"} for number in range(21)]
        )

        with self.assertRaisesRegex(UserError, "20"):
            self.Segment.overlap(segments.ids)

    def test_an_intersection_is_a_segment_of_its_own(self):
        action = (self.left | self.right).combine("intersection")

        segment = self.Segment.browse(action["res_id"])
        segment._refresh()
        self.assertMembers(segment, self.people[2])
        self.assertEqual(segment.depends_segment_ids, self.left | self.right)

    def test_a_difference_keeps_the_order_of_the_two(self):
        pair = [self.right.id, self.left.id]
        action = self.Segment.browse(pair).combine("difference")

        segment = self.Segment.browse(action["res_id"])
        segment._refresh()
        self.assertMembers(segment, self.people[3], self.people[4])
        self.assertIn("Right", segment.name)

    def test_a_union_has_everybody_once(self):
        action = (self.left | self.right).combine("union")

        segment = self.Segment.browse(action["res_id"])
        segment._refresh()
        self.assertMembers(segment, *self.people[:5])

    def test_nonsense_is_refused(self):
        with self.assertRaises(UserError):
            self.left.combine("union")
        with self.assertRaises(UserError):
            (self.left | self.right).combine("unlink")
        self.right.company_id = self.make_company("Theirs")
        with self.assertRaisesRegex(UserError, "companies"):
            (self.left | self.right).combine("union")
