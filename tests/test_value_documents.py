from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged

from .value_common import TODAY, ValueCase


@tagged("post_install", "-at_install")
class TestValueDocuments(ValueCase):
    """Orders, their invoices and their credit notes are one purchase, net."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.be")
        income = cls.make_account("400000", "income")
        cls.env["account.journal"].create(
            {
                "name": "Sales",
                "code": "TSAL",
                "type": "sale",
                "company_id": cls.company.id,
                "default_account_id": income.id,
            }
        )
        cls.ana = cls.make_partner(
            property_account_receivable_id=cls.make_account(
                "121000", "asset_receivable"
            ).id
        )

    @classmethod
    def make_account(cls, code, kind):
        return cls.env["account.account"].create(
            {"name": code, "code": code, "account_type": kind}
        )

    def make_sale(self, price, days_ago, **values):
        order = self.make_order(self.ana, price, confirm=True, **values)
        order.date_order = self.moment(days_ago)
        return order

    def moment(self, days_ago):
        return self.env.cr.now() - timedelta(days=days_ago)

    def invoice(self, order, days_ago):
        invoice = order._create_invoices()
        invoice.invoice_date = TODAY - timedelta(days=days_ago)
        invoice.action_post()
        return invoice

    def credit(self, invoice, days_ago, price=None):
        day = TODAY - timedelta(days=days_ago)
        credit = invoice._reverse_moves([{"invoice_date": day, "date": day}])
        if price is not None:
            credit.invoice_line_ids.price_unit = price
        credit.action_post()
        return credit

    def refreshed(self):
        self.harvest("sale_order", "invoice")
        self.refresh_all()
        return self.value(self.ana)

    def test_credit_note_is_taken_off_the_day_of_its_order(self):
        self.make_sale(50.0, 90)
        order = self.make_sale(100.0, 60)
        self.credit(self.invoice(order, 50), 10, price=30.0)

        value = self.refreshed()

        self.assertEqual((value.order_count, value.revenue), (2, 120))
        self.assertEqual((value.refund_amount, value.average_order), (30, 60))
        self.assertEqual(value.last_order_date, TODAY - timedelta(days=60))

    def test_order_that_came_back_whole_is_no_purchase(self):
        self.make_sale(50.0, 90)
        order = self.make_sale(100.0, 60)
        self.credit(self.invoice(order, 50), 10)

        value = self.refreshed()

        self.assertEqual((value.order_count, value.revenue), (1, 50))
        self.assertEqual(value.last_order_date, TODAY - timedelta(days=90))

    def test_refund_larger_than_its_order_leaves_no_purchase_and_a_debt(self):
        order = self.make_sale(40.0, 60)
        self.credit(self.invoice(order, 50), 10, price=100.0)

        value = self.refreshed()

        self.assertEqual((value.order_count, value.revenue), (0, -60))
        self.assertFalse(value.value_band)
        self.assertIs(value.average_order, False)

    def test_credit_note_of_a_cancelled_order_goes_with_it(self):
        self.make_sale(50.0, 90)
        order = self.make_sale(100.0, 60)
        self.credit(self.invoice(order, 50), 10)
        self.harvest("sale_order", "invoice")
        order.with_context(disable_cancel_warning=True).action_cancel()

        value = self.refreshed()

        self.assertEqual((value.revenue, value.refund_amount), (50, 0))

    def test_credit_note_is_taken_off_the_day_of_its_invoice(self):
        self.company.lifecycle_value_source = "invoices"
        order = self.make_sale(100.0, 60)
        self.credit(self.invoice(order, 50), 10, price=30.0)

        value = self.refreshed()

        self.assertEqual((value.order_count, value.revenue), (1, 70))
        self.assertEqual(value.last_order_date, TODAY - timedelta(days=50))

    def test_invoice_of_an_order_that_counts_is_not_counted_again(self):
        self.company.lifecycle_value_source = "both_pos"
        order = self.make_sale(100.0, 60)
        invoice = self.invoice(order, 50)
        stray = invoice.copy({"invoice_date": TODAY - timedelta(days=20)})
        stray.action_post()
        self.credit(invoice, 10, price=30.0)

        value = self.refreshed()

        self.assertFalse(stray.line_ids.sale_line_ids)
        self.assertEqual((value.order_count, value.revenue), (2, 170))
        self.assertEqual(value.refund_amount, 30)

    def test_discounted_line_makes_an_order_a_promotion(self):
        self.make_sale(100.0, 60)
        self.make_sale(80.0, 30).order_line.discount = 20

        value = self.refreshed()

        self.assertEqual((value.promotion_band, value.promotion_share), ("mixed", 0.5))

    def test_discounted_invoice_is_a_promotion(self):
        self.company.lifecycle_value_source = "invoices"
        order = self.make_sale(100.0, 60)
        order.order_line.discount = 20
        self.invoice(order, 50)

        self.assertEqual(self.refreshed().promotion_band, "promotion_only")

    def test_agreed_discounts_are_no_promotion_where_the_company_says_so(self):
        self.company.lifecycle_discount_is_promotion = False
        self.make_sale(80.0, 30).order_line.discount = 20

        self.assertEqual(self.refreshed().promotion_band, "full_price")

    def test_reward_on_an_order_marks_its_invoice(self):
        self.company.lifecycle_value_source = "invoices"
        order = self.make_sale(100.0, 60)
        self.invoice(order, 50)
        self.buy((self.ana, 60, -5.0, order.id), code="reward_used")

        self.assertEqual(self.refreshed().promotion_band, "promotion_only")

    def test_free_lines_and_sections_are_no_promotion(self):
        order = self.make_sale(100.0, 60)
        order.order_line = [
            Command.create({"display_type": "line_section", "name": "Tea"})
        ]

        self.assertEqual(self.refreshed().promotion_band, "full_price")
