from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

# Ten years: more points than a chart can show.
_MAX_DAYS = 3660


class LifecycleSegment(models.Model):
    """How a segment grew, and who was in it on a day."""

    _inherit = "lifecycle.segment"

    @api.readonly
    def growth(self, days=90):
        """Return the size of the segment, and who came and went, day by day.

        Days are those of the company's time zone; the last one is today.  A segment
        younger than ``days`` begins with its first day.

        :return: dict with ``days`` (list of day, size, joined, left), ``size`` now,
            ``size_before`` the first of these days, ``joined`` and ``left`` in all of
            them, ``causes`` (list of cause, name, joined, left), ``first_day`` of the
            segment
        """
        self.ensure_one()
        self.check_access("read")
        today = self._get_today()
        start = today - timedelta(days=min(max(int(days), 1), _MAX_DAYS) - 1)
        rows = self.env["lifecycle.segment.snapshot"].search(
            [("segment_id", "=", self.id)], order="snapshot_date"
        )
        first = rows[:1].snapshot_date or today
        earlier = rows.filtered(lambda row: row.snapshot_date < start)
        size = earlier[-1:].member_count
        points = self._get_growth_points(rows - earlier, size, max(start, first), today)
        return {
            "days": points,
            "size": points[-1]["size"] if points else 0,
            "size_before": size,
            "joined": sum(point["joined"] for point in points),
            "left": sum(point["left"] for point in points),
            "causes": self._get_growth_causes(start),
            "first_day": fields.Date.to_string(first) if rows else False,
        }

    def _get_growth_points(self, rows, size, start, today):
        """Return a point for each day; one without a row is as the day before it."""
        by_day = {row.snapshot_date: row for row in rows}
        points = []
        for number in range((today - start).days + 1):
            day = start + timedelta(days=number)
            row = by_day.get(day)
            size = row.member_count if row else size
            points.append(
                {
                    "day": fields.Date.to_string(day),
                    "size": size,
                    "joined": row.joined_count if row else 0,
                    "left": row.left_count if row else 0,
                }
            )
        return points

    def _get_growth_causes(self, start):
        """Return why contacts joined and left since a day, the commonest first."""
        members = self.env["lifecycle.segment.member"]
        since = self._get_start_of_day(start)
        mine = Domain("segment_id", "=", self.id)
        joined = dict(
            members._read_group(
                mine & Domain("join_date", ">=", since), ["join_cause"], ["__count"]
            )
        )
        left = dict(
            members._read_group(
                mine & Domain("leave_date", ">=", since), ["leave_cause"], ["__count"]
            )
        )
        names = dict(members._fields["join_cause"]._description_selection(self.env))
        causes = [
            {
                "cause": cause,
                "name": names.get(cause, cause),
                "joined": joined.get(cause, 0),
                "left": left.get(cause, 0),
            }
            for cause in {*joined, *left}
        ]
        return sorted(
            causes, key=lambda row: (-row["joined"] - row["left"], row["name"])
        )

    @api.readonly
    def members_on(self, day):
        """Return an action on the contacts that were members when the day ended.

        :param day: a date or its text; today means now
        :raise UserError: when the day is still to come
        """
        self.ensure_one()
        self.check_access("read")
        day = fields.Date.to_date(day)
        if not day or day > self._get_today():
            raise UserError(self.env._("Choose a day that is not in the future."))
        return self._get_members_action(
            [("lifecycle_membership_ids", "any", self._get_day_domain(day))],
            self.env._(
                "%(segment)s on %(day)s",
                segment=self.name,
                day=format_date(self.env, day),
            ),
        )

    def _get_day_domain(self, day):
        """Return the stays, as a list, that covered the end of the day."""
        end = fields.Datetime.to_string(self._get_start_of_day(day + timedelta(days=1)))
        return [
            ("segment_id", "=", self.id),
            ("join_date", "<", end),
            "|",
            ("leave_date", "=", False),
            ("leave_date", ">=", end),
        ]

    def _get_today(self):
        """Return the day it is in the company's time zone."""
        zone = ZoneInfo(self._get_zone_name())
        now = fields.Datetime.now().replace(tzinfo=ZoneInfo("UTC"))
        return now.astimezone(zone).date()

    def _get_start_of_day(self, day):
        """Return local midnight of a day of the company, in UTC and naive."""
        zone = ZoneInfo(self._get_zone_name())
        midnight = datetime.combine(day, time.min, tzinfo=zone)
        return midnight.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)

    def _get_zone_name(self):
        # sudo: the time zone of a company is no secret to whoever sees its segments.
        return self.company_id.sudo().partner_id.tz or "UTC"
