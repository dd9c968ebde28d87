import operator
from datetime import date, datetime, timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from .common import LifecycleCase

OPERATORS = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@tagged("post_install", "-at_install")
class TestContact(LifecycleCase):
    """Age, birthday and time in stage are always today's, also in a search."""

    def born(self, *days):
        """Return one contact for each birth date; None is unknown."""
        return self.Partner.create(
            [{"name": str(day), "lifecycle_birth_date": day} for day in days]
        )

    def found(self, partners, *domain):
        return self.Partner.search([("id", "in", partners.ids), *domain])

    # Age

    def test_age_of_somebody_born_on_29_february(self):
        leapling = self.born(date(2000, 2, 29))
        cases = {
            "2024-02-28": 23,
            "2024-02-29": 24,
            "2025-02-28": 24,
            "2025-03-01": 25,
        }
        for today, age in cases.items():
            with self.subTest(today), freeze_time(today):
                self.env.invalidate_all()

                self.assertEqual(leapling.lifecycle_age, age)
                self.assertTrue(self.found(leapling, ("lifecycle_age", "=", age)))
                self.assertFalse(self.found(leapling, ("lifecycle_age", "=", age + 1)))
                self.assertFalse(self.found(leapling, ("lifecycle_age", "=", age - 1)))

    def test_searching_ages_finds_whom_the_field_shows(self):
        for today in (date(2024, 2, 29), date(2025, 2, 28), date(2025, 12, 31)):
            with freeze_time(today):
                partners = self.born(
                    *[today - timedelta(days=days) for days in (0, 1, 364, 365, 366)],
                    date(2000, 2, 28),
                    date(2000, 2, 29),
                    date(2000, 3, 1),
                    date(1980, 12, 31),
                    date(1980, 1, 1),
                )
                for age in (0, 1, 24, 25, 44, 45):
                    for name, compare in OPERATORS.items():
                        expected = partners.filtered(
                            lambda partner, compare=compare, age=age: compare(
                                partner.lifecycle_age, age
                            )
                        )
                        with self.subTest(today=today, operator=name, age=age):
                            self.assertEqual(
                                self.found(partners, ("lifecycle_age", name, age)),
                                expected,
                                (today, name, age),
                            )

    def test_several_ages_can_be_asked_for_at_once(self):
        with freeze_time("2025-06-15"):
            young, middle, old = partners = self.born(
                date(2005, 1, 1), date(1985, 1, 1), date(1955, 1, 1)
            )

            among = self.found(partners, ("lifecycle_age", "in", [20, 70]))
            others = self.found(partners, ("lifecycle_age", "not in", [20, 70]))
            band = self.found(
                partners, ("lifecycle_age", ">=", 35), ("lifecycle_age", "<=", 44)
            )

        self.assertEqual(among, young | old)
        self.assertEqual(others, middle)
        self.assertEqual(band, middle)

    def test_unknown_birth_date_is_no_age(self):
        known, unknown = partners = self.born(date(1980, 5, 17), None)

        self.assertEqual(unknown.lifecycle_age, 0)
        self.assertEqual(unknown.lifecycle_birth_month, 0)
        cases = [
            (("lifecycle_age", "=", False), unknown),
            (("lifecycle_age", "!=", False), known),
            (("lifecycle_age", ">", 18), known),
            (("lifecycle_age", "<", 18), self.Partner),
            (("lifecycle_birth_month", "=", 5), known),
            (("lifecycle_birth_month", "!=", False), known),
        ]
        for term, expected in cases:
            with self.subTest(term):
                self.assertEqual(self.found(partners, term), expected, term)

    # Birthday

    def test_birthdays_of_a_month_are_found(self):
        partners = self.born(
            date(2000, 2, 29), date(1980, 2, 1), date(1980, 3, 1), date(1999, 12, 31)
        )

        self.assertEqual(partners.mapped("lifecycle_birth_month"), [2, 2, 3, 12])
        for months, expected in (([2], 2), ([2, 3], 3), ([12], 1), ([7], 0)):
            domain = ("lifecycle_birth_month", "in", months)
            with self.subTest(months):
                self.assertEqual(len(self.found(partners, domain)), expected)
                self.assertEqual(
                    self.found(partners, domain), partners.filtered_domain([domain])
                )
        late = self.found(partners, ("lifecycle_birth_month", ">=", 3))
        self.assertEqual(late, partners[2:])

    def test_birth_date_must_be_possible(self):
        today = fields.Date.today()
        for day in (today + timedelta(days=1), date(1066, 10, 14)):
            with (
                self.subTest(day),
                self.assertRaisesRegex(ValidationError, "Ana.*cannot be born"),
            ):
                self.make_partner("Ana", lifecycle_birth_date=day)

        newborn = self.make_partner("Ben", lifecycle_birth_date=today)
        self.assertEqual(newborn.lifecycle_age, 0)

    # Time in stage

    def test_searching_days_in_stage_finds_whom_the_field_shows(self):
        now = datetime(2025, 3, 10, 12, 0, 0)
        partners = self.born(*[None] * 6)
        outside = self.make_partner("No stage")
        partners.lifecycle_stage_id = self.stage("lead")
        hours = (0, 23, 24, 47, 24 * 30, 24 * 400)
        for partner, ago in zip(partners, hours, strict=True):
            self.set_columns(partner, lifecycle_stage_date=now - timedelta(hours=ago))

        with freeze_time(now):
            shown = partners.mapped("lifecycle_days_in_stage")
            self.assertEqual(shown, [0, 0, 1, 1, 30, 400])
            for days in (0, 1, 2, 30):
                for name, compare in OPERATORS.items():
                    expected = partners.filtered(
                        lambda partner, compare=compare, days=days: compare(
                            partner.lifecycle_days_in_stage, days
                        )
                    )
                    term = ("lifecycle_days_in_stage", name, days)
                    with self.subTest(term):
                        self.assertEqual(self.found(partners, term), expected, term)
            long = self.found(partners | outside, ("lifecycle_days_in_stage", ">", 7))

        self.assertEqual(long, partners[4:])
        self.assertEqual(outside.lifecycle_days_in_stage, 0)

    def test_days_in_stage_are_never_negative(self):
        ana = self.make_partner("Ana", lifecycle_stage_id=self.stage("lead").id)

        self.assertEqual(ana.lifecycle_days_in_stage, 0)

    # On leads

    def test_lead_shows_the_facts_of_its_contact(self):
        source = self.env["utm.source"].create({"name": "Fair"})
        seller = self.make_user("seller", "sales_team.group_sale_salesman")
        ana = self.make_partner("Ana", lifecycle_stage_id=self.stage("lead").id)
        self.make_touchpoint(ana, "survey_finished", source_id=source.id)
        self.refresh(ana)

        lead = self.make_lead(ana, user_id=seller.id).with_user(seller)

        self.assertEqual(lead.lifecycle_stage_id, self.stage("lead"))
        self.assertEqual(lead.lifecycle_first_source_id.sudo(), source)
        self.assertEqual(lead.lifecycle_last_touch_date, ana.lifecycle_last_touch_date)
        lead.lifecycle_stage_id = self.stage("customer")
        self.env.invalidate_all()
        self.assertEqual(ana.lifecycle_stage_id, self.stage("lead"), "read-only")

    def test_contacts_are_found_and_grouped_by_interest(self):
        tea, hiking = self.env["lifecycle.interest"].create(
            [{"name": "Tea"}, {"name": "Hiking"}]
        )
        ana = self.make_partner(lifecycle_interest_ids=[(4, tea.id), (4, hiking.id)])
        ben = self.make_partner("Ben", lifecycle_interest_ids=[(4, tea.id)])

        found = self.Partner.search([("lifecycle_interest_ids", "in", hiking.ids)])
        groups = self.Partner._read_group(
            [("id", "in", (ana | ben).ids)], ["lifecycle_interest_ids"], ["__count"]
        )

        self.assertEqual(found, ana)
        self.assertEqual(dict(groups), {hiking: 1, tea: 2})
