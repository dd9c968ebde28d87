from odoo import models
from odoo.tools import SQL

_BATCH_ANSWERS = 20_000
_ANSWER = (
    "address",
    "channel",
    "purpose_id",
    "topic_id",
    "status",
    "lawful_basis",
    "event_date",
    "partner_id",
    "wording_id",
    "lang",
    "request_key",
)


class LifecycleConsentImport(models.Model):
    """What became of the rows: judged, recorded, taken back; a statement each."""

    _inherit = "lifecycle.consent.import"

    def _judge_rows(self):
        """Find the contacts, and say of each row what recording it would do."""
        # sudo: an answer of the last minute must hold before others are compared.
        self.env["lifecycle.consent"].sudo()._apply_queue()
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL jit = off")
        self._find_contacts("email", "email_normalized")
        self._find_contacts("sms", "phone_sanitized")
        self.env.execute_query(
            SQL(
                """WITH judged AS (
                    SELECT r.id, r.status,
                           row_number() OVER same > 1 AS is_repeated,
                           lead(r.id) OVER question IS NOT NULL AS is_outdone,
                           EXISTS (SELECT 1 FROM lifecycle_consent_event e
                                    WHERE e.request_key = r.request_key) AS is_known,
                           c.since_date > r.event_date AS is_older,
                           c.since_date = r.event_date AND c.status = 'withdrawn'
                           AND c.source <> 'undo' AND r.status <> 'withdrawn' AS is_then
                      FROM lifecycle_consent_import_row r
                      LEFT JOIN lifecycle_consent c
                        ON c.address_hash = r.address_hash AND c.channel = r.channel
                       AND c.company_id = %(company)s AND c.purpose_id = r.purpose_id
                       AND COALESCE(c.topic_id, 0) = COALESCE(r.topic_id, 0)
                     WHERE r.import_id = %(import)s AND r.address IS NOT NULL
                    WINDOW same AS (PARTITION BY r.request_key ORDER BY r.line),
                           question AS (PARTITION BY r.address_hash, r.channel,
                                                     r.purpose_id, r.topic_id
                                        ORDER BY r.event_date,
                                                 r.status = 'withdrawn', r.line DESC)
                   )
                   UPDATE lifecycle_consent_import_row r
                      SET outcome = CASE WHEN j.is_known THEN 'known'
                                         WHEN j.is_repeated THEN 'repeated'
                                         WHEN j.is_then THEN 'bad'
                                         WHEN j.is_older OR j.is_outdone
                                         THEN 'older' ELSE 'new' END,
                          problem = CASE WHEN j.is_then AND NOT j.is_known
                                          AND NOT j.is_repeated
                                         THEN 'withdrawn_then' END
                     FROM judged j WHERE j.id = r.id""",
                company=self.company_id.id,
                **{"import": self.id},
            )
        )
        self.env["lifecycle.consent.import.row"].invalidate_model()

    def _find_contacts(self, channel, column):
        self.env["res.partner"].flush_model([column, "active", "company_id"])
        self.env.execute_query(
            SQL(
                """UPDATE lifecycle_consent_import_row r SET partner_id = f.id
                     FROM (SELECT DISTINCT ON (%(column)s) %(column)s AS address, p.id
                             FROM res_partner p
                            WHERE %(column)s IN (
                                  SELECT i.address FROM lifecycle_consent_import_row i
                                   WHERE i.import_id = %(import)s
                                     AND i.channel = %(channel)s)
                              AND COALESCE(p.company_id, %(company)s) = %(company)s
                            ORDER BY %(column)s, p.active DESC, p.id) f
                    WHERE r.import_id = %(import)s AND r.channel = %(channel)s
                      AND r.address = f.address
                      AND r.partner_id IS DISTINCT FROM f.id""",
                column=SQL.identifier("p", column),
                channel=channel,
                company=self.company_id.id,
                **{"import": self.id},
            )
        )

    def _record_rows(self):
        """Record the rows that are answers, oldest first; return how many events."""
        self._keep_wordings()
        # sudo: evidence is added by this method alone; access was checked before.
        consents = self.env["lifecycle.consent"].sudo()
        told = self._prepare_told()
        count, last = 0, 0
        self._number_rows()
        while rows := self._read_answers(last):
            count += consents._record([{**row, **told(row)} for row in rows])
            last = rows[-1]["turn"]
        return count

    def _number_rows(self):
        """Give rows their turn: by date, a withdrawal after what it takes back."""
        self.env.cr.execute("DROP TABLE IF EXISTS lifecycle_consent_turn")
        self.env.execute_query(
            SQL(
                """CREATE TEMP TABLE lifecycle_consent_turn ON COMMIT DROP AS
                   SELECT id, row_number() OVER (
                          ORDER BY event_date, status = 'withdrawn', line DESC) AS turn
                     FROM lifecycle_consent_import_row
                    WHERE import_id = %s AND outcome IN ('new', 'older')""",
                self.id,
            )
        )
        self.env.cr.execute("CREATE INDEX ON lifecycle_consent_turn (turn)")
        self.env.cr.execute("ANALYZE lifecycle_consent_turn")

    def _read_answers(self, last):
        return self.env.execute_query_dict(
            SQL(
                """SELECT t.turn, r.line, r.source, %s
                     FROM lifecycle_consent_turn t
                     JOIN lifecycle_consent_import_row r ON r.id = t.id
                    WHERE t.turn > %s ORDER BY t.turn LIMIT %s""",
                SQL(", ").join(SQL.identifier("r", name) for name in _ANSWER),
                last,
                _BATCH_ANSWERS,
            )
        )

    def _prepare_told(self):
        """Return what tells of a row where its answer came from, which is sealed."""
        same = {
            "company_id": self.company_id.id,
            "source": "import",
            "user_id": self.env.uid,
            "evidence_id": self._get_evidence().id,
            "import_id": self.id,
        }
        where = f"{self.file_name or self.env._('File')}, SHA-256 {self.file_hash}"
        row_word = self.env._("row %s")

        def tell(row):
            parts = [row["source"], where, row_word % row["line"]]
            return {**same, "source_detail": " · ".join(filter(None, parts))}

        return tell

    def _get_evidence(self):
        """Return the attachment that holds the file, under the name of the file."""
        # sudo: the attachments of fields are hidden from searches.
        evidence = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_field", "=", "file"),
                    ("res_id", "=", self.id),
                ],
                limit=1,
            )
        )
        evidence.name = self.file_name or evidence.name
        return evidence

    def _keep_wordings(self):
        """Make a row of each of the words that were read, and point to it."""
        self.env.execute_query(
            SQL(
                """WITH word AS (
                    SELECT DISTINCT wording, lang FROM lifecycle_consent_import_row
                     WHERE import_id = %(import)s AND wording <> ''
                       AND outcome IN ('new', 'older'))
                   INSERT INTO lifecycle_wording (text, hash, lang, create_date)
                   SELECT wording, encode(sha256(convert_to(wording, 'UTF8')), 'hex'),
                          COALESCE(lang, 'en_US'), %(now)s
                     FROM word ON CONFLICT DO NOTHING""",
                now=self.env.cr.now(),
                **{"import": self.id},
            )
        )
        self.env.execute_query(
            SQL(
                """UPDATE lifecycle_consent_import_row r SET wording_id = w.id
                     FROM lifecycle_wording w
                    WHERE r.import_id = %s AND r.wording <> ''
                      AND w.lang = COALESCE(r.lang, 'en_US')
                      AND w.hash = encode(sha256(convert_to(r.wording, 'UTF8')), 'hex')
                """,
                self.id,
            )
        )

    # Undo

    def _undo_events(self):
        """Take back consents of this import that stand; return how many.

        What stood before stands again; where nothing was known, the consent is
        withdrawn.  The new event bears the date of the one that it corrects, so that
        the right file, imported next, is not older than the mistake.
        """
        # sudo: evidence is added by this method alone; access was checked before.
        consents = self.env["lifecycle.consent"].sudo()
        consents._apply_queue()
        events = [number for (number,) in self.env.execute_query(self._get_undo())]
        consents._apply(SQL("SELECT unnest(%s::int[])", events))
        self.env.execute_query(
            SQL(
                """UPDATE lifecycle_consent_event
                      SET request_key = request_key || ':undone:' || id
                    WHERE import_id = %s AND source = 'import'""",
                self.id,
            )
        )
        consents.env["lifecycle.consent.event"].invalidate_model()
        consents.env["lifecycle.touchpoint.source"]._trigger_harvest()
        consents._wake_sealing()
        return len(events)

    def _get_undo(self):
        return SQL(
            """INSERT INTO lifecycle_consent_event
                      (company_id, partner_id, address, address_hash, channel,
                       purpose_id, topic_id, status, lawful_basis, source,
                       source_detail, wording_id, wording_hash, lang, event_date,
                       user_id, import_id, request_key)
               SELECT e.company_id, e.partner_id, e.address, e.address_hash, e.channel,
                      e.purpose_id, e.topic_id, COALESCE(b.status, 'withdrawn'),
                      b.lawful_basis, 'undo', %(why)s, b.wording_id, b.wording_hash,
                      b.lang, e.event_date, %(user)s, e.import_id, 'undo:' || e.id
                 FROM lifecycle_consent_event e
                 JOIN lifecycle_consent c ON c.event_id = e.id
                 LEFT JOIN LATERAL (
                      SELECT * FROM lifecycle_consent_event b
                       WHERE b.address_hash = e.address_hash AND b.channel = e.channel
                         AND b.company_id = e.company_id
                         AND b.purpose_id = e.purpose_id
                         AND COALESCE(b.topic_id, 0) = COALESCE(e.topic_id, 0)
                         AND b.import_id IS DISTINCT FROM e.import_id
                         AND (b.event_date, b.id) < (e.event_date, e.id)
                       ORDER BY b.event_date DESC, b.id DESC LIMIT 1) b ON true
                WHERE e.import_id = %(import)s AND e.source = 'import'
                  AND e.status = 'granted'
                   ON CONFLICT DO NOTHING
            RETURNING id""",
            why=self.env._(
                "Import undone on %(date)s by %(user)s: %(file)s",
                date=self.env.cr.now().replace(microsecond=0),
                user=self.env.user.name,
                file=self.file_name or "",
            ),
            user=self.env.uid,
            **{"import": self.id},
        )
