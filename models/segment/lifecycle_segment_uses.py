from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class LifecycleSegment(models.Model):
    """What would break, or mail somebody else, if a segment went away."""

    _inherit = "lifecycle.segment"

    @api.readonly
    def used_in(self):
        """Return what uses the segment, for its page.

        :return: list of dict as of ``_get_uses``, with ``can_open`` (by the user)
        """
        self.ensure_one()
        self.check_access("read")
        return [
            {**use, "can_open": self._can_open(use["model"], use["res_id"])}
            for use in self._get_uses()
        ]

    def _can_open(self, model, res_id):
        record = self.env[model].browse(res_id)
        return record.has_access("read") and bool(record.exists())

    def _get_uses(self):
        """Return what uses this segment; extend with super().

        :return: list of dict: ``name`` and ``kind`` in the user's words, ``model``,
            ``res_id`` and ``blocks``: "archive" when the segment can be neither
            archived nor deleted meanwhile, "delete" when it cannot be deleted, False
        """
        self.ensure_one()
        return [
            *self._get_uses_by_segments(),
            *self._get_uses_by_mailings(),
            *self._get_uses_by_stages(),
            *self._get_uses_by_favourites(),
        ]

    def _prepare_use(self, record, kind, blocks):
        return {
            "name": record.display_name,
            "kind": kind,
            "model": record._name,
            "res_id": record.id,
            "blocks": blocks,
        }

    def _get_uses_by_segments(self):
        # sudo: what holds a segment counts also where the user cannot see it.
        segments = self.sudo().with_context(active_test=False).used_segment_ids
        kind = self.env._("Segment")
        return [
            self._prepare_use(segment, kind, "archive" if segment.active else "delete")
            for segment in segments
        ]

    def _get_uses_by_mailings(self):
        named = Domain("segment_ids", "in", self.ids) | Domain(
            "excluded_segment_ids", "in", self.ids
        )
        # sudo: as above.
        mailings = self.env["mailing.mailing"].sudo().with_context(active_test=False)
        waiting, done = self.env._("Mailing"), self.env._("Mailing sent")
        return [
            self._prepare_use(
                mailing,
                done if mailing.state == "done" else waiting,
                "archive" if mailing.active and mailing.state != "done" else "delete",
            )
            for mailing in mailings.search(named)
        ]

    def _get_uses_by_stages(self):
        # sudo: as above.
        stages = self.env["lifecycle.stage"].sudo().with_context(active_test=False)
        kind = self.env._("Entry rule of a stage")
        named = stages.search([("entry_domain", "like", "lifecycle_segment_ids")])
        return [
            self._prepare_use(
                stage,
                kind,
                "archive" if stage.active and stage.is_rule_active else "delete",
            )
            for stage in named
            if self._is_named_in(stage._parse_entry_domain)
        ]

    def _get_uses_by_favourites(self):
        # sudo: as above; a favourite of somebody else's is told by its name only.
        filters = self.env["ir.filters"].sudo()
        kind = self.env._("Favourite filter")
        named = filters.search(
            [
                ("model_id", "=", "res.partner"),
                ("domain", "like", "lifecycle_segment_ids"),
            ]
        )
        return [
            self._prepare_use(one, kind, False)
            for one in named
            if self._is_named_in(lambda one=one: Domain(one._get_eval_domain()))
        ]

    def _is_named_in(self, parse):
        """Whether a domain names the segment; one that does not parse names nothing."""
        try:
            domain = parse()
        except (ValueError, SyntaxError, TypeError, NameError):
            return False
        return any(
            condition.field_expr == "lifecycle_segment_ids"
            and self.id in _ids_of(condition.value)
            for condition in domain.iter_conditions()
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for segment in self:
            uses = [use for use in segment._get_uses() if use["blocks"]]
            if uses:
                raise UserError(
                    self.env._(
                        "“%(name)s” is in use: %(uses)s. Take it out there first, or "
                        "archive it; its history stays readable.",
                        name=segment.name,
                        uses=_list_uses(uses),
                    )
                )

    def unlink(self):
        # sudo: a favourite of anybody's on nothing but this segment goes with it.
        favourites = self.env["ir.filters"].sudo()
        pins = [segment._get_pin_domain() for segment in self]
        favourites.search(
            [("model_id", "=", "res.partner"), ("domain", "in", pins)]
        ).unlink()
        return super().unlink()

    def write(self, vals):
        if not vals.get("active", True):
            self._check_archivable()
        return super().write(vals)

    def _check_archivable(self):
        for segment in self:
            uses = [use for use in segment._get_uses() if use["blocks"] == "archive"]
            if segment.active and uses:
                raise UserError(
                    self.env._(
                        "“%(name)s” cannot be archived, because these would stop "
                        "working: %(uses)s.",
                        name=segment.name,
                        uses=_list_uses(uses),
                    )
                )


def _list_uses(uses):
    return ", ".join(f"{use['kind']} “{use['name']}”" for use in uses)


def _ids_of(value):
    return value if isinstance(value, (list, tuple, set, frozenset)) else [value]
