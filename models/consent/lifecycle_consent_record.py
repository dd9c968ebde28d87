import logging

from psycopg2.extras import Json

from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

_BATCH_EVENTS = 20_000
# What an answer may say of itself, beside address and status; all may be missing.
_TOLD = (
    "partner_id",
    "topic_id",
    "lawful_basis",
    "source_detail",
    "mailing_id",
    "campaign_id",
    "wording_id",
    "lang",
    "user_id",
    "ip_address",
    "user_agent",
    "evidence_id",
    "import_id",
    "request_key",
)
_NEEDED = ("company_id", "address", "channel", "purpose_id", "status", "source")
_TYPES = {
    "company_id": "int",
    "partner_id": "int",
    "purpose_id": "int",
    "topic_id": "int",
    "mailing_id": "int",
    "campaign_id": "int",
    "wording_id": "int",
    "user_id": "int",
    "evidence_id": "int",
    "import_id": "int",
    "event_date": "timestamp",
}


class LifecycleConsent(models.Model):
    """Answers become events; events become what holds now."""

    _inherit = "lifecycle.consent"

    @api.model
    def _record(self, answers):
        """Record answers and let them hold at once.

        :param answers: dicts with ``company_id``, ``address`` (normalised),
            ``channel``, ``purpose_id``, ``status``, ``source``, and any of
            ``partner_id``, ``topic_id`` (None: the purpose as a whole),
            ``lawful_basis``, ``wording_id``, ``lang``, ``source_detail``,
            ``mailing_id``, ``campaign_id``, ``user_id``, ``evidence_id``,
            ``ip_address``, ``user_agent``, ``request_key``, and ``event_date`` (naive
            UTC; now unless told).  An answer given before the one that holds is kept
            as evidence and changes nothing.  Thousands at a time are fine: three
            statements for every 20,000.
        :return: number of events; an answer whose ``request_key`` is there is none
        """
        recorded = 0
        for start in range(0, len(answers), _BATCH_EVENTS):
            events = self._add_events(answers[start : start + _BATCH_EVENTS])
            self._apply(SQL("SELECT unnest(%s::int[])", events))
            recorded += len(events)
        if recorded:
            self.env["lifecycle.touchpoint.source"]._trigger_harvest()
            self._wake_sealing()
        return recorded

    @api.model
    def _record_light(self, answers):
        """Record answers by adding rows only; they hold at once all the same.

        For requests that come in bursts: nothing shared is updated, so none waits for
        another.  What holds now is written by a cron within a minute.
        """
        events = self._add_events(answers)
        self.env.execute_query(
            SQL(
                "INSERT INTO lifecycle_consent_queue (event_id)"
                " SELECT unnest(%s::int[])",
                events,
            )
        )
        return len(events)

    @api.model
    def _add_events(self, answers):
        """Insert events; return their ids."""
        hash_address = self.env["lifecycle.link.key"]._hash_address
        now = self.env.cr.now()
        rows = [
            {
                **{name: answer[name] for name in _NEEDED},
                **{name: answer.get(name) or None for name in _TOLD},
                "address_hash": hash_address(answer["address"]),
                "event_date": (answer.get("event_date") or now).isoformat(),
            }
            for answer in answers
        ]
        names = (*_NEEDED, *_TOLD, "address_hash", "event_date")
        return [
            event_id
            for (event_id,) in self.env.execute_query(
                SQL(
                    """INSERT INTO lifecycle_consent_event
                              (%(names)s, wording_hash)
                       SELECT %(values)s, w.hash
                         FROM ROWS FROM (jsonb_to_recordset(%(rows)s)
                                         AS (%(types)s))
                              WITH ORDINALITY AS a (%(names)s, position)
                         LEFT JOIN lifecycle_wording w ON w.id = a.wording_id
                        ORDER BY a.position
                           ON CONFLICT DO NOTHING
                    RETURNING id""",
                    names=SQL(", ").join(map(SQL.identifier, names)),
                    values=SQL(", ").join(SQL.identifier("a", n) for n in names),
                    types=SQL(", ").join(
                        SQL("%s %s", SQL.identifier(n), SQL(_TYPES.get(n, "text")))
                        for n in names
                    ),
                    rows=Json(rows),
                )
            )
        ]

    @api.model
    def _apply(self, events):
        """Let what holds now follow from some events.

        :param events: SQL of a query of event ids
        """
        self.env.execute_query(
            SQL(
                """INSERT INTO lifecycle_consent AS c
                       (company_id, partner_id, address, address_hash, channel,
                        purpose_id, topic_id, status, lawful_basis, source, since_date,
                        expire_date, event_id)
                   SELECT DISTINCT ON (e.address_hash, e.channel, e.company_id,
                                       e.purpose_id, COALESCE(e.topic_id, 0))
                          e.company_id, e.partner_id, e.address, e.address_hash,
                          e.channel, e.purpose_id, e.topic_id, e.status,
                          e.lawful_basis, e.source, e.event_date,
                          CASE WHEN e.status = 'granted' AND p.valid_months > 0
                               THEN (e.event_date
                                     + p.valid_months * interval '1 month')::date END,
                          e.id
                     FROM lifecycle_consent_event e
                     JOIN lifecycle_purpose p ON p.id = e.purpose_id
                    WHERE e.id IN (%s)
                    ORDER BY e.address_hash, e.channel, e.company_id, e.purpose_id,
                             COALESCE(e.topic_id, 0), e.event_date DESC, e.id DESC
                       ON CONFLICT (address_hash, channel, company_id, purpose_id,
                                    COALESCE(topic_id, 0))
                       DO UPDATE SET (partner_id, address, status, lawful_basis, source,
                                      since_date, expire_date, review_date, ask_date,
                                      event_id)
                              = (COALESCE(excluded.partner_id, c.partner_id),
                                 excluded.address, excluded.status,
                                 excluded.lawful_basis, excluded.source,
                                 excluded.since_date, excluded.expire_date, NULL,
                                 -- Who was asked in time may answer later.
                                 CASE WHEN excluded.status = 'expired'
                                      THEN c.ask_date END,
                                 excluded.event_id)
                           WHERE c.event_id IS NULL
                              OR (c.since_date, c.event_id)
                               < (excluded.since_date, excluded.event_id)
                """,
                events,
            )
        )
        self.invalidate_model()

    @api.model
    def _cron_apply_events(self):
        """Write what holds now after answers that were only added, and seal them."""
        progress = self.env["ir.cron"]._commit_progress
        while self._apply_queue():
            if not progress(1):
                return
        self.env["lifecycle.consent.seal"]._seal_new(commit=progress)

    @api.model
    def _apply_queue(self):
        """Apply one batch of the queue; return how many events it held."""
        self.env.cr.execute("DROP TABLE IF EXISTS lifecycle_consent_taken")
        self.env.execute_query(
            SQL(
                """CREATE TEMP TABLE lifecycle_consent_taken ON COMMIT DROP AS
                   SELECT id, event_id FROM lifecycle_consent_queue
                    ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED""",
                _BATCH_EVENTS,
            )
        )
        self._apply(SQL("SELECT event_id FROM lifecycle_consent_taken"))
        self.env.cr.execute(
            """DELETE FROM lifecycle_consent_queue q USING lifecycle_consent_taken t
                WHERE q.id = t.id"""
        )
        taken = self.env.cr.rowcount
        if taken:
            _logger.info("%s consent events applied", taken)
            self.env["lifecycle.touchpoint.source"]._trigger_harvest()
        return taken

    @api.model
    def _wake_sealing(self):
        self.env.ref("contact_lifecycle.ir_cron_apply_consent")._trigger()
