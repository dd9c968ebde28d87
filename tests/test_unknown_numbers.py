import math

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.rpc.controllers.xmlrpc import dumps

from .value_common import TODAY, ValueCase

_FIELDS = [
    *("lifecycle_score", "lifecycle_sends_since_engagement", "lifecycle_p_buy"),
    *("lifecycle_conversion_probability", "lifecycle_clv", "lifecycle_expected_orders"),
    *("lifecycle_value_at_risk", "lifecycle_total_value", "lifecycle_recency_score"),
    *("lifecycle_average_order", "lifecycle_promotion_share", "lifecycle_p_alive"),
]


@tagged("post_install", "-at_install")
class TestUnknownNumbers(ValueCase):
    """What is not known is empty wherever it is shown, and never 0 or NaN."""

    def setUp(self):
        super().setUp()
        self.eve = self.make_partner("Eve")

    def test_unknown_numbers_are_read_as_false(self):
        for name, number in self.eve.read(_FIELDS)[0].items():
            if name != "id":
                with self.subTest(name):
                    self.assertIs(number, False)
        answer = self.eve.web_read({name: {} for name in _FIELDS})
        self.assertEqual({answer[0][name] for name in _FIELDS}, {False})

    def test_unknown_numbers_are_exported_as_empty(self):
        rows = self.eve.export_data(_FIELDS)["datas"]
        self.assertEqual(rows, [[""] * len(_FIELDS)])

        self.buy((self.eve, 10, 40.0))
        self.refresh_all()

        rows = self.eve.export_data(["lifecycle_p_buy", "lifecycle_average_order"])
        self.assertEqual(rows["datas"], [["", 40.0]])

    def test_answers_to_other_programs_pass_through_xml_rpc(self):
        self.buy((self.eve, 10, 40.0))
        self.refresh_all()

        for answer in (
            self.Value.read_numbers(self.eve.ids),
            self.env["lifecycle.scorecard"].explain(self.eve.id),
        ):
            self.assertTrue(answer)
            self.assertIn("<struct>", dumps((answer,)))

    def test_known_zero_is_zero(self):
        self.eve.lifecycle_profile_id.sudo().score = 0
        self.env.flush_all()

        self.assertEqual(self.eve.export_data(["lifecycle_score"])["datas"], [[0]])
        self.assertIsNot(self.eve.lifecycle_score, False)

    def test_unknown_numbers_are_found_as_empty_and_not_as_small(self):
        ana = self.make_partner("Ana")
        self.buy((ana, 10, 40.0))
        self.refresh_all()
        ana.lifecycle_profile_id.sudo().score = 0
        self.env.flush_all()
        both = self.eve | ana
        cases = [
            (("lifecycle_score", "=", False), self.eve),
            (("lifecycle_score", "!=", False), ana),
            (("lifecycle_score", "=", 0), ana),
            (("lifecycle_score", "<", 50), ana),
            (("lifecycle_p_buy", "<", 0.5), self.Partner),
            (("lifecycle_p_buy", "=", False), both),
            (("lifecycle_average_order", "<=", 40), ana),
            (("lifecycle_average_order", "=", False), self.eve),
            (("lifecycle_average_order", "=", 0), self.Partner),
            (("lifecycle_purchase_count", "=", 0), self.eve),
        ]
        for condition, expected in cases:
            with self.subTest(condition):
                domain = [("id", "in", both.ids), condition]
                self.assertEqual(self.Partner.search(domain), expected)
                self.assertEqual(both.filtered_domain([condition]), expected)

    def test_nothing_is_ever_not_a_number(self):
        partners = self.make_base(150)
        self.buy(
            (partners[0], 10, 0.0),
            (partners[1], 10, -1e9),
            (partners[2], 3, 1e12),
            (partners[3], 0, 1e-9),
            (partners[4], TODAY.replace(year=1970), 5.0),
            (partners[5], TODAY.replace(year=2090), 5.0),
        )

        self.refresh_all()

        self.assertFinite("lifecycle_value")
        self.assertFinite("lifecycle_clv_fit")

    def test_customers_who_are_all_alike_have_finite_numbers(self):
        partners = self.make_partners(120)
        self.buy(*((partner, day, 10.0) for partner in partners for day in (90, 30)))

        self.refresh_all()

        self.assertFinite("lifecycle_value")
        self.assertEqual(set(self.rows("rfm_code", "revenue")), {("111", 20)})
        self.assertEqual(len(set(self.rows("p_buy", "clv_12", "value_tier"))), 1)

    def assertFinite(self, table):
        """Check every number of our company's rows of a table."""
        columns = self.env.execute_query(
            SQL(
                """SELECT column_name FROM information_schema.columns
                    WHERE table_name = %s
                      AND data_type IN ('numeric', 'double precision')""",
                table,
            )
        )
        for [column] in columns:
            rows = self.env.execute_query(
                SQL(
                    "SELECT %s::float8 FROM %s WHERE company_id = %s",
                    SQL.identifier(column),
                    SQL.identifier(table),
                    self.company.id,
                )
            )
            with self.subTest(table=table, column=column):
                self.assertTrue(
                    all(math.isfinite(value) for [value] in rows if value is not None)
                )
