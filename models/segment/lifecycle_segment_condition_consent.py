from odoo import api, models
from odoo.tools import SQL

from ...engine.segmentation.normalise import simplify

_COLUMNS = {"email": "email_normalized", "sms": "phone_sanitized"}


class LifecycleSegment(models.Model):
    """Conditions on what contacts agreed to: by topic, or all marketing."""

    _inherit = "lifecycle.segment"

    def _condition_query_consent(self, condition, compilation):
        column = SQL.identifier("p", _COLUMNS[condition.channel])
        if condition.state == "wanted":
            return self._get_wishes_query(condition, compilation, column)
        return SQL(
            """SELECT p.id AS partner_id FROM res_partner p
                 JOIN lifecycle_consent c ON c.address = %(column)s
                  AND c.channel = %(channel)s AND c.company_id = %(company)s
                WHERE c.status = %(state)s AND %(questions)s AND %(within)s""",
            column=column,
            channel=condition.channel,
            company=compilation.company.id,
            state=condition.state,
            questions=self._get_questions_sql(condition),
            within=compilation.within(SQL("p.id")),
        )

    def _get_questions_sql(self, condition):
        if condition.topic_ids:
            return SQL("c.topic_id = ANY(%s)", list(condition.topic_ids))
        return SQL(
            """c.topic_id IS NULL AND c.purpose_id IN (
               SELECT id FROM lifecycle_purpose WHERE is_marketing)"""
        )

    def _get_wishes_query(self, condition, compilation, column):
        """Return SQL of who wants one of the topics, as the gate would see it."""
        # sudo: the tree of topics says what silence means; no contact is read.
        topics = self.env["lifecycle.topic"].sudo().browse(condition.topic_ids).exists()
        wishes = [self._get_wish_sql(topic) for topic in topics]
        if not condition.topic_ids:
            wishes = [SQL("true")]
        return SQL(
            """SELECT p.id AS partner_id FROM res_partner p
                 LEFT JOIN (
                    SELECT c.address,
                           jsonb_object_agg(
                               COALESCE('t' || c.topic_id, 'p' || c.purpose_id),
                               c.status) AS said,
                           COALESCE(bool_or(c.status = 'withdrawn') FILTER (
                               WHERE c.topic_id IS NULL AND u.is_marketing), false)
                           AS has_left
                      FROM lifecycle_consent c
                      JOIN lifecycle_purpose u ON u.id = c.purpose_id
                     WHERE c.channel = %(channel)s AND c.company_id = %(company)s
                     GROUP BY c.address) s ON s.address = %(column)s
                WHERE %(column)s IS NOT NULL AND s.has_left IS NOT TRUE
                  AND (%(wishes)s) AND %(within)s""",
            channel=condition.channel,
            company=compilation.company.id,
            column=column,
            wishes=SQL(" OR ").join(wishes or [SQL("false")]),
            within=compilation.within(SQL("p.id")),
        )

    def _get_wish_sql(self, topic):
        chain = topic.parent_path.split("/")[:-1]
        top = topic.browse(int(chain[0]))
        said = [SQL("said ->> %s", f"t{number}") for number in reversed(chain)]
        return SQL(
            "COALESCE(%s, %s) = 'granted'",
            SQL(", ").join(said),
            "granted" if top.kind == "opt_out" else "",
        )

    def _condition_words_consent(self, condition):
        condition = simplify(condition)
        names = self.env._("all marketing")
        if condition.topic_ids:
            names = self._get_names_words("lifecycle.topic", condition.topic_ids)
        words = {
            ("wanted", False): self.env._("Wants to read about %s", names),
            ("wanted", True): self.env._("Does not want to read about %s", names),
            ("granted", False): self.env._("Agreed to %s", names),
            ("granted", True): self.env._("Has not agreed to %s", names),
            ("withdrawn", False): self.env._("Withdrew from %s", names),
            ("withdrawn", True): self.env._("Has not withdrawn from %s", names),
            ("pending", False): self.env._("Has yet to confirm %s", names),
            ("pending", True): self.env._("Has nothing to confirm of %s", names),
            ("expired", False): self.env._("Consent to %s has expired", names),
            ("expired", True): self.env._("No consent to %s has expired", names),
        }[condition.state, condition.negated]
        return f"{words} (SMS)" if condition.channel == "sms" else words

    def _condition_value_consent(self, condition, partner):
        address = partner[_COLUMNS[condition.channel]]
        if not address:
            return self.env._("no address")
        consents = self.env["lifecycle.consent"].search(
            [("address", "=", address), ("channel", "=", condition.channel)]
        )
        if condition.topic_ids:
            consents = consents.filtered(lambda c: c.topic_id.id in condition.topic_ids)
        else:
            consents = consents.filtered(lambda c: not c.topic_id)
        states = dict(consents._fields["status"]._description_selection(self.env))
        return "; ".join(
            f"{consent.topic_id.name or consent.purpose_id.name}: "
            f"{states[consent.status]}"
            for consent in consents[:5]
        ) or self.env._("said nothing")


class LifecycleConsent(models.Model):
    """Whoever answers may join or leave a segment."""

    _inherit = "lifecycle.consent"

    @api.model
    def _apply(self, events):
        result = super()._apply(events)
        if self.env["lifecycle.segment"]._get_watched()["names"]:
            self.env["lifecycle.segment.queue"]._add_query(
                SQL(
                    """SELECT DISTINCT partner_id FROM lifecycle_consent_event
                        WHERE id IN (%s) AND partner_id IS NOT NULL""",
                    events,
                )
            )
        return result
