import re
from datetime import timedelta

from lxml import html

from odoo.fields import Command
from odoo.tests import HttpCase

from odoo.addons.contact_lifecycle.engine.consent import tokens

from .common import LifecycleCase


class SignupCase(LifecycleCase, HttpCase):
    """An open form with three topics, and a visitor without a session."""

    def setUp(self):
        super().setUp()
        self.signups = self.env["lifecycle.signup"]
        self.purpose = self.env.ref("contact_lifecycle.lifecycle_purpose_marketing")
        self.news, self.recipes, self.offers = self.env["lifecycle.topic"].create(
            [
                {"name": "News", "kind": "opt_out"},
                {"name": "Recipes", "description": "One dish each season"},
                {"name": "Offers"},
            ]
        )
        self.form = self.make_form()
        self.is_checked = False
        # The proof of a form is good after a second; a test does not wait for it.
        is_ours = tokens.is_form_ours
        self.patch(
            tokens,
            "is_form_ours",
            lambda *args: is_ours(*args) if self.is_checked else True,
        )
        # Odoo's clock moves with each request; sign-ups of one test are one moment.
        self.url = "/lifecycle/signup/spring"

    def make_form(self, **values):
        topics = self.news | self.recipes | self.offers
        form = self.env["lifecycle.signup.form"].create(
            {
                "name": "Spring",
                "title": "Hear from us first",
                "topic_ids": [Command.set(topics.ids)],
                **values,
            }
        )
        form.action_open()
        return form

    def visit(self, path=None, **kwargs):
        self.env.flush_all()
        answer = self.url_open(path or self.url, allow_redirects=False, **kwargs)
        self.env.invalidate_all()
        self.assertFalse(answer.cookies)
        return answer

    def fields(self, answer=None):
        """Return the fields of the form as a browser would send them."""
        page = html.fromstring((answer or self.visit()).content)
        return dict(page.forms[0].form_values())

    def sign_up(self, email="ana@example.com", *topics, path=None, **fields):
        topics = topics or (self.recipes,)
        ticks = {f"t{topic.id}": "1" for topic in topics}
        data = {"proof": "x", "email": email, **ticks, **fields}
        return self.visit(path, data=data)

    def run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "contact_lifecycle.ir_cron_run_signups"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def mails(self, address="ana@example.com"):
        return self.env["mail.mail"].search([("email_to", "=", address)])

    def link(self, address="ana@example.com"):
        """Return the path of the link in the last message to an address."""
        body = self.mails(address)[:1].body_html
        return re.search(r"/lifecycle/signup-confirm/[\w-]+", body).group()

    def press(self, path=None):
        return self.visit(path or self.link(), data={"proof": "x"})

    def confirmed(self, email="ana@example.com", *topics, **fields):
        """Sign up and confirm; return the contact."""
        self.sign_up(email, *topics, **fields)
        self.run_cron()
        self.press(self.link(email))
        return self.Partner.search([("email_normalized", "=", email)])

    def said(self, address="ana@example.com"):
        """Return {topic name, or "": status} of what holds by e-mail."""
        consents = self.env["lifecycle.consent"]
        consents._apply_queue()
        rows = consents.search([("address", "=", address), ("channel", "=", "email")])
        return {row.topic_id.name or "": row.status for row in rows}

    def age(self, signups=None, **span):
        """Let sign-ups, and what was sent for them, be older."""
        self.env.flush_all()
        columns = ("request_date", "mail_date", "reminder_date", "confirm_date")
        for signup in (signups or self.signups.search([])).sorted("id"):
            old = {c: signup[c] - timedelta(**span) for c in columns if signup[c]}
            slot = signup.slot - int(timedelta(**span).total_seconds() // 900) - 1
            self.set_columns(signup, slot=slot, **old)
