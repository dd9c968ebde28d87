from datetime import datetime, timedelta

from odoo.fields import Command
from odoo.tests import tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestTouchpointSourcesSale(LifecycleCase):
    """Quotations, orders and rewards become touchpoints with company amounts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ana = cls.make_partner(email="ana@example.com")

    def test_confirmed_order_has_amount_name_utm_and_company(self):
        campaign = self.env["utm.campaign"].create({"title": "Spring"})
        source = self.env["utm.source"].create({"name": "Fair"})
        medium = self.env["utm.medium"].create({"name": "Poster"})
        order = self.make_order(
            self.ana,
            120.0,
            confirm=True,
            campaign_id=campaign.id,
            source_id=source.id,
            medium_id=medium.id,
        )

        self.harvest("sale_order")

        self.assertRecordValues(
            self.journey(self.ana),
            [
                {
                    "type_id": self.touchpoint_type("order_confirmed").id,
                    "touch_date": order.date_order.replace(microsecond=0),
                    "channel": "sale",
                    "direction": "in",
                    "name": order.name,
                    "amount": 120.0,
                    "campaign_id": campaign.id,
                    "source_id": source.id,
                    "medium_id": medium.id,
                    "res_model": "sale.order",
                    "res_id": order.id,
                    "company_id": order.company_id.id,
                    "is_automated": False,
                }
            ],
        )

    def test_amount_of_a_foreign_order_is_in_company_currency(self):
        company = self.env.company
        foreign = self.env["res.currency"].create(
            {"name": "TPT", "symbol": "T", "rounding": 0.01}
        )
        self.env["res.currency.rate"].create(
            {
                "currency_id": foreign.id,
                "company_id": company.id,
                "name": "2020-01-01",
                "company_rate": 4.0,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": foreign.id}
        )
        order = self.make_order(
            self.ana, 100.0, confirm=True, pricelist_id=pricelist.id
        )

        self.harvest("sale_order")

        confirmed = self.journey(self.ana)
        self.assertEqual(order.currency_id, foreign)
        self.assertAlmostEqual(confirmed.amount, 25.0)
        self.assertEqual(confirmed.currency_id, company.currency_id)

    def test_sent_quotation_and_confirmed_order_are_two_touchpoints(self):
        order = self.make_order(self.ana)
        order.action_quotation_sent()
        self.harvest("sale_order")
        order.action_confirm()

        added = self.harvest("sale_order")

        self.assertEqual(added, 1)
        self.assertJourney(self.ana, ["quotation_sent", "order_confirmed"])

    def test_draft_quotation_is_no_touchpoint(self):
        self.make_order(self.ana)

        self.assertEqual(self.harvest("sale_order"), 0)

    def test_cancelled_order_is_dated_by_its_last_change(self):
        order = self.make_order(self.ana, confirm=True)
        self.harvest("sale_order")
        order._action_cancel()
        yesterday = self.now - timedelta(minutes=3)
        self.set_columns(order, write_date=yesterday)

        self.harvest("sale_order")

        self.assertJourney(self.ana, ["order_confirmed", "order_cancelled"])
        cancelled = self.journey(self.ana, "order_cancelled")
        self.assertEqual(cancelled.touch_date, yesterday)

    def test_order_hangs_on_the_contact_who_ordered(self):
        shop = self.make_partner("The Shop", is_company=True)
        buyer = self.make_partner("Ben", parent_id=shop.id)
        self.make_order(buyer, confirm=True)

        self.harvest("sale_order")

        self.assertJourney(buyer, ["order_confirmed"])
        self.assertFalse(self.journey(shop))

    def test_loyalty_reward_is_worth_what_it_took_off(self):
        program = self.env["loyalty.program"].create(
            {
                "name": "Ten off",
                "program_type": "promotion",
                "trigger": "auto",
                "rule_ids": [Command.create({"minimum_amount": 50})],
                "reward_ids": [
                    Command.create({"reward_type": "discount", "discount": 10})
                ],
            }
        )
        order = self.make_order(self.ana, 200.0)
        order._update_programs_and_rewards()
        coupon = next(iter(order._get_claimable_rewards()))
        order._apply_program_reward(program.reward_ids, coupon)
        order.action_confirm()
        self.make_order(self.ana, confirm=True)

        self.harvest("loyalty", "sale_order")

        used = self.journey(self.ana, "reward_used")
        self.assertEqual((used.res_id, used.amount), (order.id, -20.0))
        self.assertEqual(len(self.journey(self.ana, "order_confirmed")), 2)

    def test_sources_of_apps_that_are_missing_are_harmless(self):
        missing = self.source("website_cart") | self.source("pos_order")
        missing = missing.filtered(lambda source: not source.is_available)
        if not missing:
            self.skipTest("both apps are installed")

        missing.action_harvest()

        self.assertEqual(set(missing.mapped("state")), {"unavailable"})
        self.assertFalse(any(missing.mapped("last_error")))
        self.assertFalse(any(missing.mapped("last_run_date")))


@tagged("post_install", "-at_install")
class TestTouchpointSourcesInvoice(LifecycleCase):
    """Posted invoices count for the contact, credit notes against it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.make_company(
            "Invoicing", country_id=cls.env.ref("base.be").id
        )
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.income = cls.make_account("400000", "income")
        receivable = cls.make_account("121000", "asset_receivable")
        cls.journal = cls.env["account.journal"].create(
            {
                "name": "Sales",
                "code": "TSAL",
                "type": "sale",
                "company_id": cls.company.id,
                "default_account_id": cls.income.id,
            }
        )
        cls.ana = cls.make_partner(property_account_receivable_id=receivable.id)

    @classmethod
    def make_account(cls, code, kind):
        return cls.env["account.account"].create(
            {"name": code, "code": code, "account_type": kind}
        )

    def make_invoice(self, price, post=True, **values):
        line = {"name": "Teapot", "price_unit": price, "account_id": self.income.id}
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.ana.id,
                "invoice_date": self.now.date() - timedelta(days=3),
                "journal_id": self.journal.id,
                "invoice_line_ids": [Command.create({**line, "tax_ids": []})],
                **values,
            }
        )
        if post:
            invoice.action_post()
        return invoice

    def test_invoice_has_number_untaxed_amount_and_noon_of_its_day(self):
        invoice = self.make_invoice(300.0)

        self.harvest("invoice")

        day = invoice.invoice_date
        self.assertRecordValues(
            self.journey(self.ana),
            [
                {
                    "type_id": self.touchpoint_type("invoice_posted").id,
                    "touch_date": datetime(day.year, day.month, day.day, 12),
                    "name": invoice.name,
                    "amount": 300.0,
                    "direction": "out",
                    "res_model": "account.move",
                    "res_id": invoice.id,
                    "company_id": self.company.id,
                }
            ],
        )

    def test_credit_note_is_negative(self):
        self.make_invoice(80.0, move_type="out_refund")

        self.harvest("invoice")

        credit = self.journey(self.ana)
        self.assertEqual(
            (credit.type_id.code, credit.amount), ("credit_note_posted", -80.0)
        )

    def test_draft_invoice_and_vendor_bill_are_no_touchpoints(self):
        self.make_invoice(50.0, post=False)
        purchases = self.env["account.journal"].create(
            {
                "name": "Purchases",
                "code": "TPUR",
                "type": "purchase",
                "default_account_id": self.make_account("600000", "expense").id,
            }
        )
        payable = self.make_account("211000", "liability_payable")
        self.ana.property_account_payable_id = payable
        self.make_invoice(50.0, move_type="in_invoice", journal_id=purchases.id)

        self.assertEqual(self.harvest("invoice"), 0)

    def test_invoice_of_today_is_not_in_the_future(self):
        with self.at(self.now.replace(hour=8)):
            self.make_invoice(10.0, invoice_date=self.now.date())

            self.harvest("invoice")

        self.assertEqual(self.journey(self.ana).touch_date, self.now.replace(hour=8))
