from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

_EARTH_KM = 6_371.0088
_DEGREE_KM = 111.0


class LifecycleSegment(models.Model):
    """Conditions on other segments, pasted lists, random shares and places."""

    _inherit = "lifecycle.segment"

    def _condition_query_segment(self, condition, compilation):
        """Return SQL of the present members; they are refreshed before this one."""
        self._get_named_segments(condition, compilation)
        return SQL(
            """SELECT m.partner_id FROM lifecycle_segment_member m
                WHERE m.segment_id = ANY(%s) AND m.leave_date IS NULL AND %s""",
            list(condition.segment_ids),
            compilation.within(SQL("m.partner_id")),
        )

    def _get_named_segments(self, condition, compilation):
        """Return the segments of a condition, all of which must be there."""
        segments = self.with_env(compilation.env).with_context(active_test=False)
        found = segments.search(
            [
                ("id", "in", list(condition.segment_ids)),
                ("company_id", "=", compilation.company.id),
            ]
        )
        if len(found) < len(condition.segment_ids):
            raise UserError(
                self.env._(
                    "A segment named in the conditions is gone, "
                    "or belongs to another company."
                )
            )
        archived = found.filtered(lambda segment: not segment.active)
        if archived:
            raise UserError(
                self.env._(
                    "The segment “%s” is archived, so its members are out of date. "
                    "Restore it, or remove the condition.",
                    archived[0].name,
                )
            )
        return found

    def _condition_query_contacts(self, condition, compilation):
        email, ref = "email_normalized", "ref"
        for name in (email, ref):
            compilation.column(name)
        return SQL(
            """SELECT p.id AS partner_id FROM res_partner p
                WHERE p.email_normalized = ANY(%s)
                UNION SELECT p.id FROM res_partner p WHERE p.ref = ANY(%s)""",
            list(condition.emails),
            list(condition.refs),
        )

    def _condition_sql_sample(self, condition, compilation):
        """Return the same share as ``engine.segmentation.evaluate.bucket``."""
        return SQL(
            """('x' || lpad(left(md5(%s || %s::text), 7), 8, '0'))::bit(32)::int
               %% 10000 BETWEEN %s AND %s""",
            condition.seed,
            compilation.id,
            _hundredth(condition.start),
            _hundredth(condition.end) - 1,
        )

    def _condition_sql_place(self, condition, compilation):
        """Return the great-circle distance; a box first, which costs little."""
        latitude, longitude = (
            compilation.column(f"partner_{name}") for name in ("latitude", "longitude")
        )
        return SQL(
            """%(latitude)s BETWEEN %(south)s AND %(north)s
               AND (%(latitude)s <> 0 OR %(longitude)s <> 0)
               AND 2 * %(earth)s * asin(sqrt(LEAST(1,
                   power(sin(radians(%(latitude)s - %(here)s) / 2), 2)
                   + cos(radians(%(here)s)) * cos(radians(%(latitude)s))
                     * power(sin(radians(%(longitude)s - %(across)s) / 2), 2)
               ))) <= %(radius)s""",
            latitude=SQL("%s::float8", latitude),
            longitude=SQL("%s::float8", longitude),
            south=condition.latitude - condition.radius_km / _DEGREE_KM,
            north=condition.latitude + condition.radius_km / _DEGREE_KM,
            here=float(condition.latitude),
            across=float(condition.longitude),
            earth=_EARTH_KM,
            radius=float(condition.radius_km),
        )


def _hundredth(percent):
    return round(percent * 100)
