from odoo import api, models
from odoo.tools import SQL


class LifecycleConsent(models.Model):
    """Leaving by a link: what exactly does it take back?"""

    _inherit = "lifecycle.consent"

    @api.model
    def _leave(self, link, mailing_id, source, **told):
        """Withdraw what a press on "unsubscribe" in a mailing means, by rows only.

        The topics of the mailing when it has some, and otherwise all marketing of the
        company, on every channel.  The address of the contact counts, and the one the
        mailing was sent to, should it have changed since.  The same press, repeated
        by a nervous mailbox, is one.

        :param link: a row of ``lifecycle.link``, genuine
        :param mailing_id: 0 for leaving altogether
        :param source: of ``CONSENT_SOURCES``
        :return: number of events
        """
        answers = [
            {**answer, "source": source, **told}
            for answer in self._get_leaving_answers(link, mailing_id)
        ]
        return self._record_light(answers)

    @api.model
    def _get_leaving_answers(self, link, mailing_id):
        """Return one withdrawal for each address and topic, or purpose."""
        rows = self.env.execute_query_dict(
            SQL(
                """WITH address AS (
                    SELECT 'email' AS channel, email_normalized AS address
                      FROM res_partner WHERE id = %(partner)s
                     UNION
                    SELECT 'sms', phone_sanitized
                      FROM res_partner WHERE id = %(partner)s
                     UNION
                    SELECT 'email', lower(email) FROM mailing_trace
                     WHERE mass_mailing_id = %(mailing)s AND model = 'res.partner'
                       AND res_id = %(partner)s
                ), topic AS (
                    SELECT t.id, t.purpose_id
                      FROM lifecycle_topic_mailing_mailing_rel r
                      JOIN lifecycle_topic t ON t.id = r.lifecycle_topic_id
                     WHERE r.mailing_mailing_id = %(mailing)s
                       AND t.is_exclusion IS NOT TRUE
                ), question AS (
                    SELECT purpose_id, id AS topic_id FROM topic
                     UNION ALL
                    SELECT p.id, NULL FROM lifecycle_purpose p
                     WHERE p.is_marketing AND NOT EXISTS (SELECT 1 FROM topic)
                       AND COALESCE(p.company_id, %(company)s) = %(company)s
                )
                SELECT %(company)s AS company_id, %(partner)s AS partner_id,
                       a.channel, a.address, q.purpose_id, q.topic_id,
                       'withdrawn' AS status,
                       -- A mailing that was deleted since stops nobody from leaving.
                       (SELECT m.id FROM mailing_mailing m
                         WHERE m.id = %(mailing)s) AS mailing_id,
                       concat_ws(':', 'leave', %(company)s, a.channel, q.purpose_id,
                                 COALESCE(q.topic_id, 0), a.address,
                                 (SELECT max(e.id) FROM lifecycle_consent_event e
                                   WHERE e.address = a.address
                                     AND e.channel = a.channel
                                     AND e.status <> 'withdrawn')) AS request_key
                  FROM address a CROSS JOIN question q
                 WHERE a.address IS NOT NULL""",
                partner=link.partner_id.id,
                company=link.company_id.id,
                mailing=mailing_id,
            )
        )
        digest = self.env["lifecycle.link.key"]._hash_address
        return [{**row, "request_key": digest(row["request_key"])} for row in rows]
