from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .rights_common import DataCase


@tagged("post_install", "-at_install")
class TestDataRequestStaff(DataCase):
    """Staff answer within a month, and the contact is told."""

    def test_deadline_is_a_month_after_the_request(self):
        request = self.make_request(request_date="2026-01-31 10:00:00")

        self.assertEqual(request.deadline, date(2026, 2, 28))

    def test_done_closes_and_sends_the_answer(self):
        request = self.make_request(answer="Gone but for two invoices.")
        request.with_user(self.manager).action_done()

        self.assertEqual(request.state, "done")
        self.assertTrue(request.close_date)
        self.assertFalse(request.activity_ids)
        self.assertIn("we have erased your data", self.mails().body_html)
        self.assertIn("two invoices", self.mails().body_html)

    def test_refusal_needs_a_reason(self):
        request = self.make_request()
        with self.assertRaises(UserError):
            request.with_user(self.manager).action_refuse()
        self.assertEqual(request.state, "new")

        request.answer = "We need <them> for a case in court."
        request.with_user(self.manager).action_refuse()

        self.assertEqual(request.state, "refused")
        self.assertIn("&lt;them&gt;", self.mails().body_html)
        self.assertIn("complain", self.mails().body_html)

    def test_answer_reaches_an_address_whose_contact_is_gone(self):
        request = self.make_request()
        self.ana.unlink()
        self.env.invalidate_all()

        request.with_user(self.manager).action_done()

        self.assertEqual(request.address, "ana.ferrer@example.com")
        self.assertTrue(self.mails())
        self.assertIn("ana.ferrer@example.com", request.display_name)

    def test_answer_is_sent_once_however_often_the_state_changes(self):
        request = self.make_request(answer="Because")
        request.action_done()
        request.action_done()
        request.action_refuse()
        self.assertEqual(len(self.mails()), 1)

        request.action_reopen()

        self.assertFalse(request.close_date)
        self.assertTrue(request.activity_ids)

    def test_overdue_is_found(self):
        today = self.env.cr.now().date()
        late = self.make_request(deadline=today - timedelta(days=1))
        soon = self.make_request(kind="correction", deadline=today)
        done = self.make_request(
            kind="download", state="done", deadline=today - timedelta(days=9)
        )

        found = self.found(is_overdue=True)

        self.assertEqual(found, late)
        self.assertEqual(self.found(is_overdue=False), soon | done)
        self.assertTrue(late.is_overdue)
        self.assertTrue(soon.is_urgent)

    def test_activity_follows_the_deadline_and_the_responsible(self):
        request = self.make_request()
        other = self.make_user("other", "contact_lifecycle.group_lifecycle_manager")

        request.write({"deadline": "2999-01-01", "user_id": other.id})

        self.assertEqual(request.activity_ids.user_id, other)
        self.assertEqual(request.activity_ids.date_deadline, date(2999, 1, 1))

    def test_request_by_letter_is_entered_by_hand(self):
        with Form(self.requests.with_user(self.manager)) as form:
            form.partner_id = self.ana
            form.note = "By letter of 3 March"
        request = form.record

        self.assertEqual(request.address, "ana.ferrer@example.com")
        self.assertEqual(request.source, "staff")
        self.assertFalse(self.mails())
        request.action_send_receipt()
        self.assertEqual(len(self.mails()), 1)

    def test_nobody_deletes_a_request(self):
        request = self.make_request()
        with self.assertRaises(UserError):
            request.unlink()
        with self.assertRaises(AccessError):
            request.with_user(self.manager).unlink()

    def test_marketer_and_salesperson_see_no_requests(self):
        self.make_request()
        for group in (
            "contact_lifecycle.group_lifecycle_user",
            "sales_team.group_sale_salesman",
        ):
            user = self.make_user(f"u-{group}", group)
            with self.assertRaises(AccessError):
                self.requests.with_user(user).search([])
            with self.assertRaises(AccessError):
                self.ana.with_user(user).read(["lifecycle_data_request_ids"])

    def test_other_company_sees_no_requests(self):
        request = self.make_request()
        theirs = self.make_company("Theirs")
        stranger = self.make_user(
            "stranger",
            "contact_lifecycle.group_lifecycle_manager",
            company_id=theirs.id,
            company_ids=[Command.set(theirs.ids)],
        )

        self.assertFalse(self.requests.with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            request.with_user(stranger).read(["note"])
        self.assertNotEqual(self.requests._get_responsible(theirs), self.manager)

    def test_contacts_that_are_merged_keep_their_requests(self):
        twin = self.make_partner("Ana F.", email="ana.f@example.com")
        self.make_request()
        self.requests.create({"partner_id": twin.id})

        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge([self.ana.id, twin.id], self.ana)

        self.env.invalidate_all()
        self.assertEqual(len(self.found(state="new")), 2)
