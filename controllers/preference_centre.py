from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from odoo import http
from odoo.http import request

from ..engine.consent import tokens
from .public import FORM, PAGE, is_form_ours, pick_lang, render, sign_form

_SHOWN_FIELDS = 400
_SCOPES = frozenset({"page", "fresh", "unsubscribe"})
# An unsubscribe link leaves for ever; for as long as this it opens the whole page.
_PAGE_LIFETIME = tokens.LIFETIMES["page"]


@dataclass(frozen=True)
class Visit:
    """Somebody who may see the preferences of one contact in one company.

    ``link`` is a row of ``lifecycle.link`` as superuser, of which ``partner_id``,
    ``company_id`` and ``env`` count.  ``level`` is 1 for whoever holds a link that sits
    in a mail, which may have been forwarded, and 2 for the owner of the address or of
    the account; 0 for the link of an old mail, which is good for leaving only.
    ``path`` is the address of the page; sections add theirs to it.
    ``subject`` is what forms of the page are signed for.  ``said`` is what the token
    says, None without one.
    """

    link: Any
    level: int
    path: str
    subject: str
    said: Any = None
    source: str = "preference_centre"


class PreferencePages:
    """What the controllers of the preference centre share; no controller itself."""

    def _visit(self, token, scopes=_SCOPES):
        """Return the visit that a token gives access to, or None."""
        # sudo: the token is what gives access, to one contact's own choices.
        found = request.env(su=True)["lifecycle.link"]._open(token, scopes)
        if not found:
            return None
        link, said = found
        # Reading one field of a contact would bring them all.
        link.partner_id.fetch(link.env["lifecycle.preference"]._get_page_fields(link))
        return Visit(
            link=link,
            level=self._get_level(said),
            path=f"/lifecycle/preferences/{token}",
            subject=token,
            said=said,
        )

    def _get_level(self, said):
        """Return what a link is good for: leaving, choosing, or one's own data."""
        if said.scope == "fresh":
            return 2
        return int(request.env.cr.now() < said.issue_date + _PAGE_LIFETIME)

    def _get_sections(self):
        """Hook: return {end of the address: (what its forms do, the least level)}.

        The controllers of tokens and of the portal both answer by these.
        """
        return {}

    def _handle_section(self, visit, section, lang, sent):
        """Do what a form of a section asks for; see ``_handle``."""
        act, least = self._get_sections()[section]
        return self._handle(visit, lang, sent, act, least)

    def _handle(self, visit, lang, sent, act, least=1):
        """Do what a form asks for, and show the page with what became of it.

        :param visit: of ``_visit``; None gets the page that refuses
        :param sent: {field: text} of the form
        :param act: function of (visit, sent, lang), returning codes for the notes of
            the page, or (codes, dict of values for its templates), or a response
        :param least: level of the visit that this takes
        """
        if not visit:
            return self._refuse(lang)
        if not is_form_ours(visit.subject, sent.get("proof")):
            return self._answer(visit, lang, {"again"})
        if visit.level < least:
            return self._answer(visit, lang, {"fresh" if visit.level else "old"})
        done = act(visit, sent, self._get_lang(visit, lang))
        if isinstance(done, http.Response):
            return done
        outcome, values = done if isinstance(done, tuple) else (done, {})
        return self._answer(visit, lang, outcome, **values)

    def _answer(self, visit, lang, outcome=frozenset(), **more):
        """Return the page, with notes of what a form did.

        :param more: values for templates, over those that sections read themselves
        """
        if not visit:
            return self._refuse(lang)
        lang = self._get_lang(visit, lang)
        preferences = visit.link.env["lifecycle.preference"]
        choices = preferences._read_choices(visit.link, lang)
        values = {
            **choices,
            **preferences._read_sections(visit.link, visit.level, lang),
            "outcome": outcome,
            "was": urlencode(choices["was"]),
            "proof": sign_form(visit.subject),
            "action": visit.path,
            "level": visit.level,
            "languages": request.env["res.lang"].get_installed(),
            "lang": lang,
            "today": request.env.cr.now().date(),
            **more,
        }
        page = "preference_centre_page" if visit.level else "leave_page"
        return render(page, values, visit.link.company_id, lang)

    def _refuse(self, lang):
        """Say the same of whatever is wrong with a link, and offer a new one."""
        company = request.env.company
        lang = pick_lang(lang, request.httprequest.accept_languages.best)
        return render("link_refused_page", {}, company, lang, status=404)

    def _get_lang(self, visit, lang):
        link = visit.link
        return pick_lang(
            lang, link.partner_id.lang, lambda: link.company_id.partner_id.lang
        )

    def _tell(self, visit, lang):
        """Return what to note with each answer."""
        return {"source": visit.source, "lang": lang}

    def _mail_link(self, visit, kind, lang):
        """Mail a link to the address on file, and to no other."""
        link = visit.link
        link.env["lifecycle.link.request"]._ask(
            link.partner_id.email_normalized,
            link.company_id,
            kind,
            lang=lang,
            partner=link.partner_id,
        )

    def _read_was(self, sent):
        """Return {field: value} that a form had shown, as it says itself."""
        try:
            pairs = parse_qsl(sent.get("was", ""), True, max_num_fields=_SHOWN_FIELDS)
        except ValueError:
            return {}
        return dict(pairs)


class PreferenceActions(PreferencePages):
    """What the buttons of the page do; each returns codes that it puts into words."""

    def _act(self, visit, sent, lang):
        actions = {"stop": self._stop, "undo": self._undo, "link": self._send_link}
        otherwise = self._save if visit.level else self._refuse_old
        return actions.get(sent.get("do"), otherwise)(visit, sent, lang)

    def _refuse_old(self, visit, sent, lang):
        return {"old"}

    def _send_link(self, visit, sent, lang):
        self._mail_link(visit, "page", lang)
        return {"sent"}

    def _save(self, visit, sent, lang):
        link = visit.link
        outcome = link.env["lifecycle.preference"]._save_choices(
            link, self._read_was(sent), sent, self._tell(visit, lang)
        )
        if "confirm" in outcome:
            self._mail_link(visit, "confirm", lang)
        return outcome or {"same"}

    def _stop(self, visit, sent, lang):
        link = visit.link
        link.env["lifecycle.consent"]._leave(link, 0, **self._tell(visit, lang))
        return {"stopped"}

    def _undo(self, visit, sent, lang):
        link = visit.link
        told = self._tell(visit, lang)
        return {
            "undone" if link.env["lifecycle.preference"]._undo(link, told) else "same"
        }


class PreferenceCentre(PreferenceActions, http.Controller):
    """The page behind a personal link: what about, how often, by which channel."""

    @http.route(
        [
            "/lifecycle/preferences/<string:token>",
            "/lifecycle/preferences/<string:token>/<string:section>",
            "/lifecycle/unsubscribe/<string:token>",
        ],
        **PAGE,
    )
    def show(self, token, section=None, lang=None, **_other):
        """Show; nothing is changed, noted or counted by looking."""
        return self._answer(self._visit(token), lang)

    @http.route("/lifecycle/preferences/<string:token>", **FORM)
    def save(self, token, lang=None, **sent):
        """Save a form, or do what its button says, and show what holds then."""
        return self._handle(self._visit(token), lang, sent, self._act, least=0)
