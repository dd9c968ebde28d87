from datetime import datetime, time, timedelta

from odoo.tests import tagged

from .value_common import TODAY, ValueCase


@tagged("post_install", "-at_install")
class TestValueNight(ValueCase):
    """A night verifies the purchases of some, a week those of everybody."""

    def run_night(self):
        """Run what the cron runs, in one transaction."""
        self.env.flush_all()
        written = self.Value._refresh_night(lambda _done: True)
        self.env.invalidate_all()
        return written

    def test_night_verifies_a_seventh_and_a_week_everybody(self):
        partners = self.make_base(40)
        self.run_night()
        right = self.rows("partner_id", "order_count", "revenue")
        self.env.cr.execute(
            "UPDATE lifecycle_value SET revenue = revenue + 1 WHERE company_id = %s",
            [self.company.id],
        )

        self.run_night()

        found = self.rows("partner_id", "order_count", "revenue")
        mended = {row[0] for row in found} & {row[0] for row in set(found) & set(right)}
        self.assertEqual(mended, {id_ for id_ in partners if id_ % 7 == 0})
        for _night in range(6):
            self.run_night()
        self.assertEqual(self.rows("partner_id", "order_count", "revenue"), right)
        versions = self.versions()
        for _night in range(7):
            self.run_night()
        self.assertEqual(self.versions(), versions)

    def test_night_counts_what_was_dated_in_the_future(self):
        ana, *others = self.make_base(15)
        self.run_night()
        tomorrow = TODAY + timedelta(days=1)
        self.buy(*((partner, tomorrow, 70.0) for partner in (ana, *others)))
        counts = self.rows("partner_id", "order_count")
        self.run_night()
        self.assertEqual(self.rows("partner_id", "order_count"), counts)

        with self.at(datetime.combine(tomorrow, time(3))):
            self.run_night()

        self.assertEqual(
            self.rows("partner_id", "order_count"),
            [(partner, count + 1) for partner, count in counts],
        )

    def test_night_leaves_alone_whose_purchases_an_hour_has_counted(self):
        partners = self.make_base(40)
        self.run_night()
        self.buy(*((partner, 0, 70.0) for partner in partners))
        self.refresh(*self.Partner.browse(partners))
        right = self.rows("partner_id", "revenue")
        self.env.cr.execute(
            "UPDATE lifecycle_value SET revenue = revenue + 1 WHERE company_id = %s",
            [self.company.id],
        )

        self.run_night()

        mended = set(self.rows("partner_id", "revenue")) & set(right)
        self.assertEqual(
            {partner for partner, _revenue in mended},
            {partner for partner in partners if partner % 7 == 0},
        )

    def test_night_after_a_setting_changed_verifies_everybody(self):
        self.make_base(15)
        self.run_night()
        right = self.rows("partner_id", "revenue")
        self.env.cr.execute("UPDATE lifecycle_value SET revenue = 1")
        self.env.invalidate_all()
        self.company.lifecycle_churn_days = 90

        self.run_night()

        self.assertEqual(self.rows("partner_id", "revenue"), right)

    def test_hour_looks_again_only_at_purchases_that_changed(self):
        buyer = self.make_partner(email="buyer@example.com")
        reader = self.make_partner(email="reader@example.com")
        self.buy((buyer, 10, 50.0), (reader, 10, 50.0))
        self.refresh_all()
        self.refresh()
        self.Value.search([]).flush_recordset()
        self.env.cr.execute("UPDATE lifecycle_value SET revenue = 1")
        self.env.invalidate_all()
        letters = self.env["mailing.list"].create({"name": "Letters"})
        self.env["mailing.contact"].create(
            {"email": reader.email, "list_ids": letters.ids}
        )
        self.harvest()

        self.refresh(buyer)

        self.assertEqual(reader.lifecycle_touch_count, 2)
        self.assertEqual(self.value(buyer).revenue, 50)
        self.assertEqual(self.value(reader).revenue, 1)
        self.refresh(reader)
        self.assertEqual(self.value(reader).revenue, 50)

    def test_night_finds_a_product_in_another_category(self):
        partner = self.make_partner()
        order = self.make_order(partner, 10)
        self.run_night()
        value = self.value(partner)
        other = self.env["product.category"].create({"name": "Lids"})
        order.order_line.product_id.categ_id = other
        for _night in range(7):
            self.run_night()

        self.assertEqual(value.category_ids, other)

    def make_order(self, partner, days):
        """Return a confirmed order that the journey knows of."""
        product = self.env["product.product"].create({"name": "Teapot"})
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "order_line": [
                    (0, 0, {"product_id": product.id, "price_unit": 50, "tax_ids": []})
                ],
            }
        )
        self.buy((partner, days, 50.0, order.id))
        return order

    def test_contact_who_joins_a_company_buys_for_it(self):
        ana = self.make_partner("Ana")
        company = self.make_partner("Brewers", is_company=True)
        self.buy((ana, 10, 50.0), (company, 30, 7.0))
        self.refresh_all()
        self.assertEqual(self.value(ana).revenue, 50)

        ana.parent_id = company
        queued = self.env["lifecycle.touchpoint.queue"].search([])
        self.assertIn(ana.id, queued.mapped("partner_id"))
        self.refresh()
        self.assertFalse(self.value(ana))
        self.assertEqual(self.value(company).revenue, 57)

        ana.parent_id = False
        self.refresh()
        self.assertEqual(self.value(ana).revenue, 50)
        self.assertEqual(self.value(company).revenue, 7)
