from odoo import api, models
from odoo.tools import SQL

from ...engine.consent import masks

_MOST_ROWS = 300


class LifecyclePreference(models.Model):
    """What a contact has agreed to and taken back so far, for its own eyes."""

    _inherit = "lifecycle.preference"

    @api.model
    def _read_history(self, link, level, lang):
        """Return the answers of a contact, newest first.

        :param level: 1 masks what a stranger with a forwarded mail must not learn: the
            address, where and how it was said, and the words that were read
        :return: dicts with ``date``, ``about``, ``state``, ``label``, ``channel``,
            ``address`` and, from level 2, ``words``, ``source``, ``detail``, ``basis``
        """
        env = self.with_context(lang=lang).env
        events = env["lifecycle.consent.event"]
        labels = {
            name: dict(events._fields[name]._description_selection(env))
            for name in ("status", "channel", "source", "lawful_basis")
        }
        rows = self._read_history_rows(link)
        topics = env["lifecycle.topic"].browse({r["topic_id"] for r in rows} - {None})
        names = {topic.id: topic.name for topic in topics}
        purposes = env["lifecycle.purpose"].browse({r["purpose_id"] for r in rows})
        wholes = {purpose.id: purpose.name for purpose in purposes}
        return [
            {
                "date": row["event_date"],
                "about": names.get(row["topic_id"]) or wholes[row["purpose_id"]],
                "state": row["status"],
                "label": labels["status"][row["status"]],
                "channel": labels["channel"][row["channel"]],
                "is_exclusion": row["is_exclusion"],
                **self._get_history_details(row, level, labels),
            }
            for row in rows
        ]

    @api.model
    def _get_history_details(self, row, level, labels):
        if level < 2:
            mask = masks.mask_email if row["channel"] == "email" else masks.mask_phone
            return {"address": mask(row["address"])}
        return {
            "address": row["address"] or "",
            "words": row["words"] or "",
            "source": labels["source"][row["source"]],
            "detail": row["source_detail"] or row["mailing"] or "",
            "basis": labels["lawful_basis"].get(row["lawful_basis"], ""),
        }

    @api.model
    def _read_history_rows(self, link):
        partner = link.partner_id
        self.env.flush_all()
        return self.env.execute_query_dict(
            SQL(
                """SELECT e.event_date, e.status, e.channel, e.address, e.topic_id,
                          e.purpose_id, e.source, e.source_detail, e.lawful_basis,
                          w.text AS words, t.is_exclusion IS TRUE AS is_exclusion,
                          m.subject AS mailing
                     FROM lifecycle_consent_event e
                     LEFT JOIN lifecycle_wording w ON w.id = e.wording_id
                     LEFT JOIN lifecycle_topic t ON t.id = e.topic_id
                     LEFT JOIN mailing_mailing m ON m.id = e.mailing_id
                    WHERE (e.partner_id = %(partner)s
                           -- What others said from the same address is theirs.
                           OR e.address = ANY(%(addresses)s) AND e.partner_id IS NULL)
                      AND e.company_id = %(company)s
                    ORDER BY e.event_date DESC, e.id DESC LIMIT %(most)s""",
                partner=partner.id,
                addresses=[
                    address
                    for address in (partner.email_normalized, partner.phone_sanitized)
                    if address
                ],
                company=link.company_id.id,
                most=_MOST_ROWS,
            )
        )
