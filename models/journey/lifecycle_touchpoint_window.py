from datetime import timedelta

from odoo import models
from odoo.tools import SQL

_BATCH_ROWS = 200_000
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
    """One window of a source: read once, inserted where new, followed, listed."""

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
        """Fill ``lifecycle_harvest`` with the rows that are new or have changed.

        The key is looked up row by row while loading: joining a window with the
        whole journey afterwards would read all of it for each window.
        """
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
                          q.touch_date > %(now)s AS is_future,
                          old.id AS old_id, old.partner_id AS old_partner_id
                     FROM (SELECT %(columns)s FROM (%(query)s) q) q
                     JOIN lifecycle_touchpoint_type t
                       ON t.code = q.type_code AND t.active
                     LEFT JOIN res_partner p ON p.id = q.partner_id
                     LEFT JOIN LATERAL (
                         SELECT k.id, k.partner_id, %(followed)s
                           FROM lifecycle_touchpoint k
                          WHERE k.type_id = t.id AND k.res_model = q.res_model
                            AND k.res_id = q.res_id
                         OFFSET 0
                     ) old ON true
                    WHERE %(window)s AND (old.id IS NULL OR %(changed)s)""",
                columns=SQL(", ").join(
                    SQL("date_trunc('second', q.touch_date) AS touch_date")
                    if name == "touch_date"
                    else SQL.identifier("q", name)
                    for name in COLUMNS
                ),
                query=query,
                followed=SQL(", ").join(SQL.identifier("k", n) for n in _FOLLOWED),
                changed=self._get_changed(),
                window=window,
                now=self.env.cr.now() + timedelta(minutes=5),
            )
        )
        self.env.cr.execute("ANALYZE lifecycle_harvest")

    def _get_changed(self):
        """Return SQL: whether a known row differs from what its document says now."""
        if not self._touchpoint_sources()[self.code].get("is_mutable"):
            return SQL("false")
        return SQL(
            "(old.partner_id, %s) IS DISTINCT FROM (p.id, %s)",
            SQL(", ").join(SQL.identifier("old", name) for name in _FOLLOWED),
            SQL(", ").join(SQL.identifier("q", name) for name in _FOLLOWED),
        )

    def _insert_window(self):
        """Insert what is new, queue its contacts; return how many were new."""
        copied = SQL(", ").join(map(SQL.identifier, _COPIED))
        flags = self.env["lifecycle.touchpoint.queue"]._get_flags()
        return self.env.execute_query(
            SQL(
                """WITH added AS (
                    INSERT INTO lifecycle_touchpoint
                           (type_id, channel, direction, partner_id, company_id,
                            is_automated, %(copied)s)
                    SELECT type_id, channel, direction, known_partner_id, owner_id,
                           automated_reason IS NOT NULL, %(copied)s
                      FROM lifecycle_harvest
                     WHERE old_id IS NULL
                       AND known_partner_id IS NOT NULL AND is_future IS FALSE
                        ON CONFLICT (type_id, res_model, res_id) DO NOTHING
                    RETURNING partner_id, type_id, amount
                ), queued AS (
                    INSERT INTO lifecycle_touchpoint_queue (partner_id, %(flags)s)
                    SELECT a.partner_id, %(any)s FROM added a GROUP BY a.partner_id
                )
                SELECT count(*) FROM added""",
                copied=copied,
                flags=SQL(", ").join(map(SQL.identifier, flags)),
                any=SQL(", ").join(
                    SQL("bool_or(%s)", is_so) for is_so in flags.values()
                ),
            )
        )[0][0]

    def _follow_window(self):
        """Bring touchpoints up to date whose document has changed since."""
        followed = SQL(", ").join(map(SQL.identifier, _FOLLOWED))
        fresh = SQL(", ").join(SQL.identifier("h", name) for name in _FOLLOWED)
        self.env.execute_query(
            SQL(
                """WITH changed AS (
                    UPDATE lifecycle_touchpoint t
                       SET (partner_id, is_automated, %(followed)s) =
                           (h.known_partner_id, h.automated_reason IS NOT NULL,
                            %(fresh)s)
                      FROM lifecycle_harvest h
                     WHERE t.id = h.old_id
                       AND h.known_partner_id IS NOT NULL AND h.is_future IS FALSE
                    RETURNING t.partner_id AS now_of, h.old_partner_id AS was_of
                )
                INSERT INTO lifecycle_touchpoint_queue (partner_id)
                SELECT now_of FROM changed UNION SELECT was_of FROM changed""",
                followed=followed,
                fresh=fresh,
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
