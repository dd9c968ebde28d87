from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.contact_lifecycle.models.signup import lifecycle_signup_run

from .signup_common import SignupCase


@tagged("post_install", "-at_install")
class TestSignupWait(SignupCase):
    """Who waits is reminded once, and forgotten in time."""

    def test_reminder_is_sent_once(self):
        self.sign_up()
        self.run_cron()
        self.age(days=1)
        self.run_cron()
        self.assertEqual(len(self.mails()), 1)

        self.age(days=2)
        self.run_cron()
        self.run_cron()

        self.assertEqual(len(self.mails()), 2)
        self.press()
        self.assertEqual(self.signups.search([]).state, "confirmed")

    def test_what_does_not_fit_into_a_run_is_not_left_for_the_next_hour(self):
        for name in "ana", "bea":
            self.sign_up(f"{name}@example.com")
        self.patch(lifecycle_signup_run, "_BATCH_MAILS", 1)
        left = self.run_out_of_time()

        self.signups._cron_run_signups()

        self.assertTrue(left[-1])

    def test_no_reminder_where_none_is_wanted_or_the_person_has_left(self):
        self.form.reminder_days = 0
        self.sign_up()
        ana = self.make_partner(email="bea@example.com")
        other = self.make_form(name="Other", code="other")
        self.sign_up("bea@example.com", path="/lifecycle/signup/other")
        self.run_cron()
        self.age(days=3)
        link = self.env["lifecycle.link"]._get_row(ana, self.env.company)
        self.env["lifecycle.consent"]._leave(link, 0, "one_click")
        self.env["lifecycle.consent"]._apply_queue()

        self.run_cron()

        self.assertEqual(len(self.mails()), 1)
        self.assertEqual(len(self.mails("bea@example.com")), 1)
        self.assertEqual(other.waiting_count, 1)

    def test_who_never_confirms_is_forgotten(self):
        self.sign_up()
        self.run_cron()
        link = self.link()
        self.age(days=8)

        self.run_cron()

        signup = self.signups.search([])
        self.assertEqual(signup.state, "expired")
        self.assertFalse(signup.address or signup.answers or signup.network)
        self.assertFalse(self.Partner.search([("email", "=", "ana@example.com")]))
        answer = self.press(link)
        self.assertIn("does not work any more", answer.text)
        self.assertIn("/lifecycle/signup/spring", answer.text)
        self.assertEqual(self.signups.search([]).state, "expired")

    def test_second_run_changes_nothing(self):
        self.sign_up()
        self.run_cron()
        self.age(days=3)
        self.run_cron()
        before = self.signups.search([]).read()
        mails = self.env["mail.mail"].search_count([])

        self.run_cron()

        self.assertEqual(self.signups.search([]).read(), before)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_last_sign_up_of_an_address_stands_for_those_before(self):
        self.sign_up("ana@example.com", self.recipes)
        self.run_cron()
        first = self.link()
        self.age(hours=1)
        self.sign_up("ana@example.com", self.offers)
        self.run_cron()
        self.assertEqual(
            self.signups.search([], order="id").mapped("state"), ["replaced", "waiting"]
        )

        answer = self.press(first)

        self.assertIn("Welcome", answer.text)
        self.assertEqual(self.said()["Offers"], "granted")
        self.assertNotIn("Recipes", self.said())

    def test_address_goes_from_a_sign_up_that_is_a_contact(self):
        ana = self.confirmed()
        self.age(days=2)

        self.run_cron()

        signup = self.signups.search([])
        self.assertFalse(signup.address)
        self.assertEqual(signup.partner_id, ana)

    @mute_logger("odoo.addons.contact_lifecycle.models.signup.lifecycle_signup_run")
    def test_one_that_fails_stops_no_other(self):
        self.sign_up()
        self.sign_up("bea@example.com")
        send = type(self.signups)._send

        def fail_for_ana(signup, name="signup"):
            if signup.address == "ana@example.com":
                raise ValueError("no")
            return send(signup, name)

        with patch.object(type(self.signups), "_send", fail_for_ana):
            self.run_cron()

        self.assertFalse(self.mails())
        self.assertEqual(len(self.mails("bea@example.com")), 1)
        self.assertFalse(self.signups.search([("mail_date", "=", False)]))

    def test_closed_form_still_lets_those_in_who_wait(self):
        self.sign_up()
        self.run_cron()
        self.form.action_close()

        self.assertIn("Welcome", self.press().text)
