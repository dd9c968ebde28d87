from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..engine.consent.codes import CONSENT_CHANNELS

_ADDRESSES = {"email": "email_normalized", "sms": "phone_sanitized"}


class LifecycleConsentEntry(models.TransientModel):
    """What a contact told staff, on paper, by phone or face to face, and the proof.

    Whoever sees the contact may enter a withdrawal, as leaving must be easy; consent
    is entered by users of Contact Lifecycle.
    """

    _name = "lifecycle.consent.entry"
    _inherit = ("lifecycle.consent.evidence",)
    _description = "Enter a Consent or a Withdrawal"

    partner_id = fields.Many2one(
        "res.partner", string="Contact", required=True, readonly=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    status = fields.Selection(
        [("granted", "Agrees"), ("withdrawn", "Withdraws")],
        string="The Contact",
        required=True,
        default="withdrawn",
    )
    channel = fields.Selection(CONSENT_CHANNELS, required=True, default="email")
    address = fields.Char(compute="_compute_address")
    purpose_id = fields.Many2one(
        "lifecycle.purpose",
        required=True,
        default=lambda self: self.env.ref(
            "contact_lifecycle.lifecycle_purpose_marketing", raise_if_not_found=False
        ),
    )
    topic_ids = fields.Many2many(
        "lifecycle.topic",
        string="Topics",
        help="Leave empty when it is about the purpose as a whole",
    )
    source_detail = fields.Char(required=True)
    later_note = fields.Char(compute="_compute_later_note")

    @api.depends("partner_id", "channel")
    def _compute_address(self):
        for entry in self:
            entry.address = entry.partner_id[_ADDRESSES[entry.channel or "email"]]

    @api.depends("channel", "purpose_id", "topic_ids", "event_date", "company_id")
    def _compute_later_note(self):
        """Say that a later answer stands, which this one will not change."""
        for entry in self:
            later = self.env["lifecycle.consent"].search(
                [
                    ("address", "=", entry.address or ""),
                    ("channel", "=", entry.channel),
                    ("company_id", "=", entry.company_id.id),
                    ("purpose_id", "=", entry.purpose_id.id),
                    ("topic_id", "in", entry.topic_ids._origin.ids or [False]),
                    ("since_date", ">", entry.event_date or fields.Datetime.now()),
                ],
                limit=1,
            )
            entry.later_note = entry._describe_later(later) if later else False

    def _describe_later(self, later):
        states = dict(later._fields["status"]._description_selection(self.env))
        return self.env._(
            "A later answer stands: %(status)s. This one is kept as evidence and does "
            "not change it.",
            status=states[later.status],
        )

    @api.constrains("lawful_basis", "channel", "status")
    def _check_lawful_basis(self):
        for entry in self.filtered(lambda entry: entry.status == "granted"):
            if not entry.lawful_basis:
                raise ValidationError(self.env._("Choose on what basis you may write."))
            if entry.lawful_basis == "soft_opt_in" and entry.channel == "sms":
                raise ValidationError(
                    self.env._("The soft opt-in of own customers covers e-mail only.")
                )

    @api.onchange("purpose_id")
    def _onchange_purpose_id(self):
        stays = self.topic_ids.filtered(lambda t: t.purpose_id == self.purpose_id)
        self.topic_ids = [Command.set(stays.ids)]

    def action_record(self):
        """Record the answer, once however often it is pressed, and close."""
        self.ensure_one()
        self._check_may_record()
        # sudo: evidence is added by this method alone; access was checked above.
        consents = self.env["lifecycle.consent"].sudo()
        # An answer of the last minute must hold before an older one is compared.
        consents._apply_queue()
        if not self._find_events():
            consents._record(self._prepare_answers())
            self._show_evidence()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _check_may_record(self):
        self.partner_id.check_access("read")
        self.company_id.check_access("read")
        is_user = self.env.user.has_group("contact_lifecycle.group_lifecycle_user")
        if self.status == "granted" and not is_user:
            raise AccessError(
                self.env._("Only users of Contact Lifecycle enter a consent.")
            )
        if not self.address:
            raise UserError(
                self.env._(
                    "“%(name)s” has no address for this channel: add it first.",
                    name=self.partner_id.display_name,
                )
            )
        self._check_source_detail()

    def _prepare_answers(self):
        """Return one answer for each topic, or one for the purpose as a whole."""
        told = {
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "address": self.address,
            "channel": self.channel,
            "purpose_id": self.purpose_id.id,
            "status": self.status,
            "lawful_basis": self.status == "granted" and self.lawful_basis,
            "source": "staff",
            "source_detail": self._get_source_detail(),
            "event_date": self.event_date,
            "user_id": self.env.uid,
            "evidence_id": self._keep_evidence(self.company_id),
            "wording_id": self._keep_wording(self.partner_id.lang),
            "lang": self.partner_id.lang,
        }
        return [
            {**told, "topic_id": topic, "request_key": self._get_key(topic)}
            for topic in self.topic_ids.ids or [0]
        ]
