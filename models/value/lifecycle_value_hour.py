from odoo import api, models
from odoo.tools import SQL

from .lifecycle_value_purchase import Families
from .lifecycle_value_write import COLUMNS, FACT_COLUMNS

# Rows with purchases that are not written yet: scores follow from them.
ROWS = Families(
    SQL("SELECT partner_id AS member_id, partner_id FROM lifecycle_value_row")
)


class LifecycleValue(models.Model):
    """The refresh of an hour: those who bought, and what is new about them.

    What it does not see, as an order line that went to another product of the same
    price, is found by night.
    """

    _inherit = "lifecycle.value"

    @api.model
    def _refresh_taken(self):
        """Refresh the customers in ``lifecycle_taken`` whose purchases changed.

        :return: number of rows written
        """
        companies = self._get_companies()
        if not companies:
            return 0
        ranked = self._get_ranked(companies).company_id
        scope = SQL("SELECT partner_id FROM lifecycle_taken WHERE has_purchase")
        self._load_facts(companies, scope=scope)
        self._leave_unchanged(companies)
        self._leave_known()
        self._load_categories(is_quick=True)
        self._load_news(companies, scope)
        written = self._write_news(None, later=ranked)
        self._write_categories()
        rows = self._load_rows(ranked)
        self._drop_tables("line", "fresh", "category", "known", "changed", "news")
        if rows:
            written += self._refresh_scores(ranked, scope=ROWS)
        self._drop_tables("row")
        return written

    def _leave_unchanged(self, companies):
        """Go on with those only whose purchases are others than are written.

        Of many contacts that did something, few have bought.  What an order consists
        of is not compared: by night it is.
        """
        self._load_table(
            "lifecycle_value_changed",
            SQL(
                """SELECT DISTINCT partner_id FROM (%s) changed""",
                self._get_news(companies, SQL("family"), FACT_COLUMNS),
            ),
            SQL("partner_id"),
        )
        changed = "NOT IN (SELECT partner_id FROM lifecycle_value_changed)"
        for table, unchanged in (
            # Members, too: who buys for a company now may have a row of before.
            ("family", f"partner_id {changed} AND member_id {changed}"),
            ("line", f"partner_id {changed}"),
            ("fresh", f"partner_id {changed}"),
        ):
            name = SQL.identifier(f"lifecycle_value_{table}")
            self.env.cr.execute(SQL("DELETE FROM %s WHERE %s", name, SQL(unchanged)))
            self.env.cr.execute(SQL("ANALYZE %s", name))

    def _leave_known(self):
        """Of customers who have but bought once more, keep the new documents.

        Those are left where the number and amounts of the documents before, together
        with what is new, make what there is now.  ``lifecycle_value_known`` are these
        customers' rows, with the last touchpoint before.
        """
        self._load_table(
            "lifecycle_value_later",
            SQL(
                """SELECT l.* FROM lifecycle_value_line l
                     JOIN lifecycle_value v USING (partner_id, company_id)
                    WHERE l.touchpoint_id > v.last_touchpoint_ref"""
            ),
        )
        self._load_table(
            "lifecycle_value_known",
            SQL(
                """SELECT v.id, v.partner_id, v.company_id,
                          v.last_touchpoint_ref AS touchpoint_id
                     FROM lifecycle_value_fresh f
                     JOIN lifecycle_value v USING (partner_id, company_id)
                     JOIN (%s) n USING (partner_id, company_id)
                    WHERE (f.document_count, f.revenue, f.refund_amount) =
                          (v.document_count + n.document_count,
                           v.revenue + n.revenue, v.refund_amount + n.refund_amount)""",
                self._get_facts(self._get_purchase_days("lifecycle_value_later")),
            ),
            SQL("partner_id, company_id"),
        )
        self.env.cr.execute(
            """DELETE FROM lifecycle_value_line l USING lifecycle_value_known k
                WHERE l.partner_id = k.partner_id AND l.company_id = k.company_id
                  AND l.touchpoint_id <= k.touchpoint_id"""
        )
        self.env.cr.execute("ANALYZE lifecycle_value_line")
        self.env.cr.execute("DROP TABLE lifecycle_value_later")

    def _load_rows(self, companies):
        """Fill ``lifecycle_value_row`` with the rows whose purchases are others than
        before, as they should be, and those that are new; return how many."""
        self._load_table(
            "lifecycle_value_row",
            SQL(
                """SELECT v.id, n.partner_id, n.company_id, %s
                     FROM lifecycle_value_news n
                     JOIN lifecycle_value v
                       ON v.partner_id = n.partner_id AND v.company_id = n.company_id
                    WHERE NOT n.is_gone AND n.company_id = ANY(%s)""",
                self._get_columns("n", COLUMNS),
                companies.ids,
            ),
            SQL("id"),
        )
        return self.env.execute_query(SQL("SELECT count(*) FROM lifecycle_value_row"))[
            0
        ][0]
