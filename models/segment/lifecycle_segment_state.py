from datetime import timedelta

import psycopg2

from odoo import models
from odoo.exceptions import UserError

_ALERT = "mail.mail_activity_data_warning"


class LifecycleSegment(models.Model):
    """What became of a refresh, who is told, and what people do about it."""

    _inherit = "lifecycle.segment"

    def action_refresh(self):
        """Bring the members up to date now, whatever change of size that brings."""
        self.check_access("write")
        self._refresh()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_accept(self):
        """Take over the members that a held refresh found."""
        self.filtered(lambda segment: segment.state == "held").action_refresh()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_keep(self):
        """Go on with the members as they are; tomorrow the size is judged anew."""
        self.check_access("write")
        held = self.filtered(lambda segment: segment.state == "held")
        for segment in held:
            segment._settle()
            segment.write(
                {
                    "state": "ok",
                    "wanted_count": 0,
                    "kept_date": self.env.cr.now() + timedelta(hours=18),
                }
            )
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_take_over(self):
        """Become the owner: the conditions are evaluated with your rights from now."""
        self.check_access("write")
        self.write({"user_id": self.env.uid})
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _filter_ready(self):
        """Return the segments whose members can be relied upon now."""
        return self.filtered(lambda segment: segment.active and segment.state == "ok")

    def _check_usable(self):
        """Refuse to go on with segments whose members cannot be relied upon.

        :raise UserError: naming each with what is the matter
        """
        problems = [segment._get_problem() for segment in self - self._filter_ready()]
        if problems:
            raise UserError("\n".join(problems))

    def _get_problem(self):
        if not self.active:
            return self.env._("“%s” is archived.", self.name)
        if self.state == "held":
            return self.env._(
                "“%(name)s” is held: it has %(now)s members and would have %(wanted)s. "
                "Accept the change or keep the members.",
                name=self.name,
                now=self.member_count,
                wanted=self.wanted_count,
            )
        if self.state == "error":
            return self.env._(
                "“%(name)s” could not be refreshed: %(error)s",
                name=self.name,
                error=self.error,
            )
        if not self.definition:
            return self.env._("“%s” has no conditions yet.", self.name)
        return self.env._(
            "“%s” is being filled with the members of its new conditions.", self.name
        )

    def _describe_error(self, error):
        """Return an error in words, without what only developers read."""
        if isinstance(error, psycopg2.errors.QueryCanceled):
            return self.env._(
                "The conditions take too long. Make them simpler, or split the segment."
            )
        message = getattr(getattr(error, "diag", None), "message_primary", None)
        return message or str(error).strip() or type(error).__name__

    def _alert(self, state, summary, note):
        """Tell the owner once that the segment got into a state."""
        if self.state == state:
            return
        self._settle()
        self.activity_schedule(
            _ALERT, summary=summary, note=note, user_id=self._get_person().id
        )

    def _settle(self):
        """Close what was asked of the owner, as it has been answered."""
        self.sudo().activity_unlink([_ALERT])  # sudo: the owner's, not the user's

    def _get_person(self):
        """Return who is told: the owner, or else an administrator of segments."""
        if self.user_id.active:
            return self.user_id
        group = self.env.ref("contact_lifecycle.group_lifecycle_manager")
        people = group.all_user_ids.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )
        return people[:1] or self.env.ref("base.user_admin")
