from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...engine.segmentation.conditions import Behaviour, Profile
from ...engine.segmentation.tree import Tree
from ...engine.vocabulary import SEGMENT_TEMPLATE_CATEGORIES

# Segments made at a stroke: a source a segment is fine for 30 sources, not for 3,000.
_MOST_PARTS = 30


class LifecycleSegmentTemplate(models.Model):
    """A ready-made segment to start from.

    It is copied into a segment when it is used, never looked at again: changing a
    template moves no member.  One that asks for a choice (which stage?) is finished in
    the builder, or makes a segment for each value of ``split_field`` at a stroke.
    """

    _name = "lifecycle.segment.template"
    _description = "Segment Template"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False)
    description = fields.Text(translate=True)
    category = fields.Selection(
        SEGMENT_TEMPLATE_CATEGORIES, default="profile", required=True
    )
    icon = fields.Char(default="fa-users", help="Font Awesome name, such as fa-users")
    color = fields.Integer()
    definition = fields.Json(string="Conditions")
    split_field = fields.Char(
        help="Field of the contact of which each value can have a segment of its own"
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    problem = fields.Char(
        string="Why It Cannot Be Used", compute="_compute_problem", compute_sudo=False
    )

    _code_uniq = models.UniqueIndex("(code)", "Another template has this code.")

    @api.depends("definition")
    @api.depends_context("uid", "lang")
    def _compute_problem(self):
        for template in self:
            template.problem = template._get_problem()

    def action_use(self):
        """Open a new segment with these conditions; nothing is stored yet."""
        self.ensure_one()
        self._check_usable()
        values = self._prepare_segment_values()
        return {
            "type": "ir.actions.act_window",
            "res_model": "lifecycle.segment",
            "views": [(False, "form")],
            "context": {f"default_{name}": value for name, value in values.items()},
        }

    def action_use_each(self):
        """Make a segment for each value that contacts have, and show them.

        Those that are there already, by name, are left alone.
        """
        self.ensure_one()
        self._check_usable()
        segments = self.env["lifecycle.segment"]
        wanted = [self._prepare_part_values(*part) for part in self._get_parts()]
        there = segments.search(Domain("name", "in", [v["name"] for v in wanted]))
        names = set(there.mapped("name"))
        made = segments.create([v for v in wanted if v["name"] not in names])
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "lifecycle.segment",
            "views": [(False, "kanban"), (False, "list"), (False, "form")],
            "domain": [("id", "in", (there | made).ids)],
        }

    def _check_usable(self):
        if self.problem:
            raise UserError(self.problem)

    def _prepare_segment_values(self):
        return {
            "name": self.name,
            # What it says of choosing a value is over once one is chosen.
            "description": not self.split_field and self.description,
            "kind": "dynamic",
            "color": self.color,
            "definition": self.definition,
        }

    def _prepare_part_values(self, value, label):
        """Return the values of the segment for one value of ``split_field``."""
        condition = {
            "kind": "profile",
            "negated": False,
            "domain": repr([(self.split_field, "in", [value])]),
        }
        groups = [{"negated": False, "conditions": [condition]}]
        return {
            **self._prepare_segment_values(),
            "name": f"{self._get_split_label()}: {label}",
            "definition": {"version": 1, "groups": groups},
        }

    def _get_split_label(self):
        field = self.env["res.partner"]._fields[self.split_field]
        return field.get_description(self.env, ["string"])["string"]

    def _get_parts(self):
        """Return (value, label) of the values that contacts have, busiest first."""
        partners = self.env["res.partner"]
        field = partners._fields[self.split_field]
        rows = partners._read_group(
            [(self.split_field, "!=", False)],
            [self.split_field],
            ["__count"],
            order="__count DESC",
            limit=_MOST_PARTS,
        )
        if not rows:
            raise UserError(self.env._("No contact has a value there yet."))
        if field.relational:
            return [(value.id, value.display_name) for value, _count in rows]
        labels = dict(field._description_selection(self.env))
        return [(value, labels.get(value, value)) for value, _count in rows]

    def _get_problem(self):
        """Return why this template cannot be used here, or False.

        A template may ask for a field or a kind of touchpoint of an app that is not
        installed; it is shown all the same, and says so.
        """
        try:
            tree = self.env["lifecycle.segment"]._parse_definition(self.definition)
        except UserError as error:
            return str(error)
        names = self._get_unknown_fields(tree)
        if names:
            return self.env._("Needs what is not installed here: %s", ", ".join(names))
        names = self._get_hidden_fields(tree)
        if names:
            return self.env._("Needs what you may not see: %s", ", ".join(names))
        codes = self._get_unknown_types(tree)
        if codes:
            return self.env._("Needs touchpoints not known here: %s", ", ".join(codes))
        return False

    def _get_asked_fields(self, tree):
        asked = {
            path.split(".")[0]
            for condition in tree.conditions
            if isinstance(condition, Profile)
            for path, _operator, _value in condition.leaves()
        }
        return sorted(asked | ({self.split_field} if self.split_field else set()))

    def _get_unknown_fields(self, tree: Tree):
        known = self.env["res.partner"]._fields
        return [name for name in self._get_asked_fields(tree) if name not in known]

    def _get_hidden_fields(self, tree: Tree):
        partners = self.env["res.partner"]
        fields_ = [partners._fields[name] for name in self._get_asked_fields(tree)]
        return [
            field.get_description(self.env, ["string"])["string"]
            for field in fields_
            if not partners._has_field_access(field, "read")
        ]

    def _get_unknown_types(self, tree: Tree):
        asked = {
            code
            for condition in tree.conditions
            if isinstance(condition, Behaviour)
            for code in condition.types
        }
        if not asked:
            return []
        types = self.env["lifecycle.touchpoint.type"].with_context(active_test=False)
        known = types.search([("code", "in", list(asked))]).mapped("code")
        return sorted(asked - set(known))
