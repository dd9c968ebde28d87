from odoo import http
from odoo.http import request

from .public import FORM, PAGE, is_form_ours, pick_lang, render, sign_form


class Renewal(http.Controller):
    """May we go on writing to you?  A press answers; looking changes nothing."""

    @http.route("/lifecycle/renew/<string:token>", **PAGE)
    def show(self, token, lang=None, **_other):
        """Show what ends, and ask."""
        return self._answer(token, lang)

    @http.route("/lifecycle/renew/<string:token>", **FORM)
    def answer(self, token, lang=None, proof="", do="", about="", **_other):
        """Grant anew, or take back."""
        link = self._open(token)
        if not link or not is_form_ours(token, proof) or do not in ("renew", "stop"):
            return self._answer(token, lang)
        status = "granted" if do == "renew" else "withdrawn"
        lang = self._get_lang(link, lang)
        count = link.env["lifecycle.consent"]._answer_renewal(link, status, lang, about)
        return self._answer(token, lang, done=status if count else "")

    def _open(self, token):
        # sudo: the token is what gives access, to one contact's own consent.
        found = request.env(su=True)["lifecycle.link"]._open(token, {"renew"})
        return found and found[0]

    def _get_lang(self, link, lang):
        return pick_lang(lang, link.partner_id.lang, link.company_id.partner_id.lang)

    def _answer(self, token, lang, done=""):
        link = self._open(token)
        if not link:
            lang = pick_lang(lang, request.httprequest.accept_languages.best)
            return render("link_refused_page", {}, request.env.company, lang, 404)
        lang = self._get_lang(link, lang)
        consents = link.env["lifecycle.consent"]._read_asked(link)
        values = {
            "done": done,
            "about": ",".join(map(str, consents.ids)),
            "topics": [c.about for c in consents.with_context(lang=lang)],
            "action": f"/lifecycle/renew/{token}",
            "proof": sign_form(token),
            "languages": link.env["res.lang"].get_installed(),
            "lang": lang,
        }
        return render("renewal_page", values, link.company_id, lang)
