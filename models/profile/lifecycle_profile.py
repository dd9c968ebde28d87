import logging

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

_BATCH_CONTACTS = 50_000

# Facts counted or dated over a contact's touchpoints, machines left out.  ``t`` is
# the touchpoint, ``k`` its type's code.
_CLICKED = "k IN ('mail_clicked', 'sms_clicked')"
_FACTS = {
    "touch_count": "count(t.id)",
    "first_touch_date": "min(t.touch_date)",
    "last_touch_date": "max(t.touch_date)",
    "last_inbound_date": "max(t.touch_date) FILTER (WHERE is_engagement)",
    "last_sent_date": "max(t.touch_date) FILTER (WHERE k IN ('mail_sent', 'sms_sent'))",
    "last_click_date": f"max(t.touch_date) FILTER (WHERE {_CLICKED})",
    "click_count": f"count(t.id) FILTER (WHERE {_CLICKED})",
    "mail_sent_count": "count(t.id) FILTER (WHERE k = 'mail_sent')",
    "open_count": "count(t.id) FILTER (WHERE k = 'mail_opened')",
    "last_open_date": "max(t.touch_date) FILTER (WHERE k = 'mail_opened')",
    "mail_click_count": "count(t.id) FILTER (WHERE k = 'mail_clicked')",
    "last_mail_click_date": "max(t.touch_date) FILTER (WHERE k = 'mail_clicked')",
    "reply_count": "count(t.id) FILTER (WHERE k IN ('mail_replied', 'email_received'))",
    "subscribe_count": "count(t.id) FILTER (WHERE k IN ('list_joined', 'signed_up'))",
    "survey_count": "count(t.id) FILTER (WHERE k = 'survey_finished')",
    "lead_count": "count(t.id) FILTER (WHERE k = 'lead_created')",
    "lead_won_count": "count(t.id) FILTER (WHERE k = 'lead_won')",
    "lead_lost_count": "count(t.id) FILTER (WHERE k = 'lead_lost')",
    "meeting_count": ("count(t.id) FILTER (WHERE k IN ('meeting_held', 'call_done'))"),
    "quotation_count": "count(t.id) FILTER (WHERE k = 'quotation_sent')",
    "order_count": "count(t.id) FILTER (WHERE is_order)",
    "order_amount": (
        "COALESCE(sum(t.amount * COALESCE(r.factor, 1)) FILTER (WHERE is_order), 0)"
    ),
    "first_order_date": "min(t.touch_date) FILTER (WHERE is_order)",
    "last_order_date": "max(t.touch_date) FILTER (WHERE is_order)",
}
# Taken from the first or the last touchpoint that has the value.  Where a contact
# came from is told by what it did, not by what we sent; and a mailing, to which Odoo
# gives a source of its own, only reaches those who are here already.
_INBOUND = "t.direction = 'in'"
_FOREIGN = f"{_INBOUND} AND t.source_id NOT IN (SELECT source_id FROM mailing_mailing)"
_ENDS = {
    "first_type_id": ("type_id", "ASC", "true"),
    "first_campaign_id": ("campaign_id", "ASC", _INBOUND),
    "first_source_id": ("source_id", "ASC", _FOREIGN),
    "first_medium_id": ("medium_id", "ASC", _INBOUND),
    "last_type_id": ("type_id", "DESC", "true"),
    "last_source_id": ("source_id", "DESC", _FOREIGN),
}
_COUNTS = [name for name in _FACTS if name.endswith(("_count", "_amount"))]


class LifecycleProfile(models.Model):
    """What is known about a contact by computing it, never by typing it.

    A profile has the id of its contact, so that a contact finds it without a
    column of its own and without ever being rewritten.  Rows are written by SQL
    only, where a value differs.  Facts leave out what machines did, and orders
    that were cancelled afterwards.
    """

    _name = "lifecycle.profile"
    _description = "Contact Profile"
    _log_access = False
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", string="Contact", required=True, ondelete="cascade"
    )
    first_touch_date = fields.Datetime(string="First Touchpoint")
    first_type_id = fields.Many2one(
        "lifecycle.touchpoint.type", string="First Touchpoint Type", ondelete="set null"
    )
    first_source_id = fields.Many2one("utm.source", ondelete="set null")
    first_campaign_id = fields.Many2one("utm.campaign", ondelete="set null")
    first_medium_id = fields.Many2one("utm.medium", ondelete="set null")
    last_touch_date = fields.Datetime(string="Last Touchpoint", index=True)
    last_type_id = fields.Many2one(
        "lifecycle.touchpoint.type", string="Last Touchpoint Type", ondelete="set null"
    )
    last_source_id = fields.Many2one("utm.source", ondelete="set null")
    last_inbound_date = fields.Datetime(
        string="Last Sign of Life", help="The last thing the contact did on purpose"
    )
    last_sent_date = fields.Datetime(string="Last Message Sent")
    last_click_date = fields.Datetime(string="Last Click")
    touch_count = fields.Integer(string="Touchpoints", aggregator="sum")
    click_count = fields.Integer(string="Clicks", aggregator="sum")
    mail_sent_count = fields.Integer(string="E-mails Sent", aggregator="sum")
    open_count = fields.Integer(
        string="E-mail Opens", aggregator="sum", help="Those by known machines left out"
    )
    last_open_date = fields.Datetime(string="Last E-mail Open")
    mail_click_count = fields.Integer(string="Clicks in E-mails", aggregator="sum")
    last_mail_click_date = fields.Datetime(string="Last Click in an E-mail")
    reply_count = fields.Integer(string="Replies and E-mails", aggregator="sum")
    subscribe_count = fields.Integer(
        string="Lists Joined", aggregator="sum", help="Sign-up forms count as well"
    )
    survey_count = fields.Integer(string="Surveys Finished", aggregator="sum")
    lead_count = fields.Integer(string="Leads", aggregator="sum")
    lead_won_count = fields.Integer(string="Leads Won", aggregator="sum")
    lead_lost_count = fields.Integer(string="Leads Lost", aggregator="sum")
    meeting_count = fields.Integer(string="Meetings and Calls", aggregator="sum")
    quotation_count = fields.Integer(string="Open Quotations", aggregator="sum")
    order_count = fields.Integer(string="Orders", aggregator="sum")
    first_order_date = fields.Datetime(string="First Order")
    last_order_date = fields.Datetime(string="Last Order")
    order_amount = fields.Monetary(
        string="Ordered", aggregator="sum", help="Confirmed orders, untaxed"
    )
    currency_id = fields.Many2one(
        "res.currency",
        ondelete="set null",
        help="Of the contact's company, or of the main company for shared contacts",
    )
    refresh_date = fields.Datetime(
        string="Refreshed", help="When a fact of this profile last changed"
    )

    _partner_uniq = models.UniqueIndex("(partner_id)")
    _same_id = models.Constraint(
        "CHECK (id = partner_id)", "A profile has the id of its contact."
    )

    @api.model
    def _create_missing(self, partner_ids=None):
        """Give an empty profile to contacts that have none.

        :param partner_ids: of new contacts; those that another program inserted since
            the newest profile get theirs too.  None looks at all contacts
        """
        counts = SQL(", ").join(map(SQL.identifier, _COUNTS))
        self.env["res.partner"].flush_model()
        self.env.execute_query(
            SQL(
                """INSERT INTO lifecycle_profile (id, partner_id, %(counts)s)
                   SELECT p.id, p.id, %(zeros)s FROM res_partner p
                    WHERE NOT EXISTS (
                          SELECT 1 FROM lifecycle_profile f WHERE f.id = p.id)
                          %(scope)s
                       ON CONFLICT DO NOTHING""",
                counts=counts,
                zeros=SQL(", ").join([SQL("0")] * len(_COUNTS)),
                scope=SQL("")
                if partner_ids is None
                else SQL(
                    "AND (p.id = ANY(%s) OR p.id > ("
                    "SELECT COALESCE(max(id), 0) FROM lifecycle_profile))",
                    list(partner_ids),
                ),
            )
        )

    @api.model
    def _refresh_queue(self, commit=None):
        """Refresh the profiles of queued contacts, batch after batch.

        :param commit: called after each batch; a falsy answer stops
        :return: whether the queue has been emptied
        """
        queue = self.env["lifecycle.touchpoint.queue"]
        while queue._take(_BATCH_CONTACTS):
            _logger.info("%s profiles changed", self._refresh_taken())
            self._after_refresh()
            if commit and not commit(0):
                return False
        return True

    def _after_refresh(self):
        """Hook: profiles of the contacts in ``lifecycle_taken`` are up to date."""

    def _refresh_taken(self):
        """Refresh the contacts in the temporary table ``lifecycle_taken``.

        :return: number of profiles that were new or different
        """
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL jit = off")
        self.env.cr.execute("SET LOCAL work_mem = '64MB'")
        self.env.cr.execute("DROP TABLE IF EXISTS lifecycle_fresh")
        self.env.execute_query(
            SQL(
                "CREATE TEMP TABLE lifecycle_fresh ON COMMIT DROP AS %s",
                self._get_facts(),
            )
        )
        self.env.cr.execute("ALTER TABLE lifecycle_fresh ADD PRIMARY KEY (partner_id)")
        self.env.cr.execute("ANALYZE lifecycle_fresh")
        changed = self._write_fresh()
        self.env.cr.execute("DROP TABLE lifecycle_fresh")
        self.env.invalidate_all(flush=False)
        return changed

    def _write_fresh(self):
        self.env.execute_query(
            SQL(
                """INSERT INTO lifecycle_profile (id, partner_id)
                   SELECT partner_id, partner_id FROM lifecycle_fresh f
                    WHERE NOT EXISTS (
                          SELECT 1 FROM lifecycle_profile p WHERE p.id = f.partner_id)
                       ON CONFLICT DO NOTHING"""
            )
        )
        names = ["currency_id", *_FACTS, *_ENDS]
        columns = SQL(", ").join(map(SQL.identifier, names))
        stored = SQL(", ").join(SQL.identifier("p", name) for name in names)
        fresh = SQL(", ").join(SQL.identifier("f", name) for name in names)
        return len(
            self.env.execute_query(
                SQL(
                    """UPDATE lifecycle_profile p
                          SET (refresh_date, %(columns)s) = (%(now)s, %(fresh)s)
                         FROM lifecycle_fresh f
                        WHERE p.id = f.partner_id
                          AND (%(stored)s) IS DISTINCT FROM (%(fresh)s)
                    RETURNING 1""",
                    columns=columns,
                    fresh=fresh,
                    stored=stored,
                    now=self.env.cr.now(),
                )
            )
        )

    def _get_facts(self):
        """Return the query of all facts of the contacts in ``lifecycle_taken``.

        The ends are taken by an ordered aggregate over the same rows, so that the
        touchpoints of a contact are read once.
        """
        facts = SQL(", ").join(
            SQL("%s AS %s", SQL(expression), SQL.identifier(name))
            for name, expression in _FACTS.items()
        )
        ends = SQL(", ").join(
            SQL(
                "(array_agg(%(column)s ORDER BY t.touch_date %(order)s, t.id %(order)s)"
                " FILTER (WHERE %(column)s IS NOT NULL AND %(only)s))[1] AS %(name)s",
                column=SQL.identifier("t", column),
                order=SQL(order),
                only=SQL(only),
                name=SQL.identifier(name),
            )
            for name, (column, order, only) in _ENDS.items()
        )
        main = self.env.ref("base.main_company").sudo().currency_id
        return SQL(
            """SELECT taken.partner_id, taken.currency_id, %(facts)s, %(ends)s
                 FROM (SELECT q.partner_id,
                              COALESCE(c.currency_id, %(main)s) AS currency_id
                         FROM lifecycle_taken q
                         JOIN res_partner p ON p.id = q.partner_id
                         LEFT JOIN res_company c ON c.id = p.company_id) taken
                 LEFT JOIN LATERAL (
                    SELECT t.*, y.code AS k, y.is_engagement,
                           (y.code IN ('order_confirmed', 'pos_order')
                            AND NOT EXISTS (
                                SELECT 1 FROM lifecycle_touchpoint c
                                 WHERE y.code = 'order_confirmed'
                                   AND c.type_id = (
                                       SELECT id FROM lifecycle_touchpoint_type
                                        WHERE code = 'order_cancelled')
                                   AND c.res_model = t.res_model
                                   AND c.res_id = t.res_id
                                   AND c.touch_date >= t.touch_date
                            )) AS is_order
                      FROM lifecycle_touchpoint t
                      JOIN lifecycle_touchpoint_type y ON y.id = t.type_id
                     WHERE t.partner_id = taken.partner_id
                       AND t.is_automated IS NOT TRUE
                       AND y.is_internal IS NOT TRUE
                    -- A look-up for each contact, never a scan of the whole journey.
                    OFFSET 0
                 ) t ON true
                 LEFT JOIN (VALUES %(rates)s) AS r(company_id, currency_id, factor)
                        ON r.company_id = t.company_id
                       AND r.currency_id = taken.currency_id
                GROUP BY taken.partner_id, taken.currency_id""",
            facts=facts,
            ends=ends,
            main=main.id,
            rates=self._get_rates(main),
        )

    def _get_rates(self, main):
        """Return rows (company, currency, factor): today's rate into a profile's."""
        # sudo: a shared contact's amounts come from every company.
        companies = self.env["res.company"].sudo().search([("active", "=", True)])
        today = fields.Date.today()
        return SQL(", ").join(
            SQL(
                "(%s, %s, %s::numeric)",
                company.id,
                currency.id,
                company.currency_id._get_conversion_rate(
                    company.currency_id, currency, company, today
                ),
            )
            for company in companies
            for currency in companies.currency_id | main
        )
