from odoo import http
from odoo.http import request

from .preference_centre import PreferenceActions, Visit
from .preference_data import DataActions
from .preference_leaving import LeavingActions
from .preference_profile import ProfileActions
from .public import FORM, PAGE

_PATH = "/my/preferences"
_PAGE = {**PAGE, "auth": "user"}
_FORM = {**FORM, "auth": "user"}


class PortalPreferences(
    PreferenceActions, ProfileActions, LeavingActions, DataActions, http.Controller
):
    """The same page for whoever is logged in, about their own contact.

    An account is as good as a fresh link.  No token is in the address; forms carry a
    proof that is good for this user in this company, and for nobody else.
    """

    @http.route([_PATH, f"{_PATH}/<string:section>"], **_PAGE)
    def show(self, section=None, lang=None, **_other):
        """Show the preferences of the user's own contact."""
        if section == "history":
            return self._show_history(self._visit_own(), lang)
        return self._answer(self._visit_own(), lang)

    @http.route(_PATH, **_FORM)
    def save(self, lang=None, **sent):
        """Save a form, or do what its button says."""
        return self._handle(self._visit_own(), lang, sent, self._act)

    @http.route(f"{_PATH}/<string:section>", **_FORM)
    def save_section(self, section, lang=None, **sent):
        """Do what a form of a section asks for."""
        if section not in self._get_sections():
            return self._answer(self._visit_own(), lang)
        return self._handle_section(self._visit_own(), section, lang, sent)

    def _visit_own(self):
        user, company = request.env.user, request.env.company
        # sudo: users choose for themselves what they are not allowed to edit as such.
        links = request.env(su=True)["lifecycle.link"]
        link = links.new({"partner_id": user.partner_id.id, "company_id": company.id})
        return Visit(
            link=link,
            level=2,
            path=_PATH,
            subject=f"portal-{user.id}-{user.partner_id.id}-{company.id}",
            source="portal",
        )
