from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import LifecycleCase

_HARVEST = "odoo.addons.contact_lifecycle.models.journey.lifecycle_touchpoint_harvest"

EVERYTHING = [
    "mail_sent",
    "mail_opened",
    "mail_clicked",
    "sms_sent",
    "list_joined",
    "quotation_sent",
    "order_confirmed",
    "lead_created",
    "lead_won",
    "meeting_held",
    "call_done",
    "email_received",
    "survey_finished",
    "rating_given",
]


@tagged("post_install", "-at_install")
class TestTouchpointHarvest(LifecycleCase):
    """A harvest takes what is new, once, and says what it could not take."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ana = cls.make_partner(email="ana@example.com")

    def read_all(self):
        names = [name for name, field in self.Touchpoint._fields.items() if field.store]
        return self.Touchpoint.search([("partner_id", "=", self.ana.id)]).read(names)

    def test_second_harvest_of_everything_adds_nothing(self):
        self.make_everything(self.ana)
        self.assertGreaterEqual(self.harvest(), len(EVERYTHING))
        before = self.read_all()

        added = self.harvest()

        self.assertEqual(added, 0)
        self.assertEqual(self.read_all(), before)
        self.assertJourney(self.ana, EVERYTHING)

    def test_reconciliation_after_a_harvest_adds_nothing(self):
        self.make_everything(self.ana)
        self.harvest()
        before = self.read_all()

        self.reconcile(*self.Source.search([]).filtered("is_available").mapped("code"))

        self.assertEqual(self.read_all(), before)
        self.assertJourney(self.ana, EVERYTHING)

    # Late rows

    def test_row_committed_late_within_the_overlap_is_harvested(self):
        self.harvest("sale_order")
        watermark = self.source("sale_order").watermark
        order = self.make_order(self.ana, confirm=True)
        self.set_columns(order, write_date=watermark - timedelta(minutes=10))

        added = self.harvest("sale_order")

        self.assertEqual(added, 1)
        self.assertEqual(self.journey(self.ana).res_id, order.id)

    def test_row_far_before_the_watermark_is_found_by_reconciling(self):
        self.harvest("sale_order")
        order = self.make_order(self.ana, confirm=True)
        self.set_columns(order, write_date=self.now - timedelta(days=400))
        self.assertEqual(self.harvest("sale_order"), 0)

        self.reconcile("sale_order")

        self.assertEqual(self.journey(self.ana).res_id, order.id)
        self.assertTrue(self.source("sale_order").last_reconcile_date)

    def test_rows_out_of_order_are_all_found(self):
        self.harvest("sale_order")
        watermark = self.source("sale_order").watermark
        orders = self.env["sale.order"]
        for minutes in (2, 9, 5, 13):
            order = self.make_order(self.ana, confirm=True)
            self.set_columns(order, write_date=watermark - timedelta(minutes=minutes))
            self.harvest("sale_order")
            orders |= order

        found = self.journey(self.ana).mapped("res_id")

        self.assertCountEqual(found, orders.ids)

    # Sources that fail

    def break_source(self, code):
        return patch.object(
            type(self.Source),
            f"_touchpoint_query_{code}",
            lambda source: SQL("SELECT teapot FROM res_partner"),
        )

    def harvest_with_broken_leads(self):
        sources = self.source("sale_order") | self.source("crm_lead")
        sources |= self.source("rating")
        with self.break_source("crm_lead"), mute_logger(_HARVEST, "odoo.sql_db"):
            answer = sources.sorted("sequence").action_harvest()
        self.env.invalidate_all()
        return answer

    def test_failing_source_stops_no_other(self):
        self.make_everything(self.ana)

        answer = self.harvest_with_broken_leads()

        self.assertJourney(
            self.ana, ["quotation_sent", "order_confirmed", "rating_given"]
        )
        self.assertEqual(answer["params"]["type"], "danger")
        self.assertIn(self.source("crm_lead").name, answer["params"]["message"])

    def test_error_is_shown_until_the_source_works_again(self):
        self.make_lead(self.ana)

        self.harvest_with_broken_leads()

        leads = self.source("crm_lead")
        self.assertEqual(leads.state, "error")
        self.assertIn("teapot", leads.last_error)
        self.assertTrue(leads.last_error_date)
        self.assertFalse(leads.watermark)

        self.harvest("crm_lead")

        self.assertEqual(leads.state, "ok")
        self.assertFalse(leads.last_error or leads.last_error_date)
        self.assertJourney(self.ana, ["lead_created"])

    def test_unknown_source_is_refused_by_name(self):
        with self.assertRaisesRegex(UserError, "xyz"):
            self.Source.harvest("xyz")
        with self.assertRaisesRegex(ValidationError, "xyz.*mail_trace"):
            self.Source.create({"name": "Nonsense", "code": "xyz"})

    def test_negative_overlap_is_refused(self):
        with self.assertRaises(ValidationError):
            self.source("sale_order").overlap_minutes = -1

    # Rows that are refused

    def skipped(self, code):
        return self.env["lifecycle.touchpoint.skip"].search(
            [("touchpoint_source_id", "=", self.source(code).id)]
        )

    def test_contact_gone_and_future_dates_are_skipped_and_listed(self):
        gone = self.make_partner("Gone", email="gone@example.com")
        trace_of_gone = self.make_trace(gone)
        gone_id = gone.id
        gone.unlink()
        future = self.now + timedelta(days=2)
        early = self.make_trace(self.ana, sent_datetime=future)
        fine = self.make_trace(self.ana)

        added = self.harvest("mail_trace")

        source = self.source("mail_trace")
        self.assertEqual(added, 1)
        self.assertEqual(self.journey(self.ana).res_id, fine.id)
        self.assertRecordValues(
            self.skipped("mail_trace").sorted("res_id"),
            [
                {
                    "reason": "contact_gone",
                    "res_model": "mailing.trace",
                    "res_id": trace_of_gone.id,
                    "partner_ref": gone_id,
                },
                {
                    "reason": "future_date",
                    "res_model": "mailing.trace",
                    "res_id": early.id,
                    "partner_ref": self.ana.id,
                },
            ],
        )
        self.assertEqual(self.skipped("mail_trace").type_id.code, "mail_sent")
        self.assertEqual((source.state, source.skipped_count), ("ok", 2))
        listed = self.env["lifecycle.touchpoint.skip"].search(
            source.action_view_skipped()["domain"]
        )
        self.assertEqual(listed, self.skipped("mail_trace"))

    def test_row_accepted_later_is_no_longer_listed(self):
        future = self.now + timedelta(days=2)
        self.make_trace(self.ana, sent_datetime=future)
        self.harvest("mail_trace")
        self.assertEqual(len(self.skipped("mail_trace")), 1)

        with self.at(future + timedelta(hours=1)):
            self.reconcile("mail_trace")

        self.assertFalse(self.skipped("mail_trace"))
        self.assertEqual(self.journey(self.ana).touch_date, future)

    def test_row_skipped_twice_is_listed_once(self):
        self.make_trace(self.ana, sent_datetime=self.now + timedelta(days=2))

        self.harvest("mail_trace")
        self.harvest("mail_trace")

        self.assertEqual(len(self.skipped("mail_trace")), 1)

    def test_unmatched_address_joins_once_a_contact_has_it(self):
        stranger = self.env["mailing.contact"].create({"email": "eva@example.com"})
        self.reconcile("mail_trace")
        known = self.source("mail_trace").unmatched_rows
        self.make_trace(stranger)
        self.reconcile("mail_trace")
        self.assertEqual(self.source("mail_trace").unmatched_rows, known + 1)

        eva = self.make_partner("Eva", email="Eva@Example.com")
        self.reconcile("mail_trace")

        self.assertJourney(eva, ["mail_sent"])
        self.assertEqual(self.source("mail_trace").unmatched_rows, known)

    def test_archived_type_is_not_recorded(self):
        self.touchpoint_type("order_confirmed").active = False
        self.make_order(self.ana, confirm=True)

        self.assertEqual(self.harvest("sale_order"), 0)

    # Documents that change

    def test_amount_of_an_order_follows_until_the_profile(self):
        order = self.make_order(self.ana, 100.0, confirm=True)
        self.harvest("sale_order")
        self.refresh()
        order.order_line.price_unit = 150.0

        added = self.harvest("sale_order")
        self.refresh()

        self.assertEqual(added, 0)
        self.assertEqual(self.journey(self.ana).amount, 150.0)
        self.assertEqual(self.ana.lifecycle_order_amount, 150.0)

    def test_lead_given_to_another_contact_moves_with_its_touchpoint(self):
        ben = self.make_partner("Ben")
        lead = self.make_lead(self.ana)
        self.harvest("crm_lead")
        self.refresh()
        lead.partner_id = ben

        self.harvest("crm_lead")
        self.refresh()

        self.assertFalse(self.journey(self.ana))
        self.assertJourney(ben, ["lead_created"])
        self.assertEqual((self.ana | ben).mapped("lifecycle_lead_count"), [0, 1])
