from ast import literal_eval

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, mute_logger

from ...engine.scoring.codes import REPEATS, RULE_KINDS

# Whatever a domain can run into, in searches of other addons as well.
BROKEN = (
    *(ValueError, SyntaxError, TypeError, LookupError, ArithmeticError),
    *(AttributeError, RuntimeError, UserError, psycopg2.Error),
)


class LifecycleScorecardGroup(models.Model):
    """Rules whose points are limited together, such as all about mailings."""

    _name = "lifecycle.scorecard.group"
    _description = "Scorecard Rule Group"
    _order = "sequence, id"

    scorecard_id = fields.Many2one(
        "lifecycle.scorecard", required=True, ondelete="cascade", index=True
    )
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    cap = fields.Float(
        string="Limit", help="Most points the group gives or takes; 0 is no limit"
    )

    _cap_check = models.Constraint("CHECK (cap >= 0)", "A limit is not negative.")

    def write(self, vals):
        if set(vals) - {"sequence", "name"}:
            self.scorecard_id._forget_baseline()
        return super().write(vals)

    def unlink(self):
        self.scorecard_id._forget_baseline()
        return super().unlink()


class LifecycleScorecardRule(models.Model):
    """One reason for points: who the contact is, what it did, what it ignored.

    A rule whose domain or touchpoints no longer work is skipped and says so in
    ``error``; the other rules go on.
    """

    _name = "lifecycle.scorecard.rule"
    _description = "Scorecard Rule"
    _order = "sequence, id"

    scorecard_id = fields.Many2one(
        "lifecycle.scorecard", required=True, ondelete="cascade", index=True
    )
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(RULE_KINDS, required=True, default="engagement")
    points = fields.Float(
        required=True, default=5, help="Negative points take away from the score"
    )
    domain = fields.Char(string="Contacts", default="[]")
    type_ids = fields.Many2many(
        "lifecycle.touchpoint.type",
        "lifecycle_scorecard_rule_type_rel",
        "rule_id",
        "type_id",
        string="Touchpoints",
    )
    count = fields.Integer(
        string="Times",
        default=1,
        help="This many touchpoints, or messages left unanswered, earn the points",
    )
    repeat = fields.Selection(REPEATS, required=True, default="each")
    window_days = fields.Integer(
        string="Within Days", help="Older touchpoints do not count; 0 is ever"
    )
    half_life_days = fields.Integer(
        string="Half-Life in Days",
        default=30,
        help="After this many days half of the points are left; 0 keeps them",
    )
    cap = fields.Float(
        string="Limit", help="Most points this rule gives or takes; 0 is no limit"
    )
    group_id = fields.Many2one(
        "lifecycle.scorecard.group",
        ondelete="set null",
        domain="[('scorecard_id', '=', scorecard_id)]",
    )
    is_daily = fields.Boolean(
        string="Once a Day",
        help="Several of a day count as one, as somebody clicking through a letter",
    )
    is_relative = fields.Boolean(
        string="Relative to Messages",
        help="The points are scaled by the share of messages the contact answers: "
        "three clicks in three letters are more than three in a hundred",
    )
    error = fields.Text(readonly=True, copy=False)
    company_id = fields.Many2one(related="scorecard_id.company_id")

    _numbers_check = models.Constraint(
        "CHECK (count > 0 AND window_days >= 0 AND half_life_days >= 0 AND cap >= 0)",
        "Times are at least 1; days and limits are not negative.",
    )

    @api.constrains("kind", "domain")
    def _check_domain(self):
        for rule in self.filtered(lambda rule: rule.kind == "fit"):
            error = rule._find_error()
            if error:
                raise ValidationError(
                    self.env._(
                        "The rule “%(name)s” cannot be used: %(error)s",
                        name=rule.name,
                        error=error,
                    )
                )
            if rule._parse_domain().is_true():
                raise ValidationError(
                    self.env._(
                        "The rule “%s” matches every contact. Add a condition.",
                        rule.name,
                    )
                )

    @api.constrains("kind", "type_ids")
    def _check_type_ids(self):
        for rule in self:
            if rule.kind == "engagement" and not rule.type_ids:
                raise ValidationError(
                    self.env._("Say which touchpoints earn “%s”.", rule.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules.scorecard_id._forget_baseline()
        return rules

    def write(self, vals):
        if set(vals) - {"error", "sequence", "name"}:
            self.scorecard_id._forget_baseline()
        if {"domain", "kind", "type_ids"} & set(vals):
            # What does not work is refused below.
            vals = {"error": False, **vals}
        return super().write(vals)

    def unlink(self):
        self.scorecard_id._forget_baseline()
        return super().unlink()

    def _parse_domain(self):
        """Return the rule's domain on contacts.

        :raise ValueError: when it does not parse or names what does not exist
        """
        self.ensure_one()
        domain = Domain(literal_eval(self.domain or "[]"))
        domain.validate(self.env["res.partner"].sudo())
        return domain

    def _find_error(self):
        """Return why the rule does not work, or False.

        The database plans its domain, which finds values of the wrong type.
        """
        self.ensure_one()
        if self.kind == "engagement" and not self.type_ids:
            return self.env._("Its touchpoints are archived or no longer exist.")
        if self.kind != "fit":
            return False
        try:
            domain = self._parse_domain()
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                partners = self.env["res.partner"]
                query = self.scorecard_id._as_read_by_rules(partners)._search(domain)
                self.env.execute_query(SQL("EXPLAIN %s", query.select()))
        except BROKEN as error:
            return str(error).strip() or type(error).__name__
        return False

    def _filter_working(self):
        """Return the rules that can run, and note on the others why they cannot."""
        working = self.browse()
        for rule in self:
            error = rule._find_error()
            if (rule.error or False) != error:
                rule.error = error
            if not error:
                working += rule
        return working
