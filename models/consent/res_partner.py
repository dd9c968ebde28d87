from odoo import fields, models

_READERS = "contact_lifecycle.group_lifecycle_reader"


class ResPartner(models.Model):
    _inherit = "res.partner"

    lifecycle_consent_ids = fields.One2many(
        "lifecycle.consent", "partner_id", string="Consents", groups=_READERS
    )
    lifecycle_consent_event_ids = fields.One2many(
        "lifecycle.consent.event",
        "partner_id",
        string="Consent History",
        groups=_READERS,
    )
    lifecycle_preference_ids = fields.One2many(
        "lifecycle.preference", "partner_id", string="Preferences", groups=_READERS
    )
