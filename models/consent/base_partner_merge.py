from odoo import api, models
from odoo.tools import SQL

from ...engine.consent.codes import FREQUENCIES

_ADDRESSES = {"email": "email_normalized", "sms": "phone_sanitized"}


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Of two contacts that are one, the stricter wish holds.

    Consents, their evidence and the numbers in links follow to the contact that is
    left, as everything does that points to a contact.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        self._join_lifecycle_preferences(src_partners | dst_partner, dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env["lifecycle.preference"].invalidate_model()
        return result

    @api.model
    def _update_values(self, src_partners, dst_partner):
        # Before, as the contact that remains may be given the address of another.
        left = self._find_lifecycle_addresses(src_partners)
        result = super()._update_values(src_partners, dst_partner)
        self._carry_lifecycle_withdrawals(left, dst_partner)
        return result

    def _join_lifecycle_preferences(self, partners, dst_partner):
        """Leave one row for each company: longest pause, rarest frequency."""
        codes = [code for code, _label in FREQUENCIES]
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """WITH joined AS (
                    SELECT company_id, max(pause_until) AS pause_until,
                           (%(codes)s::varchar[])[max(array_position(
                                %(codes)s::varchar[], frequency))] AS frequency,
                           max(visit_date) AS visit_date,
                           max(verify_date) AS verify_date,
                           (array_agg(id ORDER BY partner_id = %(target)s DESC, id))[1]
                           AS kept
                      FROM lifecycle_preference WHERE partner_id = ANY(%(ids)s)
                     GROUP BY company_id
                ), gone AS (
                    DELETE FROM lifecycle_preference p USING joined j
                     WHERE p.partner_id = ANY(%(ids)s) AND p.company_id = j.company_id
                       AND p.id <> j.kept
                )
                UPDATE lifecycle_preference p
                   SET (pause_until, frequency, visit_date, verify_date)
                     = (j.pause_until, j.frequency, j.visit_date, j.verify_date)
                  FROM joined j WHERE p.id = j.kept""",
                codes=codes,
                ids=partners.ids,
                target=dst_partner.id,
            )
        )

    def _find_lifecycle_addresses(self, partners):
        """Return {channel: addresses} of the contacts that go."""
        return {
            channel: [value for value in partners.sudo().mapped(column) if value]
            for channel, column in _ADDRESSES.items()
        }

    def _carry_lifecycle_withdrawals(self, left, partner):
        """Let what was withdrawn at an address that goes hold at the one that stays."""
        # sudo: whoever may merge contacts need not see their consent.
        consents = self.env["lifecycle.consent"].sudo()
        consents._apply_queue()
        partner = partner.sudo()
        answers = [
            {
                **answer,
                "partner_id": partner.id,
                "status": "withdrawn",
                "source": "merge",
                "user_id": self.env.uid,
            }
            for channel, column in _ADDRESSES.items()
            if partner[column]
            for answer in self._read_withdrawn(channel, left[channel], partner[column])
        ]
        if answers:
            consents._record(answers)

    def _read_withdrawn(self, channel, addresses, kept):
        """Return what was withdrawn at some addresses and is not at the kept one."""
        self.env.flush_all()
        return self.env.execute_query_dict(
            SQL(
                """SELECT DISTINCT c.company_id, c.channel, c.purpose_id, c.topic_id,
                          %(kept)s AS address
                     FROM lifecycle_consent c
                     LEFT JOIN lifecycle_topic t ON t.id = c.topic_id
                    WHERE c.channel = %(channel)s AND c.status = 'withdrawn'
                      AND c.address = ANY(%(addresses)s) AND c.address <> %(kept)s
                      AND t.is_exclusion IS NOT TRUE
                      AND NOT EXISTS (
                          SELECT 1 FROM lifecycle_consent k
                           WHERE k.address = %(kept)s AND k.status = 'withdrawn'
                             AND k.channel = c.channel AND k.company_id = c.company_id
                             AND k.purpose_id = c.purpose_id
                             AND k.topic_id IS NOT DISTINCT FROM c.topic_id)""",
                channel=channel,
                addresses=addresses,
                kept=kept,
            )
        )
