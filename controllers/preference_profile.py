from odoo import http
from odoo.http import request

from .preference_centre import PreferencePages
from .public import FORM, PAGE, is_form_ours, pick_lang, render, sign_form


class ProfileActions(PreferencePages):
    """The contact's own data: questions, language, address, and "all is correct"."""

    def _get_sections(self):
        return {**super()._get_sections(), "profile": (self._act_on_profile, 1)}

    def _act_on_profile(self, visit, sent, lang):
        actions = {
            "correct": self._confirm_profile,
            "fresh": self._send_fresh_link,
            "email": self._change_email,
        }
        return actions.get(sent.get("do"), self._save_profile)(visit, sent, lang)

    def _save_profile(self, visit, sent, lang):
        return visit.link.env["lifecycle.preference"]._save_profile(
            visit.link,
            visit.level,
            self._read_was(sent),
            sent,
            self._tell(visit, lang),
        )

    def _confirm_profile(self, visit, sent, lang):
        visit.link.env["lifecycle.preference"]._confirm_profile(visit.link)
        return {"correct"}

    def _send_fresh_link(self, visit, sent, lang):
        """Mail a link that may change data."""
        self._mail_link(visit, "fresh", lang)
        return {"fresh_sent"}

    def _change_email(self, visit, sent, lang):
        if visit.level == 1:
            return {"fresh"}
        address = sent.get("email", "")
        code = visit.link.env["lifecycle.email.change"]._ask(
            visit.link, address, self._tell(visit, lang)
        )
        return {code}, {"new_email": address[:254]}


class PreferenceProfile(ProfileActions, http.Controller):
    @http.route("/lifecycle/preferences/<string:token>/profile", **FORM)
    def act_on_profile(self, token, lang=None, **sent):
        """Do what a button of the section says, and show the page."""
        return self._handle_section(self._visit(token), "profile", lang, sent)


class EmailChange(http.Controller):
    """The press on the link that was mailed to a new address."""

    @http.route("/lifecycle/address/<string:token>", **PAGE)
    def show(self, token, lang=None, **_other):
        """Ask; a scanner that follows the link changes nothing."""
        return self._answer(token, lang)

    @http.route("/lifecycle/address/<string:token>", **FORM)
    def confirm(self, token, lang=None, proof="", **_other):
        """Use the new address from now on."""
        change = self._open(token)
        if not change or not is_form_ours(token, proof):
            return self._answer(token, lang, is_again=bool(change))
        lang = pick_lang(lang, change.partner_id.lang, change.lang)
        change._apply(lang)
        return self._answer(token, lang)

    def _open(self, token):
        # sudo: the token is what gives access, to one change of one contact.
        return request.env(su=True)["lifecycle.email.change"]._open(token)

    def _answer(self, token, lang, is_again=False):
        change = self._open(token)
        if not change:
            company = request.env.company
            lang = pick_lang(lang, request.httprequest.accept_languages.best)
            return render("link_refused_page", {}, company, lang, status=404)
        lang = pick_lang(lang, change.partner_id.lang, change.lang)
        values = {
            "state": change.state,
            "address": change.new_address,
            "is_again": is_again,
            "action": f"/lifecycle/address/{token}",
            "proof": sign_form(token),
            "languages": request.env["res.lang"].get_installed(),
            "lang": lang,
        }
        return render("email_change_page", values, change.company_id, lang)
