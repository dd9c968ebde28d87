from lxml import html

from odoo.tests import HttpCase

from odoo.addons.contact_lifecycle.engine.consent import tokens

from .common import LifecycleCase


class RightsCase(LifecycleCase, HttpCase):
    """Ana, with two topics, and a browser without a session."""

    def setUp(self):
        super().setUp()
        self.ana = self.make_partner(
            "Ana Ferrer", email="ana.ferrer@example.com", phone="+34600000001"
        )
        self.purpose = self.env.ref("contact_lifecycle.lifecycle_purpose_marketing")
        self.news, self.offers = self.env["lifecycle.topic"].create(
            [
                {"name": "News", "kind": "opt_out", "has_sms": True},
                {"name": "Offers", "kind": "opt_out", "is_double_opt_in": False},
            ]
        )
        # The proof of a form is good after a second; a test does not wait for it.
        self.patch(tokens, "is_form_ours", lambda *_args: True)

    def issue(self, scope="page", partner=None, company=None):
        partner = partner or self.ana
        company = company or self.env.company
        return self.env["lifecycle.link"]._issue(partner, company, scope)[partner.id]

    def issue_at(self, moment, scope="unsubscribe"):
        """Return a token that was made at that moment."""
        link = self.env["lifecycle.link"]._get_row(self.ana, self.env.company)
        number, secret = self.env["lifecycle.link.key"]._get_signing_key()
        said = tokens.Link(
            number, scope, int(link.subject, 16), 0, tokens.minute_of(moment)
        )
        return tokens.issue(secret, said, link.version)

    def visit(self, path, **kwargs):
        self.env.flush_all()
        answer = self.url_open(path, allow_redirects=False, **kwargs)
        self.env.invalidate_all()
        return answer

    def look(self, token, section=""):
        return self.visit(f"/lifecycle/preferences/{token}{section}")

    def press(self, token, section="", **fields):
        """Send a form of the page, and return the answer."""
        data = {"proof": "x", **fields}
        return self.visit(f"/lifecycle/preferences/{token}{section}", data=data)

    def page(self, answer):
        return html.fromstring(answer.content)

    def said(self, topic=None, channel="email"):
        self.env["lifecycle.consent"]._apply_queue()
        self.env.invalidate_all()
        found = self.ana.lifecycle_consent_ids.filtered(
            lambda c: (
                c.topic_id == (topic or self.env["lifecycle.topic"])
                and c.channel == channel
            )
        )
        return found.status

    def record(self, status, **values):
        """Record an answer of Ana, as ``lifecycle.consent._record`` takes it."""
        self.env["lifecycle.consent"]._record(
            [
                {
                    "company_id": self.env.company.id,
                    "partner_id": self.ana.id,
                    "address": "ana.ferrer@example.com",
                    "channel": "email",
                    "purpose_id": self.purpose.id,
                    "status": status,
                    "source": "preference_centre",
                    **values,
                }
            ]
        )


class DataCase(RightsCase):
    """Ana with a fresh link, and whoever answers her requests."""

    def setUp(self):
        super().setUp()
        self.fresh = self.issue("fresh")
        self.requests = self.env["lifecycle.data.request"]
        self.manager = self.make_user(
            "manager", "contact_lifecycle.group_lifecycle_manager"
        )
        self.env.company.lifecycle_data_user_id = self.manager

    def found(self, **values):
        return self.requests.search(
            [
                ("partner_id", "=", self.ana.id),
                *((k, "=", v) for k, v in values.items()),
            ]
        )

    def ask(self, kind="erasure", **fields):
        return self.press(self.fresh, "/data", do="ask", kind=kind, **fields)

    def mails(self):
        return self.env["mail.mail"].search(
            [("email_to", "=", "ana.ferrer@example.com")], order="id"
        )

    def make_request(self, **values):
        return self.requests.create({"partner_id": self.ana.id, **values})


class LeavingCase(RightsCase):
    """Ana with reasons to leave, each with another offer."""

    def setUp(self):
        super().setUp()
        self.often, self.irrelevant, self.later, self.nothing = self.env[
            "mailing.subscription.optout"
        ].create(
            [
                {"name": "Too many", "lifecycle_offer": "frequency"},
                {"name": "Not for me", "lifecycle_offer": "topics"},
                {"name": "Later", "lifecycle_offer": "pause"},
                {"name": "Just so"},
            ]
        )
        self.token = self.issue()

    def stop(self):
        return self.press(self.token, do="stop")

    def tell(self, reason, **fields):
        sent = {"do": "reason", "reason": reason.id, **fields}
        return self.press(self.token, "/reason", **sent)

    def take(self, offer, **fields):
        return self.press(self.token, "/reason", do=offer, **fields)

    def rows(self):
        return self.env["lifecycle.leaving"].search([("partner_id", "=", self.ana.id)])

    def report(self):
        self.env["lifecycle.consent"]._apply_queue()
        self.env.invalidate_all()
        return self.env["lifecycle.leaving.report"].search(
            [("partner_id", "=", self.ana.id)]
        )
