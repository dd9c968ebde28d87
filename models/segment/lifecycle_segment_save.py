from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools import SQL, mute_logger

# What decides who the members are.
_DECIDING_FIELDS = {"definition", "kind", "user_id", "company_id"}
# Where there are more contacts than this, the cron fills a segment that was saved.
_MOST_AT_ONCE = 50_000


class LifecycleSegment(models.Model):
    """What saving a segment means: checked, tied to what it is built on, filled."""

    _inherit = "lifecycle.segment"

    @api.constrains("depends_segment_ids")
    def _check_cycle(self):
        for segment in self:
            if segment._has_cycle("depends_segment_ids"):
                raise ValidationError(
                    self.env._(
                        "“%(name)s” would be built on itself: one of %(others)s is "
                        "built on it already.",
                        name=segment.name,
                        others=", ".join(segment.depends_segment_ids.mapped("name")),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        segments = super().create(vals_list)
        segments._after_decision()
        return segments

    def write(self, vals):
        before = {segment.id: segment._get_decision() for segment in self}
        result = super().write(vals)
        decided = self.filtered(
            lambda segment: segment._get_decision() != before[segment.id]
        )
        if _DECIDING_FIELDS & vals.keys() and decided:
            decided._after_decision()
        if "active" in vals:
            self._after_archiving()
        return result

    def copy_data(self, default=None):
        values = super().copy_data(default)
        return [
            {
                **vals,
                "name": self.env._("%s (copy)", segment.name),
                "user_id": self.env.uid,
            }
            for segment, vals in zip(self, values, strict=True)
        ]

    def _get_decision(self):
        return [self[name] for name in sorted(_DECIDING_FIELDS)]

    def _after_decision(self):
        """Tie these segments to what their conditions name, and fill them."""
        self._check_owner_rights()
        for segment in self:
            segment._set_dependencies()
        self.env.registry.clear_cache()
        self._fill_soon()

    def _after_archiving(self):
        """Who comes back from the archive is filled anew; its members had stopped."""
        self.env.registry.clear_cache()
        self.filtered(
            lambda segment: segment.active and segment.kind == "dynamic"
        )._set_waiting()
        self.filtered("active")._fill_soon()

    def _check_owner_rights(self):
        """Refuse conditions that are evaluated with more rights than their author's.

        Otherwise a count would tell what the author may not read.
        """
        user = self.env.user
        for segment in () if self.env.su else self:
            # sudo: to compare groups, none of which is shown.
            owner = segment.sudo().user_id
            covered = owner == user or (
                owner.id != SUPERUSER_ID
                and owner.all_group_ids <= user.sudo().all_group_ids
                and owner.company_ids <= user.sudo().company_ids
            )
            if not covered:
                raise AccessError(
                    self.env._(
                        "“%(name)s” is evaluated with the rights of %(owner)s, who may "
                        "see more than you. Take the segment over to change it.",
                        name=segment.name,
                        owner=owner.name,
                    )
                )

    def _set_dependencies(self):
        """Write what the conditions are built on; refuse those that cannot work.

        :raise UserError: says what is wrong with the conditions
        """
        tree = self._parse_definition(self.definition)
        depends = self._get_dependencies(tree)
        known = self.browse(sorted(depends.segment_ids)).exists()
        is_dynamic = self.kind == "dynamic"
        # sudo: these follow from the conditions, which the user may write.
        self.sudo().write(
            {
                "depends_segment_ids": [Command.set(known.ids if is_dynamic else [])],
                "is_time_driven": is_dynamic and depends.is_time_driven,
            }
        )
        if tree.conditions and is_dynamic:
            self._try_conditions()
        self._set_waiting()

    def _set_waiting(self):
        for segment in self.sudo():  # sudo: as above
            is_static = segment.kind == "static"
            segment.write(
                {
                    "state": "ok" if is_static else "new",
                    "error": False,
                    "wanted_count": 0,
                    "kept_date": False,
                }
            )

    def _try_conditions(self):
        """Let the database plan the query, which finds values of the wrong type."""
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                self.env.execute_query(
                    SQL("SELECT 1 FROM (%s) wanted LIMIT 0", self._get_matching_sql())
                )
        except Exception as error:
            raise UserError(
                self.env._(
                    "The conditions of “%(name)s” cannot be used: %(error)s",
                    name=self.name,
                    error=self._describe_error(error),
                )
            ) from error

    def _fill_soon(self):
        """Fill segments that wait for it: now, or within a minute on big databases."""
        static = self.filtered(lambda segment: segment.kind == "static")
        static._refresh()
        waiting = (self - static).filtered("definition")
        # sudo: a number of contacts, to choose the way.
        contacts = self.env["res.partner"].sudo()
        if contacts.search_count([], limit=_MOST_AT_ONCE + 1) <= _MOST_AT_ONCE:
            waiting._refresh()
        if waiting.filtered(lambda segment: segment.state == "new"):
            self.env["ir.cron"]._lifecycle_wake("ir_cron_follow_contacts")
