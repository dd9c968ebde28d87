from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestAccessCompany(LifecycleCase):
    """Who works for one company sees nothing of another company's lifecycle."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ours = cls.make_company("Ours")
        cls.theirs = cls.make_company("Theirs")
        cls.user = cls.make_user(
            "ours",
            "contact_lifecycle.group_lifecycle_manager",
            "sales_team.group_sale_salesman_all_leads",
            "base.group_allow_export",
            company_id=cls.ours.id,
            company_ids=[Command.set(cls.ours.ids)],
        )
        cls.shared = cls.make_partner("Shared Shop")
        cls.stranger = cls.make_partner("Their Shop", company_id=cls.theirs.id)
        cls.vip = cls.Stage.create(
            {"name": "Their VIP", "code": "vip", "company_id": cls.theirs.id}
        )

    def setUp(self):
        super().setUp()
        self.stranger.lifecycle_stage_id = self.vip
        self.seen = self.make_touchpoint(
            self.shared, "list_joined", name="Letters", company_id=self.ours.id
        ) | self.make_touchpoint(self.shared, "mail_sent", name="Spring letter")
        self.hidden = self.make_touchpoint(
            self.shared,
            "order_confirmed",
            name="Their order",
            amount=10,
            company_id=self.theirs.id,
        ) | self.make_touchpoint(
            self.stranger, "lead_created", company_id=self.theirs.id
        )
        self.refresh(self.shared, self.stranger)

    def as_user(self, model):
        return self.env(user=self.user, context={})[model]

    def test_touchpoints_of_another_company_are_not_found(self):
        touchpoints = self.as_user("lifecycle.touchpoint")
        partners = [("partner_id", "in", (self.shared | self.stranger).ids)]

        self.assertEqual(touchpoints.search(partners), self.seen)
        self.assertEqual(touchpoints.search_count(partners), 2)
        groups = touchpoints._read_group(partners, ["type_id"], ["amount:sum"])
        self.assertEqual(
            {kind.code for kind, _amount in groups}, {"list_joined", "mail_sent"}
        )
        self.assertFalse(touchpoints.name_search("Their order"))
        self.assertEqual(
            self.shared.with_user(self.user).lifecycle_touchpoint_ids, self.seen
        )

    def test_touchpoints_of_another_company_are_not_read_or_exported(self):
        touchpoints = self.hidden.with_user(self.user).with_context(
            allowed_company_ids=self.ours.ids
        )

        for touchpoint in touchpoints:
            with self.assertRaises(AccessError):
                touchpoint.read(["name"])
            with self.assertRaises(AccessError):
                touchpoint.export_data(["name"])
            with self.assertRaises(AccessError):
                touchpoint.action_open_document()

    def test_timeline_leaves_out_what_happened_in_another_company(self):
        page = self.as_user("lifecycle.touchpoint").timeline_page(self.shared.id)

        self.assertEqual({row["id"] for row in page["rows"]}, set(self.seen.ids))
        self.assertEqual(page["total"], 2)
        self.assertNotIn("order_confirmed", [kind["code"] for kind in page["kinds"]])

    def test_contact_that_another_company_took_over_is_out_of_sight(self):
        self.shared.company_id = self.theirs
        touchpoints = self.as_user("lifecycle.touchpoint")

        rows = []
        with self.subTest("the timeline may refuse or be empty"):
            try:
                rows = touchpoints.timeline_page(self.shared.id)["rows"]
            except AccessError:
                rows = []

        self.assertFalse(rows)

    def test_profiles_of_another_company_are_not_found(self):
        profiles = self.as_user("lifecycle.profile")

        self.assertFalse(profiles.search([("partner_id", "=", self.stranger.id)]))
        with self.assertRaises(AccessError):
            profiles.browse(self.stranger.id).read(["touch_count"])
        self.assertTrue(profiles.browse(self.shared.id).read(["touch_count"]))
        self.assertFalse(
            self.as_user("res.partner").search(
                [("lifecycle_lead_count", ">", 0), ("id", "=", self.stranger.id)]
            )
        )

    def test_stages_and_moves_of_another_company_are_not_found(self):
        stages = self.as_user("lifecycle.stage")
        changes = self.as_user("lifecycle.stage.change")

        self.assertNotIn(self.vip, stages.search([]))
        self.assertFalse(stages.name_search("Their VIP"))
        with self.assertRaises(AccessError):
            stages.browse(self.vip.id).read(["name"])
        self.assertFalse(changes.search([("partner_id", "=", self.stranger.id)]))
        groups = self.as_user("res.partner")._read_group(
            [], ["lifecycle_stage_id"], ["__count"]
        )
        self.assertNotIn(self.vip.id, [stage.id for stage, _count in groups])

    def test_kanban_shows_no_column_of_another_company(self):
        answer = self.as_user("res.partner").web_read_group(
            [], ["lifecycle_stage_id"], ["__count"]
        )

        columns = [group["lifecycle_stage_id"] for group in answer["groups"]]
        names = [column[1] for column in columns if column]
        self.assertIn("Customer", names)
        self.assertNotIn("Their VIP", names)

    def test_contact_is_not_moved_to_a_stage_of_another_company(self):
        with self.assertRaises(AccessError):
            self.shared.with_user(self.user).lifecycle_stage_id = self.vip.id

    def test_code_of_a_stage_means_the_one_of_the_contacts_company(self):
        ours = self.Stage.create(
            {"name": "Our VIP", "code": "vip", "company_id": self.ours.id}
        )
        partner = self.make_partner("Our Shop", company_id=self.ours.id)

        partner.lifecycle_move_to_stage("vip")

        self.assertEqual(partner.lifecycle_stage_id, ours)

    def test_contact_taken_over_in_a_foreign_stage_can_be_moved_on(self):
        self.stranger.company_id = self.ours
        stranger = self.stranger.with_user(self.user)

        stranger.write(
            {
                "lifecycle_stage_id": self.stage("lead").id,
                "lifecycle_stage_reason": "Bought from them",
            }
        )

        self.assertEqual(stranger.lifecycle_stage_id, self.stage("lead"))
        change = self.stranger.lifecycle_stage_change_ids.sorted("id")[-1]
        self.assertEqual(change.from_stage_id, self.vip)
