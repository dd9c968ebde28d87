import base64
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .test_consent_keep import ConsentCase


class RenewalCase(ConsentCase):
    """A consent of Ana's that ends in three weeks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marketer = cls.make_user(
            "marketer", "contact_lifecycle.group_lifecycle_user"
        )
        cls.seller = cls.make_user("seller", "sales_team.group_sale_salesman")
        cls.today = fields.Date.today()
        cls.purpose.valid_months = 12
        cls.company = cls.env.company

    def grant(self, days_ago=345, **told):
        self.record("granted", event_date=self.now - timedelta(days=days_ago), **told)
        partner = told.get("partner", self.ana)
        return self.consents.search([("address", "=", partner.email_normalized)])

    def listed(self, user=None):
        return (
            self.consents.with_user(user or self.marketer)
            .search([("renewal_reason", "!=", False)])
            .mapped("renewal_reason")
        )

    def dialog(self, kind, consents, user=None, **values):
        renewals = self.env["lifecycle.consent.renewal"].with_user(
            user or self.marketer
        )
        return renewals.create(
            {"kind": kind, "consent_ids": [Command.set(consents.ids)], **values}
        )


@tagged("post_install", "-at_install")
class TestConsentRenewal(RenewalCase, HttpCase):
    """Consents that end are listed in time; people decide what becomes of them."""

    # The list

    def test_company_that_comes_late_is_not_left_for_the_next_night(self):
        theirs, told = self.make_company("Theirs"), []
        self.patch(type(theirs), "_tell_renewals", lambda one: told.append(one))
        self.run_out_of_time()

        self.consents._cron_list_renewals()

        self.assertIn(theirs, told)

    def test_consent_is_listed_so_many_days_before_its_end(self):
        consent = self.grant()
        self.assertEqual(self.listed(), ["expires"])

        self.company.lifecycle_renewal_days = 5
        self.env.invalidate_all()
        self.assertFalse(consent.renewal_reason)
        self.assertEqual(self.listed(), [])

        self.assertFalse(
            self.consents.search([("renewal_reason", "=", False)]) - consent
        )

    def test_withdrawn_consent_is_not_listed(self):
        self.grant()
        self.record("withdrawn")
        self.assertEqual(self.listed(), [])

    def test_own_customer_is_listed_long_after_the_last_purchase(self):
        self.purpose.valid_months = 0
        consent = self.grant(800, lawful_basis="soft_opt_in")
        self.consents._set_review_dates(self.company)
        self.assertEqual(self.listed(), ["review"])

        self.env["lifecycle.value"].sudo().create(
            {
                "partner_id": self.ana.id,
                "company_id": self.company.id,
                "last_order_date": self.today - timedelta(days=30),
            }
        )
        self.consents._set_review_dates(self.company)

        self.assertGreater(consent.review_date, self.today)
        self.assertEqual(self.listed(), [])

    def test_listing_twice_writes_nothing_the_second_time(self):
        self.grant(800, lawful_basis="soft_opt_in")
        self.grant(10, partner=self.make_partner("Eva", email="eva@example.com"))

        self.assertEqual(self.consents._set_review_dates(self.company), 1)
        self.assertEqual(self.consents._set_review_dates(self.company), 0)

        self.company.lifecycle_review_months = 0
        self.assertEqual(self.consents._set_review_dates(self.company), 1)
        self.assertFalse(self.consents.search([("review_date", "!=", False)]))

    def test_cron_tells_who_looks_after_it_and_changes_no_consent(self):
        self.grant()
        self.company.lifecycle_renewal_user_id = self.marketer
        count = self.events.search_count([])
        cron = self.env.ref("contact_lifecycle.ir_cron_list_renewals")

        for _time in range(2):
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()

        self.env.invalidate_all()
        kind = self.env.ref("contact_lifecycle.mail_activity_type_renewal")
        activity = self.company.partner_id.activity_ids.filtered(
            lambda one: one.activity_type_id == kind
        )
        self.assertEqual(activity.user_id, self.marketer)
        self.assertEqual(activity.summary, "Consents to renew: 1")
        self.assertEqual(self.events.search_count([]), count)

        self.record("withdrawn")
        self.company._tell_renewals()
        self.assertFalse(activity.exists())

    def test_company_lists_its_own(self):
        theirs = self.make_company("Theirs")
        self.grant(company_id=theirs.id)
        self.assertEqual(self.listed(), [])

    # By hand

    def test_dialog_touches_no_evidence_but_its_own(self):
        other = self.env["ir.attachment"].create(
            {"name": "Form", "raw": b"x", "res_model": "lifecycle.consent.event"}
        )
        consent = self.grant(days_ago=1)
        dialog = self.dialog("withdraw", consent, source_detail="By phone")
        for name in {"request_key"} & set(dialog._fields):
            dialog[name] = "%"
        dialog.action_apply()
        self.record("granted", request_key="theirs:1", evidence_id=other.id)
        other.res_id = 7

        dialog.action_apply()

        self.assertEqual(other.res_id, 7)

    def test_renewal_by_hand_keeps_its_evidence(self):
        consent = self.grant()
        dialog = self.dialog(
            "renew",
            consent,
            source_detail="Asked by telephone",
            evidence=base64.b64encode(b"list"),
            evidence_name="list.txt",
            wording_text="May we go on?",
        )

        dialog.action_apply()
        dialog.action_apply()

        event = self.ana.lifecycle_consent_event_ids[:1]
        self.assertEqual(len(self.ana.lifecycle_consent_event_ids), 2)
        self.assertEqual((event.status, event.user_id), ("granted", self.marketer))
        self.assertEqual(event.wording_text, "May we go on?")
        self.assertEqual(event.evidence_id.with_user(self.seller).raw, b"list")
        self.assertEqual(self.listed(), [])

    def test_salesperson_withdraws_and_renews_nothing(self):
        consent = self.grant()
        told = {"source_detail": "Telephone"}
        with self.assertRaises(AccessError):
            self.dialog("renew", consent, self.seller, **told).action_apply()
        with self.assertRaises(AccessError):
            self.dialog("ask", consent, self.seller).action_apply()

        self.dialog("withdraw", consent, self.seller, **told).action_apply()

        self.assertEqual(self.held(), {self.purpose: "withdrawn"})

    def test_renewal_needs_where_and_on_what_basis(self):
        consent = self.grant()
        for values in (
            {},
            {"source_detail": " "},
            {"source_detail": "Telephone", "lawful_basis": False},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                self.dialog("renew", consent, **values).action_apply()

    def test_buttons_of_the_list_open_the_dialog(self):
        consent = self.grant()
        for action in (
            consent.action_ask_to_renew(),
            consent.action_renew(),
            consent.action_withdraw(),
        ):
            self.assertEqual(action["context"]["default_consent_ids"], consent.ids)
