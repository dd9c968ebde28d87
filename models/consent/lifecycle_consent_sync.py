from odoo import api, models
from odoo.tools import SQL

_OWN = ("preference_centre", "portal", "one_click", "unsubscribe_page", "double_opt_in")


class LifecycleConsent(models.Model):
    """Odoo's blacklists and mailing lists, and our consents, say the same.

    What comes from there is recorded with the source ``blacklist`` or
    ``mailing_list`` and is not sent back: that would echo for ever.
    """

    _inherit = "lifecycle.consent"

    # From Odoo to us

    @api.model
    def _follow_blacklist(self, channel, addresses, status):
        """Record that addresses came onto Odoo's blacklist, or left it.

        Leaving it gives back only what coming onto it had taken.
        """
        if self.env.context.get("lifecycle_echo") or not any(addresses):
            return
        purposes = (
            self.env["lifecycle.purpose"].sudo().search([("is_marketing", "=", 1)])
        )
        # sudo: a blacklist holds for all companies, whoever changes it.
        companies = self.env["res.company"].sudo().search([("active", "=", True)])
        questions = [
            (company, purpose)
            for company in companies
            for purpose in purposes
            if purpose.company_id in (company, company.browse())
        ]
        taken = self._read_taken(channel, addresses) if status == "granted" else None
        self.sudo()._record(
            [
                {
                    "company_id": company.id,
                    "partner_id": partner_id,
                    "address": address,
                    "channel": channel,
                    "purpose_id": purpose.id,
                    "status": status,
                    "source": "blacklist",
                    "user_id": self.env.uid,
                }
                for address, partner_id in self._find_people(channel, addresses)
                for company, purpose in questions
                if taken is None or (address, company.id, purpose.id) in taken
            ]
        )

    def _read_taken(self, channel, addresses):
        """Return (address, company, purpose) that the blacklist had withdrawn."""
        return set(
            self.env.execute_query(
                SQL(
                    """SELECT address, company_id, purpose_id FROM lifecycle_consent
                        WHERE channel = %s AND address = ANY(%s) AND topic_id IS NULL
                          AND status = 'withdrawn' AND source = 'blacklist'""",
                    channel,
                    list(addresses),
                )
            )
        )

    def _find_people(self, channel, addresses):
        """Return (address, id of a contact with it or None)."""
        column = {"email": "email_normalized", "sms": "phone_sanitized"}[channel]
        self.env["res.partner"].flush_model([column])
        return self.env.execute_query(
            SQL(
                """SELECT a.address, min(p.id)
                     FROM unnest(%s::varchar[]) a (address)
                     LEFT JOIN res_partner p ON %s = a.address AND p.active
                    WHERE a.address IS NOT NULL GROUP BY a.address""",
                list(addresses),
                SQL.identifier("p", column),
            )
        )

    @api.model
    def _follow_subscriptions(self, subscriptions):
        """Record what joining or leaving mailing lists says of their topics."""
        if self.env.context.get("lifecycle_echo"):
            return
        # sudo: topics of all companies follow their lists.
        topics = (
            self.env["lifecycle.topic"]
            .sudo()
            .search([("mailing_list_ids", "!=", False)])
        )
        by_list = {}
        for topic in topics:
            for mailing_list in topic.mailing_list_ids:
                by_list.setdefault(mailing_list.id, []).append(topic)
        told = subscriptions.filtered(lambda row: row.list_id.id in by_list)
        people = dict(
            self._find_people("email", told.contact_id.mapped("email_normalized"))
            if told
            else []
        )
        self.sudo()._record(
            [
                {
                    "company_id": (topic.company_id or self.env.company).id,
                    "partner_id": people[row.contact_id.email_normalized],
                    "address": row.contact_id.email_normalized,
                    "channel": "email",
                    "purpose_id": topic.purpose_id.id,
                    "topic_id": topic.id,
                    "status": "withdrawn" if row.opt_out else "granted",
                    "source": "mailing_list",
                    "source_detail": row.list_id.name,
                    "user_id": self.env.uid,
                }
                for row in told
                if row.contact_id.email_normalized
                for topic in by_list[row.list_id.id]
            ]
        )

    # From us to Odoo

    @api.model
    def _apply(self, events):
        self.env.flush_all()
        result = super()._apply(events)
        self._tell_blacklists(events)
        self._tell_lists(events)
        return result

    def _tell_blacklists(self, events):
        """Blacklist who left altogether where a company chose that, and lift it.

        It is lifted for whoever confirmed by mail that they want to hear again.
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT e.channel, e.address, e.status
                     FROM lifecycle_consent_event e
                     JOIN res_company c ON c.id = e.company_id
                    WHERE e.id IN (%s) AND e.topic_id IS NULL AND e.source = ANY(%s)
                      AND ((e.status = 'withdrawn' AND c.is_lifecycle_blacklist)
                           OR (e.status = 'granted' AND e.source = 'double_opt_in'))""",
                events,
                list(_OWN),
            )
        )
        quiet = self.sudo().with_context(lifecycle_echo=True).env
        for channel, address, status in rows:
            is_leaving = status == "withdrawn"
            if channel == "email":
                blacklist = quiet["mail.blacklist"]
                (blacklist._add if is_leaving else blacklist._remove)(address)
            else:
                blacklist = quiet["phone.blacklist"]
                (blacklist._add if is_leaving else blacklist._remove)([address])

    def _tell_lists(self, events):
        """Let subscriptions follow the answers about topics that lists serve."""
        rows = self.env.execute_query(
            SQL(
                """SELECT e.status = 'withdrawn', array_agg(DISTINCT s.id)
                     FROM lifecycle_consent_event e
                     JOIN lifecycle_topic_mailing_list_rel r
                       ON r.lifecycle_topic_id = e.topic_id
                     JOIN mailing_contact c ON c.email_normalized = e.address
                     JOIN mailing_subscription s
                       ON s.contact_id = c.id AND s.list_id = r.mailing_list_id
                    WHERE e.id IN (%s) AND e.channel = 'email'
                      AND e.source <> 'mailing_list'
                      AND e.status IN ('granted', 'withdrawn')
                      AND s.opt_out IS DISTINCT FROM (e.status = 'withdrawn')
                    GROUP BY 1""",
                events,
            )
        )
        # sudo: the contact's own answer changes the lists of its topics.
        subscriptions = self.env["mailing.subscription"].sudo()
        for has_left, ids in rows:
            subscriptions.with_context(lifecycle_echo=True).browse(ids).write(
                {"opt_out": has_left}
            )
