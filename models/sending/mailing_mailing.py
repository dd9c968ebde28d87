from werkzeug.urls import url_parse

from odoo import fields, models
from odoo.tools import SQL

from .lifecycle_gate import GateQuestion


class MailingMailing(models.Model):
    _inherit = "mailing.mailing"

    lifecycle_company_id = fields.Many2one(
        "res.company",
        string="On Behalf Of",
        default=lambda self: self.env.company,
        help="Whose consent, preferences and preference centre hold for this mailing",
    )
    lifecycle_purpose_id = fields.Many2one(
        "lifecycle.purpose",
        string="Purpose",
        default=lambda self: self.env.ref(
            "contact_lifecycle.lifecycle_purpose_marketing", raise_if_not_found=False
        ),
        ondelete="restrict",
    )
    lifecycle_topic_ids = fields.Many2many(
        "lifecycle.topic",
        string="Topics",
        help="Who wants none of them gets nothing. Leave empty for everybody.",
    )
    is_lifecycle_important = fields.Boolean(
        string="Important",
        help="Reaches also those who want only what is important, or seldom something",
    )

    def _get_gate_question(self, date=None):
        """Return what the gate must know of this mailing; see ``GateQuestion``."""
        self.ensure_one()
        # sudo: a marketer need not be allowed to read purposes of other companies.
        mailing = self.sudo()
        return GateQuestion(
            channel="sms" if mailing.mailing_type == "sms" else "email",
            company=mailing.lifecycle_company_id or self.env.company,
            purpose=mailing.lifecycle_purpose_id
            or self.env.ref("contact_lifecycle.lifecycle_purpose_marketing").sudo(),
            topics=mailing.lifecycle_topic_ids,
            is_important=mailing.is_lifecycle_important,
            now=fields.Datetime.to_datetime(date) or self.env.cr.now(),
            mailing_id=mailing.id,
        )

    def _get_seen_list(self):
        """Return who has got the mailing, or its campaign's test, already.

        :return: of the addresses in the context key ``lifecycle_batch_emails`` only,
            where it is set
        """
        batch = self.env.context.get("lifecycle_batch_emails")
        if batch is None:
            return super()._get_seen_list()
        self.env["mailing.trace"].flush_model()
        join, where = self._get_seen_list_extra()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT s.email FROM mailing_trace s
                     JOIN %(target)s t ON s.res_id = t.id %(join)s
                    WHERE s.email = ANY(%(batch)s) AND %(scope)s %(where)s""",
                target=SQL.identifier(self.env[self.mailing_model_real]._table),
                join=SQL(join),
                where=SQL(where),
                batch=list(batch),
                scope=self._get_seen_scope(),
            )
        )
        return {email for (email,) in rows}

    def _get_seen_scope(self):
        if self.ab_testing_enabled:
            return SQL("s.campaign_id = %s", self.campaign_id.id or None)
        return SQL(
            "s.mass_mailing_id = %s AND s.model = %s", self.id, self.mailing_model_real
        )

    # Links and headers

    def _get_unsubscribe_url(self, email_to, res_id):
        """Lead to our page: Odoo's link has the address in it, for all to read."""
        return self._get_leaving_url(res_id) or super()._get_unsubscribe_url(
            email_to, res_id
        )

    def _get_unsubscribe_oneclick_url(self, email_to, res_id):
        return self._get_leaving_url(res_id) or super()._get_unsubscribe_oneclick_url(
            email_to, res_id
        )

    def _get_leaving_url(self, res_id):
        links = self.env.context.get("lifecycle_links") or {}
        tokens = links.get((self.id, res_id))
        return (
            tokens
            and f"{self.get_base_url()}/lifecycle/unsubscribe/{tokens['unsubscribe']}"
        )

    def _get_list_id(self):
        """Return the List-Id of RFC 2919: the same for all mailings on a topic."""
        self.ensure_one()
        # sudo: the topics need not be readable for whoever runs the queue.
        mailing = self.sudo()
        topic = mailing.lifecycle_topic_ids[:1]
        company = mailing.lifecycle_company_id or self.env.company
        name = f"topic-{topic.id}" if topic else f"company-{company.id}"
        host = url_parse(self.get_base_url()).host or "localhost"
        return f"<{name}.{host}>"
