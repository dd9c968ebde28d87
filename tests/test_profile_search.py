from datetime import timedelta

from odoo.fields import Domain
from odoo.tests import tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestProfileSearch(LifecycleCase):
    """A salesperson finds, sorts and groups contacts by what their profiles say."""

    def setUp(self):
        super().setUp()
        self.seller = self.make_user(
            "seller", "sales_team.group_sale_salesman_all_leads"
        )
        self.ana, self.ben, self.eva = map(self.make_partner, ("Ana", "Ben", "Eva"))
        self.crowd = self.ana | self.ben | self.eva
        order = {"res_model": "sale.order"}
        for partner, amounts in ((self.ana, (100, 50)), (self.ben, (70,))):
            for number, amount in enumerate(amounts):
                self.make_touchpoint(
                    partner,
                    "order_confirmed",
                    self.now - timedelta(days=40 - number),
                    amount=amount,
                    res_id=partner.id * 10 + number,
                    **order,
                )
        self.make_touchpoint(self.ben, "lead_won", self.now - timedelta(days=2))
        self.refresh(self.crowd)

    def search_names(self, domain, **options):
        mine = Domain("id", "in", self.crowd.ids)
        found = self.Partner.with_user(self.seller).search(
            mine & Domain(domain), **options
        )
        self.assertEqual(
            set(self.crowd.filtered_domain(domain).ids),
            set(found.ids),
            "searching and filtering differ",
        )
        return found.mapped("name")

    def test_contacts_are_found_by_their_facts(self):
        cases = [
            ([("lifecycle_order_count", ">", 0)], ["Ana", "Ben"]),
            ([("lifecycle_order_count", "=", 0)], ["Eva"]),
            ([("lifecycle_order_count", "!=", 0)], ["Ana", "Ben"]),
            ([("lifecycle_order_count", "in", [0, 2])], ["Ana", "Eva"]),
            ([("lifecycle_order_count", "<", 2)], ["Ben", "Eva"]),
            ([("lifecycle_order_amount", ">=", 150)], ["Ana"]),
            ([("lifecycle_last_touch_date", "=", False)], ["Eva"]),
            ([("lifecycle_last_touch_date", "!=", False)], ["Ana", "Ben"]),
            ([("lifecycle_last_touch_date", "<", "-30d")], ["Ana"]),
            ([("lifecycle_last_type_id.code", "=", "lead_won")], ["Ben"]),
            (["!", ("lifecycle_order_count", ">", 1)], ["Ben", "Eva"]),
        ]
        for domain, names in cases:
            with self.subTest(domain):
                self.assertEqual(self.search_names(domain, order="name"), names)

    def test_contacts_are_sorted_by_their_facts(self):
        by_amount = self.search_names([], order="lifecycle_order_amount DESC")
        by_date = self.search_names([], order="lifecycle_last_touch_date, id")

        self.assertEqual(by_amount, ["Ana", "Ben", "Eva"])
        self.assertEqual(by_date, ["Ana", "Ben", "Eva"])

    def test_contacts_are_grouped_and_summed_by_their_facts(self):
        domain = [("id", "in", self.crowd.ids)]

        groups = self.Partner.with_user(self.seller)._read_group(
            domain,
            ["lifecycle_last_type_id"],
            ["lifecycle_order_count:sum", "lifecycle_order_amount:sum", "__count"],
        )

        self.assertEqual(
            {kind.code: numbers for kind, *numbers in groups},
            {
                "order_confirmed": [2, 150.0, 1],
                "lead_won": [1, 70.0, 1],
                False: [0, 0.0, 1],
            },
        )
