import json
import re

from odoo import http
from odoo.http import content_disposition, request

from .preference_centre import PreferencePages
from .public import FORM, PAGE, render, respond, sign_form

_URL = "/lifecycle/preferences/<string:token>"
_KINDS = ("erasure", "correction")


class DataActions(PreferencePages):
    """One's own data: what was agreed to, all that is kept, and having it erased."""

    def _get_sections(self):
        return {**super()._get_sections(), "data": (self._act_on_data, 2)}

    def _act_on_data(self, visit, sent, lang):
        """Do what a button of the section says; it takes a fresh link or an account."""
        actions = {
            "json": self._download,
            "html": self._show_data,
            "ask": self._ask,
            "back": self._take_back,
        }
        act = actions.get(sent.get("do"))
        return act(visit, sent, lang) if act else {"same"}

    def _ask(self, visit, sent, lang):
        kind = sent.get("kind")
        note = sent.get("note", "").strip()
        if kind not in _KINDS or (kind == "correction" and not note):
            return {"no_note" if kind == "correction" else "same"}
        link = visit.link
        link.env["lifecycle.data.request"]._ask(
            link, kind, self._tell(visit, lang), note
        )
        return {"asked"}

    def _take_back(self, visit, sent, lang):
        requests = visit.link.env["lifecycle.data.request"]
        found = requests._take_back(visit.link, sent.get("kind"))
        return {"back" if found else "same"}

    # Downloads

    def _download(self, visit, sent, lang):
        """Answer with a file that programs read."""
        data = self._read_data(visit, lang)
        for table in data["tables"]:
            del table["choices"]
        body = json.dumps(data, ensure_ascii=False, indent=2)
        response = respond(body, mimetype="application/json")
        response.headers["Content-Disposition"] = self._name_file(visit, "json")
        return response

    def _show_data(self, visit, sent, lang):
        """Answer with a page that people read, keep and print."""
        data = self._read_data(visit, lang)
        values = {"data": data, "path": visit.path, "lang": lang, "languages": []}
        response = render("my_data_page", values, visit.link.company_id, lang)
        name = self._name_file(visit, "html").replace("attachment", "inline", 1)
        response.headers["Content-Disposition"] = name
        return response

    def _read_data(self, visit, lang):
        link = visit.link
        link.env["lifecycle.data.request"]._note_download(link, self._tell(visit, lang))
        return link.env["lifecycle.data.export"]._read_all(link, lang)

    def _name_file(self, visit, ending):
        company = re.sub(r"\W+", "-", visit.link.company_id.name).strip("-")
        day = request.env.cr.now().date().isoformat()
        return content_disposition(f"{company}-{day}.{ending}")

    # History

    def _show_history(self, visit, lang):
        if not visit or not visit.level:
            return self._answer(visit, lang)
        lang = self._get_lang(visit, lang)
        preferences = visit.link.env["lifecycle.preference"]
        values = {
            "rows": preferences._read_history(visit.link, visit.level, lang),
            "level": visit.level,
            "path": visit.path,
            "action": f"{visit.path}/history",
            "proof": sign_form(visit.subject),
            "languages": request.env["res.lang"].get_installed(),
            "lang": lang,
        }
        return render("history_page", values, visit.link.company_id, lang)


class PreferenceData(DataActions, http.Controller):
    @http.route(f"{_URL}/history", **PAGE)
    def show_history(self, token, lang=None, **_other):
        """Show what the contact has agreed to so far, masked unless it is fresh."""
        return self._show_history(self._visit(token), lang)

    @http.route(f"{_URL}/data", **FORM)
    def act_on_data(self, token, lang=None, **sent):
        """Hand out data, or take a request about them."""
        return self._handle_section(self._visit(token), "data", lang, sent)
