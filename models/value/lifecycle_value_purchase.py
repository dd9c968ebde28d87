from contextlib import nullcontext
from dataclasses import dataclass

from odoo import api, models
from odoo.tools import SQL

# Touchpoint types that count, and how, by the company's source of purchases.
# ``plain`` counts as it is, ``order`` unless cancelled, ``credit`` is a refund, a
# ``receipt`` of the point of sale is one when negative, and ``stray`` counts where no
# order or receipt has been counted.
_KINDS = {
    "orders": {"order_confirmed": "order", "credit_note_posted": "credit"},
    "invoices": {"invoice_posted": "plain", "credit_note_posted": "credit"},
    "both_pos": {
        "order_confirmed": "order",
        "pos_order": "receipt",
        "invoice_posted": "stray",
        "credit_note_posted": "stray_credit",
    },
}
# Of documents: none.
_NOTHING = "SELECT NULL::varchar AS res_model, NULL::int AS res_id WHERE false"


@dataclass(frozen=True)
class Families:
    """A scope: many contacts, together with who buys for them.

    ``query`` is SQL of (member_id, partner_id).
    """

    query: SQL


EVERYBODY = Families(
    SQL(
        "SELECT id AS member_id, commercial_partner_id AS partner_id"
        " FROM res_partner WHERE commercial_partner_id IS NOT NULL"
    )
)
LOADED = Families(SQL("SELECT member_id, partner_id FROM lifecycle_value_family"))


class LifecycleValue(models.Model):
    """From touchpoints to purchase days.

    Documents are read only to know which order a refund or an invoice belongs to.
    """

    _inherit = "lifecycle.value"

    @api.model
    def _get_purchase_kinds(self, companies, as_of=None):
        """Return SQL rows (company_id, type_id, kind, tz, as_of) of what counts.

        :param as_of: day to look from, None for each company's today
        """
        types = {
            kind.code: kind.id
            for kind in self.env["lifecycle.touchpoint.type"]
            .with_context(active_test=False)
            .search([])
        }
        return SQL(", ").join(
            SQL(
                "(%s, %s, %s, %s, %s::date)",
                company.id,
                types[code],
                kind,
                company._get_value_timezone(),
                as_of or company._get_value_day(),
            )
            for company in companies
            for code, kind in _KINDS[company.lifecycle_value_source].items()
            if code in types
        )

    @api.model
    def _get_family(self, scope=None):
        """Return SQL of (member_id, partner_id): contacts and who buys for them.

        :param scope: ``Families``, None for everybody, or SQL of contact ids, of whom
            ``_load_family`` has filled a table
        """
        families = scope or EVERYBODY
        return families.query if isinstance(families, Families) else LOADED.query

    @api.model
    def _load_family(self, scope):
        """Fill ``lifecycle_value_family`` with the commercial families of contacts.

        :param scope: as of ``_get_family``; there is nothing to fill but for SQL
        """
        if scope is None or isinstance(scope, Families):
            return
        self._load_table(
            "lifecycle_value_family",
            SQL(
                # Looked up as arrays: PostgreSQL would read all contacts, twice.
                """%s AND commercial_partner_id = ANY(ARRAY(
                   SELECT commercial_partner_id FROM res_partner
                    WHERE id = ANY(ARRAY(%s))))""",
                EVERYBODY.query,
                scope,
            ),
            SQL("member_id"),
        )

    @api.model
    def _load_lines(self, companies, as_of=None, scope=None, since=None):
        """Fill ``lifecycle_value_line``: what was bought and given back, a row a
        document.

        Columns: partner_id, company_id, day, amount, is_loose (a refund whose
        purchase is not known), is_promoted (for today only), res_model, res_id,
        touchpoint_id.

        :param as_of: nothing was known later than this day; None is today
        :param since: leave out documents up to this day
        """
        self.env.flush_all()
        self._load_family(scope)
        documents = self._get_documents(companies, as_of, scope, since)
        # The planner expects few documents of the kinds that count, and would look up
        # what belongs to millions of them one by one.
        is_many = scope is None or isinstance(scope, Families)
        with self._without("enable_nestloop") if is_many else nullcontext():
            self._load_table("lifecycle_value_doc", documents)
        self._mark_cancelled()
        self._subtract_settled()
        self._load_table("lifecycle_value_origin", self._get_origins())
        self._load_table(
            "lifecycle_value_promoted",
            self._get_promoted(companies) if as_of is None else SQL(_NOTHING),
        )
        self._load_table(
            "lifecycle_value_line",
            SQL(
                """SELECT d.partner_id, d.company_id, COALESCE(o.day, d.day) AS day,
                          d.amount, d.is_credit AND o.day IS NULL AS is_loose,
                          p.res_id IS NOT NULL AS is_promoted, d.res_model, d.res_id,
                          d.touchpoint_id
                     FROM lifecycle_value_doc d
                     LEFT JOIN lifecycle_value_origin o
                            ON o.res_model = d.res_model AND o.credit_id = d.res_id
                           AND d.is_credit
                     LEFT JOIN lifecycle_value_promoted p
                            ON p.res_model = d.res_model AND p.res_id = d.res_id
                    WHERE NOT d.is_cancelled AND o.is_cancelled IS NOT TRUE AND %s""",
                self._get_stray_condition(),
            ),
        )
        self.env.cr.execute(
            "DROP TABLE lifecycle_value_doc, lifecycle_value_origin,"
            " lifecycle_value_promoted"
        )

    def _get_documents(self, companies, as_of, scope, since=None):
        """Return SQL of the documents of the kinds that count, cancelled ones too."""
        day = SQL(
            "(%s AT TIME ZONE 'UTC' AT TIME ZONE k.tz)::date", SQL("t.touch_date")
        )
        return SQL(
            """WITH kind(company_id, type_id, kind, tz, as_of) AS (VALUES %(kinds)s)
            SELECT f.partner_id, t.company_id, k.kind, t.amount, t.res_model, t.res_id,
                   k.kind IN ('credit', 'stray_credit')
                   OR (k.kind = 'receipt' AND t.amount < 0) AS is_credit,
                   false AS is_cancelled, %(day)s AS day, t.touch_date,
                   t.id AS touchpoint_id,
                   (k.as_of + 1)::timestamp AT TIME ZONE k.tz AT TIME ZONE 'UTC'
                       AS known_until
              FROM (%(family)s) f
              JOIN lifecycle_touchpoint t ON t.partner_id = f.member_id
              JOIN kind k ON k.company_id = t.company_id AND k.type_id = t.type_id
             WHERE t.amount IS NOT NULL AND t.is_automated IS NOT TRUE
               AND %(day)s <= k.as_of AND %(since)s""",
            kinds=self._get_purchase_kinds(companies, as_of),
            family=self._get_family(scope),
            day=day,
            since=SQL("%s > %s", day, since) if since else SQL("true"),
        )

    def _mark_cancelled(self):
        """Mark the orders that were cancelled once they had been confirmed.

        By now the planner knows how many documents there are.
        """
        self.env.cr.execute(
            SQL(
                """UPDATE lifecycle_value_doc d SET is_cancelled = true
                     FROM lifecycle_touchpoint x
                    WHERE d.kind = 'order' AND x.type_id = %s
                      AND x.res_model = d.res_model AND x.res_id = d.res_id
                      AND x.touch_date >= d.touch_date
                      AND x.touch_date < d.known_until""",
                self._get_type_id("order_cancelled"),
            )
        )

    def _get_type_id(self, code):
        types = self.env["lifecycle.touchpoint.type"].with_context(active_test=False)
        return types.search([("code", "=", code)], limit=1).id or 0

    def _get_origins(self):
        """Return SQL of (res_model, credit_id, day, is_cancelled) of what is refunded.

        For a credit note that is the order its lines came from, where orders count,
        else the invoice it reverses.  The refund of a cancelled order is left out with
        the order.
        """
        return SQL(
            """SELECT res_model, credit_id, min(day) AS day,
                      bool_and(is_cancelled) AS is_cancelled
                 FROM (%s) origin GROUP BY res_model, credit_id""",
            SQL(" UNION ").join(self._get_origin_queries()),
        )

    def _get_origin_queries(self):
        """Return a list of SQL of (res_model, credit_id, day, is_cancelled)."""
        return [
            SQL(
                """SELECT c.res_model, c.res_id AS credit_id, b.day, b.is_cancelled
                     FROM lifecycle_value_doc c
                     JOIN account_move_line l ON l.move_id = c.res_id
                     JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = l.id
                     JOIN sale_order_line s ON s.id = r.order_line_id
                     JOIN lifecycle_value_doc b
                       ON b.res_model = 'sale.order' AND b.res_id = s.order_id
                      AND b.company_id = c.company_id AND b.partner_id = c.partner_id
                    WHERE c.is_credit AND c.res_model = 'account.move'"""
            ),
            SQL(
                """SELECT c.res_model, c.res_id, b.day, b.is_cancelled
                     FROM lifecycle_value_doc c
                     JOIN account_move m ON m.id = c.res_id
                     JOIN lifecycle_value_doc b
                       ON b.res_model = 'account.move' AND NOT b.is_credit
                      AND b.res_id = m.reversed_entry_id
                      AND b.company_id = c.company_id AND b.partner_id = c.partner_id
                    WHERE c.is_credit AND c.res_model = 'account.move'"""
            ),
        ]

    def _get_stray_condition(self):
        """Return SQL that is false for invoices of what has been counted already."""
        return SQL(
            """NOT (d.kind = 'stray' AND EXISTS (
                SELECT 1 FROM account_move_line l
                  JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = l.id
                 WHERE l.move_id = d.res_id))"""
        )

    def _subtract_settled(self):
        """Hook: take off ``lifecycle_value_doc`` what another document counts."""

    @api.model
    def _get_purchase_days(self, lines="lifecycle_value_line"):
        """Return SQL of the purchase days of a table of lines, loose refunds and days
        of nothing included.

        Columns: partner_id, company_id, day, net (what was bought that day, less what
        came back of it), total (net, and refunds without a purchase), refunded,
        is_promoted, documents, last_id (of a touchpoint).
        """
        return SQL(
            """SELECT partner_id, company_id, day,
                      round(COALESCE(sum(amount) FILTER (WHERE NOT is_loose), 0), 2)
                          AS net,
                      round(sum(amount), 2) AS total,
                      round(COALESCE(-sum(amount) FILTER (WHERE amount < 0), 0), 2)
                          AS refunded,
                      bool_or(is_promoted AND amount > 0) AS is_promoted,
                      count(*) AS documents, max(touchpoint_id) AS last_id
                 FROM %s
                GROUP BY partner_id, company_id, day""",
            SQL.identifier(lines),
        )
