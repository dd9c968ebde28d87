from datetime import timedelta

from odoo.tests import HttpCase, tagged

from odoo.addons.contact_lifecycle.engine.consent import tokens
from odoo.addons.contact_lifecycle.models.consent import lifecycle_link_request

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestLinkRequest(LifecycleCase, HttpCase):
    """A lost link is mailed to the address it belongs to, and nobody learns whose."""

    def setUp(self):
        super().setUp()
        self.ana = self.make_partner(email="ana@example.com", lang="en_US")
        self.requests = self.env["lifecycle.link.request"]
        self.patch(tokens, "is_form_ours", lambda *_args: True)

    def ask(self, email, **fields):
        self.env.flush_all()
        return self.url_open(
            "/lifecycle/preferences", data={"email": email, "proof": "x", **fields}
        )

    def run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("contact_lifecycle.ir_cron_send_links").method_direct_trigger()
        self.env.invalidate_all()

    def mails(self, address="ana@example.com"):
        return self.env["mail.mail"].search([("email_to", "=", address)])

    def test_known_and_unknown_get_the_same_answer(self):
        known = self.ask("ana@example.com")
        unknown = self.ask("nobody@example.com")
        nonsense = self.ask("<script>\0")

        for other in (unknown, nonsense):
            self.assertEqual(other.status_code, known.status_code)
            self.assertEqual(len(other.content), len(known.content))
        self.assertIn("Look into your inbox", known.text)

    def test_link_is_mailed_to_the_address_on_file(self):
        self.ask(" Ana@Example.com ")
        self.ask("nobody@example.com")

        self.run_cron()

        mail = self.mails()
        self.assertEqual(len(mail), 1)
        self.assertIn("/lifecycle/preferences/", mail.body_html)
        self.assertFalse(self.mails("nobody@example.com"))
        self.assertFalse(self.requests.search_count([("done_date", "=", False)]))

    def test_what_does_not_fit_into_a_run_is_not_left_for_the_next_hour(self):
        self.ask("ana@example.com")
        self.ask("nobody@example.com")
        left = self.run_out_of_time()
        self.patch(lifecycle_link_request, "_BATCH_REQUESTS", 1)

        self.requests._cron_send_links()
        self.assertTrue(left[-1])
        self.requests._cron_send_links()
        self.assertFalse(left[-1])

    def test_one_message_in_a_quarter_of_an_hour_and_three_a_day(self):
        for _ in range(3):
            self.ask("ana@example.com")
        self.assertEqual(self.requests.search_count([]), 1)

        self.set_columns(
            self.requests.search([]),
            request_date=self.env.cr.now() - timedelta(hours=1),
            slot=1,
        )
        for slot in (2, 3):
            self.requests._ask("ana@example.com", self.env.company, "page")
            self.set_columns(
                self.requests.search([], limit=1),
                request_date=self.env.cr.now() - timedelta(hours=1),
                slot=slot,
            )
        self.requests._ask("ana@example.com", self.env.company, "page")

        self.assertEqual(self.requests.search_count([]), 3)

    def test_programs_that_fill_in_everything_are_ignored(self):
        self.ask("ana@example.com", company_name="Robots Ltd")

        self.assertFalse(self.requests.search_count([]))

    def test_topic_with_double_opt_in_waits_for_the_press(self):
        topic = self.env["lifecycle.topic"].create({"name": "Offers"})
        purpose = topic.purpose_id
        self.env["lifecycle.consent"]._record(
            [
                {
                    "company_id": self.env.company.id,
                    "partner_id": self.ana.id,
                    "address": "ana@example.com",
                    "channel": "email",
                    "purpose_id": purpose.id,
                    "topic_id": topic.id,
                    "status": "pending",
                    "source": "preference_centre",
                }
            ]
        )
        token = self.env["lifecycle.link"]._issue(
            self.ana, self.env.company, "confirm"
        )[self.ana.id]
        path = f"/lifecycle/confirm/{token}"

        page = self.url_open(path)
        self.assertIn("Offers", page.text)
        self.assertEqual(self.ana.lifecycle_consent_ids.status, "pending")

        page = self.url_open(path, data={"proof": "x"})

        self.assertIn("It is confirmed", page.text)
        self.env.invalidate_all()
        self.assertEqual(self.ana.lifecycle_consent_ids.status, "granted")
        self.assertEqual(self.ana.lifecycle_consent_ids.source, "double_opt_in")
        again = self.url_open(path, data={"proof": "x"})
        self.assertIn("Nothing waits", again.text)
        self.assertEqual(len(self.ana.lifecycle_consent_event_ids), 2)
