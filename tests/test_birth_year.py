from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from .question_common import QuestionCase


@tagged("post_install", "-at_install")
class TestBirthYear(QuestionCase):
    """Who tells no more than the year has an age, and no birthday."""

    def setUp(self):
        super().setUp()
        self.ana.lifecycle_birth_year = 1990

    def found(self, *domain):
        return self.Partner.search([("id", "=", self.ana.id), *domain])

    def test_year_follows_the_birth_date(self):
        bea = self.make_partner("Bea", lifecycle_birth_date="1985-03-04")
        self.assertEqual(bea.lifecycle_birth_year, 1985)

        bea.lifecycle_birth_date = "1986-03-04"
        self.assertEqual(bea.lifecycle_birth_year, 1986)
        bea.lifecycle_birth_date = False
        self.assertEqual(bea.lifecycle_birth_year, 1986)

    def test_age_is_what_is_certain(self):
        for day, age in (("2026-06-01", 35), ("2026-12-31", 36), ("2027-01-01", 36)):
            with self.subTest(day=day), freeze_time(day):
                self.env.invalidate_all()
                self.assertEqual(self.ana.lifecycle_age, age)
                for number in (age - 1, age, age + 1):
                    for sign, holds in (
                        ("=", age == number),
                        (">=", age >= number),
                        ("<", age < number),
                    ):
                        self.assertEqual(
                            bool(self.found(("lifecycle_age", sign, number))), holds
                        )

    def test_year_alone_is_no_birthday(self):
        self.assertFalse(self.ana.lifecycle_birth_month)
        self.assertFalse(self.ana.lifecycle_is_birthday_month)
        month = self.now.month
        self.assertFalse(self.found(("lifecycle_birth_month", "=", month)))
        self.assertFalse(self.found(("lifecycle_is_birthday_month", "=", True)))

    def test_emptied_year_is_unknown(self):
        self.ana.lifecycle_birth_year = 0

        self.assertIs(self.ana.lifecycle_birth_year, False)
        self.assertTrue(self.found(("lifecycle_birth_year", "=", False)))
        self.assertFalse(self.found(("lifecycle_age", ">=", 0)))

    def test_impossible_years_are_refused(self):
        for year in (1800, self.now.year + 1, -5):
            with self.subTest(year=year), self.assertRaises(ValidationError):
                self.ana.lifecycle_birth_year = year

    def test_date_and_year_that_differ_are_refused(self):
        with self.assertRaises(ValidationError):
            self.ana.write(
                {"lifecycle_birth_date": "1985-03-04", "lifecycle_birth_year": 1990}
            )

    def test_merge_keeps_a_year(self):
        bea = self.make_partner("Bea")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})

        wizard._merge([self.ana.id, bea.id], bea)

        self.assertEqual(bea.lifecycle_birth_year, 1990)

    # By a question

    def test_year_alone_makes_no_birthday(self):
        year = self.ask("lifecycle_birth_year")

        self.tell({year: "1991"})

        self.assertEqual(self.ana.lifecycle_birth_year, 1991)
        self.assertFalse(self.ana.lifecycle_birth_date)
        self.assertFalse(self.ana.lifecycle_birth_month)

    def test_another_year_drops_the_day_that_cannot_be_right(self):
        year, day = self.ask("lifecycle_birth_year"), self.ask("lifecycle_birth_date")
        self.tell({day: "1990-05-17"})
        self.assertEqual(self.known(year), "1990")

        self.tell({year: "1991"})

        self.assertEqual(self.ana.lifecycle_birth_year, 1991)
        self.assertFalse(self.ana.lifecycle_birth_date)

    def test_both_questions_at_once_let_the_day_win(self):
        year, day = self.ask("lifecycle_birth_year"), self.ask("lifecycle_birth_date")

        self.tell({year: "1991", day: "1990-05-17"})

        self.assertEqual(self.ana.lifecycle_birth_year, 1990)
