from odoo import api, models
from odoo.exceptions import UserError


class LifecycleConsentEvent(models.Model):
    """Whatever evidence is about stays as long as the evidence."""

    _inherit = "lifecycle.consent.event"

    @api.model
    def _refuse_to_lose(self, records, field_name):
        """Refuse to delete what somebody has answered about, and say what to do."""
        # sudo: answers of other companies count as well.
        groups = self.sudo()._read_group(
            [(field_name, "in", records.ids)], [field_name], ["__count"], limit=1
        )
        if groups:
            record, count = groups[0]
            raise UserError(
                self.env._(
                    "“%(name)s” cannot be deleted: answers that are kept as evidence "
                    "are about it (%(count)s). Archive it instead.",
                    name=record.display_name,
                    count=count,
                )
            )


class LifecyclePurpose(models.Model):
    _inherit = "lifecycle.purpose"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        self.env["lifecycle.consent.event"]._refuse_to_lose(self, "purpose_id")


class LifecycleTopic(models.Model):
    _inherit = "lifecycle.topic"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        self.env["lifecycle.consent.event"]._refuse_to_lose(self, "topic_id")


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_lifecycle_answered(self):
        self.env["lifecycle.consent.event"]._refuse_to_lose(self, "company_id")
