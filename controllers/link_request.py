from odoo import http
from odoo.http import request

from .public import FORM, PAGE, is_form_ours, pick_lang, render, sign_form

_SUBJECT = "link-request"


class LinkRequest(http.Controller):
    """ "Send me my link", for whoever has no mail of ours left."""

    @http.route("/lifecycle/preferences", **PAGE)
    def show(self, lang=None, **_other):
        """Ask for an address."""
        return self._answer(lang, is_asked=False)

    @http.route("/lifecycle/preferences", **FORM)
    def ask(self, lang=None, email="", proof="", company_name="", **_other):
        """Answer alike whether the address is known, unknown, blocked or nonsense.

        :param company_name: a field that people do not see; programs fill it in
        """
        if not is_form_ours(_SUBJECT, proof):
            return self._answer(lang, is_asked=False)
        if not company_name:
            # sudo: a visitor may leave an address; nothing is told in return.
            env = request.env(su=True)
            env["lifecycle.link.request"]._ask(
                email, request.env.company, "page", lang=pick_lang(lang)
            )
        return self._answer(lang, is_asked=True)

    def _answer(self, lang, is_asked):
        lang = pick_lang(lang, request.httprequest.accept_languages.best)
        values = {
            "is_asked": is_asked,
            "proof": sign_form(_SUBJECT),
            "languages": request.env["res.lang"].get_installed(),
            "lang": lang,
        }
        return render("link_request_page", values, request.env.company, lang)


class Confirm(http.Controller):
    """The second half of the double opt-in: a press on the link in the mail."""

    @http.route("/lifecycle/confirm/<string:token>", **PAGE)
    def show(self, token, lang=None, **_other):
        """Show what waits; a scanner that follows the link confirms nothing."""
        return self._answer(token, lang)

    @http.route("/lifecycle/confirm/<string:token>", **FORM)
    def confirm(self, token, lang=None, proof="", **_other):
        """Grant what waits."""
        link = self._open(token)
        if not link or not is_form_ours(token, proof):
            return self._answer(token, lang)
        count = link.env["lifecycle.consent"]._confirm(link)
        return self._answer(token, lang, is_done=bool(count))

    def _open(self, token):
        # sudo: the token is what gives access, to one contact's own consent.
        found = request.env(su=True)["lifecycle.link"]._open(token, {"confirm"})
        return found and found[0]

    def _answer(self, token, lang, is_done=False):
        link = self._open(token)
        company = link.company_id if link else request.env.company
        lang = pick_lang(lang, *([link.partner_id.lang] if link else []))
        if not link:
            return render("link_refused_page", {}, company, lang, status=404)
        env = link.with_context(lang=lang).env
        rows = env["lifecycle.consent"]._read_pending(link)
        topics = [
            env["lifecycle.topic"].browse(row["topic_id"]).name
            if row["topic_id"]
            else env["lifecycle.purpose"].browse(row["purpose_id"]).name
            for row in rows
            if row["status"] == "pending"
        ]
        values = {
            "is_done": is_done,
            "topics": topics,
            "action": f"/lifecycle/confirm/{token}",
            "proof": sign_form(token),
            "languages": env["res.lang"].get_installed(),
            "lang": lang,
        }
        return render("confirm_page", values, company, lang)
