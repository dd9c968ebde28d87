from datetime import timedelta

from odoo import api, models


class LifecycleSegment(models.Model):
    """By night all segments, by the hour those that time alone moves."""

    _inherit = "lifecycle.segment"

    @api.model
    def _cron_refresh_segments(self):
        """Refresh every segment that has not been tonight, in order of dependency."""
        today = self.env.cr.now().date()
        due = self._get_due().filtered(lambda segment: segment.night_date != today)
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(due))
        for segment in due._sort_by_dependency():
            segment._refresh_safely(by_hand=False)
            segment.night_date = today
            if not progress(1):
                return

    @api.model
    def _cron_refresh_hourly(self):
        """End manual changes that expire, then refresh what depends on the clock."""
        progress = self.env["ir.cron"]._commit_progress
        self.env["lifecycle.segment.override"]._expire()
        limit = self.env.cr.now() - timedelta(minutes=50)
        due = self._get_due().filtered(
            lambda segment: (
                segment.is_time_driven
                and segment.state in ("ok", "held")
                and not (segment.refresh_date or limit) > limit
            )
        )
        progress(remaining=len(due))
        due._refresh(by_hand=False, commit=progress)

    @api.model
    def _get_due(self):
        """Return all segments that a cron may refresh now."""
        now = self.env.cr.now()
        return self.search([("active", "=", True)]).filtered(
            lambda segment: (
                (segment.kind == "static" or segment.definition)
                and not (segment.kept_date and segment.kept_date > now)
            )
        )
