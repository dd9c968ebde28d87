from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class LifecycleConsentRenewal(models.TransientModel):
    """Renew, withdraw, or ask about the consents that somebody chose in a list."""

    _name = "lifecycle.consent.renewal"
    _inherit = ("lifecycle.consent.evidence",)
    _description = "Renewal of Consents"

    kind = fields.Selection(
        [
            ("ask", "Ask by E-mail"),
            ("renew", "Renew with Evidence"),
            ("withdraw", "Withdraw"),
        ],
        required=True,
        readonly=True,
    )
    consent_ids = fields.Many2many("lifecycle.consent", string="Consents")
    count = fields.Integer(string="Consents Chosen", compute="_compute_counts")
    asked_count = fields.Integer(string="Will Be Asked", compute="_compute_counts")
    silent_count = fields.Integer(string="Cannot Be Asked", compute="_compute_counts")

    @api.depends("consent_ids")
    def _compute_counts(self):
        for renewal in self:
            chosen = renewal.consent_ids
            renewal.count = len(chosen)
            renewal.asked_count = len(chosen._filter_askable())
            renewal.silent_count = renewal.count - renewal.asked_count

    def action_apply(self):
        """Do what the dialog says, once however often it is pressed."""
        self.ensure_one()
        self._check_may_apply()
        # sudo: consents are written by this method alone; access was checked above.
        consents = self.consent_ids.sudo()
        if self.kind == "ask":
            asked = consents._ask_to_renew()
            return self._tell(
                self.env._("The messages are on their way (consents: %s).", len(asked))
            )
        consents._apply_queue()
        consents._record(self._prepare_answers())
        self._show_evidence()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _check_may_apply(self):
        self.consent_ids.check_access("read")
        is_user = self.env.user.has_group("contact_lifecycle.group_lifecycle_user")
        if self.kind != "withdraw" and not is_user:
            raise AccessError(
                self.env._("Only users of Contact Lifecycle enter a consent.")
            )
        if self.kind == "ask":
            if not self.asked_count:
                raise UserError(
                    self.env._(
                        "Nobody can be asked: they were asked in the last days, or "
                        "have no e-mail address any more."
                    )
                )
            return
        self._check_source_detail()
        if self.kind == "renew":
            self._check_basis()

    def _check_basis(self):
        if not self.lawful_basis:
            raise UserError(self.env._("Choose on what basis you may write."))
        is_text = "sms" in self.consent_ids.mapped("channel")
        if self.lawful_basis == "soft_opt_in" and is_text:
            raise UserError(
                self.env._("The soft opt-in of own customers covers e-mail only.")
            )

    def _prepare_answers(self):
        companies = self.consent_ids.company_id
        is_granted = self.kind == "renew"
        told = {
            "status": "granted" if is_granted else "withdrawn",
            "lawful_basis": is_granted and self.lawful_basis,
            "source": "staff",
            "source_detail": self._get_source_detail(),
            "event_date": self.event_date,
            "user_id": self.env.uid,
            "evidence_id": self._keep_evidence(
                companies if len(companies) == 1 else companies.browse()
            ),
        }
        words = {
            lang: self._keep_wording(lang) if is_granted else None
            for lang in {False, *self.consent_ids.partner_id.mapped("lang")}
        }
        return [
            {
                **told,
                "company_id": consent.company_id.id,
                "partner_id": consent.partner_id.id,
                "address": consent.address,
                "channel": consent.channel,
                "purpose_id": consent.purpose_id.id,
                "topic_id": consent.topic_id.id,
                "lang": consent.partner_id.lang,
                "wording_id": words[consent.partner_id.lang],
                "request_key": self._get_key(consent.id),
            }
            for consent in self.consent_ids
            if consent.address
        ]

    def _tell(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
