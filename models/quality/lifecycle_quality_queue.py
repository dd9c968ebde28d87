from odoo import api, models

_BATCH_CONTACTS = 50_000


class LifecycleQualityQueue(models.Model):
    """Contacts that were edited since their quality was last computed."""

    _name = "lifecycle.quality.queue"
    _inherit = "lifecycle.touchpoint.queue"
    _description = "Contacts Waiting for Their Quality"
    _log_access = False

    def _add(self, partner_ids):
        if partner_ids:
            self.env["ir.cron"]._lifecycle_wake("ir_cron_refresh_quality_queue")
        return super()._add(partner_ids)

    @api.model
    def _cron_refresh_queue(self):
        """Compute the quality of the contacts that were edited."""
        progress = self.env["ir.cron"]._commit_progress
        while self._take(_BATCH_CONTACTS):
            self.env["lifecycle.profile"]._refresh_quality_taken()
            if not progress(1):
                self.env["ir.cron"]._lifecycle_wake("ir_cron_refresh_quality_queue")
                return
