from collections import defaultdict

from odoo import models
from odoo.tools.mail import email_normalize

from .mail_render_mixin import PLACEHOLDERS


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _send(self, *args, **kwargs):
        """Ask the gate once more, as hours may lie between composing and leaving."""
        self._stop_at_gate()
        mails = self.with_context(lifecycle_links=self._issue_links())
        return super(MailMail, mails)._send(*args, **kwargs)

    # The gate

    def _stop_at_gate(self):
        # sudo: the gate reads consent of the recipients of these mails alone.
        gate = self.env["lifecycle.gate"].sudo()
        for mailing, mails in self._group_by_mailing():
            stopped = gate._ask(
                gate._get_rows_query(mails._get_gate_rows()),
                mailing._get_gate_question(),
            )
            by_rule = defaultdict(self.browse)
            for mail_id, answer in stopped.items():
                by_rule[answer["rule"]] |= self.browse(mail_id)
            for rule, those in by_rule.items():
                those._cancel_at_gate(rule)

    def _group_by_mailing(self):
        """Return (mailing, mails) of what is about to leave; a test is for nobody.

        A test is rendered for some contact but goes to a colleague, who must not get
        that contact's links, nor be kept from it by that contact's wishes.
        """
        if self.env.context.get("mailing_test_mail"):
            return []
        mails = self.filtered(lambda mail: mail.state == "outgoing" and mail.mailing_id)
        return mails.grouped("mailing_id").items()

    def _get_gate_rows(self):
        """Return rows (mail, contact, address) for the gate."""
        return [
            (
                mail.id,
                mail.res_id if mail.model == "res.partner" else None,
                mail.mailing_trace_ids[:1].email
                or email_normalize(mail.email_to or ""),
            )
            for mail in self
        ]

    def _cancel_at_gate(self, rule):
        self.write({"state": "cancel"})
        # sudo: whoever runs the queue need not be a marketer.
        self.sudo().mailing_trace_ids.write(
            {"trace_status": "cancel", "failure_type": f"lifecycle_{rule}"}
        )

    # Personal links

    def _issue_links(self):
        """Return {(mailing, record): {scope: token}} for all mails of a batch at once.

        Records that are no contacts get the links of the contact with their address;
        where there is none, Odoo's own links stay.
        """
        links = {}
        for mailing, mails in self._group_by_mailing():
            contacts = mails._get_link_contacts()
            partners = self.env["res.partner"].browse(set(contacts.values()))
            company = mailing._get_gate_question().company
            issued = {
                scope: self.env["lifecycle.link"]._issue(
                    partners, company, scope, mailing.id
                )
                for scope in PLACEHOLDERS.values()
            }
            for res_id, partner_id in contacts.items():
                links[mailing.id, res_id] = {
                    scope: tokens[partner_id] for scope, tokens in issued.items()
                }
        return links

    def _get_link_contacts(self):
        """Return {record id: contact id} of mails of one mailing."""
        if self[:1].model == "res.partner":
            return {mail.res_id: mail.res_id for mail in self if mail.res_id}
        address_of = {
            mail_id: address for mail_id, _partner, address in self._get_gate_rows()
        }
        # sudo: a link may lead to a contact that whoever runs the queue cannot read.
        found = (
            self.env["res.partner"]
            .sudo()
            ._read_group(
                [("email_normalized", "in", list(filter(None, address_of.values())))],
                ["email_normalized"],
                ["id:min"],
            )
        )
        contact_of = dict(found)
        return {
            mail.res_id: contact_of[address_of[mail.id]]
            for mail in self
            if mail.res_id and address_of[mail.id] in contact_of
        }

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        """Put personal links where their placeholders stand, and name the list."""
        outgoing = super()._prepare_outgoing_list(
            mail_server=mail_server, doc_to_followers=doc_to_followers
        )
        if not self.mailing_id:
            return outgoing
        base_url = self.mailing_id.get_base_url()
        links = self.env.context.get("lifecycle_links") or {}
        tokens = links.get((self.mailing_id.id, self.res_id), {})
        is_marketing = self.mailing_id._get_gate_question().purpose.is_marketing
        for values in outgoing:
            if values.get("body"):
                values["body"] = self._put_links(values["body"], base_url, tokens)
            values["headers"]["List-Id"] = self.mailing_id._get_list_id()
            if not is_marketing:
                # Nobody can leave what they must get, and a press on the button of
                # the mailbox would take back all marketing instead.
                values["headers"].pop("List-Unsubscribe", None)
                values["headers"].pop("List-Unsubscribe-Post", None)
        return outgoing

    def _put_links(self, body, base_url, tokens):
        for path, scope in PLACEHOLDERS.items():
            # Without a token (a test, a preview) the public page stays: it asks for
            # the address and mails the link.
            if token := tokens.get(scope):
                body = body.replace(f"{base_url}{path}", f"{base_url}{path}/{token}")
        return body
