from odoo import models
from odoo.tools import SQL

from ...engine.consent import masks

_KEPT = (
    "company_id",
    "purpose_id",
    "topic_id",
    "status",
    "lawful_basis",
    "wording_id",
    "lang",
    "event_date",
)


class LifecycleEmailChange(models.Model):
    """What was said at the old address, at the new one.

    Consent is about an address; the person who said it is the same, and has shown to
    own both.  So what was withdrawn stays withdrawn, and what was granted stays
    granted unless the new address has an answer of its own: the stricter one holds.
    For a topic of "never show me", to have ticked it is the stricter.
    """

    _inherit = "lifecycle.email.change"

    def _carry_consent(self):
        """Record at the new address what holds at the old one, as new events."""
        self.ensure_one()
        consents = self.env["lifecycle.consent"]
        consents._apply_queue()
        origin = masks.mask_email(self.old_address)
        answers = [
            {
                **{name: row[name] for name in _KEPT},
                "partner_id": self.partner_id.id,
                "address": self.new_address,
                "channel": "email",
                "source": "address_change",
                "source_detail": f"{origin} #{row['event_id']}",
            }
            for row in self._read_carried()
        ]
        if answers:
            consents._record(answers)

    def _read_carried(self):
        """Return the answers of the old address that hold at the new one as well.

        A grant keeps its day, for it runs out on the day it would have.
        """
        self.env.flush_all()
        return self.env.execute_query_dict(
            SQL(
                """SELECT o.company_id, o.purpose_id, o.topic_id, o.status,
                          o.lawful_basis, e.wording_id, e.lang, e.id AS event_id,
                          CASE WHEN o.status = 'granted' AND n.id IS NULL
                               THEN o.since_date END AS event_date
                     FROM lifecycle_consent o
                     LEFT JOIN lifecycle_topic t ON t.id = o.topic_id
                     LEFT JOIN lifecycle_consent_event e ON e.id = o.event_id
                     LEFT JOIN lifecycle_consent n
                            ON n.address = %(new)s AND n.channel = 'email'
                           AND n.company_id = o.company_id
                           AND n.purpose_id = o.purpose_id
                           AND n.topic_id IS NOT DISTINCT FROM o.topic_id
                    WHERE o.address = %(old)s AND o.channel = 'email'
                      AND o.status IN ('granted', 'withdrawn')
                      AND CASE WHEN n.id IS NULL THEN true
                               WHEN t.is_exclusion IS TRUE
                               THEN o.status = 'granted' AND n.status <> 'granted'
                               ELSE o.status = 'withdrawn' AND n.status <> 'withdrawn'
                          END
                    ORDER BY o.id""",
                old=self.old_address or "",
                new=self.new_address,
            )
        )
