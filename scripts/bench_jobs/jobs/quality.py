"""How complete and how fresh the data of contacts are."""

from ..registry import job

# The same fields, by hand: what is wanted of a person, and what of it is there.
_READ = """
SELECT count(*) FROM (
    SELECT p.id, (p.name <> '')::int + 5 * (p.email <> '')::int
           + 4 * (p.phone <> '')::int + 2 * (p.street <> '')::int
           + 2 * (p.zip <> '')::int + 2 * (p.city <> '')::int
           + 3 * (p.country_id IS NOT NULL)::int AS present,
           current_date - p.create_date::date AS age,
           b.partner_id IS NOT NULL AS bounced
      FROM res_partner p
      LEFT JOIN (SELECT partner_id FROM lifecycle_touchpoint
                  WHERE type_id = (SELECT id FROM lifecycle_touchpoint_type
                                    WHERE code = 'mail_bounced')
                  GROUP BY partner_id) b ON b.partner_id = p.id) q
  JOIN lifecycle_profile f ON f.id = q.id
 WHERE f.completeness IS NOT DISTINCT FROM q.present
"""


@job("Data quality of all contacts, none known", needs=["profile_full"])
def quality_full(bench):
    bench.rows = bench.contacts
    bench.ours(lambda: refresh_all(bench), before=lambda: _empty(bench))


@job(
    "The same again, nothing changed; bound: reading what it is made of",
    needs=["quality_full"],
)
def quality_unchanged(bench):
    bench.rows = bench.contacts
    bench.ours(lambda: refresh_all(bench))
    bench.bound(_READ)
    bench.note("the bound only reads: names of states and sums by group are left out")


def refresh_all(bench):
    """What the nightly cron does."""
    bench.env["lifecycle.quality.run"].create({})._go_on(commit=bench.commit)


def _empty(bench):
    bench.cr.execute(
        "UPDATE lifecycle_profile SET quality_score = NULL, quality_band = NULL,"
        " completeness = NULL, email_state = NULL, phone_state = NULL"
        " WHERE quality_score IS NOT NULL"
    )
    bench.vacuum("lifecycle_profile")
