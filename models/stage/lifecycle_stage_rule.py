import logging

import psycopg2

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .lifecycle_stage import BROKEN_RULE

_logger = logging.getLogger(__name__)

# Rewriting a wide table in committed slices of ``id % 16`` lets PostgreSQL reuse
# the room of the slice before: several times faster, and hardly any bloat.
_SLICES = 16
_PREVIEW_SECONDS = 20


class LifecycleStage(models.Model):
    """Entry rules: each is one query, all moves together are a few statements."""

    _inherit = "lifecycle.stage"

    @api.model
    def _cron_run_stage_rules(self):
        """Run all rules on all contacts, as time alone moves some of them."""
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=_SLICES)
        self._run_rules(commit=progress)

    @api.model
    def _run_rules(self, scope=None, commit=None):
        """Move contacts as the rules that are switched on say.

        :param scope: SQL of a query of contact ids; None takes all contacts
        :param commit: called with 1 after each slice of the moves
        :return: number of contacts moved
        """
        rules = self.sudo().search([("is_rule_active", "=", True)])
        self._match_rules(rules, scope)
        self._load_moves()
        moved = 0
        slices = _SLICES if commit else 1
        for slice_number in range(slices):
            moved += self.env["res.partner"]._lifecycle_apply_moves(
                SQL(
                    "SELECT partner_id, to_stage_id, rule FROM lifecycle_move"
                    " WHERE partner_id %% %s = %s",
                    slices,
                    slice_number,
                ),
                cause="rule",
            )
            if commit:
                # Not stopped when the time is up: rules would be matched once more,
                # and the time be up at the same slice.
                commit(1)
        self._drop_tables()
        return moved

    def _drop_tables(self):
        self.env.cr.execute("DROP TABLE IF EXISTS lifecycle_matched, lifecycle_move")

    def _match_rules(self, rules, scope):
        """Fill the temporary table ``lifecycle_matched`` (contact, stage).

        A rule that fails is noted on its stage and left out; the others go on.
        """
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL jit = off")
        self._drop_tables()
        self.env.cr.execute(
            "CREATE TEMP TABLE lifecycle_matched (partner_id int, stage_id int)"
        )
        for stage in rules:
            error = False
            try:
                with self.env.cr.savepoint():
                    self.env.execute_query(
                        SQL(
                            "INSERT INTO lifecycle_matched %s",
                            stage._get_rule_query(scope),
                        )
                    )
            except Exception as failure:
                _logger.warning("rule of stage %s failed", stage.id, exc_info=True)
                error = stage._describe_error(failure)
            stage._note_rule(error)
        self.env.flush_all()
        self.env.cr.execute("ANALYZE lifecycle_matched")

    def _note_rule(self, error):
        values = {"rule_check_date": self.env.cr.now()}
        if self.rule_error != error:
            values["rule_error"] = error
        self.write(values)

    def _get_rule_query(self, scope=None):
        """Return SQL of the contacts that match this rule, and the stage's id."""
        self.ensure_one()
        company = self.company_id or self.env.company
        partners = (
            self.env["res.partner"]
            # sudo: rules are set by administrators and hold for every contact of
            # the stage's company, whoever's action made them run.
            .sudo()
            .with_context(tz=company.partner_id.tz or "UTC", active_test=True)
        )
        domain = self._parse_entry_domain()
        if self.company_id:
            domain &= Domain("company_id", "=", self.company_id.id)
        if scope is not None:
            domain &= Domain("id", "in", SQL("(%s)", scope))
        query = partners._search(domain)
        return query.select(
            SQL.identifier(query.table, "id"), SQL("%s AS stage_id", self.id)
        )

    def _load_moves(self, extra=None):
        """Fill ``lifecycle_move`` with what follows from ``lifecycle_matched``.

        A contact belongs in the furthest stage it matches.  It gets there when that
        is forward, or backward from a stage that may be left so and whose own rule
        was asked and did not match.  Whom a person put back, or aside, stays there
        until the contact itself does something new.
        """
        self.env.execute_query(
            SQL(
                """CREATE TEMP TABLE lifecycle_move AS
                SELECT best.partner_id, target.id AS to_stage_id,
                       target.entry_domain AS rule
                  FROM (SELECT DISTINCT ON (m.partner_id) m.partner_id, m.stage_id
                          FROM lifecycle_matched m
                          JOIN lifecycle_stage s ON s.id = m.stage_id
                         ORDER BY m.partner_id, s.sequence DESC) best
                  JOIN lifecycle_stage target ON target.id = best.stage_id
                  JOIN res_partner p ON p.id = best.partner_id
                  LEFT JOIN lifecycle_stage current ON current.id = p.lifecycle_stage_id
                  LEFT JOIN lifecycle_profile f ON f.id = p.id
                 WHERE (current.id IS NULL OR target.sequence > current.sequence
                        OR (target.sequence < current.sequence
                            AND current.may_regress AND current.is_rule_active
                            AND current.rule_error IS NULL))
                   AND NOT (p.lifecycle_stage_held IS TRUE
                            AND COALESCE(f.last_inbound_date, '-infinity')
                                <= COALESCE(p.lifecycle_stage_date, '-infinity'))"""
            )
        )

    def _preview(self):
        """Return what each rule does now and would do if it were switched on.

        :return: list of dicts with ``stage``, ``matching``, ``moving`` (numbers) and
            ``error`` (text or False); nothing is written
        """
        answers = []
        for stage in self:
            try:
                with self.env.cr.savepoint():
                    self.env.cr.execute(
                        "SET LOCAL statement_timeout = %s", [_PREVIEW_SECONDS * 1000]
                    )
                    answers.append(stage._preview_rule())
                    raise _PreviewDone
            except _PreviewDone:
                continue
            except psycopg2.errors.QueryCanceled:
                error = self.env._(
                    "Takes longer than %s seconds; simplify the rule.", _PREVIEW_SECONDS
                )
            except BROKEN_RULE as failure:
                error = stage._describe_error(failure)
            answers.append({"stage": stage, "matching": 0, "moving": 0, "error": error})
        return answers

    def _preview_rule(self):
        """Count for one rule, as if it were switched on with those that are."""
        if self._parse_entry_domain().is_true():
            raise ValueError(self.env._("The rule is empty."))
        others = self.sudo().search(
            [("is_rule_active", "=", True), ("id", "!=", self.id)]
        )
        self._match_rules(others | self.sudo(), None)
        matching, moving = (
            self.env.execute_query(
                SQL(
                    "SELECT count(*) FROM lifecycle_matched WHERE stage_id = %s",
                    self.id,
                )
            ),
            self._count_moves(),
        )
        return {
            "stage": self,
            "matching": matching[0][0],
            "moving": moving,
            "error": self.sudo().rule_error,
        }

    def _count_moves(self):
        self._load_moves()
        return self.env.execute_query(
            SQL("SELECT count(*) FROM lifecycle_move WHERE to_stage_id = %s", self.id)
        )[0][0]


class _PreviewDone(Exception):
    """Rolls a preview back to where it began, which also frees its tables."""
