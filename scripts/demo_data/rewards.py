"""Loyalty: welcome codes, club points and birthday coupons on orders."""

from collections import defaultdict
from datetime import timedelta

from odoo.tools import float_round

from .orders import Line
from .personas import is_hero


def add_rewards(story):
    """Give orders their reward lines; cards and histories are written here."""
    counter = _Counter(story)
    for order in story.orders:
        if order.state == "sale":
            counter.ring_up(order)
    counter.finish()


class _Counter:
    """Where rewards are claimed. Cards exist before the lines that use them."""

    def __init__(self, story):
        self.story, self.rng = story, story.dice("rewards")
        self.cards = []  # rows
        self.points = []  # (card index, order, points issued)
        self.uses = []  # (card index, order, points used, lines)
        self.clubs = {}  # person: card index
        self.balance = defaultdict(float)
        self.birthdays = set()

    def ring_up(self, order):
        person = order.person
        if order.number == 0 and not person.company and self.rng.random() < 0.24:
            card = self._card(self.story.welcome, order, order_id=order.order_id)
            self.points.append((card, order, 1))
            self._discount(order, card, self.story.welcome, 1, 0.10)
        elif self._has_birthday(order):
            card = self._card(self.story.birthday, order, partner_id=person.partner_id)
            self._discount(order, card, self.story.birthday, 1, 0.15)
        if person.persona in ("loyal", "champion", "lapsed"):
            self._stamp_club_card(order)

    def _has_birthday(self, order):
        person = order.person
        lucky = self.rng.random() < 0.05 and person not in self.birthdays
        if lucky and not person.company and order.number:
            self.birthdays.add(person)
            return True
        return False

    def _stamp_club_card(self, order):
        person = order.person
        if person not in self.clubs:
            if self.rng.random() > 0.6 and not is_hero(person):
                return
            self.clubs[person] = self._card(
                self.story.club, order, partner_id=person.partner_id
            )
        card = self.clubs[person]
        if self.balance[card] >= 200 and order.untaxed > 40 and self.rng.random() < 0.4:
            self.balance[card] -= 200
            share = 10 / (order.untaxed + order.taxes)
            self._discount(order, card, self.story.club, 200, share)
        earned = int(order.untaxed + order.taxes)
        self.balance[card] += earned
        self.points.append((card, order, earned))

    def _card(self, program, order, **values):
        self.cards.append(
            {
                "program_id": program.id,
                "company_id": program.company_id.id,
                "code": f"044{self.rng.getrandbits(40):010x}",
                "points": 0,
                "create_date": order.date - timedelta(minutes=1),
                "write_date": order.date,
                **values,
            }
        )
        return len(self.cards) - 1

    def _discount(self, order, card, program, cost, share):
        """One negative line for each VAT rate, as Odoo makes them."""
        reward = program.reward_ids[:1]
        bases = defaultdict(float)
        for line in order.lines:
            bases[line.vat] += line.subtotal
        lines = []
        for vat, base in sorted(bases.items(), reverse=True):
            price = -float_round(base * share, precision_digits=2)
            columns = {
                "reward_id": reward.id,
                "reward_identifier_code": f"{self.rng.getrandbits(28):07x}",
                "points_cost": 0 if lines else cost,
            }
            name = f"Discount {reward.description}"
            product = reward.discount_line_product_id
            lines.append(Line(product, vat, 1, price, 0, columns, name))
        order.lines += lines
        self.uses.append((card, order, cost, lines))

    def finish(self):
        story = self.story
        for card, points in self.balance.items():
            self.cards[card]["points"] = points
        ids = story.insert("loyalty.card", self.cards)
        for card, _order, _cost, lines in self.uses:
            for line in lines:
                line.reward["coupon_id"] = ids[card]
        entries = defaultdict(lambda: {"issued": 0, "used": 0})
        for card, order, points in self.points:
            entries[card, order]["issued"] += points
        for card, order, cost, _lines in self.uses:
            entries[card, order]["used"] += cost
        story.insert(
            "loyalty.history",
            [
                {
                    "card_id": ids[card],
                    "order_model": "sale.order",
                    "order_id": order.order_id,
                    "description": f"Order {order.name}",
                    "create_date": order.date,
                    "write_date": order.date,
                    **entry,
                }
                for (card, order), entry in entries.items()
            ],
        )
        story.insert(
            "sale.order.coupon.points",
            [
                {
                    "order_id": order.order_id,
                    "coupon_id": ids[card],
                    "points": points,
                    "create_date": order.date,
                    "write_date": order.date,
                }
                for card, order, points in self.points
            ],
        )
