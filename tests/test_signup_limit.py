from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.base.models.ir_http import IrHttp

from .signup_common import SignupCase


@tagged("post_install", "-at_install")
class TestSignupLimit(SignupCase):
    """Nobody can make us flood an address, and programs do not get far."""

    def states(self):
        return self.signups.search([], order="id").mapped("state")

    def take(self, address="ana@example.com", ip="203.0.113.1"):
        told = {
            "topics": [],
            "answers": {"1": "secret"},
            "lang": "en_US",
            "wording_id": self.env["lifecycle.wording"]._get_text("x", "en_US").id,
            "ip": ip,
            "way": "page",
            "place": None,
            "referrer": None,
            "utm": {},
        }
        return self.signups._take(self.form, address, told)

    def test_two_hundred_attempts_from_everywhere_are_one_message(self):
        for number in range(200):
            self.take(ip=f"198.51.{number}.7")

        self.assertEqual(self.states(), ["waiting", "blocked"])
        blocked = self.signups.search([("state", "=", "blocked")])
        self.assertEqual(blocked.blocked_by, "address")
        self.assertFalse(blocked.answers)
        self.run_cron()
        self.run_cron()
        self.assertEqual(len(self.mails()), 1)

    def test_three_a_day_and_no_more(self):
        for _number in range(4):
            self.take()
            self.age(hours=1)

        self.assertEqual(self.states(), ["waiting"] * 3 + ["blocked"])
        self.age(days=1)
        self.assertTrue(self.take())

    def test_one_network_signs_up_a_few_an_hour(self):
        self.form.network_limit = 3
        for number in range(6):
            self.take(f"a{number}@example.com", f"203.0.113.{number}")
        self.take("b@example.com", "203.0.114.1")

        self.assertEqual(self.states(), ["waiting"] * 3 + ["blocked", "waiting"])
        blocked = self.signups.search([("state", "=", "blocked")])
        self.assertEqual(blocked.blocked_by, "network")
        self.age(hours=1)
        self.assertTrue(self.take("c@example.com"))

    def test_no_address_of_the_internet_is_kept(self):
        self.take(ip="203.0.113.77")

        row = self.signups.search([]).read()[0]
        self.assertNotIn("203.0.113", str(row))
        self.assertTrue(row["network"])

    def test_limit_of_the_page_is_that_of_the_model(self):
        self.sign_up()
        self.sign_up()

        self.assertEqual(self.states(), ["waiting", "blocked"])

    def test_blocked_attempts_are_forgotten_after_a_month(self):
        self.take()
        self.take()
        self.age(days=31)

        self.run_cron()

        self.assertNotIn("blocked", self.states())

    def test_captcha_is_asked_where_it_is_set_up(self):
        sent = []

        def verify(http, action):
            sent.append(action)
            if len(sent) == 1:
                raise UserError(action)

        keys = {"turnstile": "0xKEY", "recaptcha": "6LKEY"}
        forms = self.env.registry["lifecycle.signup.form"]
        with (
            patch.object(forms, "_get_captchas", lambda _form: keys),
            patch.object(IrHttp, "_verify_request_recaptcha_token", verify),
        ):
            page = self.visit()
            refused = self.sign_up()
            self.assertFalse(self.states())
            self.sign_up()
        self.assertEqual(self.states(), ["waiting"])
        self.assertEqual(sent, ["lifecycle_signup"] * 2)
        self.assertIn("whether you are a person", refused.text)
        for text in ("0xKEY", "6LKEY", "<noscript>"):
            self.assertIn(text, page.text)
        policy = page.headers["Content-Security-Policy"]
        self.assertIn("https://challenges.cloudflare.com", policy)
        self.assertIn("https://www.recaptcha.net", policy)

    def test_captcha_is_not_asked_where_the_form_does_not_want_it(self):
        self.form.is_captcha_required = False
        forms = self.env.registry["lifecycle.signup.form"]
        with patch.object(forms, "_get_captchas", lambda _form: {"turnstile": "0xKEY"}):
            self.assertNotIn("0xKEY", self.visit().text)
            self.sign_up()
        self.assertEqual(self.states(), ["waiting"])

    def test_captchas_are_those_that_odoo_has_and_that_have_keys(self):
        write = self.env["ir.config_parameter"].set_param
        for name in ("recaptcha_private_key", "recaptcha_public_key"):
            write(name, "6LKEY")
        http = self.env.registry["ir.http"]
        has_app = hasattr(http, "_verify_recaptcha_token")
        expected = {"recaptcha": "6LKEY"} if has_app else {}
        self.assertEqual(self.form._get_captchas(), expected)

        with patch.object(http, "_verify_recaptcha_token", create=True):
            self.assertEqual(self.form._get_captchas(), {"recaptcha": "6LKEY"})
            write("enable_recaptcha", "False")
            self.assertEqual(self.form._get_captchas(), {})

    def test_staff_send_the_message_again_after_an_hour(self):
        marketer = self.make_user("mia", "contact_lifecycle.group_lifecycle_user")
        signup = self.take()
        self.run_cron()
        mine = signup.with_user(marketer)
        with self.assertRaises(UserError):
            mine.action_resend()
        self.age(signup, hours=2)

        mine.action_resend()

        self.assertEqual(len(self.mails()), 2)
        with self.assertRaises(UserError):
            mine.action_resend()
        self.assertLess(signup.mail_date - self.now, timedelta(minutes=5))
