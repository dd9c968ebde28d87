import random
import unittest
from dataclasses import replace
from datetime import date, timedelta

from ..segmentation.conditions import (
    Answered,
    Behaviour,
    Place,
    Profile,
    Sample,
    Subscription,
    Window,
)
from ..segmentation.evaluate import bucket, meets, members
from ..segmentation.normalise import normalise, simplify
from ..segmentation.tree import Group, Tree

TODAY = date(2026, 3, 1)


def contact(number=1, touchpoints=(), **values):
    return {
        "id": number,
        "fields": {},
        "touchpoints": list(touchpoints),
        "segment_ids": (),
        "answers": [],
        "surveys_asked": (),
        "surveys_done": (),
        "subscriptions": {},
        "blacklisted": (),
        **values,
    }


def did(code, days_ago=0, **values):
    return {"type": code, "day": TODAY - timedelta(days=days_ago), **values}


class TestMeets(unittest.TestCase):
    def test_last_days_begin_at_midnight(self):
        clicked = Behaviour(types=("mail_clicked",), window=Window("last", days=30))

        for days, expected in ((0, True), (30, True), (31, False)):
            with self.subTest(days):
                ana = contact(touchpoints=[did("mail_clicked", days)])
                self.assertIs(meets(clicked, ana, TODAY), expected)

    def test_machines_and_cancelled_orders_do_not_count(self):
        ana = contact(
            touchpoints=[
                did("mail_clicked", is_automated=True),
                did("order_confirmed", is_cancelled=True),
                did("segment_joined", is_internal=True),
            ]
        )

        self.assertFalse(meets(Behaviour(types=("mail_clicked",)), ana, TODAY))
        self.assertFalse(meets(Behaviour(types=("order_confirmed",)), ana, TODAY))
        self.assertTrue(
            meets(Behaviour(types=("mail_clicked",), with_automated=True), ana, TODAY)
        )
        self.assertFalse(meets(Behaviour(count=2), ana, TODAY))

    def test_silence_is_being_asked_and_not_answering(self):
        silent = Answered(survey_id=1, question_id=2, state="silent")
        asked = contact(surveys_asked=(1,))
        answer = {"survey_id": 1, "question_id": 2, "answer_id": 3, "value": None}

        self.assertTrue(meets(silent, asked, TODAY))
        self.assertFalse(meets(silent, {**asked, "answers": [answer]}, TODAY))
        self.assertFalse(meets(silent, contact(), TODAY))

    def test_subscriptions_of_other_channels_do_not_count(self):
        ana = contact(subscriptions={("email", 1): False, ("email", 2): True})

        for state, expected in (
            ("subscribed", True),
            ("opted_out", True),
            ("never", False),
        ):
            with self.subTest(state):
                self.assertIs(meets(Subscription(state=state), ana, TODAY), expected)
        self.assertTrue(meets(Subscription(state="never", channel="sms"), ana, TODAY))
        self.assertFalse(meets(Subscription(list_ids=(2,)), ana, TODAY))

    def test_contacts_without_coordinates_are_nowhere(self):
        nowhere = Place(latitude=0, longitude=0, radius_km=1)

        self.assertFalse(meets(nowhere, contact(), TODAY))

    def test_domains_read_as_odoo_reads_them(self):
        ana = contact(fields={"city": None, "orders": None, "born": None})
        cases = {
            "[('orders', '<', 5)]": True,
            "[('orders', '=', 0)]": True,
            "[('born', '<', '2026-01-01')]": False,
            "['!', ('born', '<', '2026-01-01')]": True,
            "[('city', '!=', 'Rome')]": True,
            "['|', ('city', 'ilike', 'r'), ('city', '=', False)]": True,
        }
        for text, expected in cases.items():
            with self.subTest(text):
                self.assertIs(meets(Profile(domain=text), ana, TODAY), expected)


class TestInvariants(unittest.TestCase):
    def test_shares_are_stable_even_and_disjoint(self):
        halves = Sample(end=50), Sample(start=50)
        contacts = [contact(i) for i in range(1, 4_001)]
        first, second = (
            members(Tree((Group((half,)),)), contacts, TODAY) for half in halves
        )

        self.assertFalse(first & second)
        self.assertEqual(len(first | second), 4_000)
        self.assertAlmostEqual(len(first), 2_000, delta=150)
        self.assertEqual(bucket(7), bucket(7))
        self.assertNotEqual(bucket(7), bucket(7, "other"))

    def test_normalised_tree_says_the_same(self):
        chance = random.Random(4)
        contacts = [
            contact(i, [did("call_done", chance.randrange(9)) for _ in range(i % 5)])
            for i in range(60)
        ]
        for _case in range(200):
            tree = Tree(
                tuple(
                    Group(
                        tuple(self.random_condition(chance) for _ in range(2)),
                        chance.random() < 0.5,
                    )
                    for _ in range(2)
                )
            )
            self.assertEqual(
                members(tree, contacts, TODAY),
                members(normalise(tree), contacts, TODAY),
            )

    def random_condition(self, chance):
        operator = chance.choice([">=", "<=", "="])
        return Behaviour(
            negated=chance.random() < 0.5,
            operator=operator,
            count=chance.randrange(operator == ">=", 4),
            window=Window("last", days=chance.randrange(1, 9)),
        )

    def test_simplified_condition_and_its_opposite_split_everybody(self):
        contacts = [contact(i, [did("call_done", i)] * (i % 4)) for i in range(12)]
        for count in range(3):
            condition = Behaviour(operator="<=", count=count)
            for ana in contacts:
                opposite = replace(condition, negated=True)
                self.assertNotEqual(
                    meets(condition, ana, TODAY), meets(simplify(opposite), ana, TODAY)
                )
