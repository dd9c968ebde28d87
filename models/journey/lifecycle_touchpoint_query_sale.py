from odoo import api, models
from odoo.tools import SQL


class LifecycleTouchpointSource(models.Model):
    """Sources of what was offered, bought, invoiced and left in a cart.

    Amounts are untaxed and in the company's currency at the document's own rate.
    """

    _inherit = "lifecycle.touchpoint.source"

    @api.model
    def _touchpoint_sources(self):
        return {
            **super()._touchpoint_sources(),
            "sale_order": {
                "model": "sale.order",
                "stamp": "write_date",
                "is_mutable": True,
            },
            "invoice": {
                "model": "account.move",
                "stamp": "write_date",
                "is_mutable": True,
            },
            "loyalty": {"model": "sale.order", "stamp": "write_date"},
            # A cart is left when time has passed, not when it is written.
            "website_cart": {"model": "website", "field": "cart_abandoned_delay"},
            "pos_order": {"model": "pos.order", "stamp": "write_date"},
        }

    def _order_columns(self):
        rate = SQL("NULLIF(o.currency_rate, 0)")
        return {
            "stamp": SQL("o.write_date"),
            "partner_id": SQL("o.partner_id"),
            "name": SQL("o.name"),
            "amount": SQL("o.amount_untaxed / COALESCE(%s, 1)", rate),
            "campaign_id": SQL("o.campaign_id"),
            "source_id": SQL("o.source_id"),
            "medium_id": SQL("o.medium_id"),
            "res_model": SQL("%s", "sale.order"),
            "res_id": SQL("o.id"),
            "company_id": SQL("o.company_id"),
        }

    def _touchpoint_query_sale_order(self):
        """Quotations sent, orders confirmed, orders cancelled.

        Being sent and being cancelled have no date of their own: the last change
        of the order is theirs.
        """
        return self._touchpoint_select(
            SQL(
                "CASE o.state WHEN 'sent' THEN 'quotation_sent'"
                " WHEN 'sale' THEN 'order_confirmed' ELSE 'order_cancelled' END"
            ),
            SQL("FROM sale_order o WHERE o.state IN ('sent', 'sale', 'cancel')"),
            touch_date=SQL(
                "CASE o.state WHEN 'sale' THEN o.date_order ELSE o.write_date END"
            ),
            **self._order_columns(),
        )

    def _touchpoint_query_loyalty(self):
        """Orders that used a loyalty reward; the amount is what it took off."""
        columns = self._order_columns()
        columns.update(
            touch_date=SQL("o.date_order"),
            amount=SQL("r.total / COALESCE(NULLIF(o.currency_rate, 0), 1)"),
        )
        return self._touchpoint_select(
            "reward_used",
            SQL(
                """FROM sale_order o
                CROSS JOIN LATERAL (
                    SELECT sum(line.price_subtotal) AS total
                      FROM sale_order_line line
                     WHERE line.order_id = o.id AND line.reward_id IS NOT NULL
                ) r
                WHERE o.state = 'sale' AND r.total IS NOT NULL"""
            ),
            **columns,
        )

    def _touchpoint_query_invoice(self):
        """Posted invoices and credit notes; those of credit notes are negative."""
        return self._touchpoint_select(
            SQL(
                "CASE a.move_type WHEN 'out_refund' THEN 'credit_note_posted'"
                " ELSE 'invoice_posted' END"
            ),
            SQL(
                """FROM account_move a
                WHERE a.state = 'posted' AND a.partner_id IS NOT NULL
                  AND a.move_type IN ('out_invoice', 'out_refund', 'out_receipt')"""
            ),
            stamp=SQL("a.write_date"),
            partner_id=SQL("a.partner_id"),
            # An invoice has a day, no hour: noon, unless it is written today.
            touch_date=SQL(
                "CASE WHEN a.invoice_date = a.create_date::date THEN a.create_date"
                " ELSE a.invoice_date + time '12:00' END"
            ),
            name=SQL("a.name"),
            amount=SQL("a.amount_untaxed_signed"),
            campaign_id=SQL("a.campaign_id"),
            source_id=SQL("a.source_id"),
            medium_id=SQL("a.medium_id"),
            res_model=SQL("%s", "account.move"),
            res_id=SQL("a.id"),
            company_id=SQL("a.company_id"),
        )

    def _touchpoint_query_website_cart(self):
        """Carts left for longer than their website's delay (``website_sale``)."""
        columns = self._order_columns()
        left = SQL(
            "o.date_order + make_interval("
            "secs => COALESCE(NULLIF(w.cart_abandoned_delay, 0), 1) * 3600)"
        )
        columns.update(stamp=left, touch_date=left)
        return self._touchpoint_select(
            "cart_abandoned",
            SQL(
                """FROM sale_order o
                JOIN website w ON w.id = o.website_id
                JOIN res_users u ON u.id = w.user_id
                WHERE o.state = 'draft' AND o.partner_id <> u.partner_id
                  AND EXISTS (
                      SELECT 1 FROM sale_order_line line WHERE line.order_id = o.id
                  )"""
            ),
            **columns,
        )

    def _touchpoint_query_pos_order(self):
        """Paid orders of the point of sale (``point_of_sale``)."""
        return self._touchpoint_select(
            "pos_order",
            SQL(
                """FROM pos_order o
                WHERE o.state IN ('paid', 'done') AND o.partner_id IS NOT NULL"""
            ),
            stamp=SQL("o.write_date"),
            partner_id=SQL("o.partner_id"),
            touch_date=SQL("o.date_order"),
            name=SQL("o.name"),
            amount=SQL(
                "(o.amount_total - o.amount_tax)"
                " / COALESCE(NULLIF(o.currency_rate, 0), 1)"
            ),
            res_model=SQL("%s", "pos.order"),
            res_id=SQL("o.id"),
            company_id=SQL("o.company_id"),
        )
