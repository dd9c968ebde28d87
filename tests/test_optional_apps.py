import unittest
from datetime import timedelta

from odoo.tests import tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestOptionalApps(LifecycleCase):
    """Website carts and shop sales join the journey where their apps are installed.

    These tests want a database with ``website_sale`` and ``point_of_sale``, which
    scripts/test makes for them.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "website" not in cls.env or "pos.order" not in cls.env:
            raise unittest.SkipTest("website_sale and point_of_sale are not installed")

    def make_cart(self, partner, hours):
        return self.make_order(
            partner,
            website_id=self.env["website"].search([], limit=1).id,
            date_order=self.now - timedelta(hours=hours),
        )

    def make_pos_order(self, partner, **values):
        self.env.cr.execute(
            """INSERT INTO pos_order (company_id, name, partner_id, state, date_order,
                                      amount_total, amount_tax, amount_paid,
                                      amount_return, currency_rate, write_date)
               VALUES (%(company)s, 'Shop/0001', %(partner)s, %(state)s, %(date)s,
                       121, 21, 121, 0, %(rate)s, %(date)s)
               RETURNING id""",
            {
                "company": self.env.company.id,
                "partner": partner.id,
                "state": "paid",
                "date": self.now - timedelta(hours=1),
                "rate": 1,
                **values,
            },
        )
        return self.env["pos.order"].browse(self.env.cr.fetchone()[0])

    def touchpoints_of(self, partner):
        return self.Touchpoint.search([("partner_id", "=", partner.id)])

    def test_cart_left_for_longer_than_the_delay_is_abandoned(self):
        ana = self.make_partner(email="ana@example.com")
        self.make_cart(ana, hours=12)

        self.harvest("website_cart")

        touchpoint = self.touchpoints_of(ana)
        self.assertEqual(touchpoint.type_id.code, "cart_abandoned")
        self.assertEqual(touchpoint.amount, 100)
        self.assertEqual(touchpoint.touch_date, self.now - timedelta(hours=2))

    def test_cart_is_not_abandoned_before_its_time_nor_when_bought(self):
        ana = self.make_partner(email="ana@example.com")
        self.make_cart(ana, hours=9)
        self.make_cart(ana, hours=12).action_confirm()

        self.harvest("website_cart")

        self.assertFalse(self.touchpoints_of(ana))

    def test_second_harvest_adds_no_cart(self):
        ana = self.make_partner(email="ana@example.com")
        self.make_cart(ana, hours=12)
        self.harvest("website_cart")

        self.harvest("website_cart")

        self.assertEqual(len(self.touchpoints_of(ana)), 1)

    def test_paid_shop_order_is_untaxed_in_company_currency(self):
        ana = self.make_partner(email="ana@example.com")
        self.make_pos_order(ana, rate=2)

        self.harvest("pos_order")

        touchpoint = self.touchpoints_of(ana)
        self.assertEqual(touchpoint.type_id.code, "pos_order")
        self.assertEqual(touchpoint.amount, 50)
        self.assertEqual(touchpoint.name, "Shop/0001")

    def test_shop_order_makes_a_customer(self):
        ana = self.make_partner(email="ana@example.com")
        self.make_pos_order(ana)

        self.harvest("pos_order")
        self.Source._after_harvest()

        self.assertEqual(ana.lifecycle_order_count, 1)
        self.assertEqual(ana.lifecycle_stage_id, self.stage("customer"))

    def test_unpaid_shop_order_is_left_out(self):
        ana = self.make_partner(email="ana@example.com")
        self.make_pos_order(ana, state="draft")

        self.harvest("pos_order")

        self.assertFalse(self.touchpoints_of(ana))
