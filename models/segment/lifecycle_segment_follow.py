import logging

from odoo import api, models
from odoo.tools import SQL

from .lifecycle_segment_refresh import BUSY

_logger = logging.getLogger(__name__)

_BATCH_CONTACTS = 50_000


class LifecycleSegment(models.Model):
    """Members follow a few contacts at once: those who did something, or were edited.

    All segments of a level are answered by one statement, as most contacts move in
    none of them.
    """

    _inherit = "lifecycle.segment"

    def _refresh_contacts(self, contacts, cause="refresh"):
        """Let these segments, and those built on them, follow some contacts.

        A segment that is being refreshed elsewhere gets the contacts a minute later.

        :param contacts: SQL of a query of contact ids
        :return: whether none was, so that nothing is left to do
        """
        segments = self.sudo()  # sudo: sizes are written whoever edited the contact
        segments = (segments | segments._get_dependents()).filtered("active")
        # Never filled yet: the first fill will find these contacts like all others.
        segments = segments.filtered(
            lambda segment: segment.refresh_date or segment.kind == "static"
        )
        found, loop = segments._get_levels()
        segments.browse(loop)._note_loop()
        busy = self.browse()
        for level in found:
            busy |= segments.browse(level)._follow_level(contacts, cause)
        return not busy

    def _follow_level(self, contacts, cause):
        """Follow some contacts in segments that are not built on one another.

        :return: those that are being refreshed elsewhere; they get them later
        """
        try:
            with self.env.cr.savepoint():
                locked = self._lock_segments()
                with self._limit_statements():
                    locked._follow_locked(contacts, cause)
        except BUSY:
            locked = self.browse()
        except Exception as error:
            _logger.warning("segments %s failed", self.ids, exc_info=True)
            return self._follow_singly(contacts, cause, error)
        busy = self - locked
        if busy:
            self.env["lifecycle.segment.queue"]._add_query(contacts)
        return busy

    def _follow_singly(self, contacts, cause, error):
        """Find out which segment has failed the others."""
        busy = self.browse()
        if len(self) == 1:
            self._note_error(error)
            return busy
        for segment in self:
            busy |= segment._follow_level(contacts, cause)
        return busy

    def _follow_locked(self, contacts, cause):
        if not self:
            return
        # A few contacts are looked up one by one; reading whole tables for each of
        # many segments would be planned as if nothing of them were in memory.
        self.env.cr.execute("SET LOCAL random_page_cost = 1.1")
        joined, left = self._compare_wanted(contacts)
        self.env.cr.execute("SET LOCAL random_page_cost TO DEFAULT")
        self._apply_diff(cause, joined, left)

    @api.model
    def _follow_taken(self):
        """Follow the contacts in ``lifecycle_taken``, which did something."""
        self._get_following()._refresh_contacts(
            SQL("SELECT partner_id FROM lifecycle_taken")
        )

    @api.model
    def _cron_follow_contacts(self):
        """Fill segments that wait for it, then follow contacts that were edited."""
        progress = self.env["ir.cron"]._commit_progress
        waiting = self._get_waiting()
        progress(remaining=len(waiting) + 1)
        if not waiting._refresh(commit=progress):
            return
        queue = self.env["lifecycle.segment.queue"]
        while queue._take(_BATCH_CONTACTS):
            queue._widen_taken()
            is_done = self._get_edited()._refresh_contacts(
                SQL("SELECT partner_id FROM lifecycle_taken")
            )
            if not progress(0):
                return
            if not is_done:
                break
        progress(1)

    @api.model
    def _get_edited(self):
        """Return the segments whose members follow edits of contacts."""
        static = self.sudo().search([("kind", "=", "static")])
        return static | self._get_following()

    @api.model
    def _get_waiting(self):
        """Return the segments whose conditions are new and complete."""
        segments = self.search([("kind", "=", "dynamic"), ("state", "=", "new")])
        return segments.filtered("definition")
