from ast import literal_eval

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, mute_logger

# What a rule that somebody typed can raise, from parsing to the database.
BROKEN_RULE = (ValueError, SyntaxError, TypeError, KeyError, psycopg2.Error)


class LifecycleStage(models.Model):
    """Where a contact can stand, from the first address to the promoter.

    Stages are ordered by ``sequence``; rules only move contacts forward, except
    out of a stage that ``may_regress``.  A side stage (lapsed, lost) stands beside
    the way and after it, so that reaching it counts as forward.
    """

    _name = "lifecycle.stage"
    _description = "Lifecycle Stage"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        copy=False, help="Name for other programs, as in imports and calls"
    )
    sequence = fields.Integer(
        required=True, default=lambda self: self._default_sequence(), copy=False
    )
    definition = fields.Text(
        translate=True,
        help="What this stage means in your company, so that everybody means the same",
    )
    entry_domain = fields.Char(
        string="Entry Rule",
        default="[]",
        help="Contacts that match enter this stage, unless they stand further on",
    )
    is_rule_active = fields.Boolean(
        string="Rule Switched On",
        help="While off, contacts only get here by hand or by a program",
    )
    may_regress = fields.Boolean(
        string="Contacts May Move Back",
        help="A contact that no longer matches the entry rule goes back to the "
        "furthest stage whose rule it does match",
    )
    is_side = fields.Boolean(
        string="Side Stage", help="Not a step forward, such as Lapsed or Lost"
    )
    fold = fields.Boolean(string="Folded in Kanban")
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company", help="Leave empty to share the stage among all companies"
    )
    active = fields.Boolean(default=True)
    partner_count = fields.Integer(string="Contacts", compute="_compute_partner_count")
    rule_error = fields.Text(readonly=True, copy=False)
    rule_check_date = fields.Datetime(string="Rule Last Run", readonly=True, copy=False)

    _sequence_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), sequence) WHERE active",
        "Two stages cannot have the same place in the order.",
    )
    _code_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), code) WHERE code IS NOT NULL",
        "Another stage has this code.",
    )

    @api.model
    def _default_sequence(self):
        last = self.with_context(active_test=False).search(
            [], order="sequence DESC", limit=1
        )
        return last.sequence + 10

    def _compute_partner_count(self):
        counts = dict(
            self.env["res.partner"]._read_group(
                [("lifecycle_stage_id", "in", self.ids)],
                ["lifecycle_stage_id"],
                ["__count"],
            )
        )
        for stage in self:
            stage.partner_count = counts.get(stage, 0)

    @api.constrains("sequence", "company_id", "active")
    def _check_sequence(self):
        for stage in self.filtered("active"):
            rivals = Domain("sequence", "=", stage.sequence) & Domain(
                "id", "!=", stage.id
            )
            if stage.company_id:
                rivals &= Domain("company_id", "in", [False, stage.company_id.id])
            # sudo: a shared stage must not collide with any company's own.
            rival = self.sudo().search(rivals, limit=1)
            if rival:
                raise ValidationError(
                    self.env._(
                        "“%(one)s” and “%(other)s” would have the same place in "
                        "the order (%(place)s).",
                        one=stage.name,
                        other=rival.name,
                        place=stage.sequence,
                    )
                )

    @api.constrains("entry_domain", "is_rule_active")
    def _check_entry_domain(self):
        for stage in self:
            try:
                domain = stage._parse_entry_domain()
                stage._try_rule()
            except BROKEN_RULE as error:
                raise ValidationError(
                    self.env._(
                        "The entry rule of “%(name)s” cannot be used: %(error)s",
                        name=stage.name,
                        error=stage._describe_error(error),
                    )
                ) from error
            if stage.is_rule_active and domain.is_true():
                raise ValidationError(
                    self.env._(
                        "The entry rule of “%s” is empty and would move every "
                        "contact. Add a condition before you switch it on.",
                        stage.name,
                    )
                )

    def _describe_error(self, error):
        """Return an error in one line, without what only developers read."""
        message = getattr(getattr(error, "diag", None), "message_primary", None)
        return message or str(error).strip() or type(error).__name__

    def _try_rule(self):
        """Let the database plan the rule, which finds values of the wrong type."""
        with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
            self.env.execute_query(
                SQL("SELECT 1 FROM (%s) rule LIMIT 0", self._get_rule_query())
            )

    def _parse_entry_domain(self):
        """Return the entry rule as a domain on contacts.

        :raise ValueError: when it does not parse or names what does not exist
        """
        self.ensure_one()
        domain = Domain(literal_eval(self.entry_domain or "[]"))
        domain.validate(self.env["res.partner"].sudo())
        return domain

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for stage in self:
            uses = stage._get_uses()
            if uses:
                raise UserError(
                    self.env._(
                        "“%(name)s” is in use: %(uses)s. Move the contacts to another "
                        "stage and archive this one; its history stays readable.",
                        name=stage.name,
                        uses=", ".join(uses),
                    )
                )

    def _get_uses(self):
        """Return what uses this stage, in the user's words; extend with super()."""
        self.ensure_one()
        uses = []
        # sudo: what holds a stage counts also where the user cannot see it.
        contacts = self.env["res.partner"].sudo().with_context(active_test=False)
        if count := contacts.search_count([("lifecycle_stage_id", "=", self.id)]):
            uses.append(self.env._("contacts (%s)", count))
        moved = Domain("from_stage_id", "=", self.id) | Domain(
            "to_stage_id", "=", self.id
        )
        if count := self.env["lifecycle.stage.change"].sudo().search_count(moved):
            uses.append(self.env._("stage changes (%s)", count))
        others = (
            self.sudo()
            .with_context(active_test=False)
            .search(
                [("id", "!=", self.id), ("entry_domain", "like", "lifecycle_stage_id")]
            )
        )
        for other in others.filtered(lambda other: other._names_stage(self)):
            uses.append(self.env._("the entry rule of “%s”", other.name))
        return uses

    def _names_stage(self, stage):
        try:
            domain = self._parse_entry_domain()
        except (ValueError, SyntaxError):
            return False
        return any(
            condition.field_expr == "lifecycle_stage_id"
            and stage.id
            in (
                condition.value
                if isinstance(condition.value, (list, tuple, set))
                else [condition.value]
            )
            for condition in domain.iter_conditions()
        )

    def web_resequence(self, specification, field_name="sequence", offset=0):
        # Places are unique, so everybody steps aside before the new order is taken.
        if field_name == "sequence":
            self.check_access("write")
            last = self._default_sequence()
            for place, stage in enumerate(self, last):
                stage.sequence = place
            self.flush_recordset()
        return super().web_resequence(specification, field_name, offset)

    def action_view_contacts(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "contact_lifecycle.res_partner_action_lifecycle"
        )
        return {
            **action,
            "display_name": self.name,
            "domain": [("lifecycle_stage_id", "=", self.id)],
            "context": {},
        }

    def action_preview(self):
        """Show how many contacts each rule would move, moving none."""
        preview = self.env["lifecycle.stage.preview"]._create_for(
            self or self.search([("active", "=", True)])
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What the rules would do"),
            "res_model": preview._name,
            "res_id": preview.id,
            "view_mode": "form",
            "target": "new",
        }
