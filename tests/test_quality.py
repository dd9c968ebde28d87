from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..engine.quality.addresses import LISTS
from .quality_common import QualityCase


@tagged("post_install", "-at_install")
class TestQuality(QualityCase):
    """The quality of data is what is there, whether it is valid, and how fresh."""

    def setUp(self):
        super().setUp()
        self.want("email", weight=3)
        self.want("city", "address", weight=1)

    def test_completeness_goes_by_weight(self):
        ana = self.make_partner(email="ana@example.com")
        eva = self.make_partner("Eva", city="Lugo")
        self.assess(ana, eva)

        self.assertEqual(ana.lifecycle_completeness, 75)
        self.assertEqual(eva.lifecycle_completeness, 25)
        # 50 for completeness, 20 for freshness, 20 for a valid e-mail.
        self.assertEqual(
            ana.lifecycle_quality_score, round((75 * 50 + 100 * 40) / 90 + 1e-9)
        )
        self.assertEqual(ana.lifecycle_quality_band, "good")
        self.assertEqual(eva.lifecycle_quality_band, "poor")

    def test_nothing_wanted_is_no_score(self):
        self.Wanted.search([]).active = False
        ana = self.make_partner(email="ana@example.com")
        self.assess(ana)

        self.assertIs(ana.lifecycle_quality_score, False)
        self.assertIs(ana.lifecycle_completeness, False)
        self.assertFalse(ana.lifecycle_quality_band)
        self.assertEqual(ana.lifecycle_email_state, "valid")
        self.assertIsNone(self.explain(ana)["quality_score"])

    def test_spaces_are_nothing(self):
        ana = self.make_partner()
        self.set_columns(ana, city="  ")
        self.assess(ana)

        self.assertEqual(ana.lifecycle_completeness, 0)
        self.assertIn("city", ana.lifecycle_missing_field_ids.mapped("field_name"))

    def test_every_type_of_field_can_be_wanted(self):
        self.Wanted.search([]).active = False
        tag = self.env["res.partner.category"].create({"name": "Baker"})
        filled = {
            "category_id": tag.ids,
            "comment": "<p>Likes <b>tea</b></p>",
            "country_id": self.env.ref("base.es").id,
            "lifecycle_birth_date": "1980-05-17",
            "lifecycle_gender": "female",
            "partner_latitude": 41.5,
            "website": "https://example.com",
        }
        for name in filled:
            self.want(name)
        ana = self.make_partner(**filled)
        eva = self.make_partner("Eva", comment="<p><br></p>")

        self.assess(ana, eva)

        self.assertEqual(ana.lifecycle_completeness, 100)
        self.assertEqual(eva.lifecycle_completeness, 0)

    def test_persons_and_companies_are_asked_their_own_questions(self):
        self.want("function", "professional", applies_to="person")
        self.want("vat", "professional", applies_to="company")
        ana = self.make_partner(email="ana@example.com", city="Lugo")
        inc = self.make_partner(
            "Inc", is_company=True, email="info@example.com", city="Lugo"
        )
        self.assess(ana, inc)

        self.assertEqual(
            [p.lifecycle_missing_field_ids.field_name for p in (ana, inc)],
            ["function", "vat"],
        )
        self.assertEqual((ana + inc).mapped("lifecycle_completeness"), [80, 80])

    def test_other_address_of_a_contact_is_asked_for_the_address_only(self):
        ana = self.make_partner(email="ana@example.com", city="Lugo")
        shed = self.make_partner(
            "Shed", parent_id=ana.id, type="delivery", city="Sarria"
        )
        self.assess(ana, shed)

        self.assertEqual(shed.lifecycle_completeness, 100)
        self.assertFalse(shed.lifecycle_missing_field_ids)

    def test_states_of_addresses(self):
        cases = {
            "missing": False,
            "invalid": "ask again",
            "doubtful": "ana@gmial.com",
            "valid": "Ana <ana@example.com>",
        }
        partners = {
            state: self.make_partner(email=email) for state, email in cases.items()
        }
        self.assess(*partners.values())

        for state, partner in partners.items():
            with self.subTest(state):
                self.assertEqual(partner.lifecycle_email_state, state)

    def test_states_of_phones(self):
        spain = self.env.ref("base.es").id
        cases = {"missing": False, "invalid": "12", "valid": "612 345 678"}
        partners = {
            state: self.make_partner(phone=phone, country_id=spain)
            for state, phone in cases.items()
        }
        self.assess(*partners.values())

        for state, partner in partners.items():
            with self.subTest(state):
                self.assertEqual(partner.lifecycle_phone_state, state)

    def test_address_that_bounced_counts_nothing_until_the_contact_clicks(self):
        ana = self.make_partner(email="ana@example.com", city="Lugo")
        self.bounce(ana, days=10)
        self.refresh(ana)
        self.assertEqual(ana.lifecycle_email_state, "bounced")
        self.assertEqual(ana.lifecycle_quality_score, round(70 * 100 / 90 + 1e-9))

        self.make_touchpoint(ana, "mail_clicked", date=self.days_ago(20))
        self.refresh(ana)
        self.assertEqual(ana.lifecycle_email_state, "bounced")

        self.make_touchpoint(ana, "mail_clicked", date=self.days_ago(5))
        self.refresh(ana)
        self.assertEqual(ana.lifecycle_email_state, "valid")

    def test_click_of_a_machine_revives_no_address(self):
        ana = self.make_partner(email="ana@example.com")
        self.bounce(ana, days=10)
        self.make_touchpoint(
            ana, "mail_clicked", date=self.days_ago(5), is_automated=True
        )
        self.assess(ana)

        self.assertEqual(ana.lifecycle_email_state, "bounced")

    def test_new_address_has_not_bounced(self):
        ana = self.make_partner(email="ana@example.com")
        self.bounce(ana)
        self.assess(ana)
        ana.email = "ana@example.org"
        self.assess(ana)

        self.assertEqual(ana.lifecycle_email_state, "valid")

    def test_lists_of_another_addon_are_used(self):
        ana = self.make_partner(email="ana@gone.example")
        lists = {**LISTS, "disposable": {"gone.example"}}
        with patch.object(type(self.Profile), "_get_email_lists", lambda _self: lists):
            self.assess(ana)
            why = self.explain(ana)["email"]

        self.assertEqual(ana.lifecycle_email_state, "doubtful")
        self.assertEqual((why["state"], why["reason"]), ("doubtful", "disposable"))

    def test_freshness_is_trusted_a_year_and_gone_after_two(self):
        ana = self.make_partner(email="ana@example.com", city="Lugo")
        self.set_columns(ana, create_date=self.days_ago(2000))
        scores = {}
        for days in (2000, 730, 548, 366, 365, 10):
            self.verified(ana, days, "contact", "address")
            self.assess(ana)
            scores[days] = ana.lifecycle_quality_score
            self.assertEqual(ana.lifecycle_verified_date, self.days_ago(days).date())

        best = 100
        self.assertEqual(scores[2000], round(70 / 90 * 100))
        self.assertEqual(scores[730], scores[2000])
        self.assertEqual(scores[548], round((7000 + 20 * 50) / 90))
        self.assertEqual((scores[365], scores[10]), (best, best))

    def test_data_never_verified_age_since_the_contact_was_made(self):
        ana = self.make_partner(email="ana@example.com", city="Lugo")
        self.assess(ana)
        self.assertEqual(ana.lifecycle_quality_score, 100)
        self.assertFalse(ana.lifecycle_verified_date)

        self.set_columns(ana, create_date=self.days_ago(1000))
        self.assess(ana)
        self.assertEqual(ana.lifecycle_quality_score, round(70 / 90 * 100))

    def test_verified_date_is_the_oldest_of_the_groups_with_data(self):
        ana = self.make_partner(email="ana@example.com", city="Lugo")
        eva = self.make_partner("Eva", email="eva@example.com")
        for partner in (ana, eva):
            self.verified(partner, 300, "contact")
        self.assess(ana, eva)
        self.assertFalse(ana.lifecycle_verified_date)
        self.assertEqual(eva.lifecycle_verified_date, self.days_ago(300).date())

        self.verified(ana, 20, "address")
        self.assess(ana)
        self.assertEqual(ana.lifecycle_verified_date, self.days_ago(300).date())

    def test_field_that_was_removed_is_listed_and_skipped(self):
        broken = self.want("website")
        self.set_columns(broken, field_name="x_gone")
        self.registry.clear_cache()
        ana = self.make_partner(email="ana@example.com", city="Lugo")

        self.assess(ana)

        self.assertEqual(ana.lifecycle_completeness, 100)
        self.assertIn("x_gone", broken.error)
        self.assertEqual(broken.missing_count, 0)
        self.assertEqual(self.Wanted.search([("error", "!=", False)]), broken)
        self.assertNotIn(broken, self.Wanted.search([("error", "=", False)]))
        self.assertEqual(self.explain(ana)["skipped"], ["x_gone"])

    def test_fields_that_nobody_fills_in_are_refused(self):
        names = dict(self.Wanted._get_field_selection())
        for name in (
            "email_normalized",
            "active",
            "lifecycle_score",
            "lifecycle_stage_id",
            "message_bounce",
            "commercial_partner_id",
            "barcode",
        ):
            with self.subTest(name):
                self.assertNotIn(name, names)
                with self.assertRaises(ValidationError):
                    self.want(name)

    @mute_logger("odoo.sql_db")
    def test_field_is_wanted_once(self):
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.Wanted.create(
                {"field_name": "email", "group_id": self.group("contact").id}
            )
            self.env.flush_all()
