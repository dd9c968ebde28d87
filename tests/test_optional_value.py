import unittest
from datetime import datetime, time, timedelta

from odoo.tests import tagged

from .value_common import TODAY, ValueCase


@tagged("post_install", "-at_install")
class TestOptionalValue(ValueCase):
    """What is bought at the counter counts, once, beside orders and invoices.

    These tests want a database with ``website_sale`` and ``point_of_sale``, which
    scripts/test makes for them.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "pos.order" not in cls.env:
            raise unittest.SkipTest("point_of_sale is not installed")
        cls.company.lifecycle_value_source = "both_pos"
        cls.ana = cls.make_partner()

    def insert(self, model, **values):
        """Insert a row past the ORM, which wants an open session of a till."""
        columns = list(values)
        self.env.cr.execute(
            f"INSERT INTO {self.env[model]._table} ({', '.join(columns)})"
            f" VALUES ({', '.join(['%s'] * len(columns))}) RETURNING id",
            list(values.values()),
        )
        return self.env.cr.fetchone()[0]

    def make_receipt(self, days_ago, *prices, rate=1, **line_values):
        """Return (id of the receipt, ids of its lines); prices are untaxed."""
        moment = datetime.combine(TODAY - timedelta(days=days_ago), time(10))
        receipt = self.insert(
            "pos.order",
            company_id=self.company.id,
            name="Shop/0001",
            partner_id=self.ana.id,
            state="done",
            date_order=moment,
            write_date=moment,
            amount_total=sum(prices) * 1.21,
            amount_tax=sum(prices) * 0.21,
            amount_paid=sum(prices) * 1.21,
            amount_return=0,
            currency_rate=rate,
        )
        lines = [
            self.insert(
                "pos.order.line",
                **{
                    "name": "Shop/0001/1",
                    "order_id": receipt,
                    "product_id": self.product.id,
                    "qty": 1 if price > 0 else -1,
                    "price_unit": abs(price),
                    "price_subtotal": price,
                    "price_subtotal_incl": price * 1.21,
                    "discount": 0,
                    "uuid": f"{receipt}-{number}",
                    **line_values,
                },
            )
            for number, price in enumerate(prices)
        ]
        return receipt, lines

    def refreshed(self):
        self.harvest("pos_order", "sale_order")
        self.refresh_all()
        return self.value(self.ana)

    def make_sale(self, price, days_ago):
        order = self.make_order(self.ana, price, confirm=True)
        order.date_order = datetime.combine(TODAY - timedelta(days=days_ago), time(9))
        return order

    def test_receipts_are_purchases_in_company_currency(self):
        self.make_receipt(60, 100.0)
        self.make_receipt(30, 100.0, rate=2)

        value = self.refreshed()

        self.assertEqual((value.order_count, value.revenue), (2, 150))
        self.assertEqual(value.category_ids, self.product.categ_id)
        self.assertEqual(value.promotion_band, "full_price")

    def test_receipts_do_not_count_where_only_orders_do(self):
        self.company.lifecycle_value_source = "orders"
        self.make_receipt(60, 100.0)

        self.assertFalse(self.refreshed())

    def test_what_came_back_is_taken_off_the_day_it_was_bought(self):
        self.make_receipt(90, 50.0)
        _receipt, [line] = self.make_receipt(60, 100.0)
        self.make_receipt(10, -100.0, refunded_orderline_id=line)

        value = self.refreshed()

        self.assertEqual((value.order_count, value.revenue), (1, 50))
        self.assertEqual(value.refund_amount, 100)
        self.assertEqual(value.last_order_date, TODAY - timedelta(days=90))

    def test_order_paid_at_the_counter_counts_once(self):
        order = self.make_sale(100.0, 60)
        receipt, _lines = self.make_receipt(50, 100.0, sale_order_origin_id=order.id)
        self.insert(
            "pos.order.line",
            name="Shop/0001/2",
            order_id=receipt,
            product_id=self.product.id,
            qty=1,
            price_unit=20,
            price_subtotal=20,
            price_subtotal_incl=24.2,
            discount=0,
            uuid="added",
        )
        self.env.cr.execute(
            "UPDATE pos_order SET amount_total = 145.2, amount_tax = 25.2"
            " WHERE id = %s",
            [receipt],
        )

        value = self.refreshed()

        self.assertEqual((value.order_count, value.revenue), (2, 120))

    def test_order_paid_whole_at_the_counter_is_no_second_purchase(self):
        order = self.make_sale(100.0, 60)
        self.make_receipt(50, 100.0, sale_order_origin_id=order.id)

        value = self.refreshed()

        self.assertEqual((value.order_count, value.revenue), (1, 100))
        self.assertEqual(value.last_order_date, TODAY - timedelta(days=60))

    def test_discount_or_reward_on_a_receipt_is_a_promotion(self):
        self.make_receipt(60, 80.0, discount=20)
        self.make_receipt(50, 80.0, is_reward_line=True)
        self.make_receipt(40, 80.0)
        self.make_receipt(30, 80.0)

        value = self.refreshed()

        self.assertEqual((value.promotion_band, value.promotion_share), ("mixed", 0.5))

    def test_day_of_several_receipts_and_orders_is_one_purchase(self):
        self.make_receipt(60, 80.0)
        self.make_receipt(60, 20.0)
        self.make_sale(50.0, 60)

        value = self.refreshed()

        self.assertEqual((value.order_count, value.revenue), (1, 150))
