from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .value_common import ValueCase


@tagged("post_install", "-at_install")
class TestValuePartner(ValueCase):
    """Contacts are found, sorted, grouped and exported by their value."""

    def setUp(self):
        super().setUp()
        self.ana, self.bob, self.eve = (
            self.make_partner(name) for name in ("Ana", "Bob", "Eve")
        )
        self.ours = [("id", "in", (self.ana | self.bob | self.eve).ids)]
        self.buy((self.ana, 10, 50.0), (self.ana, 90, 70.0), (self.bob, 400, 7.0))
        self.refresh_all()

    def find(self, *domain):
        return self.Partner.search([*self.ours, *domain])

    def test_search_by_value(self):
        cases = [
            (("lifecycle_revenue", ">", 0), self.ana | self.bob),
            (("lifecycle_revenue", ">", 50), self.ana),
            (("lifecycle_is_one_shot", "=", True), self.bob),
            (("lifecycle_value_band", "=", "lapsed"), self.bob),
            (("lifecycle_value_band", "!=", "lapsed"), self.ana | self.eve),
            (("lifecycle_value_band", "=", False), self.eve),
            (("lifecycle_value_band", "!=", False), self.ana | self.bob),
            (("lifecycle_value_id", "=", False), self.eve),
            (("lifecycle_value_id", "!=", False), self.ana | self.bob),
            (("lifecycle_last_purchase_date", "<", "2024-01-01"), self.bob),
        ]
        for condition, expected in cases:
            with self.subTest(condition=condition):
                self.assertEqual(self.find(condition), expected)

    def test_condition_and_its_opposite_make_everybody(self):
        numbers = [
            *(("lifecycle_revenue", n) for n in (0, 7, 100)),
            *(("lifecycle_purchase_count", n) for n in (0, 1, 2)),
            *(("lifecycle_recency_score", 3), ("lifecycle_clv", 5)),
        ]
        everybody = self.ana | self.bob | self.eve
        for name, number in numbers:
            for operator in ("<", "<=", ">", ">=", "=", "!="):
                condition = (name, operator, number)
                with self.subTest(condition=condition):
                    found, others = self.find(condition), self.find("!", condition)
                    self.assertEqual(set(found | others), set(everybody))
                    self.assertFalse(found & others)
                    by_name = self.Partner.search(
                        [*self.ours, condition], order=f"{name} desc, id"
                    )
                    self.assertEqual(set(by_name), set(found), "whatever the order")
                    self.assertEqual(
                        set(everybody.filtered_domain([condition])), set(found)
                    )
        self.assertEqual(
            self.find(("lifecycle_purchase_count", "<", 2)), self.bob | self.eve
        )

    def test_sort_and_group_by_value_with_right_sums(self):
        for order, expected in (
            ("lifecycle_revenue desc", self.ana | self.bob | self.eve),
            ("lifecycle_revenue asc", self.bob | self.ana | self.eve),
            ("lifecycle_revenue desc nulls first", self.eve | self.ana | self.bob),
        ):
            with self.subTest(order):
                self.assertEqual(self.Partner.search(self.ours, order=order), expected)

        groups = self.Partner._read_group(
            self.ours,
            ["lifecycle_value_band"],
            ["__count", "lifecycle_revenue:sum", "lifecycle_purchase_count:sum"],
        )

        found = {band: figures for band, *figures in groups}
        self.assertEqual(found["lapsed"], [1, 7, 1])
        self.assertEqual(found[self.value(self.ana).value_band], [1, 120, 2])
        self.assertEqual(found[False][0], 1)

    def test_who_has_no_value_is_sorted_behind_unless_a_value_is_asked_for(self):
        strangers = self.make_partners(3)
        found = self.Partner.search([], order="lifecycle_revenue desc, id")
        self.assertLessEqual(set(strangers), set(found.ids[1:]))
        either = ["|", ("lifecycle_revenue", ">", 100), ("id", "in", strangers)]
        found = self.Partner.search(either, order="lifecycle_revenue desc, id")
        self.assertEqual(found.ids[-3:], strangers)
        self.assertIn(self.ana.id, found.ids)
        asked = [("lifecycle_revenue", ">", 100), ("active", "=", True)]
        query = self.Partner._search(asked, order="lifecycle_revenue desc", limit=80)
        self.assertNotIn("LEFT JOIN", query.select().code)
        self.assertEqual(
            self.Partner.search(asked, order="lifecycle_revenue desc, id").ids,
            [id_ for id_ in found.ids if id_ not in strangers],
        )

    def test_sums_of_groups_are_those_of_bare_sql(self):
        self.make_base(150)
        self.refresh_all()
        names = ["lifecycle_revenue:sum", "lifecycle_clv:sum", "lifecycle_p_buy:avg"]

        groups = self.Partner.formatted_read_group(
            [], ["lifecycle_rfm_segment"], ["__count", *names]
        )

        rows = self.env.execute_query(
            SQL(
                """SELECT v.rfm_segment, count(*), sum(v.revenue), sum(v.clv_12),
                          avg(v.p_buy)
                     FROM res_partner p
                     LEFT JOIN lifecycle_value v ON v.partner_id = p.id
                                                AND v.company_id = %s
                    WHERE p.active GROUP BY v.rfm_segment""",
                self.company.id,
            )
        )
        self.assertGreater(len(rows), 5)
        found = {group["lifecycle_rfm_segment"] or None: group for group in groups}
        self.assertEqual(set(found), {row[0] for row in rows})
        for segment, count, *sums in rows:
            with self.subTest(segment):
                self.assertEqual(found[segment]["__count"], count)
                for name, number in zip(names, sums, strict=True):
                    self.assertAlmostEqual(
                        float(found[segment][name] or 0), float(number or 0), 6
                    )

    def test_export_of_values(self):
        rows = self.ana.export_data(["name", "lifecycle_revenue", "lifecycle_rfm_code"])
        self.assertEqual(rows["datas"][0][:2], ["Ana", 120.0])

    def test_read_many_contacts_in_few_queries(self):
        partners = self.Partner.browse(self.make_base(100))
        self.refresh_all()
        partners.mapped("name")
        with self.assertQueryCount(6):
            partners.mapped("lifecycle_value_band")
            partners.mapped("lifecycle_revenue")

    def test_salesperson_reads_values_and_writes_none(self):
        seller = self.make_user(
            "seller",
            "sales_team.group_sale_salesman",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.assertEqual(self.ana.with_user(seller).lifecycle_revenue, 120)
        values = self.Value.with_user(seller)
        self.assertEqual(len(values.search([("partner_id", "=", self.ana.id)])), 1)
        self.assertEqual(self.ana.with_user(seller).lifecycle_horizon_days, 180)
        self.assertTrue(values.rfm_matrix()["customers"])
        self.assertTrue(values.value_distribution()["customers"])
        for operation in ("write", "create", "unlink"):
            self.assertFalse(values.has_access(operation))
        with self.assertRaises(AccessError):
            self.Fit.with_user(seller).search([])
        # Nor is the card offered that could not be opened.
        self.assertTrue(self.Value.rfm_matrix()["fit_id"])
        self.assertFalse(values.rfm_matrix()["fit_id"])
        self.assertEqual(values.rfm_matrix()["status"], "insufficient_data")

    def test_another_companys_user_sees_none_of_it(self):
        other = self.make_company("Coffee pots")
        stranger = self.make_user(
            "stranger",
            "contact_lifecycle.group_lifecycle_user",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        env = self.env(user=stranger, context={})
        self.assertFalse(env["lifecycle.value"].search([]))
        self.assertFalse(env["lifecycle.clv.fit"].search([]))
        self.assertFalse(self.ana.with_env(env).lifecycle_revenue)
        self.assertFalse(env["lifecycle.value"].read_numbers(self.ana.ids))
        with self.assertRaises(AccessError):
            env["lifecycle.value"].export_predictions(company_id=self.company.id)
