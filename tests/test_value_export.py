import csv
import io

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .value_common import ValueCase


@tagged("post_install", "-at_install")
class TestValueExport(ValueCase):
    """What other programs read."""

    def test_numbers_of_contacts_with_their_basis(self):
        ana, bob = self.make_partner(), self.make_partner("Bob")
        self.buy((ana, 10, 50.0), (ana, 40, 30.0))
        self.refresh_all()

        [numbers] = self.Value.read_numbers((ana | bob).ids)

        self.assertEqual(numbers["partner_id"], ana.id)
        self.assertEqual((numbers["order_count"], numbers["revenue"]), (2, 80.0))
        self.assertEqual(numbers["last_order_date"], "2024-06-20")
        self.assertIs(numbers["p_buy"], False, "not known is not 0")
        self.assertEqual(numbers["as_of"], "2024-06-30")
        self.assertEqual(numbers["status"], "insufficient_data")
        self.assertEqual(numbers["currency"], self.company.currency_id.name)

    def test_predictions_of_today_are_those_shown(self):
        partners = self.make_base(200)
        self.Partner.browse(partners[0]).ref = "C-0001"
        self.refresh_all()

        rows = list(csv.DictReader(io.StringIO(self.Value.export_predictions())))

        self.assertEqual(len(rows), 200)
        self.assertEqual(rows[0]["customer_ref"], "C-0001")
        self.assertEqual(rows[1]["customer_ref"], str(partners[1]))
        for row, partner in zip(rows, partners, strict=True):
            value = self.value(partner)
            self.assertEqual(int(row["x"]), value.repeat_count)
            self.assertEqual(int(row["t_x"]), value.last_order_age)
            self.assertEqual(int(row["T"]), value.customer_age)
            self.assertAlmostEqual(float(row["p_buy"]), value.p_buy, delta=0.0051)

    def test_without_a_model_histories_are_exported_alone(self):
        ana = self.make_partner()
        self.buy((ana, 10, 50.0))
        self.refresh_all()

        [row] = csv.DictReader(io.StringIO(self.Value.export_predictions()))

        self.assertEqual((row["x"], row["t_x"], row["T"]), ("0", "0", "10"))
        self.assertEqual((row["p_alive"], row["clv"]), ("", ""))

    def test_days_to_come_and_strange_horizons_are_refused(self):
        with self.assertRaises(UserError):
            self.Value.export_predictions("2030-01-01")
        with self.assertRaises(UserError):
            self.Value.export_predictions(horizon_days=-1)
        with self.assertRaises(UserError):
            self.Value.export_predictions("yesterday")

    def test_salesperson_exports_no_predictions(self):
        seller = self.make_user(
            "seller",
            "sales_team.group_sale_salesman",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.Value.with_user(seller).export_predictions()
