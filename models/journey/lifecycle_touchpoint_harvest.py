import logging
import time
from datetime import datetime, timedelta

import psycopg2

from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

_BATCH_ROWS = 200_000
_RECONCILE_HOURS = 20
_SKIPS_KEPT = 10_000

# What a source's query returns, in this order, with the type of its NULL.
COLUMNS = {
    "stamp": "timestamp",
    "type_code": "varchar",
    "partner_id": "int4",
    "touch_date": "timestamp",
    "name": "varchar",
    "value": "float8",
    "amount": "numeric",
    "mailing_id": "int4",
    "link_id": "int4",
    "campaign_id": "int4",
    "source_id": "int4",
    "medium_id": "int4",
    "device": "varchar",
    "country_id": "int4",
    "automated_reason": "varchar",
    "res_model": "varchar",
    "res_id": "int4",
    "company_id": "int4",
}
_COPIED = [
    name
    for name in COLUMNS
    if name not in ("stamp", "type_code", "partner_id", "company_id")
]
# A row once harvested follows its document in these, when its source is mutable.
_FOLLOWED = ("touch_date", "value", "amount", "automated_reason")


class LifecycleTouchpointSource(models.Model):
    """How rows get from a source's query into the journey.

    One harvest runs at a time for each source (its row is locked); a window of
    rows is copied to a temporary table, and from there inserted where its key is
    new.  Nothing is read twice, nothing is added twice.
    """

    _inherit = "lifecycle.touchpoint.source"

    def _touchpoint_select(self, code, tail, **columns):
        """Return ``SELECT`` with all columns of a source, NULL where not given.

        :param code: code of the touchpoint type
        :param tail: SQL from ``FROM`` on
        :param columns: SQL of each known column
        """
        columns["type_code"] = code if isinstance(code, SQL) else SQL("%s", code)
        return SQL(
            "SELECT %s %s",
            SQL(", ").join(
                SQL(
                    "CAST(%s AS %s) AS %s",
                    columns.get(name, SQL("NULL")),
                    SQL(kind),
                    SQL.identifier(name),
                )
                if name != "stamp"
                # Not cast, so that a condition on it can use its index.
                else SQL("%s AS stamp", columns["stamp"])
                for name, kind in COLUMNS.items()
            ),
            tail,
        )

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

    def _get_window_end(self, position, horizon):
        """Return the instant up to which one window should reach.

        It is a whole second, so that a watermark kept to the second neither
        repeats nor loses the rows of that second.
        """
        entry = self._touchpoint_sources()[self.code]
        if "stamp" not in entry:
            return horizon
        stamp = SQL.identifier(entry["stamp"])
        rows = self.env.execute_query(
            SQL(
                """SELECT date_trunc('second', %(stamp)s) + interval '1 second'
                     FROM %(table)s
                    WHERE %(stamp)s > %(position)s
                    ORDER BY %(stamp)s OFFSET %(size)s LIMIT 1""",
                stamp=stamp,
                table=SQL.identifier(self.env[entry["model"]]._table),
                position=position or SQL("'-infinity'::timestamp"),
                size=_BATCH_ROWS,
            )
        )
        return min(rows[0][0], horizon) if rows else horizon

    def _harvest_window(self, since, until):
        """Copy the rows stamped within (since, until] into the journey.

        :param since: None takes all rows up to ``until``, also unstamped ones
        :return: (touchpoints added, rows whose address is no contact's)
        """
        self.env.flush_all()
        self._load_window(since, until)
        added = self._insert_window()
        if self._touchpoint_sources()[self.code].get("is_mutable"):
            self._follow_window()
        self._list_skipped()
        unmatched = self.env.execute_query(
            SQL("SELECT count(*) FROM lifecycle_harvest WHERE partner_id IS NULL")
        )[0][0]
        self.env.cr.execute("DROP TABLE lifecycle_harvest")
        return added, unmatched

    def _load_window(self, since, until):
        query = getattr(self, f"_touchpoint_query_{self.code}")()
        if since:
            window = SQL("q.stamp > %s AND q.stamp <= %s", since, until)
        else:
            window = SQL("(q.stamp <= %s) IS NOT FALSE", until)
        self.env.cr.execute("DROP TABLE IF EXISTS lifecycle_harvest")
        self.env.execute_query(
            SQL(
                """CREATE TEMP TABLE lifecycle_harvest ON COMMIT DROP AS
                   SELECT q.*, t.id AS type_id, t.channel, t.direction,
                          p.id AS known_partner_id,
                          COALESCE(q.company_id, p.company_id) AS owner_id,
                          q.touch_date > %(now)s AS is_future
                     FROM (%(query)s) q
                     JOIN lifecycle_touchpoint_type t
                       ON t.code = q.type_code AND t.active
                     LEFT JOIN res_partner p ON p.id = q.partner_id
                    WHERE %(window)s""",
                query=query,
                window=window,
                now=self.env.cr.now() + timedelta(minutes=5),
            )
        )
        self.env.cr.execute("ANALYZE lifecycle_harvest")

    def _insert_window(self):
        """Insert what is new, queue its contacts; return how many were new."""
        copied = SQL(", ").join(map(SQL.identifier, _COPIED))
        return self.env.execute_query(
            SQL(
                """WITH added AS (
                    INSERT INTO lifecycle_touchpoint
                           (type_id, channel, direction, partner_id, company_id,
                            is_automated, %(copied)s)
                    SELECT type_id, channel, direction, known_partner_id, owner_id,
                           automated_reason IS NOT NULL, %(copied)s
                      FROM lifecycle_harvest
                     WHERE known_partner_id IS NOT NULL AND is_future IS FALSE
                        ON CONFLICT (type_id, res_model, res_id) DO NOTHING
                    RETURNING partner_id
                ), queued AS (
                    INSERT INTO lifecycle_touchpoint_queue (partner_id)
                    SELECT DISTINCT partner_id FROM added
                )
                SELECT count(*) FROM added""",
                copied=copied,
            )
        )[0][0]

    def _follow_window(self):
        """Bring touchpoints up to date whose document has changed since."""
        followed = SQL(", ").join(map(SQL.identifier, _FOLLOWED))
        fresh = SQL(", ").join(SQL.identifier("h", name) for name in _FOLLOWED)
        stored = SQL(", ").join(SQL.identifier("t", name) for name in _FOLLOWED)
        self.env.execute_query(
            SQL(
                """WITH changed AS (
                    UPDATE lifecycle_touchpoint t
                       SET (partner_id, is_automated, %(followed)s) =
                           (h.known_partner_id, h.automated_reason IS NOT NULL,
                            %(fresh)s)
                      FROM lifecycle_harvest h, lifecycle_touchpoint old
                     WHERE t.type_id = h.type_id AND t.res_model = h.res_model
                       AND t.res_id = h.res_id AND old.id = t.id
                       AND h.known_partner_id IS NOT NULL AND h.is_future IS FALSE
                       AND (t.partner_id, %(stored)s)
                           IS DISTINCT FROM (h.known_partner_id, %(fresh)s)
                    RETURNING t.partner_id AS now_of, old.partner_id AS was_of
                )
                INSERT INTO lifecycle_touchpoint_queue (partner_id)
                SELECT now_of FROM changed UNION SELECT was_of FROM changed""",
                followed=followed,
                fresh=fresh,
                stored=stored,
            )
        )

    def _list_skipped(self):
        """List refused rows, and forget those that have since been accepted."""
        self.env.execute_query(
            SQL(
                """DELETE FROM lifecycle_touchpoint_skip s
                    USING lifecycle_harvest h
                    WHERE s.type_id = h.type_id AND s.res_model = h.res_model
                      AND s.res_id = h.res_id
                      AND h.known_partner_id IS NOT NULL AND h.is_future IS FALSE"""
            )
        )
        self.env.execute_query(
            SQL(
                """INSERT INTO lifecycle_touchpoint_skip
                          (touchpoint_source_id, type_id, reason, touch_date,
                           partner_ref, res_model, res_id, create_date, create_uid)
                   SELECT %(source)s, type_id,
                          CASE WHEN known_partner_id IS NULL
                               THEN 'contact_gone' ELSE 'future_date' END,
                          touch_date, partner_id, res_model, res_id,
                          now() AT TIME ZONE 'UTC', %(user)s
                     FROM lifecycle_harvest
                    WHERE partner_id IS NOT NULL
                      AND (known_partner_id IS NULL OR is_future)
                    LIMIT GREATEST(0, %(limit)s - (
                          SELECT count(*) FROM lifecycle_touchpoint_skip
                           WHERE touchpoint_source_id = %(source)s))
                       ON CONFLICT DO NOTHING""",
                source=self.id,
                user=self.env.uid,
                limit=_SKIPS_KEPT,
            )
        )
