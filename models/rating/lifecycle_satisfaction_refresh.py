import logging

from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

_FOLLOWED = (
    *("partner_id", "answer_date", "source", "raw_value", "scale_worst", "scale_best"),
    *("value", "band", "net_score", "comment", "res_model", "res_id", "company_id"),
    "is_last",
)


class LifecycleSatisfaction(models.Model):
    """Answers follow their touchpoints; profiles show the last ones."""

    _inherit = "lifecycle.satisfaction"

    @api.model
    def _refresh_partners(self, partner_ids):
        """Refresh a few contacts at once."""
        self._refresh_contacts(SQL("SELECT unnest(%s::int[])", list(partner_ids)))

    @api.model
    def _refresh_taken(self):
        """Refresh the contacts in ``lifecycle_taken`` that were asked or answered."""
        return self._refresh_contacts(
            SQL("SELECT partner_id FROM lifecycle_taken WHERE has_answer")
        )

    @api.model
    def _refresh_contacts(self, contacts):
        """Bring answers and profiles of some contacts up to date.

        :param contacts: SQL of a query of contact ids
        :return: number of answers that were new, different or withdrawn
        """
        self.env.flush_all()
        self._load_rated(contacts)
        changed = self._follow_missing() + self._write_news()
        self._link_entries()
        self._mark_last_entries()
        self.env["lifecycle.profile"]._show_satisfaction()
        self.env.cr.execute(
            "DROP TABLE lifecycle_rated, lifecycle_satisfaction_fresh,"
            " lifecycle_satisfaction_missing, lifecycle_satisfaction_news"
        )
        self.env.invalidate_all(flush=False)
        _logger.info("%s satisfaction answers changed", changed)
        return changed

    @api.model
    def _load_rated(self, contacts):
        """Fill ``lifecycle_rated`` with those of the contacts that this is about, and
        ``…_fresh`` with their answers."""
        self.env.cr.execute("SET LOCAL jit = off")
        self.env.cr.execute("SET LOCAL work_mem = '64MB'")
        self._load_table("lifecycle_rated", self._get_rated_query(contacts))
        self.env.cr.execute("ALTER TABLE lifecycle_rated ADD PRIMARY KEY (partner_id)")
        self._load_table("lifecycle_satisfaction_fresh", self._get_fresh_query())

    @api.model
    def _load_table(self, name, query):
        table = SQL.identifier(name)
        self.env.execute_query(SQL("DROP TABLE IF EXISTS %s", table))
        self.env.execute_query(
            SQL("CREATE TEMP TABLE %s ON COMMIT DROP AS %s", table, query)
        )
        self.env.execute_query(SQL("ANALYZE %s", table))

    @api.model
    def _get_rated_query(self, contacts):
        """Return SQL of those contacts that were asked, have answered, or show it.

        They are few among all: nothing else is to be looked at for the others.
        """
        return SQL(
            """SELECT partner_id FROM lifecycle_touchpoint
                WHERE type_id = ANY(%(types)s) AND partner_id IN (%(contacts)s)
                UNION
               SELECT partner_id FROM lifecycle_satisfaction
                WHERE partner_id IN (%(contacts)s)
                UNION
               SELECT id FROM lifecycle_profile
                WHERE (satisfaction_count IS NOT NULL
                       OR satisfaction_asked_date IS NOT NULL)
                  AND id IN (%(contacts)s)""",
            types=self._get_followed_types(),
            contacts=contacts,
        )

    @api.model
    def _get_followed_types(self):
        """Return ids of the touchpoint types that satisfaction is about."""
        kinds = self._get_type_ids()
        codes = (*self._answer_queries(), "satisfaction_asked", "satisfaction_entered")
        return [kinds[code] for code in codes if code in kinds]

    @api.model
    def _follow_missing(self):
        """Let answers that are none of these contacts any more go; return how many.

        An answer goes where its touchpoint went, with its reasons; without one, or
        withdrawn, it is gone.
        """
        self._load_table(
            "lifecycle_satisfaction_missing",
            SQL(
                """SELECT s.id, s.source = 'manual' AS is_manual, t.partner_id,
                          t.partner_id <> s.partner_id AS is_moved
                     FROM lifecycle_rated q
                     JOIN lifecycle_satisfaction s ON s.partner_id = q.partner_id
                     LEFT JOIN lifecycle_satisfaction_fresh f
                            ON f.touchpoint_id = s.touchpoint_id
                     LEFT JOIN lifecycle_touchpoint t
                            ON t.id = s.touchpoint_id AND f.touchpoint_id IS NULL
                    WHERE f.touchpoint_id IS NULL"""
            ),
        )
        return self._write(
            """UPDATE lifecycle_satisfaction s SET partner_id = m.partner_id
                 FROM lifecycle_satisfaction_missing m
                WHERE s.id = m.id AND m.is_moved""",
            """DELETE FROM lifecycle_satisfaction s
                USING lifecycle_satisfaction_missing m
                WHERE s.id = m.id AND NOT m.is_manual AND m.is_moved IS NOT TRUE""",
        )

    @api.model
    def _write_news(self):
        """Write the answers that are new or differ; return how many."""
        columns = SQL(", ").join(map(SQL.identifier, _FOLLOWED))
        fresh = SQL(", ").join(SQL.identifier("f", name) for name in _FOLLOWED)
        stored = SQL(", ").join(SQL.identifier("s", name) for name in _FOLLOWED)
        self._load_table(
            "lifecycle_satisfaction_news",
            SQL(
                """SELECT s.id AS satisfaction_id, f.*
                     FROM lifecycle_satisfaction_fresh f
                     LEFT JOIN lifecycle_satisfaction s
                            ON s.touchpoint_id = f.touchpoint_id
                    WHERE (%s) IS DISTINCT FROM (%s)""",
                stored,
                fresh,
            ),
        )
        return self._write(
            SQL(
                """UPDATE lifecycle_satisfaction s SET (%s) = (%s)
                     FROM lifecycle_satisfaction_news f
                    WHERE s.id = f.satisfaction_id""",
                columns,
                fresh,
            ),
            SQL(
                """INSERT INTO lifecycle_satisfaction (touchpoint_id, %s)
                   SELECT f.touchpoint_id, %s FROM lifecycle_satisfaction_news f
                    WHERE f.satisfaction_id IS NULL
                    ORDER BY f.answer_date, f.touchpoint_id
                       ON CONFLICT DO NOTHING""",
                columns,
                fresh,
            ),
        )

    @api.model
    def _write(self, *statements):
        """Run statements; return how many rows they wrote."""
        written = 0
        for statement in statements:
            self.env.cr.execute(statement)
            written += self.env.cr.rowcount
        return written

    @api.model
    def _link_entries(self):
        """Let what was entered by hand know its touchpoint, once it has been made."""
        self.env.cr.execute(
            SQL(
                """UPDATE lifecycle_satisfaction s SET touchpoint_id = t.id
                     FROM lifecycle_rated q, lifecycle_touchpoint t
                    WHERE s.partner_id = q.partner_id AND s.source = 'manual'
                      AND s.touchpoint_id IS NULL AND t.type_id = %s
                      AND t.res_model = 'lifecycle.satisfaction' AND t.res_id = s.id""",
                self._get_type_ids().get("satisfaction_entered"),
            )
        )

    @api.model
    def _mark_last_entries(self):
        """Mark the latest entry by hand of each contact and company.

        Of what contacts answered themselves, the last is known from their touchpoints.
        """
        self.env.cr.execute(
            """UPDATE lifecycle_satisfaction s SET is_last = n.is_last
                 FROM (SELECT a.id, a.is_last AS was_last, row_number() OVER (
                              PARTITION BY a.partner_id, a.company_id
                              ORDER BY a.answer_date DESC,
                                       a.touchpoint_id DESC NULLS LAST,
                                       a.id DESC) = 1 AS is_last
                         FROM lifecycle_satisfaction a
                         JOIN lifecycle_rated q ON q.partner_id = a.partner_id
                        WHERE a.source = 'manual') n
                WHERE s.id = n.id AND n.was_last IS DISTINCT FROM n.is_last"""
        )

    @api.model
    def _follow_questions(self, question_ids):
        """Read the answers to these questions again: what they measure has changed."""
        self.env.flush_all()
        lines = SQL(
            "SELECT id FROM survey_user_input_line WHERE question_id = ANY(%s)",
            list(question_ids),
        )
        self._queue_answers("satisfaction_answered", "survey.user_input.line", lines)
        source = self.env["lifecycle.touchpoint.source"].search(
            [("code", "=", "satisfaction")]
        )
        if source.watermark:
            # From the beginning: answers from before the question measured anything.
            source.watermark = False
        source._trigger_harvest()

    @api.model
    def _queue_answers(self, code, model, ids):
        """Queue the contacts whose touchpoints these documents are.

        :param code: of the touchpoint type
        :param ids: SQL of a query of document ids
        """
        self.env.execute_query(
            SQL(
                """INSERT INTO lifecycle_touchpoint_queue (partner_id)
                   SELECT DISTINCT partner_id FROM lifecycle_touchpoint
                    WHERE type_id = %s AND res_model = %s AND res_id IN (%s)
                RETURNING 1""",
                self._get_type_ids().get(code),
                model,
                ids,
            )
        )
