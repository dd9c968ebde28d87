from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestPartnerMerge(LifecycleCase):
    """Two contacts that are one keep both journeys and the furthest stage."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ana = cls.make_partner("Ana", email="ana@example.com")
        cls.twin = cls.make_partner("Ana again", email="ana@example.com")

    def merge(self, user=None):
        user = user or self.env.user
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(user)
        with mute_logger("odoo.addons.base.wizard.base_partner_merge"):
            wizard._merge((self.ana | self.twin).ids, self.ana.with_user(user))
        self.env.invalidate_all()

    def last_change(self):
        return self.ana.lifecycle_stage_change_ids.sorted("id")[-1]

    def test_contact_merged_away_gives_its_furthest_stage(self):
        self.ana.lifecycle_stage_id = self.stage("lead")
        self.twin.lifecycle_stage_id = self.stage("customer")

        self.merge()

        self.assertFalse(self.twin.exists())
        self.assertEqual(self.ana.lifecycle_stage_id, self.stage("customer"))
        change = self.last_change()
        self.assertEqual((change.cause, change.from_stage_id.code), ("merge", "lead"))

    def test_contact_that_remains_is_not_moved_back(self):
        self.ana.lifecycle_stage_id = self.stage("customer")
        self.twin.lifecycle_stage_id = self.stage("lead")

        self.merge()

        self.assertEqual(self.ana.lifecycle_stage_id, self.stage("customer"))
        self.assertEqual(len(self.ana.lifecycle_stage_change_ids), 2)
        self.assertNotIn("merge", self.ana.lifecycle_stage_change_ids.mapped("cause"))

    def test_customer_merged_with_a_lost_duplicate_stays_a_customer(self):
        self.ana.lifecycle_stage_id = self.stage("customer")
        self.twin.lifecycle_stage_id = self.stage("lost")

        self.merge()

        self.assertEqual(self.ana.lifecycle_stage_id, self.stage("customer"))

    def test_journeys_become_one_and_the_profile_counts_it(self):
        self.make_everything(self.ana)
        self.make_everything(self.twin)
        self.harvest()
        self.refresh()
        touchpoints = self.ana.lifecycle_touchpoint_ids
        touchpoints |= self.twin.lifecycle_touchpoint_ids
        count = self.ana.lifecycle_touch_count + self.twin.lifecycle_touch_count
        self.assertEqual(count, len(touchpoints))

        self.merge()
        self.refresh()

        self.assertEqual(self.ana.lifecycle_touchpoint_ids, touchpoints)
        self.assertEqual(self.ana.lifecycle_touch_count, count)
        self.assertEqual(self.ana.lifecycle_order_count, 2)
        self.assertEqual(self.ana.lifecycle_stage_id, self.stage("repeat"))
        self.assertEqual(self.ana.lifecycle_profile_id.id, self.ana.id)

    def test_traces_follow_so_that_what_comes_back_later_is_found(self):
        trace = self.make_trace(self.twin)
        self.harvest()
        self.merge()
        self.make_click(trace, date=self.now)

        self.harvest()

        self.assertEqual(trace.res_id, self.ana.id)
        self.assertJourney(self.ana, ["mail_sent", "mail_clicked"])
        self.assertFalse(
            self.env["lifecycle.touchpoint.skip"].search([("res_id", "=", trace.id)])
        )

    def test_harvest_after_a_merge_adds_nothing(self):
        self.make_everything(self.ana)
        self.make_everything(self.twin)
        self.harvest()
        self.merge()
        before = self.ana.lifecycle_touchpoint_ids

        added = self.harvest()

        self.assertEqual(added, 0)
        self.assertEqual(self.ana.lifecycle_touchpoint_ids, before)

    def test_user_who_may_not_see_stages_may_merge(self):
        groups = ["base.group_user", "base.group_partner_manager"]
        if "website.visitor" in self.env:
            # Odoo itself then merges visitors, and asks for the right to.
            groups.append("website.group_website_designer")
        clerk = self.make_user("clerk", *groups)
        self.assertFalse(clerk.has_group("contact_lifecycle.group_lifecycle_reader"))
        self.ana.lifecycle_stage_id = self.stage("lead")
        self.twin.lifecycle_stage_id = self.stage("customer")

        self.merge(clerk)

        self.assertEqual(self.ana.lifecycle_stage_id, self.stage("customer"))

    def test_kind_and_birth_date_are_kept_or_filled(self):
        self.ana.lifecycle_kind = "customer"
        self.twin.write(
            {"lifecycle_kind": "supplier", "lifecycle_birth_date": "1980-05-17"}
        )

        self.merge()

        self.assertEqual(self.ana.lifecycle_kind, "customer")
        self.assertEqual(str(self.ana.lifecycle_birth_date), "1980-05-17")
