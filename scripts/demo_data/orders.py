"""Who buys when and what, before any order is written."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from odoo.tools import float_round

from .personas import PERSONAS, is_hero
from .story import Person

# How much a category sells in November and December.
GIFTS = ("Olive oil and vinegar", "Wine and vermouth", "Pantry", "Workshops and books")


@dataclass(eq=False)
class Line:
    """A line of an order; ``reward`` holds the columns of a reward line."""

    product: object
    vat: int
    quantity: float
    price: float
    discount: float = 0
    reward: dict = field(default_factory=dict)
    name: str = ""

    @property
    def raw(self):
        return self.price * self.quantity * (1 - self.discount / 100)

    @property
    def subtotal(self):
        return float_round(self.raw, precision_digits=2)

    @property
    def tax(self):
        return float_round(self.raw * self.vat / 100, precision_digits=2)


@dataclass(eq=False)
class Order:
    """An order or quotation of one person."""

    person: Person
    date: datetime
    state: str
    lines: list = field(default_factory=list)
    number: int = 0  # the how-manieth of this person
    mailing: object = None
    seller_id: int = 0
    partner_id: int = 0
    order_id: int = 0
    name: str = ""

    @property
    def untaxed(self):
        return float_round(sum(line.raw for line in self.lines), precision_digits=2)

    @property
    def taxes(self):
        bases = defaultdict(float)
        for line in self.lines:
            bases[line.vat] += line.raw
        amounts = [
            float_round(base * vat / 100, precision_digits=2)
            for vat, base in bases.items()
        ]
        return float_round(sum(amounts), precision_digits=2)


def plan_orders(story):
    """Who buys when and what, without any record yet."""
    rng = story.dice("orders")
    for person in story.people:
        dates = _snap_to_letters(story, rng, person, _buying_days(story, rng, person))
        for number, date in enumerate(sorted(dates)):
            state = "cancel" if rng.random() < 0.04 else "sale"
            if number == 0 and is_hero(person):
                state = "sale"
            order = Order(person, date, state, number=number)
            person.orders.append(order)
        _ask_for_quotations(story, rng, person)
        person.orders.sort(key=lambda order: order.date)
        for order in person.orders:
            order.lines = _basket(story, rng, order)
            _choose_parties(story, rng, order)
    story.orders = [order for person in story.people for order in person.orders]
    story.orders.sort(key=lambda order: order.date)


def _buying_days(story, rng, person):
    low, high = PERSONAS[person.persona].orders
    count = rng.randint(low, high)
    if not count:
        return []
    end = story.now - timedelta(hours=20)
    first = person.joined + timedelta(minutes=rng.randrange(5, 90))
    if person.joined < story.start + timedelta(days=60):  # customers of old
        first = story.season_day(rng, first, first + timedelta(days=150))
    elif rng.random() < 0.6:
        first = story.season_day(rng, first, first + timedelta(days=45))
    if first >= end:
        return []
    if person.persona == "lapsed":
        end = first + timedelta(days=rng.randrange(90, 200))
    elif person.persona in ("loyal", "champion"):
        # The last one is recent, or they would not be called so.
        recent = 80 if person.persona == "champion" else 240
        begin = max(first, end - timedelta(days=recent))
        last = story.season_day(rng, begin, end)
        days = [story.season_day(rng, first, end) for _ in range(count - 2)]
        return [first, *days, last]
    return [first] + [story.season_day(rng, first, end) for _ in range(count - 1)]


def _snap_to_letters(story, rng, person, dates):
    """Some orders come within hours of a letter that the person gets."""
    snapped = []
    for date in dates:
        near = [
            mailing
            for mailing in story.mailings
            if timedelta(0) < date - mailing.sent < timedelta(days=25)
            and person.joined < mailing.sent
            and (mailing.kind == "partner" or mailing.list_key in person.subscriptions)
        ]
        if near and rng.random() < 0.4:
            date = near[-1].sent + timedelta(hours=rng.expovariate(1 / 14) + 0.2)
        snapped.append(min(date, story.now - timedelta(hours=3)))
    return snapped


def _ask_for_quotations(story, rng, person):
    """Quotations that were sent and never confirmed."""
    chance = {"prospect": 0.22, "professional": 0.5, "lapsed": 0.1}
    if rng.random() < chance.get(person.persona, 0.015):
        date = story.season_day(rng, person.joined, story.now - timedelta(hours=5))
        state = "draft" if rng.random() < 0.15 else "sent"
        person.orders.append(Order(person, date, state, number=1))


def _basket(story, rng, order):
    person = order.person
    low, high = PERSONAS[person.persona].basket
    shelves = list(story.shelves)
    favourites = rng.sample(shelves, 3)
    if order.date.month in (11, 12):
        favourites += GIFTS
    lines = {}
    for _ in range(max(rng.randint(low, high), 1)):
        product, vat = rng.choice(story.shelves[rng.choice(favourites)])
        quantity = rng.choices([1, 2, 3, 6], [12, 5, 2, 1])[0]
        if person.company:
            quantity *= rng.choice([2, 4, 6])
        lines[product.id] = Line(product, vat, quantity, product.list_price)
    return list(lines.values())


def _choose_parties(story, rng, order):
    person = order.person
    order.partner_id = person.partner_id
    if person.company and rng.random() < 0.3:
        order.partner_id = person.company.partner_id
    if person.company or rng.random() < 0.25:
        order.seller_id = rng.choice(story.sellers).id
    sale_months = (1, 7, 11)
    if order.date.month in sale_months and rng.random() < 0.3:
        for line in order.lines:
            line.discount = rng.choice([10, 15, 20])
