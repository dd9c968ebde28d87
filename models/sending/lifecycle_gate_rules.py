from datetime import datetime, time, timedelta

import pytz

from odoo import api, models
from odoo.tools import SQL

from ...engine.consent.codes import FREQUENCY_DAYS
from .lifecycle_gate import ADDRESS_COLUMNS

# Traces of messages that reached, or will reach, the contact.
_COUNTED = ("outgoing", "process", "pending", "sent", "open", "reply")


class LifecycleGate(models.AbstractModel):
    """The rules: each returns SQL of (record id, until), or None when it cannot apply.

    ``lifecycle_gate_asked`` holds the recipients, ``lifecycle_gate_answers`` what
    their addresses said.
    """

    _inherit = "lifecycle.gate"

    @api.model
    def _gate_rules(self):
        """Return the rules in the order in which they are asked, by their code."""
        return {
            "blacklist": {"label": self.env._("Blacklisted"), "verdict": "block"},
            "withdrawn": {"label": self.env._("Consent withdrawn"), "verdict": "block"},
            "no_consent": {"label": self.env._("No consent"), "verdict": "block"},
            "topic": {"label": self.env._("Topic not wanted"), "verdict": "block"},
            "exclusion": {"label": self.env._("Never to be shown"), "verdict": "block"},
            "important_only": {
                "label": self.env._("Wants only what is important"),
                "verdict": "block",
            },
            "paused": {"label": self.env._("Paused"), "verdict": "defer"},
            "frequency": {
                "label": self.env._("As often as they want"),
                "verdict": "defer",
            },
        }

    def _gate_query_blacklist(self, question):
        table, column = {
            "email": ("mail_blacklist", "email"),
            "sms": ("phone_blacklist", "number"),
        }[question.channel]
        return SQL(
            """SELECT a.res_id, NULL::timestamp FROM lifecycle_gate_asked a
                 JOIN %s b ON b.%s = a.address AND b.active""",
            SQL.identifier(table),
            SQL.identifier(column),
        )

    def _gate_query_withdrawn(self, question):
        if not question.purpose.is_marketing:
            return None
        return self._where_said(
            SQL("said ->> %s = 'withdrawn'", f"p{question.purpose.id}")
        )

    def _gate_query_no_consent(self, question):
        if not question.purpose.needs_consent:
            return None
        wanted = [f"p{question.purpose.id}"]
        wanted += [f"t{topic.id}" for topic in self._get_interests(question)]
        return self._where_said(
            SQL(
                "NOT COALESCE(%s, false)",
                SQL(" OR ").join(
                    SQL(
                        "COALESCE(said ->> %s = ANY(%s), false)",
                        key,
                        self._yes(question),
                    )
                    for key in wanted
                ),
            )
        )

    def _gate_query_topic(self, question):
        topics = self._get_interests(question)
        if not topics:
            return None
        return self._where_said(
            SQL(
                "NOT (%s)",
                SQL(" OR ").join(self._wants(topic, question) for topic in topics),
            )
        )

    def _gate_query_exclusion(self, question):
        topics = question.topics.filtered("is_exclusion")
        keys = [key for topic in topics for key in self._get_chain(topic)]
        if not keys:
            return None
        return self._where_said(
            SQL(" OR ").join(
                SQL("COALESCE(said ->> %s = 'granted', false)", key) for key in keys
            )
        )

    def _gate_query_important_only(self, question):
        if question.is_important or not question.purpose.is_marketing:
            return None
        return self._where_preferred(
            question, SQL("f.frequency = 'important'"), SQL("NULL::timestamp")
        )

    def _gate_query_paused(self, question):
        if not question.purpose.is_marketing:
            return None
        zone = pytz.timezone(question.company.partner_id.tz or "UTC")
        today = pytz.utc.localize(question.now).astimezone(zone).date()
        midnight = zone.localize(datetime.combine(today, time.min))
        offset = midnight.utcoffset()
        return self._where_preferred(
            question,
            SQL("f.pause_until > %s", today),
            SQL("f.pause_until::timestamp - %s::interval", offset),
        )

    def _gate_query_frequency(self, question):
        """Who got, or is about to get, a message within their own number of days."""
        if not question.purpose.is_marketing or question.is_important:
            return None
        days = SQL(", ").join(
            SQL("(%s, %s)", code, timedelta(days=number))
            for code, number in FREQUENCY_DAYS.items()
        )
        return SQL(
            """SELECT q.res_id, max(q.sent_date + q.gap)
                 FROM (SELECT a.res_id, d.gap,
                              COALESCE(t.sent_datetime, t.create_date) AS sent_date
                         FROM (%(people)s) a
                         JOIN res_partner p ON p.id = a.partner_id
                         JOIN (VALUES %(days)s) d (frequency, gap)
                           ON d.frequency = a.frequency
                         JOIN LATERAL (
                              SELECT * FROM mailing_trace t
                               WHERE t.email = p.email_normalized
                               UNION ALL
                              SELECT * FROM mailing_trace t
                               WHERE t.sms_number = p.phone_sanitized) t ON true
                         JOIN mailing_mailing m ON m.id = t.mass_mailing_id
                         LEFT JOIN lifecycle_purpose u ON u.id = m.lifecycle_purpose_id
                        WHERE t.trace_status = ANY(%(counted)s)
                          AND t.mass_mailing_id <> %(mailing)s
                          AND COALESCE(u.is_marketing, true)
                          AND COALESCE(m.lifecycle_company_id, %(company)s)
                              = %(company)s) q
                WHERE q.sent_date + q.gap > %(now)s
                GROUP BY q.res_id""",
            people=self._get_people(question),
            days=days,
            counted=list(_COUNTED),
            mailing=question.mailing_id,
            company=question.company.id,
            now=question.now,
        )

    # What the rules are made of

    def _where_said(self, condition):
        return SQL(
            """SELECT a.res_id, NULL::timestamp FROM lifecycle_gate_asked a
                 LEFT JOIN lifecycle_gate_answers s ON s.address = a.address
                WHERE %s""",
            condition,
        )

    def _where_preferred(self, question, condition, until):
        return SQL(
            "SELECT f.res_id, %s FROM (%s) f WHERE %s",
            until,
            self._get_people(question),
            condition,
        )

    def _get_people(self, question):
        """Return SQL of recipients with preferences: their own, or of their address.

        A contact who is there twice has said it once, and means both.
        """
        column = SQL.identifier("p", ADDRESS_COLUMNS[question.channel])
        return SQL(
            """SELECT a.res_id, f.partner_id, f.frequency, f.pause_until
                 FROM lifecycle_preference f
                 JOIN lifecycle_gate_asked a ON a.partner_id = f.partner_id
                WHERE f.company_id = %(company)s
                UNION
               SELECT a.res_id, f.partner_id, f.frequency, f.pause_until
                 FROM lifecycle_preference f
                 JOIN res_partner p ON p.id = f.partner_id
                 JOIN lifecycle_gate_asked a ON a.address = %(column)s
                WHERE f.company_id = %(company)s""",
            company=question.company.id,
            column=column,
        )

    def _get_interests(self, question):
        return question.topics.filtered(lambda topic: not topic.is_exclusion)

    def _get_chain(self, topic):
        """Return the keys of a topic and of those above it, nearest first."""
        return [f"t{number}" for number in reversed(topic.parent_path.split("/")[:-1])]

    def _wants(self, topic, question):
        """Return SQL: has the address said yes, or is silence a yes?"""
        top = topic.browse(int(topic.parent_path.split("/")[0]))
        said = [SQL("said ->> %s", key) for key in self._get_chain(topic)]
        return SQL(
            "COALESCE(%s, %s) = ANY(%s)",
            SQL(", ").join(said),
            "granted" if top.kind == "opt_out" else "",
            self._yes(question),
        )

    def _yes(self, question):
        """Return the answers that are a yes.

        The soft opt-in is for e-mail only (ePrivacy 13 (2), Italy's Codice 130 (4)).
        """
        return ["granted", "soft"] if question.channel == "email" else ["granted"]
