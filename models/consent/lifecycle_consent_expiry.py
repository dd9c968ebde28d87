import logging

from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

_BATCH_CONSENTS = 20_000


class LifecycleConsent(models.Model):
    """What was granted for a time only runs out by itself."""

    _inherit = "lifecycle.consent"

    @api.model
    def _cron_expire_consents(self):
        """Let consents that have run out expire, each with an event of its own."""
        progress = self.env["ir.cron"]._commit_progress
        # A withdrawal of the last minute is not to be outdone by an expiry.
        while self._apply_queue():
            if not progress(1, remaining=1):
                return
        while count := self._expire_batch():
            _logger.info("%s consents expired", count)
            if not progress(count, remaining=1):
                return
        progress(remaining=0)

    @api.model
    def _expire_batch(self):
        """Expire one batch; return how many consents that were."""
        events = [
            event_id
            for (event_id,) in self.env.execute_query(
                SQL(
                    """INSERT INTO lifecycle_consent_event
                              (company_id, partner_id, address, address_hash, channel,
                               purpose_id, topic_id, status, lawful_basis, source,
                               event_date, request_key)
                       SELECT company_id, partner_id, address, address_hash, channel,
                              purpose_id, topic_id, 'expired', lawful_basis, 'expiry',
                              %(now)s, 'expiry:' || event_id
                         FROM lifecycle_consent
                        WHERE status = 'granted' AND expire_date < %(today)s
                        ORDER BY id LIMIT %(limit)s
                           ON CONFLICT DO NOTHING
                    RETURNING id""",
                    now=self.env.cr.now(),
                    today=self.env.cr.now().date(),
                    limit=_BATCH_CONSENTS,
                )
            )
        ]
        if events:
            self._apply(SQL("SELECT unnest(%s::int[])", events))
            self._wake_sealing()
        return len(events)
