import secrets
from datetime import timedelta

from psycopg2.errors import SerializationFailure
from psycopg2.extras import Json

from odoo import api, models
from odoo.tools import SQL

from ...engine.consent import signup as words

_SLOT = timedelta(minutes=15)
_DAILY = 3


class LifecycleSignup(models.Model):
    """Taking a sign-up: one row, whoever it is.

    Nobody is looked up while somebody waits for the answer of the page, so it says
    nothing of who is known here, neither by its words nor by its time.
    """

    _inherit = "lifecycle.signup"

    @api.model
    def _take(self, form, address, told):
        """Note that somebody wants to hear from us, unless a limit is reached.

        :param form: record of ``lifecycle.signup.form``, open
        :param address: normalised
        :param told: dict with ``topics`` (ids), ``answers`` (JSON), ``lang``,
            ``wording_id``, ``ip``, ``way``, ``place``, ``referrer``, ``utm``
        :return: the new row, or none when a limit is reached
        """
        utm_columns, utm_text = self._find_utm(told["utm"])
        network = words.network_of(told["ip"])
        hashed = network and self.env["lifecycle.link.key"]._hash_address(network)
        row = self._insert(
            form,
            {
                "address": address,
                "network": hashed or None,
                "lang": told["lang"],
                "answers": told["answers"],
                "wording_id": told["wording_id"],
                "way": told["way"],
                "place": told["place"] or None,
                "referrer": told["referrer"] or None,
                "utm_text": utm_text,
                **utm_columns,
            },
        )
        if row:
            self._link_topics(row, told["topics"])
        self.env.ref("contact_lifecycle.ir_cron_run_signups").sudo()._trigger()
        return row

    @api.model
    def _insert(self, form, columns):
        """Insert a row, ``blocked`` when one limit or other is reached.

        The limits are part of the statement, and of unique indexes: many requests at
        once pass them no more than one after the other do.
        """
        now = self.env.cr.now()
        answers = columns.pop("answers")
        return self._run_insert(
            SQL(
                """WITH reached AS (
                    SELECT CASE
                      WHEN EXISTS (
                           SELECT 1 FROM lifecycle_signup s
                            WHERE s.address = %(address)s AND s.state <> 'blocked'
                              AND s.request_date > %(recently)s)
                        OR (SELECT count(*) FROM lifecycle_signup s
                             WHERE s.address = %(address)s AND s.state <> 'blocked'
                               AND s.request_date > %(yesterday)s) >= %(daily)s
                      THEN 'address'
                      WHEN %(limit)s > 0 AND %(limit)s <= (
                           SELECT count(*) FROM lifecycle_signup s
                            WHERE s.network = %(network)s AND s.state <> 'blocked'
                              AND s.form_id = %(form)s
                              AND s.request_date > %(hour)s)
                      THEN 'network' END AS limit_kind
                )
                INSERT INTO lifecycle_signup
                       (form_id, company_id, state, blocked_by, limit_key, request_date,
                        slot, subject, answers, %(names)s)
                SELECT %(form)s, %(company)s,
                       CASE WHEN limit_kind IS NULL THEN 'waiting' ELSE 'blocked' END,
                       limit_kind,
                       CASE limit_kind WHEN 'address' THEN %(address)s
                                       WHEN 'network' THEN %(network)s END,
                       %(now)s, floor(extract(epoch FROM %(now)s::timestamp) / 900),
                       CASE WHEN limit_kind IS NULL THEN %(subject)s END,
                       CASE WHEN limit_kind IS NULL THEN %(answers)s::jsonb END,
                       %(values)s
                  FROM reached
                    ON CONFLICT DO NOTHING
             RETURNING id, state""",
                names=SQL(", ").join(map(SQL.identifier, columns)),
                values=SQL(", ").join(SQL("%s", value) for value in columns.values()),
                address=columns["address"],
                network=columns["network"],
                form=form.id,
                company=form.company_id.id,
                limit=form.network_limit,
                subject=secrets.token_hex(8),
                answers=Json(answers) if answers else None,
                now=now,
                recently=now - _SLOT,
                yesterday=now - timedelta(days=1),
                hour=now - timedelta(hours=1),
                daily=_DAILY,
            )
        )

    @api.model
    def _run_insert(self, query):
        """Return the row that a statement inserts, none when it is blocked.

        PostgreSQL refuses a row when another request, whose row this one cannot see
        yet, has taken the address in the same moment: that one stands.
        """
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(query, log_exceptions=False)
                rows = self.env.cr.fetchall()
        except SerializationFailure:
            rows = []
        return self.browse(i for i, state in rows if state == "waiting")

    @api.model
    def _link_topics(self, row, topics):
        if topics:
            self.env.execute_query(
                SQL(
                    """INSERT INTO lifecycle_signup_topic_rel
                              (lifecycle_signup_id, lifecycle_topic_id)
                       SELECT %s, unnest(%s::int[])""",
                    row.id,
                    list(topics),
                )
            )

    @api.model
    def _find_utm(self, labels):
        """Return ({column: id} of the labels that are records, text of the others).

        Strangers make no campaign of ours: a label that is none is kept as text.
        """
        columns, unknown = {}, []
        for name, label in labels.items():
            records = self.env[f"utm.{name}"]
            if name == "campaign":
                records = records.with_context(active_test=False)
            pattern = label.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
            found = records.search([("name", "=ilike", pattern)], limit=1)
            columns[f"{name}_id"] = found.id or None
            if not found:
                unknown.append(f"{name}={label}")
        return columns, ", ".join(unknown) or None
