from odoo import http
from odoo.http import request

from .public import FORM, respond


class OneClick(http.Controller):
    """Leaving by the button of a mailbox (RFC 8058)."""

    @http.route("/lifecycle/unsubscribe/<string:token>", **FORM)
    def leave(self, token, **post):
        """Withdraw at once: no cookie, no redirect, no question, whatever the body.

        A token that is not ours gets the same answer; a mailbox can do nothing about
        it, and nobody learns which tokens exist.
        """
        # sudo: the token is what gives access, to one contact's withdrawal.
        env = request.env(su=True)
        found = env["lifecycle.link"]._open(token, {"unsubscribe", "page"})
        if found:
            link, said = found
            env["lifecycle.consent"]._leave(link, said.campaign, "one_click")
        return respond()
