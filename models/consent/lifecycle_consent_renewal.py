import logging

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

_logger = logging.getLogger(__name__)

_BATCH_CONSENTS = 50_000
# Nobody is asked again before that.
ASK_AGAIN_DAYS = 7


class LifecycleConsent(models.Model):
    """Consents that end soon, and customers who have not bought for long.

    Nothing is renewed or withdrawn by itself: a cron lists, people decide.
    """

    _inherit = "lifecycle.consent"

    ask_date = fields.Datetime(
        string="Asked to Renew", help="When the contact was last asked by e-mail"
    )
    renewal_reason = fields.Selection(
        [("expires", "Expires Soon"), ("review", "Soft Opt-In to Review")],
        string="Why Renew",
        compute="_compute_renewal_reason",
        search="_search_renewal_reason",
    )
    renewal_note = fields.Char(string="What to Know", compute="_compute_renewal_note")

    _review_idx = models.Index("(review_date) WHERE review_date IS NOT NULL")

    @api.depends("status", "expire_date", "review_date", "company_id")
    def _compute_renewal_reason(self):
        today = fields.Date.context_today(self)
        for consent in self:
            days = consent.company_id.lifecycle_renewal_days
            end = fields.Date.add(today, days=days)
            consent.renewal_reason = False
            if consent.status != "granted":
                continue
            if consent.expire_date and consent.expire_date <= end:
                consent.renewal_reason = "expires"
            elif consent.review_date and consent.review_date <= today:
                consent.renewal_reason = "review"

    @api.model
    def _search_renewal_reason(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = [self._get_renewal_domain(reason) for reason in value if reason]
        domain = Domain.OR(found)
        if False in value:
            every = Domain.OR(map(self._get_renewal_domain, ("expires", "review")))
            domain |= ~every
        return domain

    @api.model
    def _get_renewal_domain(self, reason):
        today = fields.Date.context_today(self)
        expires = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain(
                "expire_date",
                "<=",
                fields.Date.add(today, days=company.lifecycle_renewal_days),
            )
            for company in self.env.companies
        )
        granted = Domain("status", "=", "granted")
        if reason == "expires":
            return granted & expires
        not_soon = Domain("expire_date", "=", False) | ~expires
        return granted & Domain("review_date", "<=", today) & not_soon

    @api.depends("renewal_reason", "ask_date", "partner_id", "channel")
    def _compute_renewal_note(self):
        for consent in self:
            consent.renewal_note = consent._get_renewal_note()

    def _get_renewal_note(self):
        """Say what came of asking, or why the contact cannot be asked by mail."""
        if self.ask_date:
            day = format_date(self.env, self.ask_date)
            return self.env._("Asked on %s, no answer yet", day)
        if not self.partner_id:
            return self.env._("No contact with this address: cannot be asked")
        if self.channel != "email":
            return self.env._("Cannot be asked by e-mail")
        return False

    # Asking by mail

    def _filter_askable(self):
        """Return the consents whose contacts can be asked by mail now."""
        recently = fields.Datetime.subtract(fields.Datetime.now(), days=ASK_AGAIN_DAYS)
        return self.filtered(
            lambda consent: (
                consent.partner_id
                and consent.channel == "email"
                and consent.status in ("granted", "expired")
                and consent.address == consent.partner_id.email_normalized
                and not (consent.ask_date and consent.ask_date > recently)
            )
        )

    def _ask_to_renew(self):
        """Let a mail with a personal link go to each contact, one for all consents."""
        asked = self._filter_askable()
        now = self.env.cr.now()
        self.env.execute_query(
            SQL(
                """INSERT INTO lifecycle_link_request
                          (company_id, partner_id, address, kind, lang, request_date,
                           slot)
                   SELECT DISTINCT c.company_id, c.partner_id, c.address, 'renew',
                          p.lang, %(now)s::timestamp,
                          floor(extract(epoch FROM %(now)s::timestamp) / 900)::int
                     FROM lifecycle_consent c
                     JOIN res_partner p ON p.id = c.partner_id
                    WHERE c.id = ANY(%(ids)s)
                       ON CONFLICT DO NOTHING""",
                now=now,
                ids=asked.ids,
            )
        )
        asked.write({"ask_date": now})
        self.env.ref("contact_lifecycle.ir_cron_send_links")._trigger()
        return asked

    @api.model
    def _read_asked(self, link):
        """Return what the contact behind a link was asked to renew and may still."""
        return self.search(
            [
                ("company_id", "=", link.company_id.id),
                ("address", "=", link.partner_id.email_normalized or False),
                ("channel", "=", "email"),
                ("ask_date", "!=", False),
                ("status", "in", ("granted", "expired")),
            ]
        )

    @api.model
    def _read_shown(self, link, about):
        """Return what a page asked about that stands, whoever renewed it since.

        :param about: ids with commas, as the form says itself
        """
        shown = [int(text[:10]) for text in about.split(",")[:99] if text.isdecimal()]
        return self.search(
            [
                ("id", "in", [number for number in shown if number < 2**31]),
                ("company_id", "=", link.company_id.id),
                ("address", "=", link.partner_id.email_normalized or False),
                ("channel", "=", "email"),
                ("status", "in", ("granted", "expired")),
            ]
        )

    @api.model
    def _answer_renewal(self, link, status, lang, about=""):
        """Grant anew, or withdraw, what the contact was asked about."""
        wordings = self.env["lifecycle.wording"]
        # An answer of the last minute must hold before it is asked what still stands.
        self._apply_queue()
        asked = self._read_asked(link)
        if status == "withdrawn":
            # A no counts, whatever another window or staff have said meanwhile.
            asked |= self._read_shown(link, about)
        return self._record(
            [
                {
                    "company_id": consent.company_id.id,
                    "partner_id": link.partner_id.id,
                    "address": consent.address,
                    "channel": consent.channel,
                    "purpose_id": consent.purpose_id.id,
                    "topic_id": consent.topic_id.id,
                    "status": status,
                    "lawful_basis": "consent" if status == "granted" else None,
                    "source": "double_opt_in",
                    "lang": lang,
                    "wording_id": wordings._get(
                        consent.purpose_id, consent.topic_id, lang
                    ).id,
                    # Two presses at once are one answer.
                    "request_key": f"renew:{consent.event_id.id}:{status}",
                }
                for consent in asked
            ]
        )

    # Listing

    @api.model
    def _cron_list_renewals(self):
        """Note which own customers are to be reviewed, and tell who looks after it."""
        progress = self.env["ir.cron"]._commit_progress
        for company in self.env["res.company"].search(Domain.TRUE):
            # To the end whatever the time: it would begin anew, and end no sooner.
            while count := self._set_review_dates(company):
                _logger.info("%s dates of review, company %s", count, company.id)
                progress(count)
            company._tell_renewals()
            progress(1)

    @api.model
    def _set_review_dates(self, company):
        """Write the dates that differ, one batch; return how many.

        The soft opt-in of own customers stands on a purchase: it is to be reviewed so
        many months after the last one, or after the last evidence.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE lifecycle_consent c SET review_date = d.review_date
                     FROM (SELECT * FROM (
                           SELECT c.id, c.review_date AS old_date,
                                  CASE WHEN c.status = 'granted'
                                        AND c.lawful_basis = 'soft_opt_in'
                                        AND %(months)s > 0
                                  THEN (GREATEST(c.since_date::date, v.last_order_date)
                                        + %(months)s * interval '1 month')::date
                                  END AS review_date
                             FROM lifecycle_consent c
                             LEFT JOIN lifecycle_value v
                               ON v.partner_id = c.partner_id
                              AND v.company_id = c.company_id
                            WHERE c.company_id = %(company)s
                              AND (c.lawful_basis = 'soft_opt_in'
                                   OR c.review_date IS NOT NULL)) q
                           WHERE old_date IS DISTINCT FROM review_date
                           LIMIT %(batch)s) d
                    WHERE c.id = d.id""",
                months=company.lifecycle_review_months,
                company=company.id,
                batch=_BATCH_CONSENTS,
            )
        )
        changed = self.env.cr.rowcount
        self.invalidate_model(["review_date"])
        return changed

    def action_ask_to_renew(self):
        """Open the dialog that asks the chosen contacts by mail."""
        return self._open_renewal("ask", self.env._("Ask to Renew"))

    def action_renew(self):
        """Open the dialog that renews the chosen consents with evidence."""
        return self._open_renewal("renew", self.env._("Renew with Evidence"))

    def action_withdraw(self):
        """Open the dialog that withdraws the chosen consents."""
        return self._open_renewal("withdraw", self.env._("Withdraw"))

    def _open_renewal(self, kind, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "lifecycle.consent.renewal",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_kind": kind, "default_consent_ids": self.ids},
        }


class LifecycleLinkRequest(models.Model):
    _inherit = "lifecycle.link.request"

    kind = fields.Selection(
        selection_add=[("renew", "Renewal of a consent")],
        ondelete={"renew": "cascade"},
    )
