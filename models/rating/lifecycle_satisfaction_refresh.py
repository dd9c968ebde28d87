import logging

from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

_FOLLOWED = (
    *("partner_id", "answer_date", "source", "raw_value", "scale_worst", "scale_best"),
    *("value", "band", "net_score", "comment", "res_model", "res_id", "company_id"),
)


class LifecycleSatisfaction(models.Model):
    """Answers follow their touchpoints; profiles show the last ones."""

    _inherit = "lifecycle.satisfaction"

    @api.model
    def _refresh_partners(self, partner_ids):
        """Refresh a few contacts at once."""
        self._refresh_contacts(SQL("SELECT unnest(%s::int[])", list(partner_ids)))

    @api.model
    def _refresh_contacts(self, contacts):
        """Bring answers and profiles of some contacts up to date.

        :param contacts: SQL of a query of contact ids
        :return: number of answers that were new, different or withdrawn
        """
        self.env.flush_all()
        self._load_rated(contacts)
        changed = self._write_fresh()
        self._link_entries()
        self._mark_last()
        self.env["lifecycle.profile"]._show_satisfaction()
        self.env.cr.execute("DROP TABLE lifecycle_rated, lifecycle_satisfaction_fresh")
        self.env.invalidate_all(flush=False)
        _logger.info("%s satisfaction answers changed", changed)
        return changed

    @api.model
    def _load_rated(self, contacts):
        """Fill ``lifecycle_rated`` with the contacts and ``…_fresh`` with answers."""
        execute = self.env.cr.execute
        execute("SET LOCAL jit = off")
        execute("DROP TABLE IF EXISTS lifecycle_rated, lifecycle_satisfaction_fresh")
        execute(
            SQL(
                """CREATE TEMP TABLE lifecycle_rated ON COMMIT DROP AS
                   SELECT DISTINCT id AS partner_id FROM (%s) contact (id)""",
                contacts,
            )
        )
        execute("ALTER TABLE lifecycle_rated ADD PRIMARY KEY (partner_id)")
        execute("ANALYZE lifecycle_rated")
        execute(
            SQL(
                "CREATE TEMP TABLE lifecycle_satisfaction_fresh ON COMMIT DROP AS %s",
                self._get_fresh_query(),
            )
        )
        execute("ANALYZE lifecycle_satisfaction_fresh")

    @api.model
    def _write_fresh(self):
        """Write what differs; return how many answers that were."""
        columns = SQL(", ").join(map(SQL.identifier, _FOLLOWED))
        fresh = SQL(", ").join(SQL.identifier("f", name) for name in _FOLLOWED)
        stored = SQL(", ").join(SQL.identifier("s", name) for name in _FOLLOWED)
        statements = (
            # An answer goes where its touchpoint went, with its reasons.
            SQL(
                """UPDATE lifecycle_satisfaction s SET partner_id = t.partner_id
                     FROM lifecycle_rated q, lifecycle_touchpoint t
                    WHERE s.partner_id = q.partner_id AND t.id = s.touchpoint_id
                      AND t.partner_id <> s.partner_id"""
            ),
            SQL(
                """DELETE FROM lifecycle_satisfaction s USING lifecycle_rated q
                    WHERE s.partner_id = q.partner_id AND s.source <> 'manual'
                      AND NOT EXISTS (SELECT 1 FROM lifecycle_satisfaction_fresh f
                                       WHERE f.touchpoint_id = s.touchpoint_id)"""
            ),
            SQL(
                """UPDATE lifecycle_satisfaction s SET (%(columns)s) = (%(fresh)s)
                     FROM lifecycle_satisfaction_fresh f
                    WHERE s.touchpoint_id = f.touchpoint_id
                      AND (%(stored)s) IS DISTINCT FROM (%(fresh)s)""",
                columns=columns,
                fresh=fresh,
                stored=stored,
            ),
            SQL(
                """INSERT INTO lifecycle_satisfaction
                          (touchpoint_id, is_last, %(columns)s)
                   SELECT f.touchpoint_id, false, %(fresh)s
                     FROM lifecycle_satisfaction_fresh f
                    WHERE NOT EXISTS (SELECT 1 FROM lifecycle_satisfaction s
                                       WHERE s.touchpoint_id = f.touchpoint_id)
                    ORDER BY f.answer_date, f.touchpoint_id
                       ON CONFLICT DO NOTHING""",
                columns=columns,
                fresh=fresh,
            ),
        )
        changed = 0
        for statement in statements:
            self.env.cr.execute(statement)
            changed += self.env.cr.rowcount
        return changed

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
    def _mark_last(self):
        """Mark the latest answer of each contact, kind of question and company."""
        self.env.cr.execute(
            SQL(
                """UPDATE lifecycle_satisfaction s SET is_last = n.is_last
                     FROM (SELECT a.id, row_number() OVER (
                                  PARTITION BY a.partner_id, a.source, a.company_id
                                  ORDER BY a.answer_date DESC,
                                           a.touchpoint_id DESC NULLS LAST,
                                           a.id DESC) = 1 AS is_last
                             FROM lifecycle_satisfaction a
                             JOIN lifecycle_rated q ON q.partner_id = a.partner_id) n
                    WHERE s.id = n.id AND s.is_last IS DISTINCT FROM n.is_last"""
            )
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
