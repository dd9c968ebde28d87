from odoo.exceptions import UserError
from odoo.tests import tagged

from .segment_common import SegmentCase


@tagged("post_install", "-at_install")
class TestSegmentUse(SegmentCase):
    """A segment is used as list, favourite, group and copy, and guarded while used."""

    def setUp(self):
        super().setUp()
        self.ana, self.ben, self.eva = self.make_romans(3)
        self.segment = self.make_segment(kind="static", name="Guests")
        self.segment._add_contacts(self.ids_of(self.ana, self.ben))

    def test_members_are_opened_as_contacts(self):
        action = self.segment.action_view_members()

        self.assertEqual(action["res_model"], "res.partner")
        self.assertEqual(self.Partner.search(action["domain"]), self.ana | self.ben)

    def test_contacts_are_grouped_by_segment(self):
        other = self.make_segment(kind="static", name="Others")
        other._add_contacts(self.ids_of(self.ben))
        people = [("id", "in", (self.ana | self.ben | self.eva).ids)]

        rows = self.Partner._read_group(people, ["lifecycle_segment_ids"], ["__count"])

        self.assertEqual(
            dict(rows), {self.segment: 2, other: 1, self.Segment.browse(): 1}
        )

    def test_groups_of_the_list_lead_to_their_contacts(self):
        people = [("id", "in", (self.ana | self.ben | self.eva).ids)]

        groups = self.Partner.formatted_read_group(
            people, ["lifecycle_segment_ids"], ["__count"]
        )

        for group in groups:
            found = self.Partner.search_count([*people, *group["__extra_domain"]])
            self.assertEqual(found, group["__count"])
        self.assertEqual(len(groups), 2)
        field = self.Partner.fields_get(["lifecycle_segment_ids"])
        self.assertTrue(field["lifecycle_segment_ids"]["groupable"])

    def test_search_panel_lists_segments(self):
        answer = self.Partner.search_panel_select_multi_range(
            "lifecycle_segment_ids", expand=True, limit=50
        )

        self.assertIn("Guests", [value["display_name"] for value in answer["values"]])

    def test_pinning_makes_a_favourite_of_ones_own(self):
        self.assertFalse(self.segment.is_pinned)

        self.segment.action_pin()

        self.assertTrue(self.segment.is_pinned)
        filters = self.env["ir.filters"].get_filters("res.partner")
        [favourite] = [one for one in filters if one["name"] == "Guests"]
        domain = self.env["ir.filters"].browse(favourite["id"])._get_eval_domain()
        self.assertEqual(self.Partner.search(domain), self.ana | self.ben)
        self.segment.action_unpin()
        self.assertFalse(self.segment.is_pinned)

    def test_pinning_twice_makes_one_favourite(self):
        self.segment.action_pin()
        self.segment.action_pin()

        pins = self.env["ir.filters"].search([("name", "=", "Guests")])
        self.assertEqual(len(pins), 1)

    def test_freezing_keeps_the_members_of_today(self):
        romans = self.make_city_segment(name="Romans")
        romans._refresh()
        freeze = self.env["lifecycle.segment.freeze"].create({"segment_id": romans.id})

        action = freeze.action_freeze()

        frozen = self.Segment.browse(action["res_id"])
        self.assertEqual((frozen.kind, frozen.origin_segment_id), ("static", romans))
        self.assertMembers(frozen, self.ana, self.ben, self.eva)
        self.ana.city = "Milan"
        romans._refresh()
        frozen._refresh()
        self.assertMembers(frozen, self.ana, self.ben, self.eva)
        self.assertIn("Romans", frozen.name)

    def test_a_segment_that_was_never_filled_is_not_frozen(self):
        romans = self.make_city_segment(name="Romans")
        romans.state = "new"

        with self.assertRaises(UserError):
            romans._freeze("Copy")


@tagged("post_install", "-at_install")
class TestSegmentUses(SegmentCase):
    """What uses a segment is listed, and keeps it from going away."""

    def setUp(self):
        super().setUp()
        self.segment = self.make_city_segment(name="Romans")
        self.segment._refresh()

    def uses(self):
        return {
            (use["model"], use["res_id"]): use["blocks"]
            for use in self.segment._get_uses()
        }

    def test_an_unused_segment_is_archived_and_deleted(self):
        self.assertEqual(self.segment.used_in(), [])

        self.segment.action_archive()
        self.assertFalse(self.segment.active)
        self.segment.unlink()

    def test_another_segment_keeps_it(self):
        other = self.make_segment(self.in_segments(self.segment), name="Built on it")

        self.assertEqual(self.uses(), {(other._name, other.id): "archive"})
        with self.assertRaisesRegex(UserError, "Built on it"):
            self.segment.action_archive()
        with self.assertRaisesRegex(UserError, "Built on it"):
            self.segment.unlink()

    def test_a_waiting_mailing_keeps_it_and_a_sent_one_its_row(self):
        mailing = self.make_mailing(segment_ids=self.segment.ids)
        key = (mailing._name, mailing.id)

        self.assertEqual(self.uses(), {key: "archive"})
        with self.assertRaisesRegex(UserError, "Spring letter"):
            self.segment.active = False
        mailing.state = "done"
        self.assertEqual(self.uses(), {key: "delete"})
        self.segment.active = False
        with self.assertRaisesRegex(UserError, "Spring letter"):
            self.segment.unlink()

    def test_a_mailing_that_leaves_it_out_counts(self):
        mailing = self.make_mailing(excluded_segment_ids=self.segment.ids)

        self.assertEqual(self.uses(), {(mailing._name, mailing.id): "archive"})

    def test_the_entry_rule_of_a_stage_keeps_it(self):
        stage = self.stage("lead")
        stage.entry_domain = f"[('lifecycle_segment_ids', 'in', [{self.segment.id}])]"
        stage.is_rule_active = True
        other = self.stage("mql")
        other.entry_domain = (
            f"[('lifecycle_segment_ids', 'in', [{self.segment.id + 1}])]"
        )

        self.assertEqual(self.uses(), {(stage._name, stage.id): "archive"})

    def test_favourites_are_listed_and_keep_nothing(self):
        self.segment.action_pin()

        self.assertEqual(list(self.uses().values()), [False])
        self.segment.action_archive()
        self.segment.unlink()
        left = self.env["ir.filters"].search([("name", "=", "Romans")])
        self.assertFalse(left, "a favourite on nothing goes with its segment")

    def test_a_favourite_that_does_not_parse_is_no_use(self):
        self.env["ir.filters"].create(
            {
                "name": "Broken",
                "model_id": "res.partner",
                "domain": "[('lifecycle_segment_ids', 'in', uid)]",
            }
        )

        self.assertEqual(self.uses(), {})

    def test_other_addons_add_uses(self):
        class_ = type(self.segment)
        used = {"name": "Our bot", "kind": "Bot", "model": "res.partner"}
        extra = {**used, "res_id": self.env.user.partner_id.id, "blocks": "archive"}
        original = class_._get_uses

        self.patch(class_, "_get_uses", lambda self: [*original(self), extra])

        self.assertEqual(self.segment.used_in()[0]["name"], "Our bot")
        self.assertTrue(self.segment.used_in()[0]["can_open"])
        with self.assertRaisesRegex(UserError, "Our bot"):
            self.segment.action_archive()
