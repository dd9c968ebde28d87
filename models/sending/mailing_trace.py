from odoo import fields, models

REASONS = [
    ("lifecycle_blacklist", "Blacklisted"),
    ("lifecycle_withdrawn", "Consent withdrawn"),
    ("lifecycle_no_consent", "No consent"),
    ("lifecycle_topic", "Topic not wanted"),
    ("lifecycle_exclusion", "Never to be shown"),
    ("lifecycle_important_only", "Wants only what is important"),
    ("lifecycle_paused", "Paused"),
    ("lifecycle_frequency", "As often as they want"),
]


class MailingTrace(models.Model):
    _inherit = "mailing.trace"

    failure_type = fields.Selection(
        selection_add=REASONS,
        ondelete={code: "set null" for code, _label in REASONS},
    )

    # Bounces are looked up by address too, which stock Odoo does by a scan.
    _lifecycle_email_idx = models.Index("(email) WHERE email IS NOT NULL")
    _lifecycle_sms_number_idx = models.Index(
        "(sms_number) WHERE sms_number IS NOT NULL"
    )
