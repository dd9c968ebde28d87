import base64
import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..engine.consent.codes import LAWFUL_BASES


class LifecycleConsentEvidence(models.AbstractModel):
    """What staff know of an answer: where, when, the words, and a file as proof."""

    _name = "lifecycle.consent.evidence"
    _description = "Evidence Entered by Staff"

    lawful_basis = fields.Selection(LAWFUL_BASES, default="consent")
    source_detail = fields.Char(
        string="Where and How",
        help="Kept with the evidence, which can never be changed",
    )
    event_date = fields.Datetime(
        string="Date", required=True, default=fields.Datetime.now
    )
    wording_text = fields.Text(
        string="Words",
        help="The words the contact read and agreed to, if they are known",
    )
    evidence = fields.Binary(string="File", attachment=False)
    evidence_name = fields.Char()

    @api.constrains("event_date")
    def _check_event_date(self):
        if any(entry.event_date > fields.Datetime.now() for entry in self):
            raise ValidationError(
                self.env._("The date of an answer cannot be in the future.")
            )

    def _check_source_detail(self):
        if not (self.source_detail or "").strip():
            raise UserError(self.env._("Say where and how the contact told you."))

    def _get_source_detail(self):
        """Return where and how, with the fingerprint of the file, which is sealed."""
        if not self.evidence:
            return self.source_detail.strip()
        content = base64.b64decode(self.with_context(bin_size=False).evidence)
        digest = hashlib.sha256(content).hexdigest()
        name = self.evidence_name or self.env._("File")
        return f"{self.source_detail.strip()} ({name}, SHA-256 {digest})"

    def _keep_evidence(self, company):
        """Return the id of an attachment that holds the file, or None."""
        if not self.evidence:
            return None
        # sudo: the file belongs to the evidence, which staff add to and never change.
        attachments = self.env["ir.attachment"].sudo()
        return attachments.create(
            {
                "name": self.evidence_name or self.env._("File"),
                "datas": self.with_context(bin_size=False).evidence,
                "res_model": "lifecycle.consent.event",
                "company_id": company.id,
            }
        ).id

    def _keep_wording(self, lang):
        """Return the id of the words that were read, or None."""
        text = (self.wording_text or "").strip()
        # sudo: words are kept as they are and changed by nobody.
        wordings = self.env["lifecycle.wording"].sudo()
        lang = lang or self.env.lang or "en_US"
        return wordings._get_text(text, lang).id if text else None

    # What the dialog has recorded

    def _get_key(self, number):
        """Return what makes an answer of this dialog one, however often it is told."""
        return f"{self._name}:{self.id}:{number}"

    def _find_events(self):
        """Return what this dialog has recorded."""
        # sudo: found by the key of this dialog, which nobody chooses.
        events = self.env["lifecycle.consent.event"].sudo()
        return events.search([("request_key", "=like", self._get_key("%"))])

    def _show_evidence(self):
        """Let whoever reads the evidence read the file from now on, nobody else."""
        events = self._find_events()
        events.evidence_id.res_id = events[:1].id
