from datetime import datetime, timedelta

from odoo.fields import Command
from odoo.tests import tagged

from .value_common import TODAY, ValueCase


@tagged("post_install", "-at_install")
class TestValuePurchases(ValueCase):
    """What counts as a purchase, and what it comes to."""

    def test_orders_of_one_day_are_one_purchase(self):
        ana = self.make_partner()
        self.buy((ana, 100, 30.0), (ana, 100, 20.0), (ana, 40, 50.0))

        self.refresh_all()

        value = self.value(ana)
        self.assertRecordValues(
            value,
            [
                {
                    "order_count": 2,
                    "revenue": 100.0,
                    "average_order": 50.0,
                    "repeat_count": 1,
                    "last_order_age": 60,
                    "days_between_orders": 60.0,
                    "recency_days": 40,
                    "customer_age": 100,
                    "is_one_shot": False,
                    "promotion_band": "full_price",
                }
            ],
        )

    def test_contacts_of_a_company_buy_for_it(self):
        shop = self.make_partner("Shop", is_company=True)
        buyer = self.make_partner("Buyer", parent_id=shop.id)
        self.buy((buyer, 30, 10.0), (shop, 20, 5.0))

        self.refresh_all()

        self.assertEqual(self.value(shop).revenue, 15)
        self.assertFalse(self.value(buyer))

    def test_zero_and_negative_days_are_no_purchases(self):
        ana, bob = self.make_partner(), self.make_partner("Bob")
        self.buy((ana, 90, 0.0), (ana, 60, 25.0), (ana, 30, -5.0), (bob, 10, 0.0))

        self.refresh_all()

        self.assertEqual(self.value(ana).order_count, 1)
        self.assertEqual(self.value(ana).revenue, 20)
        self.assertEqual(self.value(ana).refund_amount, 5)
        self.assertEqual(self.value(bob).order_count, 0)
        self.assertFalse(self.value(bob).value_band)
        self.assertFalse(self.value(bob).rfm_code)
        columns = ("average_order", "p_buy", "clv_12", "repeat_count")
        self.assertEqual(self.rows(*columns)[1], (None,) * 4)

    def test_refund_larger_than_the_orders_makes_revenue_negative(self):
        ana = self.make_partner()
        self.buy((ana, 90, 40.0))
        self.buy((ana, 10, -100.0), code="credit_note_posted", model="account.move")

        self.refresh_all()

        value = self.value(ana)
        self.assertEqual((value.revenue, value.refund_amount), (-60, 100))
        # A refund of no known purchase lowers what was earned, not how often.
        self.assertEqual((value.order_count, value.average_order), (1, 40))

    def test_orders_of_tomorrow_do_not_count_yet(self):
        ana = self.make_partner()
        self.buy((ana, 5, 40.0), (ana, TODAY + timedelta(days=1), 99.0))

        self.refresh_all()

        self.assertEqual(self.value(ana).revenue, 40)
        self.assertEqual(self.value(ana).recency_days, 5)

    def test_cancelled_order_does_not_count(self):
        ana = self.make_partner()
        self.buy((ana, 50, 40.0, 7_000_001), (ana, 20, 60.0))
        self.buy((ana, 45, 40.0, 7_000_001), code="order_cancelled")

        self.refresh_all()

        self.assertEqual(
            (self.value(ana).order_count, self.value(ana).revenue), (1, 60)
        )

    def test_order_in_another_currency_counts_in_the_companys(self):
        self.company.currency_id = self.env.ref("base.EUR")
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "name": TODAY - timedelta(days=60),
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "rate": 2.0,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Dollars", "currency_id": dollar.id}
        )
        ana = self.make_partner(company_id=self.company.id)
        self.make_order(ana, 100.0, confirm=True, pricelist_id=pricelist.id)
        self.make_order(ana, 10.0, confirm=True)
        self.harvest("sale_order")

        self.refresh_all()

        self.assertEqual(self.value(ana).revenue, 60)
        self.assertEqual(self.value(ana).currency_id.name, "EUR")

    def test_customer_with_five_thousand_orders_is_scored(self):
        self.make_base(300)
        robot = self.make_partner("Robot")
        first = TODAY - timedelta(days=5000)
        self.buy(*((robot, first + timedelta(days=n), 10.0) for n in range(5000)))

        self.refresh_all()

        value = self.value(robot)
        self.assertEqual((value.order_count, value.revenue), (5000, 50_000))
        self.assertEqual((value.frequency_score, value.value_tier), (5, "top"))
        self.assertGreater(value.p_buy, 0.9)
        self.assertEqual(self.Fit._get_current(self.company).status, "ok")

    def test_nobody_has_bought(self):
        self.refresh_all()

        self.assertFalse(self.rows("id"))
        fit = self.Fit._get_current(self.company)
        self.assertEqual((fit.status, fit.kind), ("insufficient_data", False))
        self.assertEqual(self.Value.rfm_matrix()["customers"], 0)
        self.assertEqual(self.Value.value_distribution()["curve"], [])
        self.assertFalse(self.Value.migration_matrix()["months"])

    def test_one_customer_has_a_band_and_no_prediction(self):
        ana = self.make_partner()
        self.buy((ana, 10, 40.0))

        self.refresh_all()

        value = self.value(ana)
        self.assertEqual((value.rfm_code, value.value_band), ("111", "new"))
        self.assertFalse(value.churn_band)
        self.assertEqual(self.rows("p_alive", "p_buy", "clv_12"), [(None,) * 3])

    def test_invoices_are_the_source_when_the_company_says_so(self):
        self.company.lifecycle_value_source = "invoices"
        ana = self.make_partner()
        self.buy((ana, 50, 999.0))
        self.buy((ana, 40, 70.0), code="invoice_posted", model="account.move")

        self.refresh_all()

        self.assertEqual(
            (self.value(ana).order_count, self.value(ana).revenue), (1, 70)
        )

    def test_point_of_sale_and_stray_invoices_count_with_orders(self):
        self.company.lifecycle_value_source = "both_pos"
        ana = self.make_partner()
        self.buy((ana, 50, 10.0))
        self.buy((ana, 40, 20.0), code="pos_order", model="pos.order")
        self.buy((ana, 30, 40.0), code="invoice_posted", model="account.move")

        self.refresh_all()

        self.assertEqual(
            (self.value(ana).order_count, self.value(ana).revenue), (3, 70)
        )

    def test_reward_marks_purchases_as_promotion(self):
        ana, bob = self.make_partner(), self.make_partner("Bob")
        self.buy((ana, 50, 40.0, 8_000_001), (ana, 20, 60.0), (bob, 9, 5.0, 8_000_002))
        self.buy((ana, 50, -4.0, 8_000_001), code="reward_used")
        self.buy((bob, 9, -1.0, 8_000_002), code="reward_used")

        self.refresh_all()

        self.assertEqual(self.value(ana).promotion_band, "mixed")
        self.assertEqual(self.value(ana).promotion_share, 0.5)
        self.assertEqual(self.value(bob).promotion_band, "promotion_only")
        self.assertEqual(self.value(ana).revenue, 100)

    def test_categories_of_what_was_ordered(self):
        tea, pots = self.env["product.category"].create(
            [{"name": "Tea"}, {"name": "Pots"}]
        )
        self.product.categ_id = pots
        leaf = self.env["product.product"].create(
            {"name": "Leaf", "categ_id": tea.id, "taxes_id": [Command.clear()]}
        )
        ana = self.make_partner(company_id=self.company.id)
        self.make_order(ana, 10.0, confirm=True)
        line = {"product_id": leaf.id, "price_unit": 20.0, "product_uom_qty": 1}
        self.make_order(
            ana,
            confirm=True,
            order_line=[Command.create({**line, "tax_ids": [Command.clear()]})],
        )
        self.harvest("sale_order")

        self.refresh_all()

        value = self.value(ana)
        self.assertEqual(value.category_ids, pots | tea)
        self.assertTrue(value.is_cross_buyer)
        self.assertTrue(value.is_one_shot, "both orders are of one day")

    def test_day_begins_where_the_company_is(self):
        self.company.partner_id.tz = "Pacific/Auckland"
        ana = self.make_partner()
        self.buy((ana, 10, 10.0))
        self.env.cr.execute(
            "UPDATE lifecycle_touchpoint SET touch_date = %s WHERE partner_id = %s",
            (datetime(2024, 6, 10, 20), ana.id),
        )

        self.refresh_all()

        self.assertEqual(self.value(ana).last_order_date.day, 11)

    def test_margin_rate_gives_margin(self):
        self.company.lifecycle_margin_rate = 0.4
        ana = self.make_partner()
        self.buy((ana, 10, 50.0))

        self.refresh_all()

        self.assertEqual(self.value(ana).margin_amount, 20)
