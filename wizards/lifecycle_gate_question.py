from odoo import api, fields, models
from odoo.tools.misc import format_date


class LifecycleGateQuestion(models.TransientModel):
    """Would this contact get that mailing now, and if not, why?"""

    _name = "lifecycle.gate.question"
    _description = "Question Whether a Contact Receives a Mailing"

    partner_id = fields.Many2one(
        "res.partner", string="Contact", required=True, readonly=True
    )
    mailing_id = fields.Many2one("mailing.mailing")
    verdict = fields.Selection(
        [
            ("send", "Would receive it"),
            ("defer", "Later"),
            ("block", "Would not receive it"),
        ],
        compute="_compute_verdict",
    )
    reason = fields.Char(compute="_compute_verdict")

    @api.depends("partner_id", "mailing_id")
    def _compute_verdict(self):
        for question in self:
            question.verdict, question.reason = question._ask()

    def _ask(self):
        mailing, partner = self.mailing_id._origin, self.partner_id._origin
        if not mailing or not partner:
            return False, False
        if mailing.mailing_model_real != "res.partner":
            return False, self.env._("This mailing is not sent to contacts.")
        address = "phone_sanitized" if mailing.mailing_type == "sms" else "email"
        if not partner[address]:
            return "block", self.env._("No address for this channel")
        answer = self.env["lifecycle.gate"].ask(partner.ids, mailing.id)
        if not answer:
            return "send", self._get_note(partner, mailing)
        told = answer[0]
        if not told["until"]:
            return told["verdict"], told["reason"]
        until = format_date(
            self.env, fields.Datetime.context_timestamp(self, told["until"])
        )
        return told["verdict"], self.env._(
            "%(reason)s, until %(date)s", reason=told["reason"], date=until
        )

    def _get_note(self, partner, mailing):
        """Say so when nothing stops the mailing but it is not meant for the contact."""
        if partner.filtered_domain(mailing._get_recipients_domain()):
            return self.env._("Nothing stops this mailing.")
        return self.env._("Nothing stops it, but the contact is not a recipient of it.")
