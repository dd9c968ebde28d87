import time

from odoo.tests import tagged

from .public_browser import PHONE, PublicBrowserCase
from .public_pages import PublicPages

_DATA = "form[action$='/profile']"


@tagged("post_install", "-at_install")
class TestTourPreference(PublicPages, PublicBrowserCase):
    """On a phone, by thumb, with scripts and without: the pages do what they say."""

    def press(self, window, selector, words):
        """Press what a person would, no faster than one, and wait for the answer."""
        time.sleep(1.1)
        window.press(selector)
        window.wait_for(words)
        self.env.invalidate_all()

    def choose(self, window):
        window.open(f"/lifecycle/preferences/{self.issue()}")
        window.press(f"input[name='t{self.offers.id}_email']")
        window.press("input[name='frequency'][value='weekly']")
        self.press(window, "button.main[value='save']", "Your choices are saved")
        self.assertEqual(self.ana.lifecycle_preference_ids.frequency, "weekly")
        event = self.ana.lifecycle_consent_event_ids
        self.assertEqual((event.topic_id, event.status), (self.offers, "granted"))

    def leave_and_come_back(self, window):
        window.open(f"/lifecycle/preferences/{self.issue()}")
        self.press(window, "button[value='stop']", "You get nothing more from us")
        self.assertEqual(self.said(), "withdrawn")
        window.photograph("stopped_by_thumb")
        self.press(window, "button[value='undo']", "as it was before")
        self.assertEqual(self.said(), "granted")

    def confirm(self, window):
        self.answer(self.ana, self.late, "pending")
        window.open(f"/lifecycle/confirm/{self.issue('confirm')}")
        self.press(window, "main button", "Thank you")
        self.assertEqual(self.said(self.late), "granted")

    def ask_for_a_link(self, window):
        window.open("/lifecycle/preferences")
        window.type("#email", "ana.ferrer@example.com")
        self.press(window, "main button", "Look into your inbox")
        request = self.env["lifecycle.link.request"].search([], order="id desc")[:1]
        self.assertEqual(request.address, "ana.ferrer@example.com")

    def sign_up(self, window):
        (code,) = self.make_signup_codes()
        self.env.flush_all()
        window.open(f"/lifecycle/signup/{code}")
        window.type("input[type='email']", "new.reader@example.com")
        self.press(window, "button.main", 'role="status"')
        signup = self.env["lifecycle.signup"].search([], order="id desc")[:1]
        self.assertEqual(signup.address, "new.reader@example.com")

    def change_own_data(self, window):
        window.open(f"/lifecycle/preferences/{self.issue('fresh')}")
        field = self.env["lifecycle.question"].search([("field_name", "=", "city")])
        window.type(f"{_DATA} [name='q{field.id}']", "Girona")
        self.press(window, f"{_DATA} button.main", 'role="status"')
        self.assertEqual(self.ana.city, "Girona")

    def said(self, topic=None):
        self.env["lifecycle.consent"]._apply_queue()
        self.env.invalidate_all()
        return (
            self.env["lifecycle.consent"]
            .search(
                [
                    ("address", "=", self.ana.email_normalized),
                    ("channel", "=", "email"),
                    ("topic_id", "=", topic and topic.id),
                ]
            )
            .status
        )

    def run_with_and_without_scripts(self, tour):
        for has_scripts in (True, False):
            savepoint = self.env.cr.savepoint()
            with self.window(PHONE, has_scripts) as window:
                tour(window)
                self.assertLessEqual(window.overflow, 0)
            self.env.flush_all()
            savepoint.close(rollback=True)
            self.env.invalidate_all()
            self.env.registry.clear_cache()

    def test_choosing(self):
        self.run_with_and_without_scripts(self.choose)

    def test_leaving_and_coming_back(self):
        self.run_with_and_without_scripts(self.leave_and_come_back)

    def test_confirming(self):
        self.run_with_and_without_scripts(self.confirm)

    def test_asking_for_a_link(self):
        self.run_with_and_without_scripts(self.ask_for_a_link)

    def test_signing_up(self):
        self.run_with_and_without_scripts(self.sign_up)

    def test_changing_ones_data(self):
        self.run_with_and_without_scripts(self.change_own_data)

    def test_scripts_are_off_where_they_should_be(self):
        """Were they on, the tours without would prove nothing."""
        page = "data:text/html,<body>off<script>document.body.textContent='on'</script>"
        for has_scripts, words in ((True, "on"), (False, "off")):
            with self.window(PHONE, has_scripts) as window:
                window.ask("Page.navigate", url=page)
                window.wait_for(words)
                self.assertEqual(">on<" in window.text, has_scripts)
