from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ..engine.segmentation.conditions import Sample
from .segment_compile_common import CompileCase


@tagged("post_install", "-at_install")
class TestSegmentBadInput(CompileCase):
    """What cannot be used is refused, with the reason and the place."""

    def test_no_condition_is_a_mistake_not_everybody(self):
        for definition in (None, {}, self.define(), self.define([])):
            with self.subTest(definition), self.assertRaises(UserError):
                tree = self.Segment._parse_definition(definition)
                self.Segment._compile(tree, self.env.user, self.env.company)

    def test_domain_that_cannot_be_used_says_why(self):
        self.assertRefused("no_such_field", self.profile([("no_such_field", "=", 1)]))
        self.assertRefused("city", self.profile([("city", "~~", 1)]))
        self.assertRefused("city", self.profile([("city.no_such", "=", 1)]))
        self.assertRefused("create_date", self.profile([("create_date", ">", "x")]))
        self.assertRefused("cannot be read", {"kind": "profile", "domain": "[('a',"})

    def test_domain_that_is_true_of_everybody_is_refused(self):
        self.assertRefused("Add a condition", self.profile([(1, "=", 1)]))
        self.assertRefused("empty", self.profile([]))

    def test_operators_that_bypass_rights_are_refused(self):
        self.assertRefused(
            "any!", self.profile([("parent_id", "any!", [("name", "=", "x")])])
        )

    def test_negative_count_says_where(self):
        self.assertRefused(
            "Group 1, condition 2: “Times” cannot be negative",
            self.profile([("city", "=", "Rome")]),
            {**self.did("call_done"), "count": -1},
        )

    def test_archived_segment_named_in_a_condition_is_an_error(self):
        romans = self.make_city_segment(name="Romans")
        self.env.flush_all()
        self.set_columns(romans, active=False)

        self.assertRefused("“Romans” is archived", self.in_segments(romans))

    def test_deleted_segment_named_in_a_condition_is_an_error(self):
        self.assertRefused("gone", {"kind": "segment", "segment_ids": [999_999]})

    def test_archived_owner_is_an_error(self):
        owner = self.make_user("olga", "contact_lifecycle.group_lifecycle_user")
        owner.active = False

        self.assertRefused(
            "archived", self.profile([("city", "=", "Rome")]), owner=owner
        )

    def test_segments_cannot_hide_in_a_domain(self):
        self.assertRefused(
            "add a condition “Segment”",
            self.profile([("parent_id.lifecycle_segment_ids", "in", [1])]),
        )

    def test_thousand_conditions_work(self):
        names = [self.profile([("name", "!=", f"N{i}")]) for i in range(1_000)]

        self.assertEqual(self.find(*names), self.people)
        self.assertRefused("too many", *names, names[0])

    def test_every_kind_has_a_name_a_sentence_and_a_value(self):
        kinds = self.Segment._condition_kinds()

        self.assertEqual(len({kind["label"] for kind in kinds.values()}), len(kinds))
        for kind in kinds:
            with self.subTest(kind):
                self.assertTrue(hasattr(self.Segment, f"_condition_words_{kind}"))
                self.assertTrue(hasattr(self.Segment, f"_condition_value_{kind}"))

    def test_kind_of_another_addon_is_asked(self):
        class Lucky(Sample):
            kind = "lucky"

        segments = type(self.Segment)
        kinds = {"lucky": {"class": Lucky, "label": "Lucky", "icon": "fa-star"}}
        lucky = SQL("SELECT %s AS partner_id", self.bob.id)
        with (
            patch.object(segments, "_condition_kinds", lambda _self: kinds),
            patch.object(
                segments,
                "_condition_query_lucky",
                lambda _self, condition, compilation: lucky,
                create=True,
            ),
        ):
            self.assertFinds({"kind": "lucky", "to": 7}, self.bob)
            answer = self.Segment.preview(self.define([{"kind": "lucky", "to": 7}]))

        self.assertEqual(answer["total"], 1)

    # What would be slow

    def test_compiling_never_asks_odoo_for_all_blacklisted_contacts(self):
        contacts = type(self.Partner)
        slow = self.failureException("the slow search was asked")
        for method in ("_search_is_blacklisted", "_search_phone_sanitized_blacklisted"):
            with patch.object(contacts, method, side_effect=slow):
                name = method.removeprefix("_search_")
                self.find(self.profile(["!", (name, "=", True), ("city", "!=", "x")]))
