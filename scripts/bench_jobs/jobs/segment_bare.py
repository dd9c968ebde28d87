"""The same segments by hand, as bare SQL over the journey and over documents."""

from odoo.tools import SQL

# A quarter of the contacts live in Spain, an eighth in Italy; one in forty does not
# want mails.
PLACES = """
UPDATE res_partner p
   SET country_id = (SELECT id FROM res_country WHERE code = CASE
       WHEN p.id %% 8 < 2 THEN 'ES' WHEN p.id %% 8 = 2 THEN 'IT'
       WHEN p.id %% 8 = 3 THEN 'FR' ELSE 'DE' END)
 WHERE p.name LIKE 'Contact %%';
INSERT INTO mail_blacklist (email, active)
SELECT DISTINCT email_normalized, true FROM res_partner
 WHERE name LIKE 'Contact %%' AND id %% 40 = 7
    ON CONFLICT DO NOTHING
"""
ALIVE = """p.active
   AND (p.company_id IS NULL OR p.company_id = (SELECT min(id) FROM res_company))"""
_BASE = f"""
SELECT p.id FROM res_partner p
 WHERE {ALIVE}
   AND p.country_id IN (SELECT id FROM res_country WHERE code IN ('ES', 'IT'))
   AND NOT EXISTS (SELECT FROM mail_blacklist b
                    WHERE b.active AND b.email = p.email_normalized)
"""
# "At least 2 orders, none for 180 days, clicked or opened in the last 365 days", by
# hand over the journey …
BY_TOUCHPOINTS = f"""
{_BASE}
   AND p.id IN (
       SELECT t.partner_id FROM lifecycle_touchpoint t
        WHERE t.type_id = %(confirmed)s AND t.is_automated IS NOT TRUE
          AND NOT EXISTS (
              SELECT FROM lifecycle_touchpoint c
               WHERE c.type_id = %(cancelled)s AND c.res_model = t.res_model
                 AND c.res_id = t.res_id AND c.touch_date >= t.touch_date)
        GROUP BY t.partner_id
       HAVING count(*) >= 2 AND max(t.touch_date) < %(day_180)s)
   AND EXISTS (
       SELECT FROM lifecycle_touchpoint t
        WHERE t.partner_id = p.id AND t.type_id IN (%(clicked)s, %(opened)s)
          AND t.is_automated IS NOT TRUE AND t.touch_date >= %(day_365)s)
"""
# … and over Odoo's own tables.
BY_DOCUMENTS = f"""
{_BASE}
   AND p.id IN (
       SELECT partner_id FROM sale_order WHERE state = 'sale'
        GROUP BY partner_id HAVING count(*) >= 2 AND max(date_order) < %(day_180)s)
   AND EXISTS (
       SELECT FROM mailing_trace t
        WHERE t.model = 'res.partner' AND t.res_id = p.id
          AND (t.open_datetime >= %(day_365)s
               OR t.links_click_datetime >= %(day_365)s))
"""
_LEAVE = """
UPDATE bench_lifecycle_segment_member m
   SET leave_date = now() AT TIME ZONE 'UTC', leave_cause = 'refresh'
 WHERE m.segment_id = %(segment)s AND m.leave_date IS NULL
   AND NOT EXISTS (SELECT FROM bench_want w WHERE w.id = m.partner_id)
"""
_JOIN = """
INSERT INTO bench_lifecycle_segment_member
       (segment_id, partner_id, join_date, join_cause)
SELECT %(segment)s, w.id, now() AT TIME ZONE 'UTC', 'refresh' FROM bench_want w
 WHERE NOT EXISTS (
       SELECT FROM bench_lifecycle_segment_member m
        WHERE m.segment_id = %(segment)s AND m.partner_id = w.id
          AND m.leave_date IS NULL)
"""
_DIFFERENT = """
SELECT count(*) FROM (
    (SELECT partner_id FROM lifecycle_segment_member
      WHERE segment_id = %(segment)s AND leave_date IS NULL
      EXCEPT SELECT partner_id FROM bench_lifecycle_segment_member
              WHERE segment_id = %(segment)s AND leave_date IS NULL)
    UNION ALL
    (SELECT partner_id FROM bench_lifecycle_segment_member
      WHERE segment_id = %(segment)s AND leave_date IS NULL
      EXCEPT SELECT partner_id FROM lifecycle_segment_member
              WHERE segment_id = %(segment)s AND leave_date IS NULL)) other
"""


def fill_twin_by(bench, segment, query):
    """Return a function that fills the twin of the members with a bare query."""
    parameters = _parameters(bench, segment)

    def run():
        bench.cr.execute("SET LOCAL jit = off")
        bench.cr.execute("SET LOCAL work_mem = '64MB'")
        bench.cr.execute("DROP TABLE IF EXISTS bench_want")
        bench.cr.execute(
            SQL("CREATE TEMP TABLE bench_want AS %s", SQL(query, **parameters))
            if "%(" in query
            else SQL("CREATE TEMP TABLE bench_want AS %s", SQL(query))
        )
        bench.cr.execute("ANALYZE bench_want")
        bench.cr.execute(SQL(_LEAVE, segment=segment.id))
        bench.cr.execute(SQL(_JOIN, segment=segment.id))
        bench.cr.execute("DROP TABLE bench_want")

    return run


def _parameters(bench, segment):
    bench.cr.execute("SELECT code, id FROM lifecycle_touchpoint_type")
    types = dict(bench.cr.fetchall())
    midnight = "date_trunc('day', now() AT TIME ZONE 'UTC')"
    return {
        "confirmed": types["order_confirmed"],
        "cancelled": types["order_cancelled"],
        "clicked": types["mail_clicked"],
        "opened": types["mail_opened"],
        "day_180": SQL(f"{midnight} - interval '180 days'"),
        "day_365": SQL(f"{midnight} - interval '365 days'"),
    }


def compare(segment):
    return SQL(_DIFFERENT, segment=segment.id)


def empty(bench):
    """Forget all members, as if no segment had ever been filled."""
    bench.cr.execute("TRUNCATE lifecycle_segment_member, lifecycle_segment_snapshot")
    bench.cr.execute(
        "UPDATE lifecycle_segment SET refresh_date = NULL, state = 'new',"
        " member_count = 0"
    )
    bench.env.invalidate_all()


def empty_twin(bench):
    """Make an empty table like that of the members, which refers to contacts, too."""
    bench.copy_of("lifecycle_segment_member")()
    for column, table in (
        ("segment_id", "lifecycle_segment"),
        ("partner_id", "res_partner"),
    ):
        bench.cr.execute(
            SQL(
                "ALTER TABLE bench_lifecycle_segment_member"
                " ADD FOREIGN KEY (%s) REFERENCES %s ON DELETE CASCADE",
                SQL.identifier(column),
                SQL.identifier(table),
            )
        )
