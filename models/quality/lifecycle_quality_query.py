from odoo import api, models
from odoo.tools import SQL

from ...engine.quality import points

_TAKEN = SQL.identifier("lifecycle_quality_taken")
_OF_GROUP = ("present", "fresh")


class LifecycleProfile(models.Model):
    """The quality of many contacts as one query; ``engine/quality`` says the same."""

    _inherit = "lifecycle.profile"

    @api.model
    def _get_quality_query(self):
        """Return the query of all numbers of the contacts in the temporary table.

        What a contact has is summed up once by field group; everything else follows
        from these sums, which are whole numbers throughout.
        """
        rows = self.env["lifecycle.wanted.field"]._get_working()
        groups = rows.group_id
        return SQL(
            """SELECT q.partner_id, q.quality_score, q.completeness, q.email_state,
                      q.phone_state, q.verified_date,
                      CASE WHEN q.quality_score >= %(good)s THEN 'good'
                           WHEN q.quality_score >= %(fair)s THEN 'fair'
                           WHEN q.quality_score IS NOT NULL THEN 'poor'
                      END AS quality_band
                 FROM (SELECT f.*, %(score)s AS quality_score
                         FROM (SELECT f.*, %(parts)s FROM (%(facts)s) f OFFSET 0) f
                      ) q""",
            good=points.GOOD,
            fair=points.FAIR,
            score=self._get_score_sql(),
            parts=self._get_parts_sql(groups),
            facts=self._get_facts_sql(rows, groups),
        )

    def _get_facts_sql(self, rows, groups):
        """Return the query of what is wanted and there, and of both states."""
        return SQL(
            """SELECT p.id AS partner_id, %(wanted)s AS wanted,
                      %(present)s%(email)s AS email_state, %(phone)s AS phone_state
                 FROM lifecycle_quality_taken k
                 JOIN res_partner p ON p.id = k.partner_id
                 LEFT JOIN (%(verified)s) v ON v.partner_id = p.id
                 LEFT JOIN (%(bounced)s) b ON b.partner_id = p.id
                WHERE %(range)s
               OFFSET 0""",
            wanted=self._sum_weights(rows, rows, is_present=False),
            present=SQL("").join(
                SQL(
                    "%s AS %s, %s AS %s, %s AS %s, ",
                    self._sum_weights(
                        rows.filtered(lambda r, g=g: r.group_id == g), rows
                    ),
                    SQL.identifier(f"present_{g.id}"),
                    SQL.identifier("v", f"day_{g.id}"),
                    SQL.identifier(f"day_{g.id}"),
                    self._get_freshness_sql(g),
                    SQL.identifier(f"fresh_{g.id}"),
                )
                for g in groups
            ),
            email=self._get_email_state_sql(),
            phone=self._get_phone_state_sql(),
            verified=self._get_verified_sql(groups),
            bounced=self._get_bounced_sql(self._get_quality_range("t", "partner_id")),
            range=self._get_quality_range("p", "id"),
        )

    def _sum_weights(self, wanted, rows, is_present=True):
        """Return SQL: the weights of those rows that a contact has, or should have."""
        terms = [
            SQL(
                "CASE WHEN %s%s THEN %s ELSE 0 END",
                row._get_applies_sql(rows),
                SQL(" AND %s", row._get_present_sql()) if is_present else SQL(""),
                row.weight,
            )
            for row in wanted
        ]
        return SQL("(%s)", SQL(" + ").join([SQL("0"), *terms]))

    def _get_verified_sql(self, groups):
        """Return a query of the day on which each group was last verified."""
        return SQL(
            """SELECT n.partner_id%s FROM lifecycle_verification n
                WHERE %s GROUP BY n.partner_id""",
            SQL("").join(
                SQL(
                    ", (max(n.verified_date) FILTER (WHERE n.group_id = %s))::date %s",
                    group.id,
                    SQL.identifier(f"day_{group.id}"),
                )
                for group in groups
            ),
            self._get_quality_range("n", "partner_id"),
        )

    def _get_quality_range(self, alias, column):
        """Return SQL that keeps a table to the contacts in the temporary table.

        A batch by night is a run of ids, and a range of an index.
        """
        query = SQL("SELECT min(partner_id), max(partner_id), count(*) FROM %s", _TAKEN)
        column = SQL.identifier(alias, column)
        low, high, count = self.env.execute_query(query)[0]
        if count and high - low < 2 * count:
            return SQL("%s BETWEEN %s AND %s", column, low, high)
        return SQL("%s IN (SELECT partner_id FROM %s)", column, _TAKEN)

    def _get_freshness_sql(self, group):
        """Return SQL of a group's freshness; data never verified age from the start."""
        age = SQL(
            "(%s - COALESCE(v.%s, p.create_date::date))",
            self.env.cr.now().date(),
            SQL.identifier(f"day_{group.id}"),
        )
        days = group.valid_days
        return SQL(
            """COALESCE((200 * LEAST(GREATEST(%(twice)s - %(age)s, 0), %(days)s)
                         + %(days)s) / %(twice)s, 0)""",
            age=age,
            days=days,
            twice=2 * days,
        )

    def _get_parts_sql(self, groups):
        """Return SQL of completeness, freshness and the day all was verified."""
        present = SQL(" + ").join(
            [SQL("0"), *(SQL.identifier(f"present_{g.id}") for g in groups)]
        )
        aged = SQL(" + ").join(
            SQL("%s * %s", *(SQL.identifier(f"{name}_{g.id}") for name in _OF_GROUP))
            for g in groups
        )
        never = SQL(" OR ").join(
            SQL(
                "(%s > 0 AND %s IS NULL)",
                SQL.identifier(f"present_{g.id}"),
                SQL.identifier(f"day_{g.id}"),
            )
            for g in groups
        )
        days = SQL(", ").join(
            SQL(
                "CASE WHEN %s > 0 THEN %s END",
                SQL.identifier(f"present_{g.id}"),
                SQL.identifier(f"day_{g.id}"),
            )
            for g in groups
        )
        if not groups:
            return SQL(
                "NULL::int AS completeness, NULL::int AS freshness,"
                " NULL::date AS verified_date"
            )
        return SQL(
            """(200 * (%(present)s) + wanted) / NULLIF(2 * wanted, 0) AS completeness,
               (2 * (%(aged)s) + (%(present)s)) / NULLIF(2 * (%(present)s), 0)
                   AS freshness,
               CASE WHEN NOT (%(never)s) THEN LEAST(%(days)s) END AS verified_date""",
            present=present,
            aged=aged,
            never=never,
            days=days,
        )

    def _get_score_sql(self):
        """Return SQL of the weighted mean of the parts that apply."""
        numbers = {
            "completeness": SQL("completeness"),
            "freshness": SQL("freshness"),
            "email": self._get_points_sql("email_state", points.EMAIL_POINTS),
            "phone": self._get_points_sql("phone_state", points.PHONE_POINTS),
        }
        whole = SQL(" + ").join(
            SQL("CASE WHEN %s IS NULL THEN 0 ELSE %s END", number, points.WEIGHTS[name])
            for name, number in numbers.items()
        )
        total = SQL(" + ").join(
            SQL("COALESCE(%s, 0) * %s", number, points.WEIGHTS[name])
            for name, number in numbers.items()
        )
        return SQL(
            """CASE WHEN completeness IS NOT NULL
                    THEN (2 * (%(total)s) + (%(whole)s)) / (2 * (%(whole)s)) END""",
            total=total,
            whole=whole,
        )

    def _get_points_sql(self, column, known):
        return SQL(
            "CASE %s %s END",
            SQL.identifier(column),
            SQL(" ").join(
                SQL("WHEN %s THEN %s", state, number) for state, number in known.items()
            ),
        )
