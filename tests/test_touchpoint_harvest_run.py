from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import RecordCapturer, tagged

from .common import LifecycleCase

_BATCH_ROWS = (
    "odoo.addons.contact_lifecycle.models.journey.lifecycle_touchpoint_window"
    "._BATCH_ROWS"
)


@tagged("post_install", "-at_install")
class TestTouchpointHarvestRun(LifecycleCase):
    """A harvest costs what is new, goes in pieces, and starts by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ana = cls.make_partner(email="ana@example.com")
        cls.leads = cls.Source.search([("code", "=", "crm_lead")])

    def make_old_leads(self, count):
        """Leads written one a day, but every third together with the one before."""
        leads = self.env["crm.lead"].browse()
        for number in range(count):
            lead = self.make_lead(self.ana)
            days = number - (number % 3 == 2)
            date = self.now - timedelta(days=100 - days)
            self.set_columns(lead, write_date=date, create_date=date)
            leads |= lead
        return leads

    # In pieces

    def test_harvest_in_small_windows_takes_every_row_once(self):
        leads = self.make_old_leads(11)

        with patch(_BATCH_ROWS, 2):
            added = self.harvest("crm_lead")

        self.assertEqual(added, 11)
        self.assertCountEqual(self.journey(self.ana).mapped("res_id"), leads.ids)

    def test_harvest_that_is_stopped_goes_on_where_it_stood(self):
        leads = self.make_old_leads(11)
        taken = []

        with patch(_BATCH_ROWS, 2):
            while len(taken) < 20 and sum(taken) < 11:
                taken.append(self.leads._harvest_safely(commit=lambda done: 0))

        self.assertGreater(len(taken), 3)
        self.assertTrue(all(0 < rows < 11 for rows in taken), taken)
        self.assertCountEqual(self.journey(self.ana).mapped("res_id"), leads.ids)

    def test_reconciliation_that_is_stopped_goes_on_where_it_stood(self):
        self.harvest("crm_lead")
        leads = self.make_old_leads(11)
        rows = 0

        with patch(_BATCH_ROWS, 2):
            rows += self.leads._harvest_safely(True, commit=lambda done: 0)
            self.assertTrue(self.leads.reconcile_position)
            self.assertFalse(self.leads.last_reconcile_date)
            rows += self.leads._harvest_safely(True)

        self.assertEqual(rows, 11)
        self.assertCountEqual(self.journey(self.ana).mapped("res_id"), leads.ids)
        self.assertFalse(self.leads.reconcile_position)
        self.assertTrue(self.leads.last_reconcile_date)

    def test_reconciliation_in_pieces_never_moves_the_watermark_back(self):
        self.harvest("crm_lead")
        watermark = self.leads.watermark
        self.make_old_leads(5)

        with patch(_BATCH_ROWS, 2):
            self.leads._harvest_safely(True, commit=lambda done: 0)

        self.assertTrue(self.leads.reconcile_position)
        self.assertEqual(self.leads.watermark, watermark)

    # Cost

    def count_queries(self, work):
        self.env.flush_all()
        before = self.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_number_of_queries_does_not_depend_on_the_number_of_rows(self):
        self.harvest("crm_lead")
        self.make_lead(self.ana)
        few = self.count_queries(lambda: self.leads._harvest_safely())
        for _number in range(30):
            self.make_lead(self.ana)

        with self.assertQueryCount(few):
            added = self.leads._harvest_safely()

        self.assertEqual(added, 30)

    def test_a_run_is_told_on_its_source(self):
        self.make_old_leads(3)

        self.leads.action_harvest()

        self.assertEqual((self.leads.last_rows, self.leads.total_rows), (3, 3))
        self.assertEqual(self.leads.last_run_date.replace(microsecond=0), self.now)
        self.assertEqual(self.leads.state, "ok")

        self.leads.action_harvest()

        self.assertEqual((self.leads.last_rows, self.leads.total_rows), (0, 3))

    # Crons

    def snapshot(self):
        tables = ("lifecycle_touchpoint", "lifecycle_profile", "lifecycle_stage_change")
        rows = []
        for table in tables:
            self.env.cr.execute(f"SELECT * FROM {table} ORDER BY id")
            rows.append(self.env.cr.fetchall())
        return rows

    def run_cron(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"contact_lifecycle.{name}").method_direct_trigger()

    def test_harvest_cron_fills_journey_profile_and_stage_and_then_rests(self):
        self.make_everything(self.ana)

        self.run_cron("ir_cron_harvest_touchpoints")

        self.assertEqual(self.ana.lifecycle_order_count, 1)
        self.assertEqual(self.ana.lifecycle_stage_id, self.stage("customer"))
        before = self.snapshot()

        self.run_cron("ir_cron_harvest_touchpoints")

        self.assertEqual(self.snapshot(), before)

    def test_reconcile_cron_finds_what_the_harvest_missed_and_then_rests(self):
        self.run_cron("ir_cron_harvest_touchpoints")
        self.make_old_leads(3)

        self.run_cron("ir_cron_reconcile_touchpoints")
        self.run_cron("ir_cron_harvest_touchpoints")

        self.assertJourney(self.ana, ["lead_created"] * 3)
        self.assertEqual(self.ana.lifecycle_lead_count, 3)
        before = self.snapshot()

        self.run_cron("ir_cron_reconcile_touchpoints")
        self.run_cron("ir_cron_harvest_touchpoints")

        self.assertEqual(self.snapshot(), before)

    def test_reconcile_cron_leaves_sources_alone_that_it_has_just_done(self):
        self.run_cron("ir_cron_reconcile_touchpoints")
        self.make_old_leads(1)

        self.run_cron("ir_cron_reconcile_touchpoints")
        self.assertFalse(self.journey(self.ana))
        with self.at(self.now + timedelta(days=1)):
            self.run_cron("ir_cron_reconcile_touchpoints")

        self.assertJourney(self.ana, ["lead_created"])


@tagged("post_install", "-at_install")
class TestTouchpointHooks(LifecycleCase):
    """Whatever contacts do wakes the harvest, once per transaction."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ana = cls.make_partner(email="ana@example.com")
        cls.cron = cls.env.ref("contact_lifecycle.ir_cron_harvest_touchpoints")

    def setUp(self):
        super().setUp()
        self.forget_triggers()

    def forget_triggers(self):
        """Pretend that a new transaction begins, with no harvest asked for."""
        self.env.cr.precommit.data.pop("ir_cron_harvest_touchpoints", None)
        self.triggers.unlink()

    @property
    def triggers(self):
        return self.env["ir.cron.trigger"].search([("cron_id", "=", self.cron.id)])

    def events(self):
        """Return {what happens: function that lets it happen}."""
        trace = self.make_trace(self.ana)
        order, lead = self.make_order(self.ana), self.make_lead(self.ana)
        letters = self.env["mailing.list"].create({"name": "Letters"})
        subscription = self.make_subscription(letters, "ben@example.com")
        survey = self.env["survey.survey"].create({"title": "Our teapots"})
        answer = self.env["survey.user_input"].create({"survey_id": survey.id})
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
                "res_id": lead.id,
                "partner_id": self.ana.id,
            }
        )
        return {
            "mail opened": trace.set_opened,
            "mail bounced": trace.set_bounced,
            "link clicked": lambda: self.make_click(trace),
            "list joined": lambda: self.make_subscription(letters),
            "list left": lambda: subscription.write({"opt_out": True}),
            "quotation sent": order.action_quotation_sent,
            "order confirmed": order.action_confirm,
            "lead won": lead.action_set_won,
            "letter received": lambda: self.ana.message_post(
                author_id=self.ana.id, body="Hello", message_type="email"
            ),
            "survey finished": answer._mark_done,
            "rating given": lambda: rating.write({"rating": 5, "consumed": True}),
        }

    def test_each_event_wakes_the_harvest(self):
        for name, happen in self.events().items():
            self.forget_triggers()

            happen()

            with self.subTest(name):
                self.assertEqual(len(self.triggers), 1)

    def test_many_events_of_a_transaction_wake_it_once(self):
        with RecordCapturer(
            self.env["ir.cron.trigger"], [("cron_id", "=", self.cron.id)]
        ) as capture:
            for happen in self.events().values():
                happen()

        self.assertEqual(len(capture.records), 1)

    def test_edits_that_are_no_event_do_not_wake_it(self):
        order = self.make_order(self.ana)
        self.forget_triggers()

        order.write({"client_order_ref": "PO 7"})
        self.ana.write({"name": "Ana Maria"})

        self.assertFalse(self.triggers)

    def test_event_right_after_a_wake_up_asks_for_a_later_one(self):
        self.Source._trigger_harvest()
        first = self.triggers
        self.env.cr.precommit.data.pop("ir_cron_harvest_touchpoints")

        self.Source._trigger_harvest()

        second = self.triggers - first
        self.assertEqual(len(second), 1)
        self.assertGreater(second.call_at, fields.Datetime.now())

        self.env.cr.precommit.data.pop("ir_cron_harvest_touchpoints")
        self.Source._trigger_harvest()

        self.assertEqual(self.triggers, first | second)
