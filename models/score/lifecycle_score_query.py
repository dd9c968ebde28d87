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
              FROM (%(fit)s) fit
              LEFT JOIN engagement e ON e.partner_id = fit.partner_id
             WHERE fit.fit_score IS NOT NULL OR e.engagement_score IS NOT NULL""",
            engagement=self._get_engagement_ctes(scorecard, rules - fit_rules),
            weight=scorecard.fit_weight,
            fit=self._get_fit_query(scorecard, fit_rules),
        )

    @api.model
    def _get_fit_query(self, scorecard, rules):
        """Return SQL of the contacts to score and their fit, all rules in one scan."""
        company = scorecard.company_id or self.env.company
        partners = (
            self.env["res.partner"]
            # sudo: rules are set by administrators and hold for every contact of
            # the scorecard's companies.
            .sudo()
            .with_context(tz=company.partner_id.tz or "UTC", active_test=True)
        )
        scope = Domain("active", "=", True) & Domain(
            "id", "in", SQL("(SELECT partner_id FROM lifecycle_scored)")
        )
        if scorecard.company_id:
            scope &= Domain("company_id", "=", scorecard.company_id.id)
        query = partners._search(scope)
        query.add_where(self._get_scored_range(query.table, "id"))
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
        return SQL(
            """%(parts)s, grouped AS (
                SELECT p.partner_id,
                       CASE WHEN g.cap > 0
                            THEN LEAST(g.cap, GREATEST(-g.cap, sum(p.points)))
                            ELSE sum(p.points) END AS points
                  FROM part p LEFT JOIN lifecycle_scorecard_group g ON g.id = p.group_id
                 GROUP BY p.partner_id, g.id, g.cap
            ), total AS (
                SELECT m.partner_id, m.silent,
                       GREATEST(0, %(start)s::float8 + COALESCE(g.points, 0)) AS points
                  FROM message m
                  LEFT JOIN (SELECT partner_id, sum(points) AS points
                               FROM grouped GROUP BY partner_id) g
                         ON g.partner_id = m.partner_id
            ), engagement AS (
                SELECT partner_id, points, silent AS sends_since_engagement,
                       floor(100 * points / (points + %(half)s) + 0.5 + 1e-9)::int
                       AS engagement_score
                  FROM total
            )""",
            parts=self._get_part_ctes(scorecard, rules),
            start=scorecard.starting_points,
            half=scorecard.half_points,
        )

    @api.model
    def _get_part_ctes(self, scorecard, rules):
        """Return CTEs up to ``part``: the points of each rule and contact."""
        engaging = rules.filtered(lambda rule: rule.kind == "engagement")
        return SQL(
            """%(acts)s, message AS (
                SELECT partner_id,
                       GREATEST(0, sum(silent * sign))::int AS silent,
                       GREATEST(0, sum(acts * sign))::float8 AS received,
                       (count(*) FILTER (WHERE rule_id = %(answered)s))::float8
                       AS answered
                  FROM acted
                 CROSS JOIN LATERAL (VALUES (CASE rule_id WHEN %(sent)s THEN 1
                                             WHEN %(bounced)s THEN -1
                                             ELSE 0 END)) AS s (sign)
                 GROUP BY partner_id
            ), rule (id, group_id, points, count, half_life, cap,
                     is_once, is_daily, is_relative) AS (VALUES %(rules)s
            ), counted AS (%(counted)s
            ), part AS (
                SELECT c.partner_id, r.group_id,
                       %(clamped)s AS points
                  FROM counted c JOIN rule r ON r.id = c.rule_id
                  JOIN message m ON m.partner_id = c.partner_id
                 GROUP BY c.partner_id, r.id, r.group_id, r.points, r.half_life, r.cap,
                          r.is_once, r.is_relative, m.received, m.answered
                UNION ALL %(silence)s
            )""",
            acts=self._get_acted_cte(engaging),
            sent=_SENT,
            bounced=_BOUNCED,
            answered=_ANSWERED,
            rules=self._get_rule_values(engaging),
            counted=self._get_counted_query(engaging),
            clamped=self._get_rule_points(scorecard),
            silence=self._get_silence_query(rules - engaging),
        )

    @api.model
    def _get_acted_cte(self, rules, partner_id=None):
        """Return the CTE ``acted``: how often, a day, each rule was met.

        ``silent`` counts what came after the contact's last sign of life.  Messages
        sent are most of a journey and only their number counts: their days are one.
        """
        kinds = [
            SQL("(%s, %s, %s)", rule.id, touchpoint_type.id, rule.window_days)
            for rule in rules
            for touchpoint_type in rule.type_ids
        ]
        codes = self.env["lifecycle.touchpoint.type"].with_context(active_test=False)
        kinds += [
            SQL("(%s, %s, %s)", kind, touchpoint_type.id, _MESSAGE_DAYS)
            for kind, names in MESSAGES.items()
            for touchpoint_type in codes.search([("code", "in", names)])
        ]
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
                   AND (k.window_days = 0
                        OR t.touch_date >= %(today)s::date - k.window_days)
                 GROUP BY 1, 2, 3
            )""",
            kinds=SQL(", ").join(kinds),
            today=today,
            sent=_SENT,
            bounced=_BOUNCED,
            profiles=self._get_scored_range("f", "id", partner_id),
            touchpoints=self._get_scored_range("t", "partner_id", partner_id),
        )

    @api.model
    def _get_rule_values(self, rules):
        rows = [
            SQL(
                "(%s, %s::int, %s::float8, %s, %s::float8, %s::float8, %s, %s, %s)",
                rule.id,
                rule.group_id.id or None,
                rule.points,
                rule.count,
                rule.half_life_days,
                rule.cap,
                rule.repeat == "once",
                rule.is_daily,
                rule.is_relative,
            )
            for rule in rules
        ]
        # A scorecard without such rules still needs rows of the right types.
        none = SQL(
            "(0, NULL::int, 0::float8, 1, 0::float8, 0::float8, true, true, true)"
        )
        return SQL(", ").join(rows or [none])

    @api.model
    def _get_counted_query(self, rules):
        """Return SQL of how often points were earned each day.

        Running totals are only taken where a rule asks for several acts.
        """
        acts = SQL("CASE WHEN r.is_daily THEN 1 ELSE a.acts END")
        times = acts
        if any(rule.count > 1 for rule in rules):
            seen = SQL(
                "sum(%s) OVER (PARTITION BY a.partner_id, a.rule_id"
                " ORDER BY a.age DESC)::int",
                acts,
            )
            times = SQL("%s / r.count - (%s - %s) / r.count", seen, seen, acts)
        return SQL(
            """SELECT a.partner_id, a.rule_id, a.age, %s AS times
                 FROM acted a JOIN rule r ON r.id = a.rule_id""",
            times,
        )

    @api.model
    def _get_rule_points(self, scorecard):
        share = SQL(
            """CASE WHEN r.is_relative AND m.received + %(patience)s > 0
                    THEN (LEAST(m.answered, m.received) + %(patience)s)
                         / (m.received + %(patience)s)
                    ELSE 1 END""",
            patience=float(scorecard.patience),
        )
        points = SQL(
            """CASE WHEN NOT r.is_once
                    THEN r.points * sum(c.times * %(each)s)
                    WHEN sum(c.times) > 0 THEN r.points * %(once)s
                    ELSE 0 END * %(share)s""",
            each=self._get_left("c.age"),
            once=self._get_left("min(c.age)"),
            share=share,
        )
        return SQL(
            """CASE WHEN r.cap > 0 THEN LEAST(r.cap, GREATEST(-r.cap, %(points)s))
                    ELSE %(points)s END""",
            points=points,
        )

    @api.model
    def _get_left(self, age):
        """Return SQL of the share of points left at an age in days."""
        # 2 to a power too small is an error in PostgreSQL.
        return SQL(
            "CASE WHEN r.half_life > 0"
            " THEN power(2::float8, GREATEST(-700, -%s / r.half_life)) ELSE 1 END",
            SQL(age),
        )

    @api.model
    def _get_silence_query(self, rules):
        """Return SQL of the points for messages left unanswered."""
        rows = [
            SQL(
                "(%s::int, %s::float8, %s, %s::float8)",
                rule.group_id.id or None,
                rule.points,
                rule.count,
                rule.cap,
            )
            for rule in rules
        ]
        none = SQL("(NULL::int, 0::float8, 1, 0::float8)")
        points = SQL("r.points * (m.silent / r.count)")
        return SQL(
            """SELECT m.partner_id, r.group_id,
                      CASE WHEN r.cap > 0 THEN LEAST(r.cap, GREATEST(-r.cap, %s))
                           ELSE %s END
                 FROM message m
                CROSS JOIN (VALUES %s) AS r (group_id, points, count, cap)""",
            points,
            points,
            SQL(", ").join(rows or [none]),
        )
