from datetime import timedelta

from odoo.addons.contact_lifecycle.engine.consent import tokens

from .public_pages import PublicPages

PORTAL = "ana.portal"
_TOLD = {"source": "preference_centre", "lang": "en_US"}


class PublicLinks(PublicPages):
    """Links of every scope, each with something behind it that waits for a press."""

    def make_links(self):
        """Return {scope: token}; a press of any would do something to Ana or Cleo."""
        self.answer(self.ana, self.late, "pending")
        links = {scope: self.issue(scope) for scope in tokens.SCOPES}
        self.change = self.make_email_change()
        links["address"] = self.issue("address", campaign=self.change.id)
        self.signup = self.make_signup("cleo@example.com")
        links["signup"] = self.signup._issue_token()
        links["renew"] = self.issue("renew", self.make_renewal().partner_id)
        self.env.flush_all()
        return links

    def make_email_change(self, partner=None, address="ana.new@example.com"):
        """Return a new address that waits to be confirmed."""
        changes = self.env["lifecycle.email.change"]
        changes._ask(self.link_of(partner), address, _TOLD)
        return changes.search([("new_address", "=", address)])

    def make_signup(self, address):
        """Return a sign-up that waits to be confirmed."""
        form = self.env["lifecycle.signup.form"].search(
            [("code", "in", self.make_signup_codes())], limit=1
        )
        told = {
            "topics": self.offers.ids,
            "answers": {},
            "lang": "en_US",
            "wording_id": None,
            "ip": "127.0.0.1",
            "way": "page",
            "place": "",
            "referrer": "",
            "utm": {},
        }
        return self.env["lifecycle.signup"]._take(form, address, told)

    def make_renewal(self, partner=None):
        """Return a consent that ends soon, and about which its contact was asked."""
        partner = partner or self.ana
        consents = self.env["lifecycle.consent"]
        self.answer(partner, self.offers)
        consents._apply_queue()
        asked = consents.search(
            [("partner_id", "=", partner.id), ("topic_id", "=", self.offers.id)]
        )
        asked.ask_date = self.env.cr.now()
        return asked

    def make_old_link(self):
        """Return the token of an unsubscribe link that is good for leaving only."""
        with self.at(self.env.cr.now() - timedelta(days=91)):
            return self.issue("unsubscribe")

    def make_account(self, partner=None):
        """Give a contact an account; return the user."""
        partner = partner or self.ana
        known = {name: partner[name] for name in ("name", "email", "lang")}
        user = self.make_user(
            PORTAL,
            "base.group_portal",
            password=PORTAL,
            partner_id=partner.id,
            **known,
        )
        partner.invalidate_recordset()
        return user

    def paths_of_links(self):
        """Return {name: path} of the pages that only a row of ours makes what it is."""
        links = self.make_links()
        return {
            "leave_old": f"/lifecycle/unsubscribe/{self.make_old_link()}",
            "address": f"/lifecycle/address/{links['address']}",
            "signup_confirm": f"/lifecycle/signup-confirm/{links['signup']}",
            "renew": f"/lifecycle/renew/{links['renew']}",
            "my_preferences": "/my/preferences",
            "my_history": "/my/preferences/history",
        }
