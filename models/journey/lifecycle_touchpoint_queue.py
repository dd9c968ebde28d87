from odoo import api, fields, models
from odoo.tools import SQL


class LifecycleTouchpointQueue(models.Model):
    """Contacts whose journey changed since their profile was last refreshed.

    Append-only and without a unique key, so that harvests never wait for one
    another; whoever takes rows out removes the duplicates.  Areas with another
    reason to refresh contacts inherit it under a name of their own.
    """

    _name = "lifecycle.touchpoint.queue"
    _description = "Contacts Waiting for a Refresh"
    _log_access = False

    partner_id = fields.Integer(string="Contact", required=True, index=True)
    has_purchase = fields.Boolean(
        string="Purchases", help="No: nothing with an amount is among what is new"
    )

    def _add(self, partner_ids):
        """Queue contacts by id; ids that do not exist are dropped when taken."""
        if partner_ids:
            self.env.execute_query(
                SQL(
                    "INSERT INTO %s (partner_id) SELECT unnest(%s::int[])",
                    SQL.identifier(self._table),
                    list(partner_ids),
                )
            )

    @api.model
    def _get_flags(self):
        """Return ``{field: SQL}``: what a new touchpoint ``a`` brings, true or false.

        Who looks after such touchpoints only can leave all other contacts alone.
        """
        return {"has_purchase": SQL("a.amount IS NOT NULL")}

    def _take(self, limit):
        """Move up to ``limit`` contacts into the temporary table ``lifecycle_taken``.

        All rows of a contact are taken together; those locked by another taker are
        left to it.  The table has the columns ``partner_id``, without duplicates,
        and the flags, true unless all rows say no; it goes with the transaction.

        :return: number of rows taken; 0 when there is nothing left to take
        """
        flags = [SQL.identifier(name) for name in self._get_flags()]
        self.env.cr.execute("DROP TABLE IF EXISTS lifecycle_taken")
        self.env.execute_query(
            SQL(
                "CREATE TEMP TABLE lifecycle_taken (partner_id int PRIMARY KEY, %s)"
                " ON COMMIT DROP",
                SQL(", ").join(
                    SQL("%s boolean NOT NULL DEFAULT true", flag) for flag in flags
                ),
            )
        )
        rows = self.env.execute_query(
            SQL(
                """WITH taken AS (
                    DELETE FROM %(queue)s WHERE id IN (
                        SELECT id FROM %(queue)s
                         WHERE partner_id <= (
                               SELECT max(partner_id) FROM (
                                   SELECT DISTINCT partner_id
                                     FROM %(queue)s
                                    ORDER BY partner_id LIMIT %(limit)s) first)
                           FOR UPDATE SKIP LOCKED
                    ) RETURNING partner_id, %(flags)s
                ), kept AS (
                    INSERT INTO lifecycle_taken
                    SELECT taken.partner_id, %(any)s
                      FROM taken JOIN res_partner p ON p.id = taken.partner_id
                     GROUP BY taken.partner_id
                )
                SELECT count(*) FROM taken""",
                queue=SQL.identifier(self._table),
                flags=SQL(", ").join(flags),
                any=SQL(", ").join(
                    SQL("bool_or(%s IS NOT FALSE)", flag) for flag in flags
                ),
                limit=limit,
            )
        )
        self.env.cr.execute("ANALYZE lifecycle_taken")
        return rows[0][0]
