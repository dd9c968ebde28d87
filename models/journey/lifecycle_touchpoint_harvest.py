import logging
import time
from datetime import datetime, timedelta

import psycopg2

from odoo import api, models

_logger = logging.getLogger(__name__)

_RECONCILE_HOURS = 20


class LifecycleTouchpointSource(models.Model):
    """How rows get from a source's query into the journey.

    One harvest runs at a time for each source (its row is locked); a window of
    rows is copied to a temporary table, and from there inserted where its key is
    new.  Nothing is read twice, nothing is added twice.
    """

    _inherit = "lifecycle.touchpoint.source"

    @api.model
    def _cron_harvest_touchpoints(self):
        """Take what is new, source after source, then refresh the contacts."""
        sources = self.search([("active", "=", True)]).filtered("is_available")
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(sources) + 1)
        for source in sources:
            source._harvest_safely(commit=progress)
            if not progress(1):
                return
        if self._after_harvest(commit=progress):
            progress(1)

    @api.model
    def _cron_reconcile_touchpoints(self):
        """Compare whole sources with the journey: nothing late is ever lost."""
        limit = self.env.cr.now() - timedelta(hours=_RECONCILE_HOURS)
        due = self.search([("active", "=", True)]).filtered(
            lambda source: (
                source.is_available
                and not (source.last_reconcile_date or datetime.min) > limit
            )
        )
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(due) + 1)
        for source in due:
            source._harvest_safely(is_reconcile=True, commit=progress)
            if not progress(int(not source.reconcile_position)):
                return
        self._after_reconcile()
        progress(1)

    def _after_harvest(self, commit=None):
        """Hook: the journeys of the queued contacts have changed.

        :param commit: called after each batch of work; a falsy answer stops
        :return: whether all of it was done
        """
        return True

    def _after_reconcile(self):
        """Hook: the journey is complete up to tonight."""

    def _harvest_safely(self, is_reconcile=False, commit=None):
        """Harvest one source; note an error on it instead of raising.

        :param is_reconcile: start from the beginning instead of the watermark
        :param commit: called after each window; a falsy answer stops
        :return: touchpoints added, or None when it failed, is already running, or
            the app it reads from is not installed
        """
        self.ensure_one()
        if not self.is_available:
            return None
        started = time.monotonic()
        rows, is_last = 0, False
        while not is_last:
            try:
                with self.env.cr.savepoint():
                    if not self._lock_source():
                        return None
                    added, is_last = self._harvest_next_window(is_reconcile)
            except psycopg2.errors.SerializationFailure:
                _logger.info("touchpoint source %s is busy, left alone", self.code)
                return None
            except Exception as error:
                _logger.warning("touchpoint source %s failed", self.code, exc_info=True)
                self._note_error(error)
                return None
            rows += added
            if not is_last and commit and not commit(0):
                break
        self._note_success(rows, time.monotonic() - started)
        return rows

    def _lock_source(self):
        """Take the source's row for this transaction; False when it is taken."""
        return bool(self.try_lock_for_update())

    def _note_error(self, error):
        self.invalidate_recordset()
        text = str(getattr(error, "pgerror", None) or error).strip()
        self.write(
            {
                "last_error": text[:2000] or type(error).__name__,
                "last_error_date": self.env.cr.now(),
            }
        )

    def _note_success(self, rows, seconds):
        self.write(
            {
                "last_run_date": self.env.cr.now(),
                "last_rows": rows,
                "last_seconds": seconds,
                "total_rows": self.total_rows + rows,
                "last_error": False,
                "last_error_date": False,
            }
        )

    def _harvest_next_window(self, is_reconcile):
        """Harvest from where the last window ended.

        :return: (touchpoints added, whether the present has been reached)
        """
        # Compiling a window's query costs more than it gains.
        self.env.cr.execute("SET LOCAL jit = off")
        position = self.reconcile_position if is_reconcile else self.watermark
        # The end of this second: what this second still brings, the overlap finds.
        horizon = self.env.cr.now().replace(microsecond=0) + timedelta(seconds=1)
        until = self._get_window_end(position, horizon)
        since = position
        if position and not is_reconcile:
            since = position - timedelta(minutes=self.overlap_minutes)
        added, unmatched = self._harvest_window(since, until)
        is_last = until >= horizon
        values = {"watermark": max(until, self.watermark or until)}
        if is_reconcile:
            known = self.unmatched_rows if position else 0
            values.update(
                unmatched_rows=known + unmatched,
                reconcile_position=False if is_last else until,
            )
            if is_last:
                values["last_reconcile_date"] = horizon
        self.write(values)
        self.flush_recordset()
        return added, is_last
