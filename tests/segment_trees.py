import random
from datetime import timedelta

from ..engine.segmentation import conditions as kinds
from ..engine.segmentation.tree import Group, Tree
from .segment_common import SegmentCase

TYPES = (
    "mail_sent",
    "mail_opened",
    "mail_clicked",
    "sms_clicked",
    "order_confirmed",
    "call_done",
    "meeting_held",
    "score_rose",
)
_DOMAINS = (
    "[('city', '=', 'Rome')]",
    "[('city', '!=', 'Madrid')]",
    "[('city', 'in', ['Rome', False])]",
    "['|', ('city', 'ilike', 'm'), ('color', '>', 2)]",
    "[('color', '<', 3)]",
    "['!', '&', ('color', '<=', 4), ('city', '=', 'Lima')]",
    "[('lifecycle_birth_date', '<', '1990-01-01')]",
    "['!', ('lifecycle_birth_date', '>=', '1990-01-01')]",
    "[('lifecycle_order_count', '>=', 2)]",
    "['!', ('lifecycle_last_order_date', '<', '-20d')]",
    "[('lifecycle_order_count', '=', 0), ('color', '!=', 1)]",
    "[('is_blacklisted', '=', False)]",
    "['|', ('is_blacklisted', '=', True), ('color', '=', 0)]",
)


class SegmentTrees(SegmentCase):
    """Random conditions about a small world; the same seed gives the same ones."""

    seed = 1
    size = 40

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chance = random.Random(cls.seed)

    def random_tree(self):
        groups = [
            Group(
                tuple(
                    self.random_condition() for _ in range(self.chance.randint(1, 3))
                ),
                self.chance.random() < 0.3,
            )
            for _ in range(self.chance.randint(1, 3))
        ]
        return Tree(tuple(groups))

    def random_condition(self):
        kind = self.chance.choice([*kinds.KINDS, "behaviour", "behaviour", "profile"])
        return getattr(self, f"random_{kind}")(negated=self.chance.random() < 0.35)

    def random_profile(self, **values):
        return kinds.Profile(domain=self.chance.choice(_DOMAINS), **values)

    def random_behaviour(self, **values):
        chance = self.chance
        operator = chance.choice([">=", ">=", "<=", "="])
        types = chance.sample(TYPES[:-1] + ("order_cancelled",), chance.randrange(4))
        return kinds.Behaviour(
            types=tuple(sorted(types)),
            operator=operator,
            count=chance.randint(operator == ">=", 3),
            window=self.random_window(),
            filters=self.random_filters() if chance.random() < 0.3 else kinds.Filters(),
            with_automated=chance.random() < 0.2,
            **values,
        )

    def random_window(self):
        kind = self.chance.choice(
            ["ever", "ever", "last", "between", "before", "after"]
        )
        start, end = sorted(
            self.today - timedelta(days=self.chance.randrange(60)) for _ in range(2)
        )
        return kinds.Window(
            kind,
            days=self.chance.randint(1, 60) if kind == "last" else 0,
            start=start if kind in ("between", "after") else None,
            end=end if kind in ("between", "before") else None,
        )

    def random_filters(self):
        return self.chance.choice(
            [
                kinds.Filters(campaign_ids=(self.mailings[0].id,)),
                kinds.Filters(devices=("mobile",)),
                kinds.Filters(amount_min=20.0),
                kinds.Filters(amount_max=10.0, devices=("desktop",)),
            ]
        )

    def random_segment(self, **values):
        ids = self.chance.sample(self.segments.ids, self.chance.randint(1, 2))
        return kinds.InSegment(segment_ids=tuple(sorted(ids)), **values)

    def random_answered(self, **values):
        state = self.chance.choice(["answered", "answered", "not_answered", "silent"])
        least = self.chance.choice([None, 3.0, 6.0]) if state == "answered" else None
        return kinds.Answered(
            survey_id=self.survey.id,
            question_id=self.question.id,
            state=state,
            value_min=least,
            **values,
        )

    def random_subscription(self, **values):
        states = ["subscribed", "opted_out", "never", "listed", "blacklisted"]
        list_ids = self.chance.sample(self.lists.ids, self.chance.randrange(3))
        return kinds.Subscription(
            list_ids=tuple(sorted(list_ids)), state=self.chance.choice(states), **values
        )

    def random_consent(self, **values):
        states = ["wanted", "granted", "withdrawn", "pending", "expired"]
        topic_ids = self.chance.sample(self.topics.ids, self.chance.randrange(3))
        return kinds.Consent(
            topic_ids=tuple(sorted(topic_ids)),
            state=self.chance.choice(states),
            **values,
        )

    def random_place(self, **values):
        return kinds.Place(
            latitude=self.chance.uniform(-60, 60),
            longitude=self.chance.uniform(-179, 179),
            radius_km=self.chance.choice([500.0, 5_000.0, 12_000.0]),
            **values,
        )

    def random_contacts(self, **values):
        numbers = self.chance.sample(range(self.size), 9)
        return kinds.Contacts(
            emails=tuple(f"p{i}@example.com" for i in numbers),
            refs=tuple(f"R{i}" for i in numbers[:4]),
            **values,
        )

    def random_sample(self, **values):
        start = self.chance.randrange(60)
        return kinds.Sample(start=start, end=start + 40, seed="x", **values)
