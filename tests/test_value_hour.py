import random

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.contact_lifecycle.models.value.lifecycle_value_purchase import (
    EVERYBODY,
)

from .value_common import ValueCase


@tagged("post_install", "-at_install")
class TestValueHour(ValueCase):
    """An hour looks at less than a night does, and comes to the same."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.categories = cls.env["product.category"].create(
            [{"name": name} for name in ("Tea", "Pots", "Cups", "Lids")]
        )
        cls.products = cls.env["product.product"].create(
            [
                {"name": category.name, "categ_id": category.id}
                for category in cls.categories
            ]
        )
        cls.customers = cls.Partner.browse(cls.make_partners(12))

    def setUp(self):
        super().setUp()
        self.chance = random.Random(11)

    def order(self, customer, days_ago, amount, product=None):
        """Let a contact buy one product; return the order."""
        product = product or self.chance.choice(self.products)
        order = self.env["sale.order"].create(
            {
                "partner_id": customer.id,
                "order_line": [
                    Command.create({"product_id": product.id, "price_unit": amount})
                ],
            }
        )
        self.buy((customer, days_ago, amount, order.id))
        return order

    def refresh_hour(self):
        self.refresh(*self.customers)

    def refresh_whole(self):
        """Look at everything of everybody; return how many rows that writes."""
        companies = self.Value._get_companies()
        written = self.Value._refresh_purchases(companies)
        written += self.Value._refresh_scores(companies, scope=EVERYBODY)
        self.env.invalidate_all()
        return written

    def categories_written(self):
        self.env.cr.execute("SELECT * FROM lifecycle_value_category_rel ORDER BY 1, 2")
        return self.env.cr.fetchall()

    def categories_of(self, customer):
        return self.value(customer).category_ids

    def test_night_has_nothing_to_add_to_what_hours_have_written(self):
        self.make_base()
        for customer in self.customers:
            self.order(customer, 200, 50.0)
        self.refresh_all()
        orders = {customer: [] for customer in self.customers}
        for _hour in range(6):
            for customer in self.chance.sample(list(self.customers), 7):
                for _number in range(self.chance.randint(1, 3)):
                    days_ago = self.chance.choice((0, 0, 1, 30, 150, 200, 250))
                    amount = self.chance.choice((0.0, 20.0, 35.5))
                    order = self.order(customer, days_ago, amount)
                    orders[customer].append((order, days_ago, amount))
                kind = self.chance.choice(("order_cancelled", "credit_note_posted"))
                if orders[customer] and self.chance.random() < 0.5:
                    order, days_ago, amount = orders[customer].pop()
                    model = (
                        "sale.order" if kind == "order_cancelled" else "account.move"
                    )
                    self.buy(
                        (customer, days_ago, -amount, order.id), code=kind, model=model
                    )
            self.refresh_hour()
            before = self.categories_written()

            self.assertEqual(self.refresh_whole(), 0)
            self.assertEqual(self.categories_written(), before)

    def test_purchases_are_written_before_tiers_have_been_cut(self):
        self.make_base()
        ana = self.customers[0]
        self.order(ana, 60, 50.0)
        self.refresh_all()
        basis = self.env["lifecycle.value.basis"].search(
            [("company_id", "=", self.company.id)]
        )
        basis.limits = {
            kind: limits for kind, limits in basis.limits.items() if kind != "tier"
        }

        self.order(ana, 1, 30.0)
        self.refresh_hour()

        self.assertEqual(self.value(ana).revenue, 80)

    def test_new_order_adds_its_category(self):
        ana = self.customers[0]
        tea, pots, cups, _lids = self.products
        self.order(ana, 90, 50.0, tea)
        self.order(ana, 60, 50.0, pots)
        self.refresh_hour()

        self.order(ana, 1, 30.0, cups)
        self.refresh_hour()

        value = self.value(ana)
        self.assertEqual(value.category_ids, self.categories[:3])
        self.assertEqual((value.category_count, value.is_cross_buyer), (3, True))
        self.assertEqual((value.order_count, value.revenue), (3, 130))

    def test_order_of_an_earlier_day_adds_its_category(self):
        ana = self.customers[0]
        tea, pots, _cups, _lids = self.products
        self.order(ana, 60, 50.0, tea)
        self.refresh_hour()

        self.order(ana, 90, 30.0, pots)
        self.refresh_hour()

        self.assertEqual(self.categories_of(ana), self.categories[:2])

    def test_cancelled_order_takes_its_category_away(self):
        ana = self.customers[0]
        tea, pots, _cups, _lids = self.products
        self.order(ana, 60, 50.0, tea)
        order = self.order(ana, 30, 30.0, pots)
        self.refresh_hour()

        self.buy((ana, 0, 0.0, order.id), code="order_cancelled")
        self.refresh_hour()

        self.assertEqual(self.categories_of(ana), self.categories[:1])

    def test_only_lines_of_new_orders_are_read_of_who_bought_once_more(self):
        ana, ben = self.customers[:2]
        tea, pots, cups, lids = self.products
        old = self.order(ana, 60, 50.0, tea) | self.order(ben, 60, 50.0, tea)
        self.refresh_hour()
        # Nobody tells of it.
        old.order_line.flush_recordset()
        self.env.cr.execute(
            "UPDATE sale_order_line SET product_id = %s WHERE order_id = ANY(%s)",
            [lids.id, old.ids],
        )
        self.env.invalidate_all()

        # Of an earlier day, and of the same one.
        self.order(ana, 90, 30.0, pots)
        self.order(ana, 60, 30.0, pots)
        self.order(ben, 0, 30.0, cups)
        self.buy((ben, 0, 0.0, old[1].id), code="order_cancelled")
        self.refresh_hour()

        tea, pots, cups, lids = self.categories
        self.assertEqual(self.categories_of(ana), tea | pots)
        self.assertEqual(self.categories_of(ben), cups)
        self.refresh_whole()
        self.assertEqual(self.categories_of(ana), pots | lids)
