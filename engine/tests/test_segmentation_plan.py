import unittest
from dataclasses import replace
from datetime import date

from ..segmentation.conditions import (
    Answered,
    Behaviour,
    Filters,
    InSegment,
    Profile,
    Sample,
    Window,
)
from ..segmentation.plan import FactTest, dependencies, fact_test
from ..segmentation.tree import Group, Tree

MAIL = {"mail_sent", "mail_opened", "mail_clicked"}
ALL = MAIL | {"sms_sent", "sms_clicked", "order_confirmed", "pos_order", "list_joined"}


class TestFacts(unittest.TestCase):
    def asked(self, *types, present=ALL, is_shared=True, **values):
        return fact_test(
            Behaviour(types=tuple(sorted(types)), **values), present, is_shared
        )

    def test_recent_clicks_and_opens_are_two_dates(self):
        test = self.asked(
            "mail_clicked", "mail_opened", window=Window("last", days=365)
        )

        self.assertEqual(test.kind, "any_from")
        self.assertCountEqual(test.columns, ["last_mail_click_date", "last_open_date"])

    def test_fact_that_counts_another_type_serves_when_there_are_none_of_it(self):
        self.assertEqual(
            self.asked("order_confirmed", present=ALL - {"pos_order"}, count=2),
            FactTest("sum_least", ("order_count",)),
        )
        self.assertIsNone(self.asked("order_confirmed", count=2))

    def test_counts_of_several_types_are_added_only_if_they_do_not_overlap(self):
        test = self.asked("mail_clicked", "mail_opened", count=3)

        self.assertCountEqual(test.columns, ["mail_click_count", "open_count"])
        both = self.asked("mail_clicked", "sms_clicked", count=3, operator="=")
        self.assertEqual(both, FactTest("sum_exact", ("click_count",)))

    def test_first_order_answers_before_and_last_order_answers_after(self):
        day, orders = date(2026, 3, 1), ("order_confirmed", "pos_order")

        before = self.asked(*orders, window=Window("before", end=day))
        after = self.asked(*orders, window=Window("after", start=day))

        self.assertEqual(before, FactTest("any_before", ("first_order_date",)))
        self.assertEqual(after, FactTest("any_from", ("last_order_date",)))

    def test_anything_at_all_is_a_fact(self):
        test = self.asked(window=Window("last", days=180))

        self.assertEqual(test, FactTest("any_from", ("last_touch_date",)))

    def test_what_facts_do_not_say_is_left_to_the_journey(self):
        day = date(2026, 3, 1)
        cases = [
            {"window": Window("between", start=day, end=day)},
            {"window": Window("last", days=30), "count": 2},
            {"window": Window("last", days=30), "operator": "="},
            {"filters": Filters(mailing_ids=(1,))},
            {"with_automated": True},
        ]
        for values in cases:
            with self.subTest(values):
                self.assertIsNone(self.asked("mail_clicked", **values))
        self.assertIsNone(self.asked("list_joined", window=Window("last", days=3)))
        self.assertIsNone(self.asked("cart_abandoned"))

    def test_facts_of_all_companies_do_not_answer_for_one(self):
        self.assertIsNone(self.asked("order_confirmed", "pos_order", is_shared=False))
        self.assertIsNone(self.asked(is_shared=False))
        self.assertIsNotNone(self.asked("mail_clicked", is_shared=False))


class TestDependencies(unittest.TestCase):
    def of(self, *conditions):
        return dependencies(Tree((Group(conditions),)), {"lifecycle_age"})

    def test_all_that_is_named_is_known(self):
        found = self.of(
            Behaviour(types=("mail_clicked",)),
            InSegment(segment_ids=(3, 4)),
            Answered(survey_id=5),
            Profile(domain="[('country_id.code', '=', 'ES'), ('city', '=', 'Rome')]"),
        )

        self.assertEqual(found.types, {"mail_clicked", "survey_finished"})
        self.assertEqual(found.segment_ids, {3, 4})
        self.assertEqual(found.survey_ids, {5})
        self.assertEqual(found.fields, {"country_id", "city"})
        self.assertFalse(found.is_time_driven)

    def test_any_touchpoint_is_every_type(self):
        found = self.of(Behaviour(types=("mail_clicked",)), Behaviour())

        self.assertIsNone(found.types)

    def test_days_going_by_are_noticed(self):
        moving = [
            Behaviour(window=Window("last", days=3)),
            Profile(domain="[('create_date', '>', '-7d')]"),
            Profile(domain="[('create_date', '>', 'today -1m')]"),
            Profile(domain="[('child_ids', 'any', [('date', '<', '=monday')])]"),
            Profile(domain="[('lifecycle_age', '>', 18)]"),
        ]
        still = [
            Behaviour(window=Window("after", start=date(2026, 1, 1))),
            Profile(domain="[('name', '=', 'nowhere'), ('city', 'ilike', '-')]"),
            Profile(domain="[('date', '>', '2026-01-01')]"),
            Sample(end=3),
        ]
        for condition in moving:
            with self.subTest(condition):
                self.assertTrue(self.of(condition).is_time_driven)
                negated = replace(condition, negated=True)
                self.assertTrue(self.of(negated).is_time_driven)
        for condition in still:
            with self.subTest(condition):
                self.assertFalse(self.of(condition).is_time_driven)
