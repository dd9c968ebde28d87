import doctest
import unittest
from datetime import date

from ..segmentation import conditions, domain, evaluate, windows
from ..segmentation.conditions import Behaviour, Profile, Sample, Window
from ..segmentation.normalise import normalise, simplify
from ..segmentation.tree import DefinitionError, Group, Tree, dump, parse

EVERY_KIND = [
    {"kind": "profile", "domain": "[('city', '=', 'Rome')]"},
    {
        "kind": "behaviour",
        "negated": True,
        "types": ["mail_opened", "mail_clicked"],
        "operator": "=",
        "count": 2,
        "window": {"kind": "between", "from": "2026-01-01", "to": "2026-03-31"},
        "filters": {"mailing_ids": [3], "devices": ["mobile"], "amount_min": 1.5},
        "with_automated": True,
    },
    {"kind": "segment", "segment_ids": [4, 2]},
    {"kind": "answered", "survey_id": 1, "question_id": 2, "answer_ids": [3]},
    {"kind": "subscription", "list_ids": [1], "state": "never", "channel": "sms"},
    {"kind": "consent", "topic_ids": [1], "state": "wanted", "channel": "sms"},
    {"kind": "place", "latitude": 40.4, "longitude": -3.7, "radius_km": 25},
    {"kind": "contacts", "emails": ["Ana@Example.com"], "refs": ["C-1"]},
    {"kind": "sample", "from": 10, "to": 20},
]


def definition(*groups):
    return {
        "version": 1,
        "groups": [{"negated": False, "conditions": list(group)} for group in groups],
    }


def load_tests(_loader, tests, _pattern):
    for module in (domain, evaluate, windows):
        tests.addTests(doctest.DocTestSuite(module))
    return tests


class TestParse(unittest.TestCase):
    def assertRefused(self, code, *groups):
        with self.assertRaises(DefinitionError) as caught:
            parse(definition(*groups))
        self.assertEqual(caught.exception.code, code)
        return caught.exception

    def test_every_kind_survives_a_round_trip(self):
        tree = parse(definition(EVERY_KIND[:4], EVERY_KIND[4:]))

        self.assertEqual(parse(dump(tree)), tree)
        self.assertEqual({c.kind for c in tree.conditions}, set(conditions.KINDS))

    def test_values_are_brought_into_one_form(self):
        tree = parse(definition(EVERY_KIND))

        self.assertEqual(tree.conditions[1].types, ("mail_clicked", "mail_opened"))
        self.assertEqual(tree.conditions[2].segment_ids, (2, 4))
        self.assertEqual(tree.conditions[7].emails, ("ana@example.com",))

    def test_bad_input_is_refused_with_its_place(self):
        behaviour = {"kind": "behaviour"}
        cases = [
            ("domain", {"kind": "profile", "domain": "[('city', '=', 'Rome'"}),
            ("domain", {"kind": "profile", "domain": "[('city', '=')]"}),
            ("domain", {"kind": "profile", "domain": "[('id', '=', uid)]"}),
            ("domain", {"kind": "profile", "domain": "{}"}),
            ("domain_empty", {"kind": "profile", "domain": "[]"}),
            ("missing", {"kind": "profile"}),
            ("unknown_kind", {"kind": "astrology"}),
            ("missing", {}),
            ("unknown_key", {"kind": "sample", "to": 5, "colour": 1}),
            ("unknown_key", {**behaviour, "filters": {"malings": [1]}}),
            ("negative", {**behaviour, "count": -1}),
            ("not_whole", {**behaviour, "count": 1.5}),
            ("not_number", {**behaviour, "count": "2"}),
            ("not_number", {**behaviour, "count": True}),
            ("not_number", {**behaviour, "count": float("nan")}),
            ("too_big", {**behaviour, "count": 2**40}),
            ("at_least_nothing", {**behaviour, "count": 0}),
            ("unknown_word", {**behaviour, "operator": ">"}),
            ("unknown_word", {**behaviour, "window": {"kind": "soon"}}),
            ("missing", {**behaviour, "window": {"kind": "last"}}),
            ("too_small", {**behaviour, "window": {"kind": "last", "days": 0}}),
            ("not_date", {**behaviour, "window": {"kind": "after", "from": "May"}}),
            (
                "date_order",
                {
                    **behaviour,
                    "window": {
                        "kind": "between",
                        "from": "2026-02-01",
                        "to": "2026-01-01",
                    },
                },
            ),
            (
                "range_order",
                {**behaviour, "filters": {"amount_min": 2, "amount_max": 1}},
            ),
            ("not_id", {"kind": "segment", "segment_ids": ["7"]}),
            ("not_id", {"kind": "segment", "segment_ids": [True]}),
            ("missing", {"kind": "segment", "segment_ids": []}),
            ("not_list", {"kind": "segment", "segment_ids": 7}),
            ("missing", {"kind": "answered", "survey_id": 1, "answer_ids": [1]}),
            ("too_big", {"kind": "place", "latitude": 91, "longitude": 0}),
            ("missing", {"kind": "contacts"}),
            ("range_order", {"kind": "sample", "from": 50, "to": 50}),
        ]
        for code, condition in cases:
            with self.subTest(code, condition=condition):
                error = self.assertRefused(code, [EVERY_KIND[0], condition])
                self.assertEqual(error.path[:4], ("groups", 0, "conditions", 1))

    def test_anything_but_a_definition_is_refused(self):
        for value in ([], "x", 3, {"version": 2}, {"groups": [1]}, {"groups": 1}):
            with self.subTest(value), self.assertRaises(DefinitionError):
                parse(value)

    def test_thousand_conditions_parse_and_more_are_refused(self):
        few = [{"kind": "sample", "to": 5}] * 1_000

        self.assertEqual(len(parse(definition(few)).conditions), 1_000)
        self.assertRefused("too_many", few, few[:1])

    def test_kind_of_another_addon_parses(self):
        class Lucky(Sample):
            kind = "lucky"

        tree = parse(
            definition([{"kind": "lucky", "to": 7}]),
            {**conditions.KINDS, "lucky": Lucky},
        )

        self.assertIsInstance(tree.conditions[0], Lucky)

    def test_nested_fields_are_found(self):
        found = Profile(
            domain="['!', ('a.b', '=', 1), ('c', 'any', [('d', '=', '-7d')])]"
        ).leaves()

        self.assertEqual([leaf[0] for leaf in found], ["a.b", "c", "c.d"])


class TestNormalise(unittest.TestCase):
    def test_definition_without_conditions_is_a_mistake_not_everybody(self):
        for tree in (Tree(), Tree((Group(), Group(negated=True)))):
            with self.subTest(tree), self.assertRaises(DefinitionError) as caught:
                normalise(tree)
            self.assertEqual(caught.exception.code, "empty")

    def test_at_most_is_not_more_and_exactly_none_is_not_any(self):
        for operator, count, asked in (("<=", 2, 3), ("<=", 0, 1), ("=", 0, 1)):
            with self.subTest(operator, count=count):
                plain = simplify(Behaviour(operator=operator, count=count))

                self.assertEqual((plain.operator, plain.count), (">=", asked))
                self.assertTrue(plain.negated)

    def test_negation_of_a_lone_condition_is_its_own(self):
        negated = Sample(end=5, negated=True)

        tree = normalise(Tree((Group((negated,), negated=True), Group())))

        self.assertEqual(tree, Tree((Group((Sample(end=5),)),)))

    def test_what_stands_twice_stands_once(self):
        group = Group((Sample(end=5), Sample(end=5), Sample(end=6)))

        tree = normalise(Tree((group, group)))

        self.assertEqual(tree, Tree((Group((Sample(end=5), Sample(end=6))),)))


class TestWindow(unittest.TestCase):
    def test_days_are_whole_and_the_last_one_counts(self):
        today, first, last = date(2026, 3, 1), date(2026, 1, 1), date(2026, 1, 31)
        cases = {
            Window(): (None, None),
            Window("last", days=1): (date(2026, 2, 28), None),
            Window("between", start=first, end=last): (first, date(2026, 2, 1)),
            Window("after", start=first): (first, None),
            Window("before", end=first): (None, first),
        }
        for window, expected in cases.items():
            with self.subTest(window):
                self.assertEqual(windows.bounds(window, today), expected)
