from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL


class LifecycleSegment(models.Model):
    """Members put in and taken out by people."""

    _inherit = "lifecycle.segment"

    def _get_members_sql(self):
        """Return SQL of the ids of the contacts that are in any of these segments."""
        return SQL(
            """SELECT partner_id FROM lifecycle_segment_member
                WHERE segment_id = ANY(%s) AND leave_date IS NULL""",
            self.ids,
        )

    def _add_contacts(self, contacts, cause="hand"):
        """Put contacts into a static segment; only those its company may have.

        :param contacts: SQL of a query of contact ids
        :return: number of contacts that were not in it yet
        """
        self._check_static()
        self._take_for_change()
        joined = self._join(
            SQL(
                """SELECT p.id FROM res_partner p
                    WHERE p.id IN (%(contacts)s) AND %(visible)s
                      AND NOT EXISTS (
                          SELECT 1 FROM lifecycle_segment_override o
                           WHERE o.partner_id = p.id AND o.kind = 'exclude'
                             AND %(live)s)""",
                contacts=contacts,
                visible=self._get_visible(),
                live=self._get_live_overrides(),
            ),
            cause,
        )
        return self._after_hand(joined)

    def _remove_contacts(self, contacts, cause="hand"):
        """Take contacts out of a static segment.

        :return: number of contacts that were in it
        """
        self._check_static()
        self._take_for_change()
        left = self._leave(SQL("m.partner_id IN (%s)", contacts), cause)
        # Those in the archive do not come back with their contact.
        self.env.execute_query(
            SQL(
                """UPDATE lifecycle_segment_member SET leave_cause = %s
                    WHERE segment_id = %s AND leave_cause = 'archived'
                      AND partner_id IN (%s)""",
                cause,
                self.id,
                contacts,
            )
        )
        return self._after_hand(left)

    def _check_static(self):
        self.ensure_one()
        self.check_access("write")
        if self.kind != "static":
            raise UserError(
                self.env._(
                    "“%s” follows its conditions. Make a manual change instead, with "
                    "its reason, or freeze the segment first.",
                    self.name,
                )
            )

    def _take_for_change(self):
        self.env.flush_all()
        if not self._lock_segments():
            raise UserError(
                self.env._("“%s” is being refreshed. Try again in a moment.", self.name)
            )

    def _after_hand(self, moved):
        if moved:
            self.sudo()._refresh_dependents()  # sudo: they follow whoever changed it
        return moved
