from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

# Messages older than this say nothing about how many are answered.
_MESSAGE_DAYS = 365
# Counted like rules, under ids no rule has.
_SENT, _BOUNCED, _ANSWERED = -1, -2, -3
MESSAGES = {
    _SENT: ("mail_sent", "sms_sent"),
    _BOUNCED: ("mail_bounced", "mail_failed", "sms_bounced", "sms_failed"),
    _ANSWERED: ("mail_clicked", "mail_replied", "sms_clicked"),
}


class LifecycleScore(models.Model):
    """The numbers of a scorecard in one statement, for contacts of a temporary table.

    The same as ``engine.scoring.points``, step by step: acts a day, times earned,
    what is left of them, limits of rule and group, share of messages answered.
    """

    _inherit = "lifecycle.score"

    @api.model
    def _get_score_query(self, scorecard, rules):
        """Return SQL of the scores of the contacts in ``lifecycle_scored``.

        :param rules: the scorecard's rules that work
        """
        fit_rules = rules.filtered(lambda rule: rule.kind == "fit")
        return SQL(
            """WITH %(engagement)s
            SELECT fit.partner_id, fit.fit_score, e.engagement_score,
                   e.sends_since_engagement,
                   CASE WHEN fit.fit_score IS NULL THEN e.engagement_score
                        ELSE floor((fit.fit_score * %(weight)s
                                    + COALESCE(e.engagement_score, 0)
                                      * (100 - %(weight)s)) / 100.0 + 0.5)::int
                    END AS score
              -- Or the conditions would be asked wherever the fit is used.
              FROM (%(fit)s OFFSET 0) fit
              LEFT JOIN engagement e ON e.partner_id = fit.partner_id
             WHERE fit.fit_score IS NOT NULL OR e.engagement_score IS NOT NULL
            OFFSET 0""",
            engagement=self._get_engagement_ctes(scorecard, rules - fit_rules),
            weight=scorecard.fit_weight,
            fit=self._get_fit_query(scorecard, fit_rules),
        )

    @api.model
    def _get_fit_query(self, scorecard, rules):
        """Return SQL of the contacts to score and their fit, all rules in one scan."""
        partners = scorecard._as_read_by_rules(self.env["res.partner"])
        scope = Domain("active", "=", True)
        if scorecard.company_id:
            scope &= Domain("company_id", "=", scorecard.company_id.id)
        query = partners._search(scope)
        query.add_where(self._get_scored_condition(query.table, "id"))
        points = [
            SQL(
                "CASE WHEN %s THEN %s ELSE 0 END",
                rule._get_condition(partners, query),
                rule.points,
            )
            for rule in rules
        ]
        fit = SQL(
            "LEAST(100, GREATEST(0, floor((%s)::float8 + 0.5 + 1e-9)))::int",
            SQL(" + ").join(points),
        )
        return query.select(
            SQL("%s AS partner_id", SQL.identifier(query.table, "id")),
            SQL("%s AS fit_score", fit if points else SQL("NULL::int")),
        )

    @api.model
    def _get_engagement_ctes(self, scorecard, rules):
        """Return CTEs up to ``engagement``: points, score and messages of contacts.

        A column a rule, so that what a contact did is added up in one pass.
        """
        engaging = rules.filtered(lambda rule: rule.kind == "engagement")
        return SQL(
            """%(acts)s, counted AS (%(counted)s
            ), earned AS (
                SELECT partner_id,
                       GREATEST(0, sum(silent * sign))::int AS silent,
                       GREATEST(0, sum(acts * sign))::float8 AS received,
                       (count(*) FILTER (WHERE rule_id = %(answered)s))::float8
                       AS answered %(earned)s
                  FROM counted
                 CROSS JOIN LATERAL (VALUES (CASE rule_id WHEN %(sent)s THEN 1
                                             WHEN %(bounced)s THEN -1
                                             ELSE 0 END)) AS s (sign)
                 GROUP BY partner_id
            ), total AS (
                SELECT partner_id, silent,
                       GREATEST(0, %(start)s::float8 + %(points)s) AS points
                  FROM (SELECT *, %(share)s AS share FROM earned OFFSET 0) m
                -- Or points would be computed anew wherever they are used.
                OFFSET 0
            ), engagement AS (
                SELECT partner_id, points, silent AS sends_since_engagement,
                       floor(100 * points / (points + %(half)s) + 0.5 + 1e-9)::int
                       AS engagement_score
                  FROM total
            )""",
            acts=self._get_acted_cte(engaging),
            counted=self._get_counted_query(engaging),
            answered=_ANSWERED,
            sent=_SENT,
            bounced=_BOUNCED,
            earned=SQL("").join(
                SQL(", %s AS %s", self._get_earned(rule), self._get_column(rule))
                for rule in engaging
            ),
            start=scorecard.starting_points,
            points=self._get_points(rules),
            share=self._get_share(scorecard),
            half=scorecard.half_points,
        )

    @api.model
    def _get_acted_cte(self, rules, partner_id=None):
        """Return the CTE ``acted``: how often, a day, each rule was met.

        ``silent`` counts what came after the contact's last sign of life.  Messages
        sent are most of a journey and only their number counts: their days are one.
        """
        kinds = self._get_kinds(rules)
        today = self.env.cr.now().date()
        return SQL(
            """kind (rule_id, type_id, window_days) AS (VALUES %(kinds)s
            ), acted AS (
                SELECT t.partner_id, k.rule_id,
                       CASE WHEN k.rule_id IN (%(sent)s, %(bounced)s) THEN 0
                            ELSE GREATEST(0, %(today)s::date - t.touch_date::date)
                        END AS age,
                       count(*) AS acts,
                       count(*) FILTER (
                           WHERE f.last_inbound_date IS NULL
                              OR t.touch_date > f.last_inbound_date) AS silent
                  FROM lifecycle_scored s
                  JOIN lifecycle_touchpoint t ON t.partner_id = s.partner_id
                  JOIN kind k ON k.type_id = t.type_id
                  LEFT JOIN lifecycle_profile f
                         ON f.id = s.partner_id AND %(profiles)s
                 WHERE t.is_automated IS NOT TRUE AND %(touchpoints)s
                   AND t.type_id = ANY(%(types)s)
                   AND (k.window_days = 0
                        OR t.touch_date >= %(today)s::date - k.window_days)
                 GROUP BY 1, 2, 3
            )""",
            kinds=SQL(", ").join(SQL("(%s, %s, %s)", *kind) for kind in kinds),
            types=sorted({type_id for _rule, type_id, _days in kinds}),
            today=today,
            sent=_SENT,
            bounced=_BOUNCED,
            profiles=self._get_scored_condition("f", "id", partner_id),
            touchpoints=self._get_scored_range("t", "partner_id", partner_id),
        )

    @api.model
    def _get_kinds(self, rules):
        """Return rows (rule id, touchpoint type id, days it counts) of what is read."""
        codes = self.env["lifecycle.touchpoint.type"].with_context(active_test=False)
        kinds = [
            (rule.id, touchpoint_type.id, rule.window_days)
            for rule in rules
            for touchpoint_type in rule.type_ids
        ]
        return kinds + [
            (kind, touchpoint_type.id, _MESSAGE_DAYS)
            for kind, names in MESSAGES.items()
            for touchpoint_type in codes.search([("code", "in", names)])
        ]

    @api.model
    def _get_counted_query(self, rules):
        """Return SQL of the acts of each day, and of that day and all before it.

        Running totals are only taken where a rule asks for several acts.
        """
        if all(rule.count == 1 for rule in rules):
            return SQL("SELECT * FROM acted")
        daily = rules.filtered("is_daily").ids
        return SQL(
            """SELECT *, sum(%s) OVER (PARTITION BY partner_id, rule_id
                                       ORDER BY age DESC)::int AS seen
                 FROM acted""",
            SQL("CASE WHEN rule_id = ANY(%s) THEN 1 ELSE acts END", daily),
        )

    @api.model
    def _get_earned(self, rule):
        """Return SQL of what a rule gives over the days in ``counted``.

        Neither its limit nor the share of messages answered are taken into account.
        """
        own = SQL("FILTER (WHERE rule_id = %s)", rule.id)
        times = acts = SQL("1" if rule.is_daily else "acts")
        if rule.count > 1:
            times = SQL("(seen / %s - (seen - %s) / %s)", rule.count, acts, rule.count)
        if rule.repeat == "once":
            return SQL(
                "CASE WHEN sum(%s) %s > 0 THEN %s::float8 * %s ELSE 0 END",
                times,
                own,
                rule.points,
                self._get_left(SQL("min(age) %s", own), rule.half_life_days),
            )
        left = self._get_left(SQL("age"), rule.half_life_days)
        return SQL(
            "COALESCE(%s::float8 * sum(%s * %s) %s, 0)", rule.points, times, left, own
        )

    @api.model
    def _get_left(self, age, half_life):
        """Return SQL of the share of points left at an age in days."""
        if half_life <= 0:
            return SQL("1::float8")
        # 2 to a power too small is an error in PostgreSQL.
        return SQL("power(2::float8, GREATEST(-700, -%s / %s::float8))", age, half_life)

    @api.model
    def _get_share(self, scorecard):
        """Return SQL of the share of messages answered."""
        return SQL(
            """CASE WHEN received + %(patience)s > 0
                    THEN (LEAST(answered, received) + %(patience)s)
                         / (received + %(patience)s)
                    ELSE 1 END""",
            patience=float(scorecard.patience),
        )

    @api.model
    def _get_points(self, rules):
        """Return SQL of the points of all rules, each and each group in its limit."""
        groups = [
            self._get_limited(
                SQL(" + ").join(map(self._get_rule_points, same)), group.cap
            )
            for group, same in rules.grouped("group_id").items()
        ]
        return SQL(" + ").join(groups) if groups else SQL("0")

    @api.model
    def _get_rule_points(self, rule):
        if rule.kind == "silence":
            points = SQL("%s::float8 * (silent / %s)", rule.points, rule.count)
        else:
            share = SQL("share" if rule.is_relative else "1")
            points = SQL("%s * %s", self._get_column(rule), share)
        return self._get_limited(points, rule.cap)

    @staticmethod
    def _get_column(rule):
        return SQL.identifier(f"rule_{rule.id}")

    @staticmethod
    def _get_limited(points, cap):
        if cap <= 0:
            return SQL("(%s)", points)
        return SQL(
            "LEAST(%(cap)s, GREATEST(-%(cap)s, %(points)s))",
            cap=SQL("%s::float8", cap),
            points=points,
        )
