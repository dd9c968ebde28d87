from urllib.parse import parse_qsl, urlencode

from odoo import http
from odoo.http import request

from .public import FORM, PAGE, is_form_ours, pick_lang, render, sign_form

_SHOWN_FIELDS = 200


class PreferenceCentre(http.Controller):
    """The page behind a personal link: what about, how often, by which channel."""

    @http.route(
        [
            "/lifecycle/preferences/<string:token>",
            "/lifecycle/unsubscribe/<string:token>",
        ],
        **PAGE,
    )
    def show(self, token, lang=None, **_other):
        """Show; nothing is changed, noted or counted by looking."""
        return self._answer(token, lang)

    @http.route("/lifecycle/preferences/<string:token>", **FORM)
    def save(self, token, lang=None, do="save", **sent):
        """Save a form, or do what its button says, and show what holds then."""
        link = self._open(token)
        if not link:
            return self._refuse(token, lang)
        if not is_form_ours(token, sent.get("proof")):
            return self._answer(token, lang, {"again"})
        lang = self._get_lang(link, lang)
        actions = {"stop": self._stop, "undo": self._undo, "save": self._save}
        return self._answer(token, lang, actions.get(do, self._save)(link, sent, lang))

    # What the buttons do; each returns codes that the page puts into words

    def _save(self, link, sent, lang):
        was = dict(parse_qsl(sent.get("was", ""), True, max_num_fields=_SHOWN_FIELDS))
        preferences = link.env["lifecycle.preference"]
        outcome = preferences._save_choices(link, was, sent, self._tell(lang))
        if "confirm" in outcome:
            link.env["lifecycle.link.request"]._ask(
                link.partner_id.email_normalized,
                link.company_id,
                "confirm",
                lang=lang,
                partner=link.partner_id,
            )
        return outcome or {"same"}

    def _stop(self, link, sent, lang):
        link.env["lifecycle.consent"]._leave(link, 0, **self._tell(lang))
        return {"stopped"}

    def _undo(self, link, sent, lang):
        count = link.env["lifecycle.preference"]._undo(link, self._tell(lang))
        return {"undone" if count else "same"}

    # Helpers

    def _tell(self, lang):
        return {"source": "preference_centre", "lang": lang}

    def _open(self, token):
        # sudo: the token is what gives access, to one contact's own choices.
        found = request.env(su=True)["lifecycle.link"]._open(
            token, {"page", "fresh", "unsubscribe"}
        )
        return found and found[0]

    def _get_lang(self, link, lang):
        return pick_lang(lang, link.partner_id.lang, link.company_id.partner_id.lang)

    def _answer(self, token, lang, outcome=frozenset()):
        link = self._open(token)
        if not link:
            return self._refuse(token, lang)
        lang = self._get_lang(link, lang)
        choices = link.env["lifecycle.preference"]._read_choices(link, lang)
        values = {
            **choices,
            "outcome": outcome,
            "was": urlencode(choices["was"]),
            "proof": sign_form(token),
            "action": f"/lifecycle/preferences/{token}",
            "languages": request.env["res.lang"].get_installed(),
            "lang": lang,
            "today": request.env.cr.now().date(),
        }
        return render("preference_centre_page", values, link.company_id, lang)

    def _refuse(self, token, lang):
        """Say the same of whatever is wrong with a link, and offer a new one."""
        company = request.env.company
        lang = pick_lang(lang, request.httprequest.accept_languages.best)
        return render("link_refused_page", {}, company, lang, status=404)
