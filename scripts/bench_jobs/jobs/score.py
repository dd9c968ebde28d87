"""Scoring contacts, and how satisfied they are."""

from odoo.tools import SQL

from ..registry import job
from .harvest import harvest
from .profile import QUEUED, refresh
from .value import take_queued

_ALL = SQL("true")
_SAMPLE = 200
# The scorecard that the addon comes with, by hand; rules of engagement as they are.
_SCORES = """
WITH rule AS MATERIALIZED (
    SELECT r.id, r.group_id, r.points::float8 AS points,
           r.half_life_days::float8 AS half, r.cap::float8 AS cap,
           r.is_daily IS TRUE AS is_daily, r.is_relative IS TRUE AS is_relative,
           x.type_id
      FROM lifecycle_scorecard_rule r
      JOIN lifecycle_scorecard_rule_type_rel x ON x.rule_id = r.id
     WHERE r.kind = 'engagement' AND r.active
), sent AS (
    SELECT t.partner_id, sum(k.sign) AS received,
           sum(k.sign) FILTER (WHERE f.last_inbound_date IS NULL
                                  OR t.touch_date > f.last_inbound_date) AS silent
      FROM lifecycle_touchpoint t
      JOIN (SELECT id, CASE WHEN code IN ('mail_sent', 'sms_sent') THEN 1 ELSE -1 END
              FROM lifecycle_touchpoint_type
             WHERE code IN ('mail_sent', 'sms_sent', 'mail_bounced', 'mail_failed',
                            'sms_bounced', 'sms_failed')) k (type_id, sign)
        ON k.type_id = t.type_id
      JOIN lifecycle_profile f ON f.id = t.partner_id
     WHERE NOT t.is_automated AND t.touch_date >= current_date - 365 AND %(scope)s
     GROUP BY t.partner_id
), answered AS (
    SELECT t.partner_id, count(DISTINCT t.touch_date::date) AS days
      FROM lifecycle_touchpoint t
     WHERE t.type_id IN (SELECT id FROM lifecycle_touchpoint_type
                          WHERE code IN ('mail_clicked', 'mail_replied', 'sms_clicked'))
       AND NOT t.is_automated AND t.touch_date >= current_date - 365 AND %(scope)s
     GROUP BY t.partner_id
), earned AS (
    SELECT partner_id, id, group_id, is_relative, cap,
           points * sum(CASE WHEN is_daily THEN 1 ELSE acts END
                        * power(2, greatest(-700, -age / half))) AS points
      FROM (SELECT t.partner_id, r.id, r.group_id, r.is_relative, r.cap, r.points,
                   r.half, r.is_daily, greatest(0, current_date - t.touch_date::date)
                   AS age, count(*) AS acts
              FROM lifecycle_touchpoint t JOIN rule r ON r.type_id = t.type_id
             WHERE NOT t.is_automated AND %(scope)s
             GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9) act
     GROUP BY partner_id, id, group_id, is_relative, cap, points
), part AS (
    SELECT e.partner_id, e.group_id, e.cap, e.points
           * CASE WHEN e.is_relative
                  THEN (least(COALESCE(a.days, 0), greatest(0, COALESCE(s.received, 0)))
                        + 10.0) / (greatest(0, COALESCE(s.received, 0)) + 10.0)
                  ELSE 1 END AS points
      FROM earned e LEFT JOIN sent s USING (partner_id)
      LEFT JOIN answered a USING (partner_id)
     UNION ALL
    SELECT s.partner_id, r.group_id, r.cap,
           r.points * (greatest(0, COALESCE(s.silent, 0))::int / r.count)
      FROM sent s JOIN lifecycle_scorecard_rule r ON r.kind = 'silence' AND r.active
), total AS (
    SELECT partner_id, sum(points) AS points
      FROM (SELECT p.partner_id,
                   CASE WHEN g.cap > 0
                        THEN least(g.cap, greatest(-g.cap, sum(p.points)))
                        ELSE sum(p.points) END AS points
              FROM (SELECT partner_id, group_id,
                           CASE WHEN cap > 0 THEN least(cap, greatest(-cap, points))
                                ELSE points END AS points FROM part) p
              LEFT JOIN lifecycle_scorecard_group g ON g.id = p.group_id
             GROUP BY p.partner_id, g.id, g.cap) grouped
     GROUP BY partner_id
), engaged AS (
    SELECT partner_id, greatest(0, COALESCE(s.silent, 0))::int AS silent,
           greatest(0, 5 + COALESCE(t.points, 0)) AS points
      FROM total t FULL JOIN sent s USING (partner_id)
), fit AS (
    SELECT p.id AS partner_id, least(100, greatest(0,
           CASE WHEN p.email_normalized <> '' THEN 25 ELSE 0 END
           + CASE WHEN p.phone <> '' THEN 20 ELSE 0 END
           + CASE WHEN p.is_company OR p.function <> '' THEN 20 ELSE 0 END
           + CASE WHEN p.is_company OR p.parent_id IS NOT NULL THEN 20 ELSE 0 END
           + CASE WHEN p.country_id IS NOT NULL AND p.city <> '' THEN 15 ELSE 0 END
           - CASE WHEN b.id IS NOT NULL THEN 25 ELSE 0 END)) AS fit
      FROM res_partner p
      LEFT JOIN mail_blacklist b ON b.email = p.email_normalized AND b.active
     WHERE p.active AND %(partners)s
), scored AS (
    SELECT f.partner_id, f.fit, e.silent,
           floor(100 * e.points / (e.points + 30) + 0.5 + 1e-9)::int AS engagement
      FROM fit f LEFT JOIN engaged e USING (partner_id)
), q AS (
    SELECT partner_id, fit AS fit_score, engagement AS engagement_score,
           silent AS sends_since_engagement,
           floor((fit * 40 + COALESCE(engagement, 0) * 60) / 100.0 + 0.5)::int AS score,
           CASE WHEN fit >= 70 THEN 'A' WHEN fit >= 40 THEN 'B' ELSE 'C' END
           || CASE WHEN engagement >= 60 THEN '1' WHEN engagement >= 30 THEN '2'
                   ELSE '3' END AS score_band
      FROM scored
)
"""
_NUMBERS = (
    *("score", "fit_score", "engagement_score", "sends_since_engagement"),
    "score_band",
)
_INSERT = """
INSERT INTO bench_lifecycle_score (scorecard_id, partner_id, is_above, %(names)s)
SELECT 1, partner_id, score >= 60, %(names)s FROM q
"""
# What is shown on contacts, and kept for the history.
_SHOWN = """
UPDATE bench_lifecycle_profile p
   SET (score, score_band, sends_since_engagement) =
       (b.score, b.score_band, b.sends_since_engagement)
  FROM bench_lifecycle_score b
 WHERE b.partner_id = p.id AND (p.score, p.score_band, p.sends_since_engagement)
       IS DISTINCT FROM (b.score, b.score_band, b.sends_since_engagement)
"""
_SNAPSHOT = """
INSERT INTO bench_lifecycle_score_snapshot
       (scorecard_id, partner_id, snapshot_date, score, fit_score, engagement_score,
        score_band)
SELECT scorecard_id, partner_id, current_date, score, fit_score, engagement_score,
       score_band
  FROM bench_lifecycle_score
"""
_UPDATE = """
UPDATE bench_lifecycle_score b SET (%(names)s) = (%(news)s) FROM q
 WHERE b.partner_id = q.partner_id AND (%(stored)s) IS DISTINCT FROM (%(news)s)
"""


@job(
    "Score all contacts, none has one; bound: one statement into a twin, its columns of"
    " the profile, and the snapshot",
    needs=["profile_full"],
    leaves=["lifecycle_score", "bench_lifecycle_score"],
)
def score_full(bench):
    bench.rows = bench.contacts
    bench.ours(lambda: refresh_all(bench), before=lambda: empty(bench))
    bench.bound(lambda: write_first(bench), before=lambda: make_twins(bench))
    bench.must_be_none(
        "scores differ from the bare SQL",
        SQL(
            "SELECT count(*) FROM bench_lifecycle_score b"
            " FULL JOIN lifecycle_score s USING (partner_id)"
            " WHERE (%s) IS DISTINCT FROM (%s)",
            _columns("b"),
            _columns("s"),
        ),
    )
    partners = bench.env["lifecycle.score"].search([], limit=_SAMPLE).partner_id
    bench.orm(lambda: _score_by_orm(partners), len(partners), bench.rows)
    bench.note("ORM: reading the journey and adding up, write(); no bands, no limits")


@job(
    "The same again, nothing changed; bound: the statement, compared with the twin",
    needs=["score_full"],
)
def score_unchanged(bench):
    bench.rows = bench.contacts
    bench.vacuum("lifecycle_score", "lifecycle_profile", "bench_lifecycle_score")
    bench.ours(lambda: refresh_all(bench))
    bench.bound(lambda: write_all(bench))


@job(
    "Score the contacts that 1 % more documents concern; bound: the same for a twin",
    needs=["score_full"],
)
def score_incremental(bench):
    def take_news():
        bench.add_news()
        harvest(bench)
        take_queued(bench)
        bench.env["lifecycle.profile"]._refresh_taken()

    taken = SQL("SELECT partner_id FROM lifecycle_taken")
    bench.ours(
        lambda: bench.env["lifecycle.score"]._refresh_contacts(taken), before=take_news
    )
    bench.bound(lambda: write_taken(bench), before=take_news)
    bench.rows = bench.value(SQL("SELECT count(*) FROM (%s GROUP BY 1) q", QUEUED))
    refresh(bench)


def write_first(bench):
    """Bare SQL: the scores of all contacts, shown and kept, into empty twins."""
    _write(bench, _INSERT)
    bench.cr.execute("ANALYZE bench_lifecycle_score")
    bench.cr.execute(_SHOWN)
    bench.cr.execute(_SNAPSHOT)


def write_all(bench):
    """Bare SQL: the scores of all contacts, compared with the twin."""
    _write(bench, _UPDATE)


def write_taken(bench):
    """Bare SQL: the scores of the queued contacts."""
    _write(bench, _UPDATE, QUEUED)


def refresh_all(bench):
    """What the nightly cron does with the scorecard that is shipped."""
    card = bench.env["lifecycle.scorecard"].search([("is_main", "=", True)])
    if not bench.env["lifecycle.score"]._refresh_scorecard(card, commit=bench.commit):
        raise AssertionError("scoring stopped before its end")


def empty(bench):
    """Take all scores away, and what profiles show of them."""
    bench.cr.execute(
        "TRUNCATE lifecycle_score, lifecycle_score_crossing, lifecycle_score_snapshot"
    )
    bench.cr.execute(
        "UPDATE lifecycle_scorecard SET snapshot_date = NULL, refresh_position = 0"
    )
    bench.env["lifecycle.scorecard"].invalidate_model()
    _forget_shown(bench, "lifecycle_profile")


def make_twins(bench):
    """Make empty twins of the tables of scores; that of profiles is there."""
    bench.copy_of("lifecycle_score")()
    bench.copy_of("lifecycle_score_snapshot")()
    _forget_shown(bench, "bench_lifecycle_profile")


def _forget_shown(bench, table):
    bench.cr.execute(
        SQL(
            "UPDATE %s SET score = NULL, score_band = NULL,"
            " sends_since_engagement = NULL WHERE score IS NOT NULL",
            SQL.identifier(table),
        )
    )
    bench.vacuum(table)


def _columns(alias):
    return SQL(", ").join(SQL.identifier(alias, name) for name in _NUMBERS)


def _write(bench, statement, contacts=None):
    """Run a statement on the scores of all contacts, or of some."""
    bench.cr.execute("SET LOCAL jit = off")
    bench.cr.execute(
        SQL(
            "%s%s",
            SQL(
                _SCORES,
                scope=SQL("t.partner_id IN (%s)", contacts) if contacts else _ALL,
                partners=SQL("p.id IN (%s)", contacts) if contacts else _ALL,
            ),
            SQL(
                statement,
                names=SQL(", ").join(map(SQL.identifier, _NUMBERS)),
                news=_columns("q"),
                stored=_columns("b"),
            ),
        )
    )


def _score_by_orm(partners):
    """Add up what is left of the points of each act; no groups, shares and limits."""
    card = partners.env["lifecycle.scorecard"].search([("is_main", "=", True)])
    rules = card.rule_ids.filtered(lambda rule: rule.kind == "engagement")
    today = partners.env.cr.now()
    for partner in partners:
        touchpoints = partner.lifecycle_touchpoint_ids
        points = sum(
            rule.points
            * 2 ** -((today - touch.touch_date).days / (rule.half_life_days or 1e9))
            for rule in rules
            for touch in touchpoints
            if touch.type_id in rule.type_ids and not touch.is_automated
        )
        partner.lifecycle_score_ids.write({"engagement_score": int(points)})
