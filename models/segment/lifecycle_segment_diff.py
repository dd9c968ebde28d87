from odoo import models
from odoo.tools import SQL

# Causes that are no act of a contact and stay out of its journey.
SILENT_CAUSES = ("first", "freeze", "merge")
# A table that grew by more than this is analysed before it is joined again.
_MANY_ROWS = 20_000


class LifecycleSegment(models.Model):
    """Members follow what is wanted: one UPDATE of who left, one INSERT of who came.

    The temporary table ``lifecycle_diff`` holds the differences only, so that a second
    run writes nothing: (segment, contact, the stay that ends or NULL where one begins).
    """

    _inherit = "lifecycle.segment"

    def _compare_wanted(self, scope=None):
        """Compare these segments' members with those they should have.

        A full join is hashed or merged, whatever the statistics say of a table that
        has just been filled.

        :param scope: SQL of a query of contact ids; None looks at all contacts
        :return: as ``_load_diff``
        """
        return self._load_diff(
            SQL(
                """SELECT COALESCE(w.segment_id, m.segment_id) AS segment_id,
                          COALESCE(w.partner_id, m.partner_id) AS partner_id,
                          m.id AS member_id
                     FROM (%s) w
                     FULL JOIN (%s) m
                       ON m.segment_id = w.segment_id AND m.partner_id = w.partner_id
                    WHERE w.partner_id IS NULL OR m.partner_id IS NULL""",
                self._get_wanted(scope),
                self._get_stays(self._get_scope(SQL("m.partner_id"), scope)),
            )
        )

    def _get_stays(self, condition):
        """Return SQL of the present stays ``m`` in these segments."""
        return SQL(
            """SELECT m.segment_id, m.partner_id, m.id
                 FROM lifecycle_segment_member m
                WHERE m.segment_id = ANY(%s) AND m.leave_date IS NULL AND %s""",
            self.ids,
            condition,
        )

    def _load_diff(self, query):
        """Fill ``lifecycle_diff`` from a query.

        :return: ({segment id: contacts that join}, the same of those who leave)
        """
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL jit = off")
        self.env.cr.execute("SET LOCAL work_mem = '64MB'")
        self.env.cr.execute("DROP TABLE IF EXISTS lifecycle_diff")
        self.env.cr.execute(
            SQL("CREATE TEMP TABLE lifecycle_diff ON COMMIT DROP AS %s", query)
        )
        joined, left = {}, {}
        for segment_id, come, gone in self.env.execute_query(
            SQL(
                """SELECT segment_id, count(*) FILTER (WHERE member_id IS NULL),
                          count(member_id)
                     FROM lifecycle_diff GROUP BY segment_id"""
            )
        ):
            joined[segment_id], left[segment_id] = come, gone
        return joined, left

    def _apply_diff(self, cause, joined, left, sizes=None):
        """Write the differences, and count them; return how many there were."""
        if any(left.values()):
            self._end_stays(cause)
        if any(joined.values()):
            self._begin_stays(cause)
        if sum(joined.values()) > _MANY_ROWS:
            self.env.cr.execute("ANALYZE lifecycle_segment_member")
        self._count_moves(joined, left, sizes)
        return sum(joined.values()) + sum(left.values())

    def _end_stays(self, cause):
        now = self.env.cr.now()
        self.env.cr.execute(
            SQL(
                """UPDATE lifecycle_segment_member m
                      SET leave_date = %(now)s,
                          leave_cause = CASE WHEN p.active THEN %(cause)s
                                             ELSE 'archived' END,
                          change_date = CASE WHEN %(is_silent)s THEN m.change_date
                                             ELSE %(now)s END
                     FROM lifecycle_diff d
                     JOIN res_partner p ON p.id = d.partner_id
                    WHERE m.id = d.member_id""",
                now=now,
                cause=cause,
                is_silent=cause in SILENT_CAUSES,
            )
        )

    def _begin_stays(self, cause):
        now = self.env.cr.now()
        self.env.cr.execute(
            SQL(
                """INSERT INTO lifecycle_segment_member
                          (segment_id, partner_id, join_date, join_cause, change_date)
                   SELECT segment_id, partner_id, %s, %s, %s::timestamp
                     FROM lifecycle_diff WHERE member_id IS NULL""",
                now,
                cause,
                None if cause in SILENT_CAUSES else now,
            )
        )

    def _leave(self, condition, cause):
        """End the present stays ``m`` in these segments that ``condition`` tells.

        :return: number of stays
        """
        joined, left = self._load_diff(
            SQL(
                "SELECT segment_id, partner_id, id AS member_id FROM (%s) m",
                self._get_stays(condition),
            )
        )
        return self._apply_diff(cause, joined, left)

    def _join(self, query, cause):
        """Begin a stay in this segment for each contact of a query who is not in it.

        :return: number of stays
        """
        joined, left = self._load_diff(
            SQL(
                """SELECT %s::int AS segment_id, q.id AS partner_id,
                          NULL::int AS member_id
                     FROM (%s) q (id)
                    WHERE q.id NOT IN (SELECT m.partner_id FROM (%s) m)""",
                self.id,
                query,
                self._get_stays(SQL("true")),
            )
        )
        return self._apply_diff(cause, joined, left)

    def _count_moves(self, joined, left, sizes=None):
        """Bring sizes and today's snapshots up to date after members have moved.

        :param sizes: ``{segment id: members}`` where they have been counted
        """
        sizes = sizes or {}
        moved = self.filtered(
            lambda segment: (
                joined.get(segment.id)
                or left.get(segment.id)
                or sizes.get(segment.id, segment.member_count) != segment.member_count
            )
        )
        if not moved:
            return
        rows = SQL(", ").join(
            SQL(
                "(%s::int, %s::date, %s::int, %s::int, %s::int)",
                segment.id,
                segment._get_today(),
                joined.get(segment.id, 0),
                left.get(segment.id, 0),
                sizes.get(segment.id),
            )
            for segment in moved
        )
        self._write_sizes(rows)
        moved.invalidate_recordset(["member_count", "member_date", "snapshot_ids"])
        self.env["lifecycle.segment.snapshot"].invalidate_model()
        self.env["lifecycle.segment.member"].invalidate_model()
        self.env["res.partner"].invalidate_model(["lifecycle_segment_ids"])
        self.env["lifecycle.touchpoint.source"]._trigger_harvest()

    def _write_sizes(self, rows):
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """WITH moved (segment_id, day, joined, gone, size) AS (
                    VALUES %(rows)s
                ), sized AS (
                    UPDATE lifecycle_segment s
                       SET member_date = %(now)s,
                           member_count =
                               COALESCE(
                                   size, COALESCE(s.member_count, 0) + joined - gone)
                      FROM moved WHERE s.id = moved.segment_id
                    RETURNING s.id, s.member_count
                )
                INSERT INTO lifecycle_segment_snapshot AS old
                       (segment_id, snapshot_date, member_count, joined_count,
                        left_count)
                SELECT m.segment_id, m.day, s.member_count, m.joined, m.gone
                  FROM moved m JOIN sized s ON s.id = m.segment_id
                    ON CONFLICT (segment_id, snapshot_date) DO UPDATE
                   SET member_count = EXCLUDED.member_count,
                       joined_count = old.joined_count + EXCLUDED.joined_count,
                       left_count = old.left_count + EXCLUDED.left_count""",
                rows=rows,
                now=self.env.cr.now(),
            )
        )
