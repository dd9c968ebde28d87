from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .segment_common import SegmentCase


@tagged("post_install", "-at_install")
class TestSegmentOverride(SegmentCase):
    """What people decide about a contact holds through every refresh."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ana = cls.make_partner("Ana", city="Rome")
        cls.carl = cls.make_partner("Carl", city="Milan")
        cls.romans = cls.make_city_segment()

    def test_included_contact_joins_at_once_and_stays(self):
        override = self.override(self.romans, self.carl)
        self.assertMembers(self.romans, self.ana, self.carl)

        self.romans._refresh()

        self.assertMembers(self.romans, self.ana, self.carl)
        self.assertEqual(self.stays(self.romans, self.carl).join_cause, "override")
        self.assertEqual(override.user_id, self.env.user)

    def test_excluded_contact_leaves_at_once_and_stays_out(self):
        self.override(self.romans, self.ana, "exclude")
        self.assertMembers(self.romans)

        self.romans._refresh()
        self.follow_edits()

        self.assertMembers(self.romans)
        self.assertEqual(self.stays(self.romans).leave_cause, "override")

    def test_lifting_gives_the_conditions_their_say_again(self):
        out = self.override(self.romans, self.ana, "exclude")
        included = self.override(self.romans, self.carl)

        out.action_lift()
        included.unlink()

        self.assertMembers(self.romans, self.ana)
        self.assertFalse(out.active)

    def test_later_decision_ends_the_earlier(self):
        first = self.override(self.romans, self.ana, "exclude")

        second = self.override(self.romans, self.ana, "include")

        self.assertFalse(first.active)
        self.assertTrue(second.active)
        self.assertMembers(self.romans, self.ana)

    def test_segments_built_on_it_follow_at_once(self):
        built = self.make_segment(self.in_segments(self.romans), name="Built")

        self.override(self.romans, self.carl)

        self.assertMembers(built, self.ana, self.carl)

    def test_change_ends_after_its_last_day(self):
        today = self.now.date()
        override = self.override(self.romans, self.carl, expire_date=today)
        self.assertMembers(self.romans, self.ana, self.carl)
        with self.at(self.now + timedelta(days=1)):
            self.run_cron("ir_cron_refresh_segments_hourly")

        self.assertMembers(self.romans, self.ana)
        self.assertFalse(override.active)
        self.assertEqual(self.stays(self.romans, self.carl).leave_cause, "expiry")

    def test_expired_change_counts_no_more_even_before_the_cron(self):
        override = self.override(self.romans, self.carl)
        yesterday = self.now.date() - timedelta(days=2)
        self.set_columns(override, expire_date=yesterday)

        self.romans._refresh()

        self.assertMembers(self.romans, self.ana)

    def test_change_works_on_a_segment_that_fails(self):
        self.romans.write({"state": "error"})

        self.override(self.romans, self.carl)
        self.override(self.romans, self.ana, "exclude")

        self.assertMembers(self.romans, self.carl)
        self.assertEqual(self.romans.state, "error")

    def test_change_works_on_a_static_segment(self):
        hand = self.make_segment(name="Hand", kind="static")
        hand._add_contacts(self.ids_of(self.ana))

        self.override(hand, self.ana, "exclude")
        self.override(hand, self.carl, "include")
        hand._refresh()

        self.assertMembers(hand, self.carl)

    def test_included_contact_in_the_archive_is_no_member(self):
        self.override(self.romans, self.carl)

        self.carl.active = False
        self.follow_edits()
        self.assertMembers(self.romans, self.ana)

        self.carl.active = True
        self.follow_edits()
        self.assertMembers(self.romans, self.ana, self.carl)

    def test_contact_of_another_company_is_refused(self):
        other = self.make_company("Other")
        self.carl.company_id = other

        with self.assertRaisesRegex(ValidationError, "another company"):
            self.override(self.romans, self.carl)

    def test_contact_of_a_change_cannot_be_swapped(self):
        override = self.override(self.romans, self.carl)

        with self.assertRaisesRegex(UserError, "stays with its contact"):
            override.partner_id = self.ana

    def test_whoever_decides_is_named(self):
        marketer = self.make_user("marketer", "contact_lifecycle.group_lifecycle_user")

        override = self.Override.with_user(marketer).create(
            {
                "segment_id": self.romans.id,
                "partner_id": self.carl.id,
                "reason": "Met at the fair",
                "user_id": self.env.ref("base.user_admin").id,
            }
        )

        self.assertEqual(override.user_id, marketer)
        self.assertMembers(self.romans, self.ana, self.carl)

    def test_salesperson_reads_but_does_not_decide(self):
        seller = self.make_user("seller", "sales_team.group_sale_salesman")
        override = self.override(self.romans, self.carl)

        self.assertEqual(override.with_user(seller).reason, "Asked for it")
        with self.assertRaises(AccessError):
            override.with_user(seller).action_lift()
