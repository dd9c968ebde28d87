import logging
import time
from contextlib import contextmanager

import psycopg2

from odoo import api, models
from odoo.tools import SQL

from ...engine.segmentation.refresh import is_sudden, levels

_logger = logging.getLogger(__name__)

_TIMEOUT_PARAMETER = "contact_lifecycle.segment_timeout_seconds"
_TIMEOUT_SECONDS = 600
# Somebody else is at the same segment; whoever comes second has nothing to say.
BUSY = (
    psycopg2.errors.SerializationFailure,
    psycopg2.errors.DeadlockDetected,
    psycopg2.errors.LockNotAvailable,
)


class LifecycleSegment(models.Model):
    """Full refreshes of whole segments, one savepoint each.

    One refresh of a segment runs at a time: its row is locked.  A segment that fails
    keeps its members and says why; the others go on.
    """

    _inherit = "lifecycle.segment"

    def _refresh(self, by_hand=True, commit=None):
        """Bring all members of these segments up to date, in order of dependency.

        :param by_hand: somebody is looking, so a sudden change of size is no alarm
        :param commit: called after each segment; a falsy answer stops
        :return: whether all were tried
        """
        # sudo: sizes and states are written whoever refreshes; the conditions are
        # evaluated with the owner's rights all the same.
        for segment in self.sudo()._sort_by_dependency():
            segment._refresh_safely(by_hand)
            if commit and not commit(1):
                return False
        return True

    def _sort_by_dependency(self):
        found, loop = self._get_levels()
        self.browse(loop)._note_loop()
        return self.browse(number for level in found for number in level)

    def _get_levels(self):
        return levels({segment.id: segment.depends_segment_ids.ids for segment in self})

    def _refresh_safely(self, by_hand):
        """Refresh one segment; note an error on it instead of raising.

        :return: whether its members are up to date now
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                if not self._lock_segments():
                    return False
                with self._limit_statements():
                    return self._refresh_locked(by_hand)
        except BUSY:
            _logger.info("segment %s is busy, left alone", self.id)
        except Exception as error:
            _logger.warning("segment %s failed", self.id, exc_info=True)
            self._note_error(error)
        return False

    def _lock_segments(self):
        """Take these segments' rows for this transaction; return those we got."""
        self.flush_recordset()
        return self.sorted("id").try_lock_for_update(allow_referencing=True)

    @contextmanager
    def _limit_statements(self):
        """Let no statement run longer than the administrator allows."""
        # sudo: a limit is no secret.
        seconds = int(
            self.env["ir.config_parameter"].sudo().get_param(_TIMEOUT_PARAMETER)
            or _TIMEOUT_SECONDS
        )
        self.env.cr.execute("SET LOCAL statement_timeout = %s", [seconds * 1000])
        yield
        self.env.cr.execute("SET LOCAL statement_timeout TO DEFAULT")

    def _refresh_locked(self, by_hand):
        started = time.monotonic()
        self.invalidate_recordset()
        cause = self._get_refresh_cause()
        # The owner reads why it failed, so it fails in the owner's language.
        speaker = self.with_context(lang=self._get_person().lang)
        joined, left = speaker._compare_wanted()
        before = self.member_count if by_hand else self._count_members()
        wanted = before + joined.get(self.id, 0) - left.get(self.id, 0)
        if not by_hand and self._is_sudden(wanted):
            self._hold(wanted)
            return False
        moved = self._apply_diff(cause, joined, left, {self.id: wanted})
        self._note_success(time.monotonic() - started)
        if moved:
            self._refresh_dependents()
        return True

    def _count_members(self):
        """Return how many members the table has: by night, the number is checked."""
        query = SQL("SELECT count(*) FROM (%s) m", self._get_members_sql())
        return self.env.execute_query(query)[0][0]

    def _get_refresh_cause(self):
        """Return why members move now, as the journey and the history tell it."""
        if self.kind == "static":
            return "refresh"
        if not self.refresh_date:
            return "first"
        return "changed" if self.state == "new" else "refresh"

    def _is_sudden(self, wanted):
        return (
            self.kind == "dynamic"
            and self.state != "new"
            and is_sudden(self.member_count, wanted, self.alert_percent)
        )

    def _hold(self, wanted):
        """Keep the members as they are until somebody accepts the change."""
        speaker = self.with_context(lang=self._get_person().lang)
        self._alert(
            "held",
            speaker.env._("Members held back"),
            speaker.env._(
                "“%(name)s” has %(now)s members and would have %(wanted)s. Accept the "
                "change or keep the members.",
                name=speaker.name,
                now=self.member_count,
                wanted=wanted,
            ),
        )
        self.write({"state": "held", "error": False, "wanted_count": wanted})

    def _note_success(self, seconds):
        self._settle()
        self.write(
            {
                "state": "ok",
                "error": False,
                "wanted_count": 0,
                "kept_date": False,
                "refresh_date": self.env.cr.now(),
                "refresh_seconds": seconds,
            }
        )

    def _note_error(self, error):
        """Say on the segment, and to its owner, why it could not be refreshed."""
        self.invalidate_recordset()
        speaker = self.with_context(lang=self._get_person().lang)
        message = speaker._describe_error(error)[:2000]
        self._alert(
            "error",
            speaker.env._("Segment failed"),
            speaker.env._(
                "“%(name)s” keeps the members it had: %(error)s",
                name=speaker.name,
                error=message,
            ),
        )
        self.write({"state": "error", "error": message, "wanted_count": 0})

    def _note_loop(self):
        for segment in self.filtered("active"):
            segment._note_error(
                ValueError(self.env._("The segment is built on itself."))
            )

    def _refresh_dependents(self):
        """Let the segments built on this one follow the contacts that just moved."""
        dependents = self._get_dependents()
        if dependents:
            now = self.env.cr.now()
            dependents._refresh_contacts(
                SQL(
                    """SELECT partner_id FROM lifecycle_segment_member
                        WHERE segment_id = %(segment)s AND leave_date IS NULL
                          AND join_date = %(now)s
                    UNION
                       SELECT partner_id FROM lifecycle_segment_member
                        WHERE segment_id = %(segment)s AND leave_date = %(now)s""",
                    segment=self.id,
                    now=now,
                )
            )

    def _get_dependents(self):
        """Return all segments built on these, directly or not, that work."""
        found, latest = self.browse(), self
        while latest := latest.used_segment_ids - found - self:
            found |= latest
        return found.filtered(lambda segment: segment.active and segment.state == "ok")

    @api.model
    def _get_following(self):
        """Return the segments whose members follow what contacts do."""
        # sudo: whoever clicked or bought, the segments of every company follow.
        segments = self.sudo().search([("kind", "=", "dynamic"), ("state", "=", "ok")])
        return segments.filtered(lambda segment: not segment._is_frozen())
