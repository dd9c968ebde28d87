from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .quality_common import QualityContactCase


@tagged("post_install", "-at_install")
class TestQualityVerify(QualityContactCase):
    """People verify contacts, and take back what was a mistake."""

    def verifications(self, partner):
        found = self.Verification.search([("partner_id", "=", partner.id)])
        return {(row.group_id.code, row.source, row.user_id.login) for row in found}

    # Verifying

    def test_verifying_all_groups_makes_the_contact_verified_today(self):
        people = (self.ana | self.eva).with_user(self.seller)

        people.lifecycle_verify()
        self.env.invalidate_all()

        self.assertEqual(self.ana.lifecycle_verified_date, self.now.date())
        groups = self.env["lifecycle.field.group"].search([])
        self.assertEqual(len(self.verifications(self.ana)), len(groups))
        self.assertIn(("contact", "manual", "seller"), self.verifications(self.eva))

    def test_verifying_one_group_by_the_contact_itself(self):
        self.ana.lifecycle_verify(["address"], source="contact")

        self.assertEqual(self.verifications(self.ana), {("address", "contact", False)})

    def test_verifying_takes_no_query_per_contact(self):
        counts = []
        for number in (5, 50):
            people = self.Partner.create([{"name": str(n)} for n in range(number)])
            people.lifecycle_verify(["contact"])
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            people.lifecycle_verify()
            counts.append(self.env.cr.sql_log_count - before)

        self.assertEqual(counts[0], counts[1])

    def test_unknown_group_or_source_is_refused(self):
        with self.assertRaisesRegex(UserError, "shoes"):
            self.ana.lifecycle_verify(["address", "shoes"])
        with self.assertRaisesRegex(UserError, "gossip"):
            self.ana.lifecycle_verify(source="gossip")
        self.assertFalse(self.verifications(self.ana))

    def test_verification_can_be_taken_back(self):
        self.verified(self.ana, 400, "contact", "address")
        people = (self.ana | self.eva).with_user(self.seller)
        action = people.action_lifecycle_verify()
        self.env.invalidate_all()
        self.assertEqual(self.ana.lifecycle_verified_date, self.now.date())
        stamp = action["params"]["stamp"]
        self.assertEqual(self.explain(self.ana, self.seller)["undo"], stamp)

        self.assertEqual(people[1].lifecycle_undo_verification(stamp), 1)
        self.assertTrue(self.verifications(self.ana))
        undone = self.Partner.with_user(self.seller).lifecycle_undo_verification(stamp)
        self.env.invalidate_all()

        self.assertEqual(undone, 1)
        self.assertEqual(self.ana.lifecycle_verified_date, self.days_ago(400).date())
        self.assertFalse(self.verifications(self.eva))
        with self.assertRaises(UserError):
            people.lifecycle_undo_verification(stamp)

    def test_nobody_takes_back_what_another_verified(self):
        stamp = self.ana.with_user(self.seller).lifecycle_verify()

        self.assertFalse(self.explain(self.ana, self.manager)["undo"])
        for wrong in (stamp, "yesterday", None):
            with self.assertRaises(UserError):
                self.Partner.with_user(self.manager).lifecycle_undo_verification(wrong)
        self.assertTrue(self.verifications(self.ana))

    def test_verification_of_long_ago_stays(self):
        stamp = self.ana.with_user(self.seller).lifecycle_verify()

        with (
            self.at(self.now + timedelta(days=2)),
            self.assertRaises(UserError),
        ):
            self.Partner.with_user(self.seller).lifecycle_undo_verification(stamp)

    # Editing

    def save(self, partner, **vals):
        partner.with_user(self.seller).web_save(vals, {"id": {}})

    def test_edit_in_a_form_verifies_the_group_of_the_field_once_a_day(self):
        self.save(self.ana, city="Sarria")
        self.save(self.ana, city="Lugo", ref="A7")

        self.assertEqual(self.verifications(self.ana), {("address", "edit", "seller")})
        self.assertEqual(
            self.Verification.search_count([("partner_id", "=", self.ana.id)]), 1
        )

    def test_contact_made_in_a_form_is_verified_where_it_is_filled_in(self):
        self.save(
            self.Partner, name="Lea", email="lea@example.com", city=False, ref="B1"
        )
        lea = self.Partner.search([("email", "=", "lea@example.com")])

        self.assertEqual(self.verifications(lea), {("contact", "edit", "seller")})

    def test_edit_by_a_program_verifies_nothing(self):
        self.ana.with_user(self.seller).write({"city": "Sarria"})
        self.save(self.ana, ref="A7")

        self.assertFalse(self.verifications(self.ana))

    # Merging

    def test_merged_contact_keeps_its_own_verifications_and_fills_its_gaps(self):
        self.verified(self.ana, 500, "contact")
        self.verified(self.eva, 10, "contact", "address")
        wizard = self.env["base.partner.merge.automatic.wizard"]

        with mute_logger("odoo.addons.base.wizard.base_partner_merge"):
            wizard._merge((self.ana | self.eva).ids, self.ana)
        self.env.invalidate_all()

        found = self.Verification.search([("partner_id", "=", self.ana.id)])
        self.assertEqual(
            {
                (row.group_id.code, fields.Date.to_date(row.verified_date))
                for row in found
            },
            {
                ("contact", self.days_ago(500).date()),
                ("address", self.days_ago(10).date()),
            },
        )
        self.assertEqual(self.run_all() and self.ana.lifecycle_completeness, 80)

    def test_contacts_verified_together_can_be_merged(self):
        twin = self.make_partner("Twin", email="ana@example.com")
        (self.ana | self.eva | twin).lifecycle_verify()
        wizard = self.env["base.partner.merge.automatic.wizard"]

        with mute_logger("odoo.addons.base.wizard.base_partner_merge"):
            wizard._merge((self.ana | self.eva | twin).ids, self.ana)
        self.env.invalidate_all()

        groups = self.env["lifecycle.field.group"].search_count([])
        self.assertEqual(
            self.Verification.search_count([("partner_id", "=", self.ana.id)]), groups
        )
