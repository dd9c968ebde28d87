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
    lifecycle_data_request_ids = fields.One2many(
        "lifecycle.data.request",
        "partner_id",
        string="Data Requests",
        groups="contact_lifecycle.group_lifecycle_manager",
    )

    def action_lifecycle_consent(self):
        """Open the dialog that records what the contact agreed to."""
        return self._open_lifecycle_entry(self.env._("Record Consent"), "granted")

    def action_lifecycle_withdrawal(self):
        """Open the dialog that records what the contact withdrew from."""
        return self._open_lifecycle_entry(self.env._("Record Withdrawal"), "withdrawn")

    def action_lifecycle_consent_history(self):
        """Open all evidence of the contact."""
        self.ensure_one()
        return {
            **self.env["ir.actions.actions"]._for_xml_id(
                "contact_lifecycle.lifecycle_consent_event_action"
            ),
            "domain": [("partner_id", "=", self.id)],
            "context": {},
        }

    def action_lifecycle_gate(self):
        """Open the dialog that says whether the contact would get a mailing."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Will They Receive It?"),
            "res_model": "lifecycle.gate.question",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_partner_id": self.id},
        }

    def action_lifecycle_data_requests(self):
        """Open what the contact asked about its data."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "contact_lifecycle.lifecycle_data_request_action"
        )
        return {
            **action,
            "domain": [("partner_id", "=", self.id)],
            "context": {"default_partner_id": self.id},
        }

    def _open_lifecycle_entry(self, name, status):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "lifecycle.consent.entry",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_partner_id": self.id, "default_status": status},
        }
