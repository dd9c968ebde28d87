import logging
import time
from contextlib import contextmanager
from dataclasses import replace

import psycopg2

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...engine.segmentation.codes import MANY_CONDITIONS
from ...engine.segmentation.normalise import simplify

_logger = logging.getLogger(__name__)

# All of a preview takes no longer; half of it may go into the first attempt.
_SECONDS = 20
_SLOW_SECONDS = 2
_SAMPLE = 10
# PostgreSQL returns up to 1,664 columns; a condition takes three.
_MOST_STEPS = 400


class LifecycleSegment(models.Model):
    """What a definition would give, before anything is saved."""

    _inherit = "lifecycle.segment"

    @api.model
    @api.readonly
    def preview(self, definition, company_id=None, segment_id=None):
        """Count who matches a definition, with the rights of the user who asks.

        Nothing is written, and no statement outlives 20 seconds in all.

        :param dict definition: JSON as in ``definition``
        :param int company_id: None takes the user's company
        :param int segment_id: the segment that is edited, when there is one
        :return: dict with ``total`` and ``everybody`` (None when unknown), ``sample``
            (ten contacts: id, name, email, city, country, is_company), ``groups``
            (count of each), ``steps`` (for each condition ``group`` and ``condition``,
            its places; ``count``, who is left of its group after it; ``alone``, who
            meets it; ``seconds``, ``slow``, ``error``), ``included`` and
            ``excluded`` (manual changes), ``error``, ``warning`` (texts or False),
            ``is_cut`` (time ran out)
        """
        self.check_access("read")
        company = self.env["res.company"].browse(company_id or self.env.company.id)
        try:
            tree = self._parse_definition(definition)
            self._normalise(tree)
            self._check_self_reference(tree, segment_id)
            answer = self._preview_tree(tree, company)
        except UserError as error:
            answer = self._get_no_preview(str(error))
        return {**answer, **self._count_overrides(segment_id)}

    def _get_no_preview(self, error):
        return {
            "total": None,
            "everybody": None,
            "sample": [],
            "groups": [],
            "steps": [],
            "error": error,
            "warning": False,
            "is_cut": False,
        }

    def _check_self_reference(self, tree, segment_id):
        if segment_id and segment_id in self._get_dependencies(tree).segment_ids:
            raise UserError(self.env._("A segment cannot be built on itself."))

    def _count_overrides(self, segment_id):
        """Return how many contacts are in or out by hand, whatever the conditions."""
        counts = {}
        if segment_id:
            segment = self.browse(segment_id)
            segment.check_access("read")
            counts = dict(
                self.env["lifecycle.segment.override"]._read_group(
                    [("segment_id", "=", segment.id)], ["kind"], ["__count"]
                )
            )
        return {
            "included": counts.get("include", 0),
            "excluded": counts.get("exclude", 0),
        }

    def _preview_tree(self, tree, company):
        compilation = self._start_compilation(self.env.user, company)
        deadline = time.monotonic() + _SECONDS
        tests, errors = self._compile_tests(tree, compilation)
        answer = self._get_no_preview(False)
        answer["steps"] = self._get_steps(tree, errors)
        answer["warning"] = self._get_many_warning(tree)
        if errors:
            answer["error"] = next(iter(errors.values()))
            return answer
        started = time.monotonic()
        is_slow = True
        if len(tests) <= _MOST_STEPS:
            row = self._run_bounded(
                self._get_counts_query(tree, tests, compilation), _SECONDS / 2
            )
            if row:
                self._fill_counts(answer, tree, row[0])
                answer["sample"] = self._get_sample(row[0][-1], compilation)
            is_slow = time.monotonic() - started > _SLOW_SECONDS
        if is_slow:
            self._time_steps(answer, tree, tests, compilation, deadline)
            answer["is_cut"] = answer["total"] is None
        return answer

    def _get_many_warning(self, tree):
        number = len(tree.conditions)
        if number <= MANY_CONDITIONS:
            return False
        return self.env._(
            "%s conditions: refreshes may take long. A segment for the common part, "
            "or a pasted list, costs less.",
            number,
        )

    def _compile_tests(self, tree, compilation):
        """Return ({condition: SQL}, {condition: error}), conditions not negated."""
        tests, errors = {}, {}
        for condition in tree.conditions:
            plain = _plain(condition)
            if plain in tests or plain in errors:
                continue
            try:
                tests[plain] = self._get_condition_sql(plain, compilation)
            except UserError as error:
                errors[plain] = str(error)
        return tests, errors

    def _get_steps(self, tree, errors):
        return [
            {
                "group": i,
                "condition": j,
                "count": None,
                "alone": None,
                "seconds": None,
                "slow": False,
                "error": errors.get(_plain(condition), False),
            }
            for i, group in enumerate(tree.groups)
            for j, condition in enumerate(group.conditions)
        ]

    # The counts, all in one statement

    def _get_counts_query(self, tree, tests, compilation):
        """Return SQL of one row: everybody, total, groups, steps, alone, sample.

        Each condition is answered once for each contact; what is left after each of
        them is counted from the answers.
        """
        names = {test: SQL.identifier(f"c{i}") for i, test in enumerate(tests)}
        columns = [
            SQL("(%s) IS TRUE AS %s", sql, names[test]) for test, sql in tests.items()
        ]
        answered = compilation.query.select(SQL("%s AS id", compilation.id), *columns)
        groups = [self._get_group_answer(group, names) for group in tree.groups]
        total = SQL("(%s)", SQL(" OR ").join(groups))
        counts = [total, *groups, *self._get_step_answers(tree, names)]
        return SQL(
            """WITH answered AS MATERIALIZED (%(answered)s)
               SELECT count(*), %(counts)s,
                      (SELECT array_agg(s.id) FROM (
                          SELECT id FROM answered WHERE %(total)s
                           ORDER BY hashint4(id), id LIMIT %(sample)s) s)
                 FROM answered""",
            answered=answered,
            counts=SQL(", ").join(
                SQL("count(*) FILTER (WHERE %s)", test) for test in counts
            ),
            total=total,
            sample=_SAMPLE,
        )

    def _get_answers(self, group, names):
        """Return a test of the answers for each condition of a group."""
        answers = []
        for condition in group.conditions:
            is_negated = simplify(condition).negated
            name = names[_plain(condition)]
            answers.append(SQL("NOT %s", name) if is_negated else name)
        return answers

    def _get_group_answer(self, group, names):
        answers = self._get_answers(group, names) or [SQL("FALSE")]
        together = SQL("(%s)", SQL(" AND ").join(answers))
        is_negated = group.negated and group.conditions
        return SQL("NOT %s", together) if is_negated else together

    def _get_step_answers(self, tree, names):
        """Return tests: left after each condition, then each condition alone."""
        left, alone = [], []
        for group in tree.groups:
            answers = self._get_answers(group, names)
            for j, answer in enumerate(answers):
                left.append(SQL("(%s)", SQL(" AND ").join(answers[: j + 1])))
                alone.append(answer)
        return left + alone

    def _fill_counts(self, answer, tree, row):
        everybody, total, *counts = row[:-1]
        answer.update(everybody=everybody, total=total)
        number = len(tree.groups)
        answer["groups"] = [{"count": count} for count in counts[:number]]
        steps = len(answer["steps"])
        left, alone = counts[number : number + steps], counts[number + steps :]
        for step, count, count_alone in zip(answer["steps"], left, alone, strict=True):
            step.update(count=count, alone=count_alone)

    def _get_sample(self, ids, compilation):
        partners = compilation.partners.browse(ids or [])
        return [
            {
                "id": partner.id,
                "name": partner.display_name,
                "email": partner.email or "",
                "city": partner.city or "",
                "country": partner.country_id.name or "",
                "is_company": partner.is_company,
            }
            for partner in partners
        ]

    # Bounds

    @contextmanager
    def _bounded(self, seconds):
        """Let nothing inside take longer, and nothing be written."""
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            self.env.cr.execute("SET LOCAL transaction_read_only = on")
            self.env.cr.execute("SET LOCAL jit = off")
            self.env.cr.execute("SET LOCAL work_mem = '64MB'")
            self.env.cr.execute(
                "SET LOCAL statement_timeout = %s", [max(1, int(seconds * 1000))]
            )
            yield
        finally:
            # Back to where it began, with the settings of before.
            savepoint.close(rollback=True)

    def _run_bounded(self, query, seconds):
        """Return the rows of a query, or None when it takes too long.

        :raise UserError: when PostgreSQL cannot answer it
        """
        try:
            with self._bounded(seconds):
                return self.env.execute_query(query)
        except psycopg2.errors.QueryCanceled:
            return None
        except psycopg2.DataError as error:
            _logger.info("segment cannot be evaluated", exc_info=True)
            raise UserError(
                self.env._("The conditions cannot be evaluated: %s", error)
            ) from error

    def _time_steps(self, answer, tree, tests, compilation, deadline):
        """Find which conditions take long, as long as there is time."""
        conditions = [_plain(condition) for condition in tree.conditions]
        seen = {}
        for step, condition in zip(answer["steps"], conditions, strict=True):
            if condition not in seen:
                seen[condition] = self._time_test(
                    tests[condition], compilation, deadline
                )
            seconds, is_done = seen[condition]
            is_slow = seconds is not None and seconds > _SLOW_SECONDS / 2
            step.update(seconds=seconds, slow=is_slow or is_done is False)

    def _time_test(self, test, compilation, deadline):
        """Return (seconds, whether it came to an end); (None, None) without time."""
        started = time.monotonic()
        left = min(deadline - started, _SECONDS / 4)
        if left <= 0:
            return None, None
        query = SQL(
            "SELECT count(*) FROM (%s) c WHERE c.test",
            compilation.query.select(SQL("(%s) IS TRUE AS test", test)),
        )
        is_done = self._run_bounded(query, left) is not None
        return time.monotonic() - started, is_done


def _plain(condition):
    """Return the condition as it is compiled, without its negation."""
    return replace(simplify(condition), negated=False)
