from dataclasses import dataclass
from datetime import datetime

from psycopg2.extras import Json

from odoo import api, models
from odoo.tools import SQL

ADDRESS_COLUMNS = {"email": "email_normalized", "sms": "phone_sanitized"}


@dataclass(frozen=True)
class GateQuestion:
    """What is to be sent, when, by whom and by which channel.

    ``topics`` are recordsets' ids split by kind; ``own_trace_ids`` are the traces of
    the message itself, which must not count as an earlier message.
    """

    channel: str
    company: models.BaseModel
    purpose: models.BaseModel
    topics: models.BaseModel
    is_important: bool
    now: datetime
    mailing_id: int = 0


class LifecycleGate(models.AbstractModel):
    """The one place that says who may be sent what now, and why not.

    Rules are asked in order, one statement each; the first that matches is the
    answer.  *block* means not this message; *defer* means not before a moment.
    Suppression always wins: who is blocked by one rule is let through by none.
    """

    _name = "lifecycle.gate"
    _description = "Gate"

    @api.model
    def ask(self, partner_ids, mailing_id, date=None):
        """Say who may not be sent a mailing now, and why.

        :param partner_ids: list of contact ids that the caller may read
        :param mailing_id: id of a mailing that the caller may read
        :param date: naive UTC datetime, or its text, to ask about; now unless told
        :return: list of {"partner_id", "verdict": "block" or "defer", "rule": code,
            "reason": words in the caller's language, "until": datetime or False};
            contacts that are not in it may be sent the mailing
        :raise AccessError: for contacts or a mailing that the caller may not read
        """
        partners = self.env["res.partner"].browse(partner_ids)
        mailing = self.env["mailing.mailing"].browse(mailing_id)
        partners.check_access("read")
        mailing.check_access("read")
        question = mailing._get_gate_question(date)
        # sudo: access is checked above; rules read consent of these contacts alone.
        answers = self.sudo()._ask(
            self._get_partners_query(partners, question), question
        )
        return [{"partner_id": number, **told} for number, told in answers.items()]

    @api.model
    def waterfall(self, mailing_id):
        """Count who would get a mailing to contacts now, rule after rule.

        :return: {"recipients": number, "steps": [{"rule", "label", "verdict",
            "count": contacts it stops that no rule before it did}], "left": number},
            or False for a mailing to other records
        :raise AccessError: for a mailing that the caller may not read
        """
        mailing = self.env["mailing.mailing"].browse(mailing_id)
        mailing.check_access("read")
        if mailing.mailing_model_real != "res.partner":
            return False
        question = mailing._get_gate_question()
        partners = self.env["res.partner"]
        query = partners._search(mailing._get_recipients_domain())
        # Who may be read is settled by the search above; sudo for consent alone.
        counts = self.sudo()._stop(
            query.select(
                SQL.identifier(query.table, "id"),
                SQL("%s AS partner_id", SQL.identifier(query.table, "id")),
                SQL.identifier(query.table, ADDRESS_COLUMNS[question.channel]),
            ),
            question,
        )
        rules = self._gate_rules()
        recipients = self.env.execute_query(
            SQL("SELECT count(*) FROM lifecycle_gate_asked")
        )[0][0]
        return {
            "recipients": recipients,
            "steps": [{"rule": c, "count": n, **rules[c]} for c, n in counts],
            "left": recipients - sum(count for _code, count in counts),
        }

    @api.model
    def _get_partners_query(self, partners, question):
        column = ADDRESS_COLUMNS[question.channel]
        partners.flush_recordset([column])
        return SQL(
            "SELECT id, id, %s FROM res_partner WHERE id = ANY(%s)",
            SQL.identifier(column),
            partners.ids,
        )

    @api.model
    def _get_rows_query(self, rows):
        """Return the query of recipients given as (record id, contact id, address)."""
        return SQL(
            """SELECT (r ->> 0)::int, (r ->> 1)::int, r ->> 2
                 FROM jsonb_array_elements(%s) r""",
            Json([list(row) for row in rows]),
        )

    @api.model
    def _ask(self, asked, question):
        """Ask all rules about some recipients.

        :param asked: SQL of a query of (record id, contact id or NULL, address)
        :param question: GateQuestion
        :return: {record id: dict as of ``ask``}
        """
        self._stop(asked, question)
        rules = self._gate_rules()
        return {
            res_id: {
                "verdict": rules[code]["verdict"],
                "rule": code,
                "reason": rules[code]["label"],
                "until": until or False,
            }
            for res_id, code, until in self.env.execute_query(
                SQL("SELECT res_id, rule, until FROM lifecycle_gate_stopped")
            )
        }

    @api.model
    def _stop(self, asked, question):
        """Fill ``lifecycle_gate_stopped`` (record, rule, until), as ``_ask`` reads it.

        :return: list of (rule code, recipients it stopped first), in order
        """
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL jit = off")
        self._load_asked(asked)
        self._load_answers(question)
        self.env.cr.execute(
            "DROP TABLE IF EXISTS lifecycle_gate_stopped; "
            "CREATE TEMP TABLE lifecycle_gate_stopped "
            "(res_id int PRIMARY KEY, rule varchar, until timestamp) ON COMMIT DROP"
        )
        counts = []
        for code in self._gate_rules():
            query = getattr(self, f"_gate_query_{code}")(question)
            if query is None:
                continue
            self.env.cr.execute(
                SQL(
                    """INSERT INTO lifecycle_gate_stopped (res_id, rule, until)
                       SELECT res_id, %s, max(until) FROM (%s) q (res_id, until)
                        GROUP BY res_id ON CONFLICT DO NOTHING""",
                    code,
                    query,
                )
            )
            counts.append((code, self.env.cr.rowcount))
        return counts

    def _load_asked(self, asked):
        self.env.cr.execute("DROP TABLE IF EXISTS lifecycle_gate_asked")
        self.env.cr.execute(
            SQL(
                """CREATE TEMP TABLE lifecycle_gate_asked ON COMMIT DROP AS
                   SELECT * FROM (%s) q (res_id, partner_id, address)""",
                asked,
            )
        )
        self.env.cr.execute("CREATE INDEX ON lifecycle_gate_asked (address)")
        self.env.cr.execute("ANALYZE lifecycle_gate_asked")

    def _load_answers(self, question):
        """Fill ``lifecycle_gate_answers``: what each address said, as one object.

        Its keys are ``p`` and the id of a purpose, or ``t`` and the id of a topic; its
        values are states of consent, and ``soft`` for who is written to as a customer.
        Answers of the last minute, which are not applied yet, count as well.
        """
        self.env.cr.execute("DROP TABLE IF EXISTS lifecycle_gate_answers")
        self.env.cr.execute(
            SQL(
                """CREATE TEMP TABLE lifecycle_gate_answers ON COMMIT DROP AS
                SELECT address, jsonb_object_agg(question, status) AS said
                  FROM (SELECT DISTINCT ON (s.address, s.purpose_id,
                                            COALESCE(s.topic_id, 0))
                               s.address,
                               COALESCE('t' || s.topic_id, 'p' || s.purpose_id)
                               AS question,
                               CASE WHEN s.status = 'granted'
                                     AND s.lawful_basis = 'soft_opt_in' THEN 'soft'
                                    ELSE s.status END AS status
                          FROM (SELECT address, purpose_id, topic_id, status,
                                       lawful_basis, event_id
                                  FROM lifecycle_consent
                                 WHERE channel = %(channel)s
                                   AND company_id = %(company)s
                                 UNION ALL
                                SELECT e.address, e.purpose_id, e.topic_id, e.status,
                                       e.lawful_basis, e.id
                                  FROM lifecycle_consent_queue q
                                  JOIN lifecycle_consent_event e ON e.id = q.event_id
                                 WHERE e.channel = %(channel)s
                                   AND e.company_id = %(company)s) s
                         WHERE s.address IN (SELECT address FROM lifecycle_gate_asked)
                         ORDER BY s.address, s.purpose_id, COALESCE(s.topic_id, 0),
                                  s.event_id DESC) last
                 GROUP BY address""",
                channel=question.channel,
                company=question.company.id,
            )
        )
        self.env.cr.execute("CREATE INDEX ON lifecycle_gate_answers (address)")
        self.env.cr.execute("ANALYZE lifecycle_gate_answers")
