from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.segmentation.overlap import MAX_SEGMENTS, overlap


class LifecycleSegment(models.Model):
    """How segments overlap, and new ones made of what they share or do not."""

    _inherit = "lifecycle.segment"

    @api.readonly
    @api.model
    def overlap(self, ids):
        """Return how many contacts segments have in common, pair by pair.

        The contacts of all of them are read once, whatever the number of pairs, and
        only those that the user may see are counted.

        :param ids: up to 20 segments
        :return: dict with ``ids``, ``names``, ``colors``, ``sizes``, ``alone`` (in this
            one only), ``total`` (in any of them), ``ready`` (has been filled), and
            ``pairs``: a, b (places in the lists), count, share_a, share_b, jaccard
        :raise UserError: for more than 20 segments
        """
        segments = self.browse(dict.fromkeys(ids)).exists()
        segments.check_access("read")
        if len(segments) > MAX_SEGMENTS:
            raise UserError(
                self.env._("Choose %s segments or fewer to compare.", MAX_SEGMENTS)
            )
        answer = overlap(segments._count_combinations(), len(segments))
        return {
            "ids": segments.ids,
            "names": segments.mapped("name"),
            "colors": segments.mapped("color"),
            "ready": [segment.state != "new" for segment in segments],
            **answer,
        }

    def _count_combinations(self):
        """Return {bits: contacts}, with bit i set for the members of segment i."""
        if not self:
            return {}
        members = self.env["lifecycle.segment.member"]
        query = members._search(self._get_member_domain())
        places = SQL(", ").join(
            SQL("(%s, %s::bigint)", segment.id, 1 << place)
            for place, segment in enumerate(self)
        )
        rows = query.select(
            SQL.identifier(members._table, "partner_id"),
            SQL.identifier(members._table, "segment_id"),
        )
        self.env.flush_all()
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT bits, count(*)
                         FROM (SELECT m.partner_id, sum(b.bit)::bigint AS bits
                                 FROM (%(rows)s) m
                                 JOIN (VALUES %(places)s) b(segment_id, bit)
                                   ON b.segment_id = m.segment_id
                                GROUP BY m.partner_id) c
                        GROUP BY bits""",
                    rows=rows,
                    places=places,
                )
            )
        )

    def _get_member_domain(self):
        """Return the domain of present members that a list of contacts shows."""
        return Domain("segment_id", "in", self.ids) & Domain(
            [("leave_date", "=", False), ("partner_id.active", "=", True)]
        )

    def combine(self, how):
        """Make a segment of these and return the action that opens it.

        It is dynamic, so it follows them from then on.

        :param how: ``intersection`` (in all of them), ``union`` (in any of them) or
            ``difference`` (in the first and in none of the others)
        :raise UserError: for fewer than two segments, or those of several companies
        """
        self.check_access("read")
        if len(self) < 2:
            raise UserError(self.env._("Choose at least two segments to combine."))
        if len(self.company_id) > 1:
            raise UserError(
                self.env._(
                    "These segments belong to different companies, so no contact list "
                    "can be made of them: %s",
                    ", ".join(self.mapped("name")),
                )
            )
        if how not in ("intersection", "union", "difference"):
            raise UserError(self.env._("There is no such combination: %s", how))
        name, conditions = getattr(self, f"_combine_by_{how}")()
        segment = self.create(
            {
                "name": name,
                "kind": "dynamic",
                "company_id": self.company_id.id,
                "definition": {
                    "version": 1,
                    "groups": [{"negated": False, "conditions": conditions}],
                },
            }
        )
        return segment._get_open_action()

    def _combine_by_intersection(self):
        names = ", ".join(self.mapped("name"))
        return self.env._("In all of: %s", names), [_in_segments(one) for one in self]

    def _combine_by_union(self):
        names = ", ".join(self.mapped("name"))
        return self.env._("In any of: %s", names), [_in_segments(self)]

    def _combine_by_difference(self):
        first, others = self[0], self[1:]
        name = self.env._(
            "%(segment)s without %(others)s",
            segment=first.name,
            others=", ".join(others.mapped("name")),
        )
        return name, [_in_segments(first), _in_segments(others, negated=True)]

    def _get_open_action(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "name": self.name,
        }

    def action_overlap(self):
        """Open the page of overlaps with these segments chosen."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "contact_lifecycle.lifecycle_segment_action_overlap"
        )
        return {**action, "params": {"segment_ids": self.ids}}


def _in_segments(segments, negated=False):
    return {"kind": "segment", "negated": negated, "segment_ids": segments.ids}
