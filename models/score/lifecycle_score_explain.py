from datetime import timedelta

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, mute_logger

from ...engine.scoring import bands, points
from .lifecycle_score_query import MESSAGES
from .lifecycle_scorecard_rule import BROKEN

_HISTORY = 104
_DAYS_SHOWN = 10


class LifecycleScorecard(models.Model):
    """Why a contact has the score it has, by the same formulas in Python."""

    _inherit = "lifecycle.scorecard"

    @api.model
    @api.readonly
    def explain(self, partner_id, scorecard_id=None):
        """Return why a contact has its score.

        :param int partner_id: the contact
        :param int scorecard_id: None takes the one shown on the contact
        :return: dict with ``scorecard`` (id and name, or False when none applies),
            ``score``, ``fit_score``, ``engagement_score`` (False when unknown),
            ``score_band``, ``score_date`` (ISO), ``is_scored`` (archived contacts are
            not), ``limited`` (groups of rules whose limit takes points away: ``name``,
            ``points``, ``given``), ``received``, ``answered``, ``silent``
            (messages), ``fit`` and ``engagement`` (lists of rules with ``name``,
            ``points``, ``raw``, ``date``, ``times``, ``days``), ``history`` (date and
            score), ``conversion`` (see ``lifecycle.conversion.fit``)
        :raise AccessError: when the user may not read the contact
        """
        self.check_access("read")
        partner = self.env["res.partner"].browse(int(partner_id))
        partner.check_access("read")
        if not partner.exists():
            raise AccessError(self.env._("The contact no longer exists."))
        scorecard = self._get_scorecard_of(partner, scorecard_id)
        answer = {"scorecard": False, "history": []}
        if scorecard:
            # sudo: the contact is readable; of its touchpoints only counts are shown.
            answer = scorecard.sudo()._explain_partner(partner.sudo())
        fits = self.env["lifecycle.conversion.fit"]
        return {**answer, "conversion": fits._explain_partner(partner.sudo())}

    @api.model
    def _get_scorecard_of(self, partner, scorecard_id=None):
        if scorecard_id:
            return self.search([("id", "=", int(scorecard_id))])
        return self.search(
            [
                ("is_main", "=", True),
                ("company_id", "in", [False, partner.sudo().company_id.id]),
            ],
            order="company_id NULLS LAST",
            limit=1,
        )

    def _explain_partner(self, partner):
        is_scored = self._is_scoring(partner)
        acts = self._get_acts(partner) if is_scored else {}
        silent, received, answered = self._get_messages(acts)
        share = points.response_share(answered, received, self.patience)
        working, met = self._find_met(partner)
        fit = [rule._explain_fit() for rule in met]
        behaviour = [
            self._explain_rule(rule, acts.get(rule.id, []), share, silent)
            for rule in self.rule_ids.filtered(lambda rule: rule.kind != "fit")
        ]
        stored = self.env["lifecycle.score"].search(
            [("scorecard_id", "=", self.id), ("partner_id", "=", partner.id)]
        )
        return {
            "scorecard": {"id": self.id, "name": self.name},
            "is_scored": is_scored,
            **self._explain_scores(
                fit if working and is_scored else None, behaviour, bool(acts)
            ),
            "limited": self._explain_limits(behaviour),
            "score_date": stored.score_date and stored.score_date.isoformat(),
            "received": received,
            "answered": answered,
            "silent": silent,
            "share": share,
            "starting_points": self.starting_points,
            "half_points": self.half_points,
            "fit_weight": self.fit_weight,
            "fit": fit,
            "engagement": [line for line in behaviour if line["times"]],
            "skipped": [
                *(self._get_fit_rules() - working).mapped("name"),
                *self._get_idle_rules().mapped("name"),
            ],
            "history": self._get_history(partner),
        }

    def _is_scoring(self, partner):
        """Whether the refresh scores this contact, as ``_get_fit_query`` has it."""
        return partner.active and self.company_id in (
            self.company_id.browse(),
            partner.company_id,
        )

    def _explain_limits(self, behaviour):
        """Return the groups whose rules would give more than their limit."""
        sums = {group: 0.0 for group in self.group_ids if group.cap}
        for line in behaviour:
            group = self.group_ids.browse(line["group_id"])
            if group in sums:
                sums[group] += line["points"]
        return [
            {
                "name": group.name,
                "points": total,
                "given": points.clamped(total, group.cap),
            }
            for group, total in sums.items()
            if abs(total) > group.cap
        ]

    def _explain_scores(self, fit_lines, behaviour, is_known):
        caps = {group.id: group.cap for group in self.group_ids}
        total = points.total(
            [(line["group_id"], line["points"]) for line in behaviour], caps
        )
        fit = None
        if fit_lines is not None:
            fit = points.fit(sum(line["points"] for line in fit_lines))
        engaged = None
        if is_known:
            engaged = points.engagement(self.starting_points + total, self.half_points)
        score = points.combined(fit, engaged, self.fit_weight)
        return {
            # XML-RPC knows no None.
            "fit_score": False if fit is None else fit,
            "engagement_score": False if engaged is None else engaged,
            "score": False if score is None else score,
            "score_band": score is not None and self._get_band(fit, engaged),
            "engagement_points": total,
        }

    def _get_band(self, fit, engaged):
        return bands.band(
            fit,
            engaged,
            (self.fit_a, self.fit_b),
            (self.engagement_1, self.engagement_2),
        )

    def _get_fit_rules(self):
        return self.rule_ids.filtered(lambda rule: rule.kind == "fit")

    def _get_idle_rules(self):
        rules = self.rule_ids.filtered(lambda rule: rule.kind == "engagement")
        return rules.filtered(lambda rule: rule._find_error())

    def _find_met(self, partner):
        """Return the fit rules that work, and those of them that the contact meets."""
        rules = self._get_fit_rules().filtered(lambda rule: not rule.error)
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                return rules, rules._filter_met(partner)
        except BROKEN:
            # One of them broke since last night.
            rules = rules.filtered(lambda rule: not rule._fails_on(partner))
            return rules, rules._filter_met(partner)

    def _explain_rule(self, rule, days, share, silent):
        if rule.kind == "silence":
            given = points.silence_points(rule._as_engine_rule(), silent)
            times = silent // rule.count
            lines = []
        else:
            lines = points.rule_lines(
                rule._as_engine_rule(), [day[:2] for day in days], share
            )
            given = points.rule_points(rule._as_engine_rule(), lines)
            times = sum(line.times for line in lines)
        today = self.env.cr.now().date()
        dated = [
            {
                "date": (today - timedelta(days=line.age_days)).isoformat(),
                "times": line.times,
                "raw": line.raw,
                "points": line.points,
            }
            for line in reversed(lines)
        ]
        return {
            "id": rule.id,
            "name": rule.name,
            "kind": rule.kind,
            "group_id": rule.group_id.id,
            "group": rule.group_id.name or "",
            "times": times,
            "raw": sum(line.raw for line in lines) if lines else rule.points * times,
            "points": given,
            "date": dated[0]["date"] if dated else False,
            "half_life_days": rule.half_life_days,
            "is_relative": rule.is_relative,
            "is_capped": bool(rule.cap) and abs(given) >= rule.cap,
            "days": dated[:_DAYS_SHOWN],
        }

    def _get_acts(self, partner):
        """Return ``{rule id: [(age, acts, acts since the last sign of life)]}``."""
        scores = self.env["lifecycle.score"]
        engaging = self.rule_ids.filtered(lambda rule: rule.kind == "engagement")
        rows = self.env.execute_query(
            SQL(
                """WITH lifecycle_scored (partner_id) AS (SELECT %s::int), %s
                   SELECT rule_id, age, acts, silent FROM acted""",
                partner.id,
                scores._get_acted_cte(engaging, partner.id),
            )
        )
        acts = {}
        for rule_id, age, number, silent in rows:
            acts.setdefault(rule_id, []).append((age, number, silent))
        return acts

    def _get_messages(self, acts):
        """Return messages: since the last sign of life, received, answered."""
        sent, bounced, answered = (acts.get(kind, []) for kind in MESSAGES)
        silent = sum(day[2] for day in sent) - sum(day[2] for day in bounced)
        received = sum(day[1] for day in sent) - sum(day[1] for day in bounced)
        return max(0, silent), max(0, received), len(answered)

    def _get_history(self, partner):
        snapshots = self.env["lifecycle.score.snapshot"].search(
            [("scorecard_id", "=", self.id), ("partner_id", "=", partner.id)],
            limit=_HISTORY,
        )
        return [
            {"date": snapshot.snapshot_date.isoformat(), "score": snapshot.score}
            for snapshot in reversed(snapshots)
        ]


class LifecycleScorecardRule(models.Model):
    _inherit = "lifecycle.scorecard.rule"

    def _fails_on(self, partner):
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                self._filter_met(partner)
        except BROKEN:
            return True
        return False

    def _filter_met(self, partner):
        """Return the fit rules that a contact meets, asked in one query."""
        if not self:
            return self
        partners = self.scorecard_id._as_read_by_rules(partner)
        query = partners._search([("id", "=", partner.id)])
        conditions = [rule._get_condition(partners, query) for rule in self]
        rows = self.env.execute_query(query.select(*conditions))
        return self.browse(
            rule.id
            for row in rows
            for rule, is_met in zip(self, row, strict=True)
            if is_met
        )

    def _get_condition(self, partners, query):
        """Return SQL of whether the contact of a query meets the rule."""
        domain = self._parse_domain().optimize_full(partners)
        return domain._to_sql(partners, query.table, query)

    def _explain_fit(self):
        self.ensure_one()
        return {"id": self.id, "name": self.name, "points": self.points}

    def _as_engine_rule(self):
        self.ensure_one()
        return points.Rule(
            points=self.points,
            count=self.count,
            window_days=self.window_days,
            half_life_days=self.half_life_days,
            cap=self.cap,
            is_once=self.repeat == "once",
            is_daily=self.is_daily,
            is_relative=self.is_relative,
        )
