from odoo import http

from .mass_mailing import LifecycleMassMailController
from .preference_centre import PreferencePages
from .public import FORM

_FORM_URL = "/lifecycle/preferences/<string:token>/reason"


class LeavingActions(PreferencePages):
    """Why somebody left, asked afterwards, and less instead of nothing."""

    def _get_sections(self):
        return {**super()._get_sections(), "reason": (self._act_on_leaving, 0)}

    def _act_on_leaving(self, visit, sent, lang):
        leaving, wish = visit.link.env["lifecycle.leaving"], sent.get("do")
        if wish == "reason":
            told = leaving._tell(visit.link, sent.get("reason"), sent.get("feedback"))
            return {"thanks" if told else "same"}
        if not visit.level:
            return {"old"}
        return leaving._accept(visit.link, wish, sent, self._tell(visit, lang))


class PreferenceLeaving(LeavingActions, http.Controller):
    @http.route(_FORM_URL, **FORM)
    def tell_reason(self, token, lang=None, **sent):
        """Keep the reason, or do what was offered instead of leaving."""
        return self._handle_section(self._visit(token), "reason", lang, sent)


class LeavingFeedback(LifecycleMassMailController):
    """The reason that Odoo's own unsubscribe page asks for is kept like ours."""

    @http.route()
    def mailing_confirm_unsubscribe_post(
        self, mailing_id, document_id=None, email=None, hash_token=None
    ):
        response = super().mailing_confirm_unsubscribe_post(
            mailing_id, document_id=document_id, email=email, hash_token=hash_token
        )
        link = self._find_left_link(int(mailing_id), document_id, email, hash_token)
        if link:
            response.qcontext["lifecycle_url"] = self._get_lifecycle_url(link)
        return response

    @http.route()
    def mailing_send_feedback(
        self,
        mailing_id=None,
        document_id=None,
        email=None,
        opt_out_reason_id=False,
        **post,
    ):
        told = super().mailing_send_feedback(
            mailing_id=mailing_id,
            document_id=document_id,
            email=email,
            opt_out_reason_id=opt_out_reason_id,
            **post,
        )
        if told is True and mailing_id:
            link = self._find_left_link(
                mailing_id, document_id, email, post.get("hash_token")
            )
            if link:
                link.env["lifecycle.leaving"]._tell(
                    link, opt_out_reason_id, post.get("feedback")
                )
        return told

    def _find_left_link(self, mailing_id, document_id, email, hash_token):
        """Return the link row of whoever left a mailing to contacts, or nothing."""
        # sudo: the token of the page has been checked by Odoo, which came first.
        mailing = http.request.env["mailing.mailing"].sudo().browse(mailing_id)
        if not mailing.exists() or mailing.mailing_on_mailing_list:
            return None
        return self._find_lifecycle_link(mailing, document_id, email, hash_token)
