from odoo.tests import tagged

from odoo.addons.contact_lifecycle.engine.consent import tokens

from .public_browser import DESKTOP, PHONE, PublicBrowserCase
from .public_links import PORTAL, PublicLinks
from .public_pages import LANGUAGES

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_BAD_PAGE = """
document.documentElement.removeAttribute('lang');
document.body.innerHTML = '<main><img src="data:,"><input name="x">' +
    '<p style="color:#bbb;background:#fff">grey</p></main>';
"""


class AccessibilityCase(PublicLinks, PublicBrowserCase):
    """Pages that axe-core looks at, and how wide they are."""

    def setUp(self):
        super().setUp()
        self.faults = []

    def judge(self, window, name, within="html"):
        """Note what is wrong with the page that a window shows."""
        window.photograph(name)
        found = window.judge(self.axe, _TAGS, within)
        if window.overflow > 0:
            found.append(f"{window.overflow} pixels too wide")
        self.faults += [f"{name}: {fault}" for fault in found]

    def assertNoFaults(self):
        self.assertFalse(self.faults, "\n".join(["", *self.faults]))

    def log_in(self, window):
        self.authenticate(PORTAL, PORTAL, browser=window.browser)


@tagged("post_install", "-at_install")
class TestTourAccessibility(AccessibilityCase):
    """No public page keeps anybody out: WCAG 2.2 AA, as far as a program can tell."""

    def judge_all(self, size):
        pages = {**self.paths_of_pages(), **self.paths_of_links()}
        self.make_account()
        with self.window(size) as window:
            self.log_in(window)
            for lang in LANGUAGES:
                for name, path in pages.items():
                    window.open(f"{path}{'&' if '?' in path else '?'}lang={lang}")
                    window.wait_for(f'lang="{lang[:2]}')
                    self.judge(window, f"{name}_{lang}_{size[0]}")
        self.assertNoFaults()

    def test_no_page_keeps_anybody_out_on_a_phone(self):
        self.judge_all(PHONE)

    def test_no_page_keeps_anybody_out_on_a_desk(self):
        self.judge_all(DESKTOP)

    def test_a_bad_page_is_found_out(self):
        with self.window() as window:
            window.open("/lifecycle/preferences")
            window.ask("Runtime.evaluate", expression=_BAD_PAGE)
            faults = window.judge(self.axe, _TAGS)

        rules = {fault.partition(":")[0] for fault in faults}
        self.assertLessEqual(
            {"color-contrast", "html-has-lang", "image-alt", "label"}, rules
        )


@tagged("post_install", "-at_install")
class TestTourAccessibilityPressed(AccessibilityCase):
    """What a page shows after a press keeps nobody out either: thanks and errors."""

    def setUp(self):
        super().setUp()
        # The proof of a form is good after a second; a test does not wait for it.
        self.patch(tokens, "is_form_ours", lambda *_args: True)
        self.install_languages()

    def press(self, window, name, path, *steps, lang="es_ES"):
        """Press one thing after the other, and judge each page that comes of it.

        :param steps: (what to press, what the page that comes of it holds and none
            before did, and functions of a window to call first)
        """
        window.open(f"{path}{'&' if '?' in path else '?'}lang={lang}")
        for number, (button, mark, *before) in enumerate(steps):
            for do in before:
                do(window)
            self.assertNotIn(mark, window.text)
            window.press(button)
            window.wait_for(mark)
            self.judge(window, f"pressed_{name}_{number}")

    def preferences(self, scope="fresh", partner=None):
        self.env.flush_all()
        return f"/lifecycle/preferences/{self.issue(scope, partner)}"

    def test_choices_that_are_saved_and_those_that_cannot_be(self):
        def choose_no_day(window):
            window.set("#pause option[value='date']", "selected")

        path = self.preferences("page")
        save = "button.main[value='save']"
        with self.window() as window:
            self.press(window, "no_day", path, (save, "card note bad", choose_no_day))
            self.press(window, "saved", path, (save, 'role="status"'))
            self.press(
                window,
                "fresh_link",
                path,
                ("form[action$='/profile'] button[value='fresh']", 'role="status"'),
            )
        self.assertNoFaults()

    def test_data_that_are_saved_and_those_that_cannot_be(self):
        year = self.env.ref("contact_lifecycle.lifecycle_question_birth_year")
        year.active = True
        form = "form#your_data"

        def say(selector, words):
            return lambda window: window.type(selector, words)

        def let_pass(window):
            for place in window.find_all("form"):
                window.ask(
                    "DOM.setAttributeValue", nodeId=place, name="novalidate", value=""
                )

        def unfold(window):
            window.press("details:has(input[value='erasure']) summary")

        wrong = say(f"{form} [name='q{year.id}']", "12")
        right = say(f"{form} [name='q{year.id}']", "1990")
        path, main = self.preferences(), f"{form} button.main"
        mails = "form button[value='email']"
        with self.window() as window:
            for name, *step in (
                ("bad_year", main, 'aria-invalid="true"', wrong),
                ("year", main, 'role="status"', right),
                ("bad_address", mails, 'aria-invalid="true"', let_pass),
                ("address", mails, 'role="status"', say("#new_email", "b@example.com")),
                ("correct", "button[value='correct']", 'role="status"'),
                ("erasure", "button.leave[value='ask']", 'role="status"', unfold),
                ("download", "button[value='html']", 'id="d0"'),
            ):
                self.press(window, name, path, step)
        self.assertNoFaults()

    def test_leaving_and_what_is_offered_then(self):
        offers = ("frequency", "topics", "pause", "none")
        reasons = self.env["mailing.subscription.optout"].create(
            [{"name": f"Since {offer}", "lifecycle_offer": offer} for offer in offers]
        )
        marks = (
            'name="do" value="frequency"',
            'name="shown"',
            'name="do" value="pause"',
            "Thank you for telling us",
        )
        with self.window() as window:
            for reason, mark in zip(reasons, marks, strict=True):
                name = f"leaver{reason.id}"
                leaver = self.make_public_contact(
                    name, f"{name}@example.com", phone=False
                )
                self.press(
                    window,
                    f"left_{reason.lifecycle_offer}",
                    self.preferences("page", leaver),
                    ("button[value='stop']", 'value="reason"'),
                    (
                        "button[value='reason']",
                        mark,
                        lambda window, reason=reason: window.press(
                            f"input[name='reason'][value='{reason.id}']"
                        ),
                    ),
                    lang="en_US",
                )
            self.press(
                window,
                "left_old",
                f"/lifecycle/unsubscribe/{self.make_old_link()}",
                ("button[value='stop']", 'value="reason"'),
            )
        self.assertNoFaults()

    def test_signing_up_and_confirming(self):
        links = self.make_links()
        (code,) = self.make_signup_codes()
        self.env.flush_all()

        def let_pass(window):
            window.set("form.signup", "novalidate")

        def fill_in(window):
            window.type("#email", "dora@example.com")

        with self.window() as window:
            self.press(
                window,
                "signup",
                f"/lifecycle/signup/{code}",
                ("button.main", 'id="email_error"', let_pass),
                ("button.main", 'class="card note" role="status"', fill_in),
            )
            for name, path in (
                ("signup", f"/lifecycle/signup-confirm/{links['signup']}"),
                ("renewed", f"/lifecycle/renew/{links['renew']}"),
                ("confirmed", f"/lifecycle/confirm/{links['confirm']}"),
                ("address", f"/lifecycle/address/{links['address']}"),
            ):
                self.press(window, name, path, ("main button.main", 'role="status"'))
            self.press(
                window,
                "asked",
                "/lifecycle/preferences",
                ("main button", "card note", fill_in),
            )
        self.assertNoFaults()

    def test_leaving_by_the_link_of_a_text_message(self):
        """The frame around it is Odoo's; what is ours is judged."""
        mailing = self.make_mailing(mailing_type="sms", body_plaintext="Hello")
        self.make_trace(
            self.ana,
            mailing,
            trace_type="sms",
            sms_code="abc",
            sms_number=self.ana.phone_sanitized,
        )
        self.env.flush_all()
        with self.window() as window:
            window.open(f"/sms/{mailing.id}/unsubscribe/abc")
            self.judge(window, "sms_confirm", "main")
            window.type("#sms_number", self.ana.phone_sanitized)
            window.press("main form button.btn-primary")
            window.wait_for("no more messages")
            self.judge(window, "sms_left", "main")
        self.assertNoFaults()
