from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .test_consent_keep import ConsentCase

_LOGGER = "odoo.addons.contact_lifecycle.models.consent.lifecycle_consent_check"


@tagged("post_install", "-at_install")
class TestConsentCheck(ConsentCase):
    """Tampering is found and told, once; what was granted for a time runs out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.checks = cls.env["lifecycle.consent.check"]
        cls.manager = cls.make_user(
            "manager", "contact_lifecycle.group_lifecycle_manager"
        )
        cls.seller = cls.make_user("seller", "sales_team.group_sale_salesman")

    def tamper(self, statement, *values):
        self.env.flush_all()
        for table in ("lifecycle_consent_event", "lifecycle_consent_seal"):
            self.env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        self.env.cr.execute(SQL(statement, *values))
        self.env.invalidate_all()

    def check(self):
        with mute_logger(_LOGGER):
            return self.checks._check(self.env.company)

    def told(self, checks):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "lifecycle.consent.check"),
                ("res_id", "in", checks.ids),
                ("user_id", "=", self.manager.id),
            ]
        )

    def test_whole_chain_is_noted_with_its_head(self):
        self.record("granted")
        self.record("withdrawn")

        check = self.check()

        seal = self.env["lifecycle.consent.seal"].search(
            [("company_id", "=", self.env.company.id)], order="id desc", limit=1
        )
        self.assertEqual((check.result, check.head_hash), ("whole", seal.hash))
        self.assertEqual(
            check.event_count,
            self.events.search_count([("company_id", "=", self.env.company.id)]),
        )
        self.assertFalse(self.told(check))

    def test_changed_event_is_found_and_told_once(self):
        self.record("granted")
        self.record("withdrawn")
        self.check()
        event = self.ana.lifecycle_consent_event_ids[-1]
        self.tamper(
            "UPDATE lifecycle_consent_event SET status = 'withdrawn' WHERE id = %s",
            event.id,
        )

        first, second = self.check(), self.check()

        self.assertEqual((first.result, first.broken_event), ("broken", event.id))
        self.assertEqual(len(self.told(first)), 1)
        self.assertIn(str(event.id), self.told(first).summary)
        self.assertFalse(self.told(second))
        self.told(first).with_user(self.manager).action_feedback("Looked at")
        self.assertFalse(self.told(first))

    def test_chain_that_was_cut_short_is_found(self):
        self.record("granted")
        self.record("withdrawn")
        self.check()
        event = self.ana.lifecycle_consent_event_ids[0]
        for table, column in (
            ("lifecycle_consent_seal", "event_id"),
            ("lifecycle_consent", "event_id"),
            ("lifecycle_consent_event", "id"),
        ):
            self.tamper(
                "DELETE FROM %s WHERE %s = %s",
                SQL.identifier(table),
                SQL.identifier(column),
                event.id,
            )

        check = self.check()

        self.assertEqual(check.result, "cut")
        self.assertEqual(len(self.told(check)), 1)

    def test_button_checks_for_administrators_only(self):
        self.record("granted")

        action = self.checks.with_user(self.manager).action_check_evidence()

        self.assertEqual(action["params"]["type"], "success")
        for model in (self.checks, self.events):
            with self.assertRaises(AccessError):
                model.with_user(self.seller).action_check_evidence()

    def test_nightly_check_looks_at_each_company_once(self):
        self.make_company("Other")
        cron = self.env.ref("contact_lifecycle.ir_cron_check_evidence")
        for _ in range(2):
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
            self.env.invalidate_all()

        companies = self.env["res.company"].search_count([])
        self.assertEqual(self.checks.search_count([]), companies)

    # Expiry

    def expire(self):
        with self.enter_registry_test_mode():
            cron = self.env.ref("contact_lifecycle.ir_cron_expire_consents")
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def test_what_does_not_fit_into_a_run_is_not_left_for_the_next_night(self):
        self.purpose.valid_months = 12
        self.record("granted", event_date=self.now - timedelta(days=400))
        left = self.run_out_of_time()

        self.consents._cron_expire_consents()
        self.assertTrue(left[-1])
        self.consents._cron_expire_consents()
        self.assertFalse(left[-1])

    def test_consent_that_ran_out_expires_with_an_event(self):
        self.purpose.valid_months = 12
        self.record("granted", event_date=self.now - timedelta(days=400))
        self.record("granted", topic_id=self.topic.id)

        self.expire()
        self.expire()

        self.assertEqual(self.held(), {self.purpose: "expired", self.topic: "granted"})
        events = self.ana.lifecycle_consent_event_ids
        self.assertEqual(len(events), 3)
        self.assertEqual(events[0].source, "expiry")

    def test_withdrawal_that_waits_is_not_outdone_by_expiry(self):
        self.purpose.valid_months = 12
        self.record("granted", event_date=self.now - timedelta(days=400))
        link = self.env["lifecycle.link"]._get_row(self.ana, self.env.company)
        self.consents._leave(link, 0, "one_click")

        self.expire()

        self.assertEqual(self.held(), {self.purpose: "withdrawn"})

    def test_consent_given_again_runs_anew(self):
        self.purpose.valid_months = 12
        self.record("granted", event_date=self.now - timedelta(days=400))
        self.assertEqual(self.consents._expire_batch(), 1)
        self.record("granted")

        self.expire()

        self.assertEqual(self.held(), {self.purpose: "granted"})

    def test_list_finds_what_expires_soon(self):
        self.purpose.valid_months = 12
        self.record("granted", event_date=self.now - timedelta(days=350))
        self.record("granted", topic_id=self.topic.id)

        soon = self.consents.search(
            [
                ("partner_id", "=", self.ana.id),
                ("status", "=", "granted"),
                ("expire_date", "<=", "today +30d"),
            ]
        )

        self.assertEqual(len(soon), 1)
        self.assertFalse(soon.topic_id)
