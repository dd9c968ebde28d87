from odoo import http
from odoo.http import request

from ..engine.consent import signup as words
from .public import FORM, PAGE, is_form_ours, pick_lang, render, sign_form
from .signup_visit import CARRIED, SignupVisit

# A page takes nothing else from its address: a box that a link has ticked is no wish.
_LINKED = {*CARRIED, "lang", "embed"}


class Signup(http.Controller):
    """Forms by which people ask to hear from us, without a login and from any site.

    Known and unknown addresses get the same answer, after the same work: one row is
    added, and the rest is done later.
    """

    @http.route("/lifecycle/signup/<string:code>", **PAGE)
    def show(self, code, **sent):
        """Show a form; where its reader came from travels in the form."""
        visit = SignupVisit(code, {n: sent[n] for n in _LINKED & set(sent)})
        visit.carried.setdefault("referrer", _get_referrer())
        return visit.ask() if visit.is_open else visit.refuse()

    @http.route("/lifecycle/signup/<string:code>", **FORM)
    def take(self, code, **sent):
        """Take what was filled in on our page."""
        visit = SignupVisit(code, sent)
        if not visit.is_open:
            return visit.refuse()
        if not is_form_ours(visit.subject, sent.get("proof")):
            return visit.ask({"again"})
        if problems := visit.find_problems():
            return visit.ask(problems)
        # A field that people do not see; programs fill it in.
        if not sent.get("company_name") and not visit.is_preview:
            visit.take()
        return visit.thank()

    @http.route("/lifecycle/signup/<string:code>/start", **PAGE)
    def reload(self, code, **sent):
        """Show the form to whoever reloads the page after ``start``."""
        return self.show(code, **sent)

    @http.route("/lifecycle/signup/<string:code>/start", **FORM)
    def start(self, code, **sent):
        """Show on our page what a plain form of another site holds; keep nothing.

        Any site can make a browser post here, so a press on our own page does it.
        """
        visit = SignupVisit(code, {**sent, "embed": ""})
        visit.carried["referrer"] = _get_referrer()
        visit.way = "html"
        return visit.ask({"check"}) if visit.is_open else visit.refuse()


class SignupConfirm(http.Controller):
    """The second half of the double opt-in: a press on the link in the message."""

    @http.route("/lifecycle/signup-confirm/<string:token>", **PAGE)
    def show(self, token, lang=None, **_other):
        """Show what waits; a scanner that follows the link confirms nothing."""
        return self._answer(token, self._open(token), lang)

    @http.route("/lifecycle/signup-confirm/<string:token>", **FORM)
    def confirm(self, token, lang=None, proof="", **_other):
        """Let what was asked for hold."""
        signup = self._open(token)
        if not signup or not is_form_ours(token, proof):
            return self._answer(token, signup, lang, is_again=bool(signup))
        is_done = signup._confirm()
        return self._answer(token, signup, lang, is_done=is_done)

    def _open(self, token):
        # sudo: the token is what gives access, to one sign-up.
        return request.env(su=True)["lifecycle.signup"]._open(token)

    def _answer(self, token, signup, lang, is_done=False, is_again=False):
        company = signup.company_id or signup.env.company
        lang = pick_lang(lang, signup.lang, company.partner_id.lang)
        form = signup.form_id.with_context(lang=lang)
        values = {
            "state": signup.state,
            "is_done": is_done,
            "is_again": is_again,
            "form": form,
            "topics": signup.topic_ids.with_context(lang=lang).mapped("name"),
            "preferences": is_done and self._get_preferences(signup),
            "action": f"/lifecycle/signup-confirm/{token}",
            "proof": sign_form(token),
            "languages": request.env["res.lang"].get_installed(),
            "lang": lang,
        }
        status = 200 if signup else 404
        return render("signup_confirm_page", values, company, lang, status)

    def _get_preferences(self, signup):
        """Return the address of the page where a contact chooses the rest."""
        if not signup.partner_id:
            return "/lifecycle/preferences"
        links = signup.env["lifecycle.link"]
        tokens = links._issue(signup.partner_id, signup.company_id, "page")
        return f"/lifecycle/preferences/{tokens[signup.partner_id.id]}"


def _get_referrer():
    """Return the host of the site that the reader came from, not of this one."""
    headers = request.httprequest.headers
    host = words.host_of(headers.get("Referer") or headers.get("Origin"))
    return "" if host == words.host_of(request.httprequest.host_url) else host
