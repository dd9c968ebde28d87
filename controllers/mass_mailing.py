from werkzeug.exceptions import NotFound, Unauthorized

from odoo import http
from odoo.http import request
from odoo.tools import consteq, email_normalize

from odoo.addons.mass_mailing.controllers.main import MassMailController
from odoo.addons.mass_mailing_sms.controllers.main import MailingSMSController

from ..models.sending.mail_render_mixin import PLACEHOLDERS

# Answers of the gate that mean the contact has left, rather than paused or the like.
_LEFT = {"blacklist", "withdrawn", "topic"}


def _put_links(body, tokens):
    """Return the body with each constant address followed by its token."""
    for path, scope in PLACEHOLDERS.items():
        if scope in tokens:
            body = body.replace(f'{path}"', f'{path}/{tokens[scope]}"')
    return body


class LifecycleMassMailController(MassMailController):
    """Odoo's own unsubscribe pages: looking changes nothing, and leaving means ours.

    In stock Odoo a GET of ``/mailing/<id>/unsubscribe`` unsubscribes, and so does
    every mail scanner that follows the link; and leaving a mailing to contacts puts
    the address on the blacklist of all companies.
    """

    @http.route()
    def mailing_unsubscribe(
        self, mailing_id, document_id=None, email=None, hash_token=None, **post
    ):
        if request.httprequest.method == "POST":
            return super().mailing_unsubscribe(
                mailing_id, document_id=document_id, email=email, hash_token=hash_token
            )
        address, token = self._fetch_user_information(email, hash_token)
        try:
            mailing = self._check_mailing_email_token(
                mailing_id, document_id, address, token, required_mailing_id=True
            )
        except NotFound as error:
            raise Unauthorized() from error
        if self._has_lifecycle_left(mailing, document_id, address):
            return request.render(
                "mass_mailing.page_mailing_unsubscribe",
                self._prepare_mailing_subscription_values(
                    mailing, document_id, address, token
                ),
            )
        return self.mailing_confirm_unsubscribe(
            mailing_id, document_id=document_id, email=email, hash_token=hash_token
        )

    @http.route()
    def mailing_view_in_browser(
        self, mailing_id, email=None, document_id=None, hash_token=None, **kwargs
    ):
        """Put the personal links that the mail has into the page that shows it."""
        page = super().mailing_view_in_browser(
            mailing_id,
            email=email,
            document_id=document_id,
            hash_token=hash_token,
            **kwargs,
        )
        body = page.qcontext.get("body")
        if body and document_id and hash_token:
            tokens = self._find_lifecycle_tokens(
                mailing_id, document_id, email, hash_token
            )
            page.qcontext["body"] = _put_links(body, tokens)
        return page

    def _find_lifecycle_tokens(self, mailing_id, document_id, email, hash_token):
        """Return {scope: token} for the one the mail went to, making no row."""
        # sudo: whoever has the link of the mail has the links within it.
        env = request.env(su=True)
        mailing = env["mailing.mailing"].browse(mailing_id)
        if mailing.mailing_model_real != "res.partner" or not document_id.isdecimal():
            return {}
        # A marketer who looks at it without the mail gets nobody's links.
        expected = mailing._generate_mailing_recipient_token(int(document_id), email)
        if not consteq(expected, hash_token):
            return {}
        partner = env["res.partner"].browse(int(document_id))
        company = mailing._get_gate_question().company
        links = env["lifecycle.link"]
        if not links._read_subjects(partner, company):
            return {}
        return {
            scope: links._issue(partner, company, scope, mailing.id)[partner.id]
            for scope in PLACEHOLDERS.values()
        }

    def _has_lifecycle_left(self, mailing, document_id, email):
        if mailing.mailing_on_mailing_list:
            subscriptions = self._fetch_contacts(email).subscription_ids
            return not subscriptions.filtered(
                lambda s: s.list_id in mailing.contact_list_ids and not s.opt_out
            )
        if mailing.mailing_model_real != "res.partner" or not document_id:
            return bool(self._fetch_blocklist_record(email))
        # sudo: the token of the link, checked above, is what gives access.
        gate = request.env["lifecycle.gate"].sudo()
        stopped = gate.ask([int(document_id)], mailing.id)
        return any(answer["rule"] in _LEFT for answer in stopped)

    def _mailing_unsubscribe_from_document(
        self, mailing, document_id, email, hash_token
    ):
        link = self._find_lifecycle_link(mailing, document_id, email, hash_token)
        if not link or link.company_id.is_lifecycle_blacklist:
            return super()._mailing_unsubscribe_from_document(
                mailing, document_id, email, hash_token
            )
        link.env["lifecycle.consent"]._leave(link, mailing.id, "unsubscribe_page")
        return request.render(
            "mass_mailing.page_mailing_unsubscribe",
            dict(
                self._prepare_mailing_subscription_values(
                    mailing, document_id, email, hash_token
                ),
                last_action="subscription_updated",
                unsubscribed_name=request.env._(
                    "You will get no more messages of this kind."
                ),
                lifecycle_url=self._get_lifecycle_url(link),
            ),
        )

    def _get_lifecycle_url(self, link):
        """Return where whoever has just left may choose less, or take it back."""
        partner = link.partner_id
        tokens = link._issue(partner, link.company_id, "page")
        return f"/lifecycle/preferences/{tokens[partner.id]}"

    def _find_lifecycle_link(self, mailing, document_id, email, hash_token):
        """Return the link row of the contact that a mailing was sent to, or nothing.

        Odoo lets a marketer in without a token, who then acts for no other contact.
        """
        # sudo: the token of the link, checked before, is what gives access.
        partners = request.env["res.partner"].sudo()
        links = request.env["lifecycle.link"].sudo()
        company = mailing._get_gate_question().company
        if not hash_token:
            partner = partners.browse(request.env.user.partner_id.id)
        elif mailing.mailing_model_real == "res.partner" and document_id:
            partner = partners.browse(int(document_id)).exists()
        else:
            partner = links._find_partner(email_normalize(email or ""), company)
        return links._get_row(partner, company)


class LifecycleSMSController(MailingSMSController):
    """Leaving by the link of a text message: the press of a button does it."""

    @http.route()
    def blacklist_number(self, mailing_id, trace_code, **post):
        """Ask on a GET, do it on a POST; the form of the page posts."""
        found = self._check_trace(mailing_id, trace_code).get("trace")
        if not found or request.httprequest.method != "POST":
            return request.render(
                "contact_lifecycle.sms_confirm_page",
                {
                    "mailing_id": mailing_id,
                    "trace_code": trace_code,
                    "sms_number": post.get("sms_number", ""),
                },
            )
        number = post.get("sms_number", "").strip()
        trace = found.filtered(lambda t: t.sms_number == number)[:1]
        mailing = trace.mass_mailing_id
        if not trace or mailing.contact_list_ids or trace.model != "res.partner":
            return super().blacklist_number(mailing_id, trace_code, **post)
        # sudo: the code of the text message, and its number, give access.
        partner = request.env["res.partner"].sudo().browse(trace.res_id).exists()
        company = mailing._get_gate_question().company
        link = request.env["lifecycle.link"].sudo()._get_row(partner, company)
        if not link or company.is_lifecycle_blacklist:
            return super().blacklist_number(mailing_id, trace_code, **post)
        link.env["lifecycle.consent"]._leave(link, mailing.id, "unsubscribe_page")
        return request.render("contact_lifecycle.sms_left_page", {})
