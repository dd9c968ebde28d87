from lxml import html

from odoo.tests import HttpCase

from odoo.addons.contact_lifecycle.engine.consent import tokens

from .common import LifecycleCase


class PreferenceCase(LifecycleCase, HttpCase):
    """A contact with links to its page, and a client without a session."""

    def setUp(self):
        super().setUp()
        self.ana = self.make_partner(
            "Ana Ferrer", email="ana@example.com", lang="en_US", city="Madrid"
        )
        self.Question = self.env["lifecycle.question"]
        self.Question.search([]).active = False
        self.city, self.job, self.gender = (
            self.Question.create({"name": name, "field_name": field})
            for name, field in (
                ("Your city", "city"),
                ("Your profession", "function"),
                ("Your gender", "lifecycle_gender"),
            )
        )
        self.page = self.issue("page")
        self.fresh = self.issue("fresh")
        self.patch(tokens, "is_form_ours", lambda *_args: True)

    def issue(self, scope, campaign=0):
        links = self.env["lifecycle.link"]
        return links._issue(self.ana, self.env.company, scope, campaign)[self.ana.id]

    def visit(self, token, **kwargs):
        self.env.flush_all()
        return self.url_open(
            f"/lifecycle/preferences/{token}", allow_redirects=False, **kwargs
        )

    def form(self, answer):
        """Return the fields of the form about data, as a browser would send them."""
        for form in html.fromstring(answer.content).forms:
            if form.action.endswith("/profile") and "was" in form.fields:
                return dict(form.form_values())
        return None

    def send(self, token, fields):
        self.env.flush_all()
        answer = self.url_open(
            f"/lifecycle/preferences/{token}/profile", data={"proof": "x", **fields}
        )
        self.env.invalidate_all()
        return answer

    def mails(self, address):
        return self.env["mail.mail"].search([("email_to", "=", address)])

    def run_cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("contact_lifecycle.ir_cron_send_links").method_direct_trigger()
        self.env.invalidate_all()
