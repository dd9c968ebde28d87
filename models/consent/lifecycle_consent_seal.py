from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.consent import chain
from .lifecycle_consent_event import HASHED

_BATCH_EVENTS = 5_000
_LOCK = 0x6C635F63


class LifecycleConsentSeal(models.Model):
    """The chain of hashes over consent events, a chain for each company.

    Apart from the events, so that adding one waits for nobody: a cron seals what is
    new within a minute, in the order in which it finds it.
    """

    _name = "lifecycle.consent.seal"
    _description = "Seal of a Consent Event"
    _order = "id"
    _log_access = False

    event_id = fields.Many2one(
        "lifecycle.consent.event", required=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="restrict")
    hash = fields.Char(required=True)

    _event_uniq = models.UniqueIndex("(event_id)")
    _company_idx = models.Index("(company_id, id)")

    @api.model
    def _seal_new(self, commit=None):
        """Seal events that are not sealed yet, batch after batch.

        :param commit: called after each batch; a falsy answer stops
        """
        # One at a time: two at once would make two chains.
        self.env.cr.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not self.env.cr.fetchone()[0]:
            return
        while rows := self._read_unsealed():
            self._add_seals(rows)
            if commit and not commit(0):
                return
            self.env.cr.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            if not self.env.cr.fetchone()[0]:
                return

    def _read_unsealed(self):
        return self.env.execute_query_dict(
            SQL(
                """SELECT %s FROM lifecycle_consent_event e
                    WHERE NOT EXISTS (SELECT 1 FROM lifecycle_consent_seal s
                                       WHERE s.event_id = e.id)
                    ORDER BY e.id LIMIT %s""",
                _get_columns(),
                _BATCH_EVENTS,
            )
        )

    def _add_seals(self, rows):
        heads = dict(
            self.env.execute_query(
                SQL(
                    """SELECT DISTINCT ON (company_id) company_id, hash
                         FROM lifecycle_consent_seal ORDER BY company_id, id DESC"""
                )
            )
        )
        sealed = []
        for row in rows:
            company_id = row["company_id"]
            heads[company_id] = chain.seal(
                heads.get(company_id, chain.START), _get_content(row)
            )
            sealed.append((row["id"], company_id, heads[company_id]))
        self.env.execute_query(
            SQL(
                "INSERT INTO lifecycle_consent_seal (event_id, company_id, hash)"
                " VALUES %s",
                SQL(", ").join(SQL("%s", row) for row in sealed),
            )
        )

    @api.model
    def _find_break(self, company):
        """Return (id of the first event that was tampered with or None, seals, head).

        Reads the chain in batches; an event that is gone breaks it as well.
        """
        previous, last, count = chain.START, 0, 0
        while rows := self._read_sealed(company, last):
            links = ((row["event_id"], _get_content(row), row["hash"]) for row in rows)
            broken = chain.find_break(previous, links)
            if broken:
                return broken, count, previous
            previous, last = rows[-1]["hash"], rows[-1]["seal_id"]
            count += len(rows)
        return None, count, previous

    def _read_sealed(self, company, last):
        return self.env.execute_query_dict(
            SQL(
                """SELECT %s, s.id AS seal_id, s.event_id, s.hash
                     FROM lifecycle_consent_seal s
                     LEFT JOIN lifecycle_consent_event e ON e.id = s.event_id
                    WHERE s.company_id = %s AND s.id > %s
                    ORDER BY s.id LIMIT %s""",
                _get_columns(),
                company.id,
                last,
                _BATCH_EVENTS,
            )
        )


def _get_columns():
    return SQL(", ").join(SQL.identifier("e", name) for name in HASHED)


def _get_content(row):
    moment = row["event_date"]
    return {
        **{name: row[name] for name in HASHED},
        "event_date": moment and moment.isoformat(),
    }
