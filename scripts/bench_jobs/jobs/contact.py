"""What people do with one contact, or see of many."""

from psycopg2.errors import UniqueViolation

from odoo.tools import SQL, mute_logger

from ..registry import job

_MERGES = 20
_PAGE = 80
_BUSIEST = """
SELECT partner_id FROM lifecycle_touchpoint GROUP BY 1 ORDER BY count(*) DESC LIMIT 1
"""
_TIMELINE = """
SELECT * FROM lifecycle_touchpoint WHERE partner_id = %(partner)s AND NOT is_automated
 ORDER BY touch_date DESC, id DESC LIMIT 41
"""
_KINDS = """
SELECT type_id, count(*) FROM lifecycle_touchpoint
 WHERE partner_id = %(partner)s AND NOT is_automated GROUP BY type_id
"""
_SORTED = """
SELECT p.id FROM lifecycle_profile f JOIN res_partner p ON p.id = f.id
 WHERE p.active ORDER BY f.%(field)s DESC NULLS LAST LIMIT 80
"""
_AT_RISK = """
SELECT p.id FROM lifecycle_value v JOIN res_partner p ON p.id = v.partner_id
 WHERE v.company_id = %(company)s AND v.value_at_risk > 0 AND p.active
 ORDER BY v.value_at_risk DESC NULLS LAST LIMIT 80
"""
_REFERENCES = """
SELECT c.conrelid::regclass::text, a.attname
  FROM pg_constraint c
  JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
 WHERE c.contype = 'f' AND c.confrelid = 'res_partner'::regclass
"""
_PAIRS = """
SELECT max(id), min(id)
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM res_partner
         WHERE name LIKE 'Contact %%') contact
 WHERE number %% %(step)s IN (2, 3) GROUP BY number / %(step)s LIMIT %(number)s
"""
_SHOWN = {
    "display_name": {},
    "email": {},
    "lifecycle_stage_id": {"fields": {"display_name": {}}},
    "lifecycle_last_touch_date": {},
    "lifecycle_order_count": {},
    "lifecycle_order_amount": {},
}


@job(
    "First page of the journey of the busiest contact; bound: the page, the counts",
    needs=["harvest_full"],
)
def timeline_page(bench):
    partner = bench.value(_BUSIEST)
    touchpoints = bench.env["lifecycle.touchpoint"]
    bench.rows = touchpoints.search_count([("partner_id", "=", partner)])
    bench.ours(lambda: touchpoints.timeline_page(partner), times=9)

    def bare():
        for query in (_TIMELINE, _KINDS):
            bench.cr.execute(SQL(query, partner=partner))
            bench.cr.fetchall()

    bench.bound(bare, times=9)
    bench.orm(
        lambda: bench.env["res.partner"].browse(partner).lifecycle_touchpoint_ids.read()
    )
    bench.note("ORM: reading the whole journey, as a one2many list would")


@job(
    "SQL of the first page of contacts by amount ordered, as the list asks for it",
    needs=["profile_full"],
)
def contact_list_sorted(bench):
    _sort(bench, "order_amount")


@job(
    "SQL of the first page of contacts by last touchpoint (indexed)",
    needs=["profile_full"],
)
def contact_list_recent(bench):
    _sort(bench, "last_touch_date")


@job(
    "SQL of the first page of contacts by score (indexed)",
    needs=["score_full"],
)
def contact_list_score(bench):
    _sort(bench, "score")


@job(
    "SQL of the first page of contacts by value at risk; bound: off the index",
    needs=["value_scoring_full"],
)
def value_at_risk(bench):
    partners = bench.env["res.partner"].with_user(bench.env.ref("base.user_admin"))
    domain = [("lifecycle_value_at_risk", ">", 0)]
    bench.vacuum("lifecycle_value")
    order = "lifecycle_value_at_risk desc, id"
    bench.rows = partners.search_count(domain)
    bench.ours(lambda: _run_search(partners, order, domain), times=5)
    bench.bound(SQL(_AT_RISK, company=bench.env.company.id), times=5)


@job(
    "Merge two contacts; bound: moving what refers to them; ORM: before the addon",
    needs=["profile_full"],
    prepare=lambda bench: bench.kept.update(merge=_merge_before(bench)),
)
def merge(bench):
    # A twin that refers to contacts is no part of what is merged.
    bench.cr.execute("DROP TABLE IF EXISTS bench_lifecycle_segment_member")
    bench.rows = _MERGES
    pairs = iter(_pairs(bench))
    bench.ours(lambda: _merge(bench, next(pairs)), times=_MERGES)
    pairs = iter(_pairs(bench))
    bench.cr.execute(_REFERENCES)
    references = bench.cr.fetchall()
    bench.bound(lambda: _merge_bare(bench, next(pairs), references), times=_MERGES)
    if "merge" in bench.kept:
        bench.timings["orm"] = bench.kept["merge"]
    bench.note(f"the median of {_MERGES}")


def _sort(bench, field):
    partners = bench.env["res.partner"].with_user(bench.env.ref("base.user_admin"))
    order = f"lifecycle_{field} desc"
    bench.rows = bench.contacts
    bench.vacuum("lifecycle_profile")
    bench.ours(lambda: _run_search(partners, order), times=5)
    bench.bound(SQL(_SORTED, field=SQL.identifier(field)), times=5)
    bench.orm(lambda: partners.web_search_read([], _SHOWN, limit=_PAGE, order=order))
    bench.note("ORM: the whole request, reading the page and counting contacts")


def _run_search(partners, order, domain=()):
    query = partners._search(list(domain), limit=_PAGE, order=order)
    partners.env.execute_query(query.select())


def _pairs(bench):
    """Return pairs of neighbours, spread over all contacts."""
    return bench.env.execute_query(
        SQL(_PAIRS, step=max(4, bench.contacts // (_MERGES + 1)), number=_MERGES)
    )


def _merge(bench, pair):
    bench.env["base.partner.merge.automatic.wizard"]._merge(list(pair))


def _merge_before(bench):
    pairs = iter(_pairs(bench))
    bench.begin()
    bench.ours(lambda: _merge(bench, next(pairs)), times=_MERGES)
    return bench.timings["ours"]


def _merge_bare(bench, pair, references):
    kept, gone = pair
    bench.cr.execute(SQL("DELETE FROM lifecycle_profile WHERE id = %s", gone))
    for table, column in references:
        _move_references(bench, table, column, kept, gone)
    bench.cr.execute(SQL("DELETE FROM res_partner WHERE id = %s", gone))


def _move_references(bench, table, column, kept, gone):
    """Let rows refer to the contact that stays; drop them where it has its own."""
    names = {"table": SQL.identifier(table), "column": SQL.identifier(column)}
    try:
        with bench.cr.savepoint(), mute_logger("odoo.sql_db"):
            bench.cr.execute(
                SQL(
                    "UPDATE %(table)s SET %(column)s = %(kept)s"
                    " WHERE %(column)s = %(gone)s",
                    kept=kept,
                    gone=gone,
                    **names,
                )
            )
    except UniqueViolation:
        bench.cr.execute(
            SQL("DELETE FROM %(table)s WHERE %(column)s = %(gone)s", gone=gone, **names)
        )
