from odoo.tools import SQL

from ..registry import job

# What installing has to do to the tables that are there already.
_INDEXES = """
SELECT regexp_replace(indexdef, 'INDEX \\S+ ON', 'INDEX ON')
  FROM pg_indexes
 WHERE indexname LIKE '%lifecycle%' AND tablename NOT LIKE '%lifecycle%'
"""
_PROFILES = """
INSERT INTO bench_lifecycle_profile (id, partner_id) SELECT id, id FROM res_partner
"""


@job("Install the addon; bound: in an empty database, and its indexes and profiles")
def install(bench):
    if "install" not in bench.kept:
        bench.note("not measured: the addon is there already")
        return
    bench.rows = bench.contacts
    bench.timings["ours"] = bench.kept["install"]
    empty = bench.kept["install_empty"].median
    bench.details["in an empty database"] = f"{empty:.2f} s"
    bench.cr.execute(_INDEXES)
    indexes = [definition for (definition,) in bench.cr.fetchall()]
    bench.details["indexes on stock tables"] = len(indexes)

    def make():
        for definition in indexes:
            bench.cr.execute(SQL(definition.replace("%", "%%")))
        bench.cr.execute(_PROFILES)
        bench.cr.rollback()

    bench.bound(make, before=bench.copy_of("lifecycle_profile"))
    bench.details["indexes and profiles"] = f"{bench.timings['bound'].median:.2f} s"
    bench.timings["bound"].seconds[0] += empty
