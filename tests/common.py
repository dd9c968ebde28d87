from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import TransactionCase, freeze_time, new_test_user
from odoo.tools import SQL

from odoo.addons.link_tracker.tests.common import MockLinkTracker

QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "no_reset_password": True,
}


class LifecycleCase(MockLinkTracker, TransactionCase):
    """Factories for what a contact can do, and for reading what became of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, **QUIET})
        cls.Touchpoint = cls.env["lifecycle.touchpoint"]
        cls.Source = cls.env["lifecycle.touchpoint.source"]
        cls.Stage = cls.env["lifecycle.stage"]
        cls.Partner = cls.env["res.partner"]
        cls.now = cls.env.cr.now().replace(microsecond=0)
        cls.product = cls.env["product.product"].create(
            {"name": "Teapot", "list_price": 100.0, "taxes_id": [Command.clear()]}
        )

    # Records of ours, by their code

    def stage(self, code):
        return self.env.ref(f"contact_lifecycle.lifecycle_stage_{code}")

    def touchpoint_type(self, code):
        return self.env["lifecycle.touchpoint.type"].search([("code", "=", code)])

    def source(self, code):
        return self.Source.search([("code", "=", code)])

    # Factories

    @classmethod
    def make_user(cls, login, *groups, **values):
        return new_test_user(
            cls.env, login, groups=",".join(groups or ("base.group_user",)), **values
        )

    @classmethod
    def make_partner(cls, name="Ana", **values):
        return cls.env["res.partner"].create({"name": name, **values})

    @classmethod
    def make_company(cls, name, **values):
        return cls.env["res.company"].create({"name": name, **values})

    @classmethod
    def make_order(cls, partner, price=100.0, confirm=False, **values):
        line = {"product_id": cls.product.id, "product_uom_qty": 1, "price_unit": price}
        order = cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [Command.create({**line, "tax_ids": [Command.clear()]})],
                **values,
            }
        )
        if confirm:
            order.action_confirm()
        return order

    @classmethod
    def make_lead(cls, partner=None, name="Forty teapots", **values):
        partner_id = partner.id if partner else False
        return cls.env["crm.lead"].create(
            {"name": name, "type": "opportunity", "partner_id": partner_id, **values}
        )

    @classmethod
    def make_mailing(cls, subject="Spring letter", model="res.partner", **values):
        return cls.env["mailing.mailing"].create(
            {
                "subject": subject,
                "body_html": "<p>Hello</p>",
                "mailing_model_id": cls.env["ir.model"]._get_id(model),
                **values,
            }
        )

    def make_trace(self, record, mailing=None, **values):
        """Return a trace of a mail that was sent an hour ago."""
        mailing = mailing or self.make_mailing(model=record._name)
        return self.env["mailing.trace"].create(
            {
                "mass_mailing_id": mailing.id,
                "model": record._name,
                "res_id": record.id,
                "email": record.email_normalized,
                "trace_status": "sent",
                "sent_datetime": self.now - timedelta(hours=1),
                **values,
            }
        )

    def make_link(self, url="https://shop.example.com/teapots", **values):
        return self.env["link.tracker"].search_or_create([{"url": url, **values}])

    def make_click(self, trace, link=None, date=None, **values):
        click = self.env["link.tracker.click"].create(
            {
                "link_id": (link or self.make_link()).id,
                "mailing_trace_id": trace.id,
                **values,
            }
        )
        if date:
            self.set_columns(click, create_date=date)
        return click

    def make_subscription(self, mailing_list, email="ana@example.com", **values):
        contact = self.env["mailing.contact"].create({"name": email, "email": email})
        return self.env["mailing.subscription"].create(
            {"list_id": mailing_list.id, "contact_id": contact.id, **values}
        )

    def make_touchpoint(self, partner, code, date=None, **values):
        """Return a touchpoint of no document in particular, made an hour ago."""
        touchpoint_type = self.touchpoint_type(code)
        number = len(partner.lifecycle_touchpoint_ids) + 1
        return self.Touchpoint.create(
            {
                "partner_id": partner.id,
                "type_id": touchpoint_type.id,
                "channel": touchpoint_type.channel,
                "direction": touchpoint_type.direction,
                "touch_date": date or self.now - timedelta(hours=1),
                "is_automated": False,
                "res_model": "res.partner",
                "res_id": partner.id * 10_000 + number,
                **values,
            }
        )

    def make_everything(self, partner):
        """Let the contact do one thing or more in nearly every source."""
        trace = self.make_trace(
            partner, trace_status="open", open_datetime=self.now - timedelta(minutes=50)
        )
        self.make_click(trace, date=self.now - timedelta(minutes=40))
        self.make_trace(partner, trace_type="sms")
        self.env["lifecycle.mail.open"].create(
            {"trace_id": trace.id, "open_date": self.now, "device": "mobile"}
        )
        letters = self.env["mailing.list"].create({"name": "Letters"})
        self.make_subscription(letters, partner.email)
        self.make_order(partner).action_quotation_sent()
        self.make_order(partner, confirm=True)
        self.make_lead(partner).action_set_won()
        self.env["calendar.event"].create(
            {
                "name": "Tasting",
                "start": self.now - timedelta(days=1),
                "stop": self.now - timedelta(hours=23),
                "partner_ids": partner.ids,
            }
        )
        call = self.env.ref("mail.mail_activity_data_call")
        partner.activity_schedule(activity_type_id=call.id).action_done()
        partner.message_post(
            author_id=partner.id, body="Hello", subject="Hello", message_type="email"
        )
        survey = self.env["survey.survey"].create({"title": "Our teapots"})
        self.env["survey.user_input"].create(
            {
                "survey_id": survey.id,
                "partner_id": partner.id,
                "state": "done",
                "end_datetime": self.now,
            }
        )
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": partner.id,
                "partner_id": partner.id,
                "rating": 4,
                "consumed": True,
            }
        )
        # Given at once: a slow test must not look as if it had been asked for.
        self.set_columns(rating, rated_on=rating.create_date)

    # Running and reading

    def set_columns(self, records, **columns):
        """Write dates and the like that the ORM would not let anybody write."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id = ANY(%s)",
                SQL.identifier(records._table),
                SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), value)
                    for name, value in columns.items()
                ),
                records.ids,
            )
        )
        self.env.invalidate_all()

    def run_out_of_time(self):
        """Let crons stop after the first batch; return what they say remains."""
        left = []

        def stop(_crons, processed=0, *, remaining=None, **_more):
            before = left[-1] if left else 0
            left.append(max(before - processed, 0) if remaining is None else remaining)
            return 0.0

        self.patch(type(self.env["ir.cron"]), "_commit_progress", stop)
        return left

    @contextmanager
    def at(self, moment):
        """Let Odoo and the cursor believe that it is ``moment``."""
        self.env.flush_all()
        with freeze_time(moment), patch.object(self.env.cr, "now", lambda: moment):
            yield
            self.env.flush_all()

    def harvest(self, *codes):
        """Harvest these sources, or all; return how many touchpoints were added.

        A source that fails fails the test.
        """
        sources = self.Source.search([("code", "in", codes)] if codes else [])
        sources = sources.filtered("is_available")
        rows = sum(source._harvest_safely() or 0 for source in sources)
        self.assertFalse(sources.filtered("last_error").mapped("last_error"))
        self.env.invalidate_all()
        return rows

    def refresh(self, *partners):
        """Bring profiles and stages of these and the queued contacts up to date."""
        self.env.flush_all()
        for partner in partners:
            self.env["lifecycle.touchpoint.queue"]._add(partner.ids)
        self.env["lifecycle.profile"]._refresh_queue()
        self.env.invalidate_all()

    def reconcile(self, *codes):
        sources = self.Source.search([("code", "in", codes)])
        for source in sources:
            source._harvest_safely(is_reconcile=True)
        self.assertFalse(sources.filtered("last_error").mapped("last_error"))
        self.env.invalidate_all()

    def journey(self, partner, *codes):
        """Return the contact's touchpoints, oldest first."""
        touchpoints = partner.lifecycle_touchpoint_ids.sorted(
            lambda touchpoint: (touchpoint.touch_date, touchpoint.id)
        )
        if codes:
            touchpoints = touchpoints.filtered(lambda t: t.type_id.code in codes)
        return touchpoints

    def assertJourney(self, partner, codes):
        """Check which touchpoints the contact has, by code, whatever their order."""
        self.assertCountEqual(
            [touchpoint.type_id.code for touchpoint in self.journey(partner)], codes
        )
