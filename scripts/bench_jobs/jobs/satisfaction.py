"""How satisfied contacts are, from what they answered."""

from odoo.tools import SQL

from ..registry import job

_ALL = SQL("true")
# This database has star ratings only, and none of them was withdrawn.
_ANSWERS = """
SELECT t.id AS touchpoint_id, t.partner_id, t.touch_date AS answer_date,
       'rating'::varchar AS source, t.value AS raw_value, r.feedback AS comment,
       r.res_model, r.res_id, t.company_id, s.value,
       CASE WHEN s.value >= %(promoter)s THEN 'promoter'
            WHEN s.value >= %(passive)s THEN 'passive' ELSE 'detractor' END AS band
  FROM lifecycle_touchpoint t
  JOIN rating_rating r ON r.id = t.res_id AND r.consumed AND r.rating >= 1
 CROSS JOIN LATERAL (SELECT floor(25 * (t.value - 1) + 0.5)::int AS value) s
 WHERE t.type_id = %(given)s AND %(scope)s
"""
_NAMES = (
    *("touchpoint_id", "partner_id", "answer_date", "source", "raw_value", "comment"),
    *("res_model", "res_id", "company_id", "value", "band"),
)
_INSERT = """
INSERT INTO bench_lifecycle_satisfaction (is_last, scale_worst, scale_best, %(names)s)
SELECT row_number() OVER (PARTITION BY partner_id, company_id
                          ORDER BY answer_date DESC, touchpoint_id DESC) = 1,
       1, 5, %(names)s
  FROM (%(answers)s) a
    ON CONFLICT DO NOTHING
"""
_COMPARE = """
SELECT count(*) FROM (%(answers)s) a
  LEFT JOIN bench_lifecycle_satisfaction b USING (touchpoint_id)
 WHERE (a.partner_id, a.value, a.band) IS DISTINCT FROM (b.partner_id, b.value, b.band)
"""
_SHOWN = """
UPDATE bench_lifecycle_profile p
   SET satisfaction = f.last[1], satisfaction_count = f.answers,
       satisfaction_date = f.answer_date
  FROM (SELECT partner_id, max(answer_date) AS answer_date, sum(number)::int AS answers,
               array_agg(value ORDER BY place) FILTER (WHERE place <= 3) AS last
          FROM (SELECT partner_id, answer_date, count(*) AS number,
                       floor(avg(value) + 0.5)::int AS value,
                       row_number() OVER (PARTITION BY partner_id
                                          ORDER BY answer_date DESC) AS place
                  FROM bench_lifecycle_satisfaction t WHERE %(scope)s
                 GROUP BY partner_id, answer_date) moment
         GROUP BY partner_id) f
 WHERE p.id = f.partner_id
   AND (p.satisfaction, p.satisfaction_count, p.satisfaction_date)
       IS DISTINCT FROM (f.last[1], f.answers, f.answer_date)
"""
_DIFFERENT = """
SELECT count(*) FROM bench_lifecycle_profile b JOIN lifecycle_profile p USING (id)
 WHERE (b.satisfaction, COALESCE(b.satisfaction_count, 0), b.satisfaction_date)
       IS DISTINCT FROM
       (p.satisfaction, COALESCE(p.satisfaction_count, 0), p.satisfaction_date)
"""
_EVERYBODY = SQL("SELECT id FROM lifecycle_profile")


@job(
    "Satisfaction of all contacts, nothing known; bound: answers and the last ones into"
    " twins",
    needs=["profile_full"],
    leaves=["lifecycle_satisfaction", "bench_lifecycle_satisfaction"],
)
def satisfaction_full(bench):
    bench.ours(lambda: refresh_all(bench), before=lambda: empty(bench))
    bench.rows = bench.count("lifecycle_satisfaction")
    bench.bound(lambda: write(bench), before=lambda: make_twins(bench))
    bench.must_be_none("contacts differ from the bare SQL", _DIFFERENT)


@job(
    "The same again, nothing changed; bound: the same, compared with the twins",
    needs=["satisfaction_full"],
)
def satisfaction_unchanged(bench):
    bench.rows = bench.contacts
    bench.ours(lambda: refresh_all(bench))
    bench.bound(lambda: compare(bench))


def refresh_all(bench):
    """What the first harvest is followed by, for everybody at once."""
    bench.env["lifecycle.satisfaction"]._refresh_contacts(_EVERYBODY)


def write(bench, scope=_ALL):
    """Bare SQL: answers of the contacts in scope (of ``t``), and what they show."""
    _run(bench, _INSERT, scope)
    bench.cr.execute("ANALYZE bench_lifecycle_satisfaction")
    _run(bench, _SHOWN, scope)


def compare(bench):
    """Bare SQL when nothing has changed."""
    _run(bench, _COMPARE, _ALL)
    _run(bench, _SHOWN, _ALL)


def _run(bench, statement, scope):
    types = {
        kind.code: kind.id for kind in bench.env["lifecycle.touchpoint.type"].search([])
    }
    answers = SQL(
        _ANSWERS, given=types["rating_given"], promoter=85, passive=65, scope=scope
    )
    names = SQL(", ").join(map(SQL.identifier, _NAMES))
    bench.cr.execute(SQL(statement, answers=answers, names=names, scope=scope))


def empty(bench):
    """Take all answers away, and what profiles show of them."""
    bench.cr.execute("DELETE FROM lifecycle_satisfaction")
    _forget_shown(bench, "lifecycle_profile")
    bench.vacuum("lifecycle_satisfaction")


def make_twins(bench):
    """Make an empty twin of the answers; that of profiles is there."""
    bench.copy_of("lifecycle_satisfaction")()
    _forget_shown(bench, "bench_lifecycle_profile")


def _forget_shown(bench, table):
    bench.cr.execute(
        SQL(
            "UPDATE %s SET satisfaction = NULL, satisfaction_band = NULL,"
            " satisfaction_trend = NULL, satisfaction_count = NULL,"
            " satisfaction_date = NULL WHERE satisfaction_count IS NOT NULL",
            SQL.identifier(table),
        )
    )
    bench.vacuum(table)
