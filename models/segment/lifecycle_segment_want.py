from odoo import fields, models
from odoo.tools import SQL


class LifecycleSegment(models.Model):
    """Who should be a member now: the conditions, and what people decided."""

    _inherit = "lifecycle.segment"

    def _get_wanted(self, scope=None):
        """Return SQL of (segment, contact) of all who should be in these segments.

        :param scope: SQL of a query of contact ids; None takes all contacts
        """
        overridden = self._filter_overridden()
        return SQL(" UNION ALL ").join(
            SQL(
                "SELECT %s::int AS segment_id, id AS partner_id FROM (%s) wanted",
                segment.id,
                segment._get_wanted_query(scope, segment in overridden),
            )
            for segment in self
        )

    def _get_wanted_query(self, scope=None, is_overridden=True):
        """Return SQL of the ids of the contacts that should be members."""
        self.ensure_one()
        base = self._get_base_query(scope)
        if not is_overridden:
            return base
        return SQL(
            """SELECT base.id FROM (%(base)s) base
                WHERE NOT EXISTS (SELECT 1 FROM lifecycle_segment_override o
                                   WHERE o.partner_id = base.id AND %(live)s)
            UNION ALL
               SELECT p.id FROM lifecycle_segment_override o
                 JOIN res_partner p ON p.id = o.partner_id AND %(visible)s
                WHERE o.kind = 'include' AND %(live)s AND %(scope)s""",
            base=base,
            live=self._get_live_overrides(),
            visible=self._get_visible(),
            scope=self._get_scope(SQL("o.partner_id"), scope),
        )

    def _get_base_query(self, scope):
        """Return SQL of the ids that are members if nobody decided otherwise.

        Some contacts of a segment that stays as it is are not asked its conditions; a
        full refresh always is.
        """
        if self.kind == "static":
            return self._get_hand_query(scope)
        if scope is not None and self._is_frozen():
            return SQL(
                """SELECT m.partner_id AS id FROM lifecycle_segment_member m
                     JOIN res_partner p ON p.id = m.partner_id AND %s
                    WHERE m.segment_id = %s AND m.leave_date IS NULL AND %s""",
                self._get_visible(),
                self.id,
                self._get_scope(SQL("m.partner_id"), scope),
            )
        return self._get_matching_sql(scope)

    def _get_hand_query(self, scope):
        """Members of a static segment: whoever was put in and not taken out.

        Who left by being archived comes back when the contact does.
        """
        return SQL(
            """SELECT p.id FROM (
                    SELECT DISTINCT ON (m.partner_id) m.partner_id, m.leave_cause
                      FROM lifecycle_segment_member m
                     WHERE m.segment_id = %s AND %s
                     ORDER BY m.partner_id, m.join_date DESC, m.id DESC) last
                 JOIN res_partner p ON p.id = last.partner_id AND %s
                WHERE COALESCE(last.leave_cause, 'archived') = 'archived'""",
            self.id,
            self._get_scope(SQL("m.partner_id"), scope),
            self._get_visible(),
        )

    def _is_frozen(self):
        """Whether the members stay as they are until the next full refresh."""
        kept = self.kept_date and self.kept_date > self.env.cr.now()
        return self.kind == "dynamic" and (self.state != "ok" or bool(kept))

    def _filter_overridden(self):
        groups = self.env["lifecycle.segment.override"]._read_group(
            [("segment_id", "in", self.ids)], ["segment_id"]
        )
        return self.browse(segment.id for (segment,) in groups)

    def _get_live_overrides(self):
        """Return SQL: the manual change ``o`` is this segment's and in force."""
        return SQL(
            "o.segment_id = %s AND o.active"
            " AND COALESCE(o.expire_date, 'infinity') >= %s",
            self.id,
            self._get_today(),
        )

    def _get_today(self):
        """Return the day it is in the segment's company."""
        company = self.company_id
        timed = self.with_context(tz=company.partner_id.tz or "UTC")
        return fields.Date.context_today(timed, self.env.cr.now())

    def _get_visible(self):
        """Return SQL: the contact ``p`` is active and of this company, or shared."""
        return SQL(
            "p.active AND (p.company_id IS NULL OR p.company_id = ANY(%s))",
            self.company_id.parent_ids.ids,
        )

    def _get_scope(self, column, scope):
        return SQL("true") if scope is None else SQL("%s IN (%s)", column, scope)
