import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.mail import email_normalize

_logger = logging.getLogger(__name__)

_BATCH_REQUESTS = 100
_SLOT = timedelta(minutes=15)
_DAILY = 3
_KEPT = timedelta(days=30)
_PATHS = {
    "page": "preferences",
    "fresh": "preferences",
    "confirm": "confirm",
    "address": "address",
    "renew": "renew",
}


class LifecycleLinkRequest(models.Model):
    """Somebody asked us to mail a link to an address: whose it is, we look up later.

    The page answers alike, and as fast, for every address: it adds a row here, and a
    cron finds the contact and writes to it.  One message in a quarter of an hour and
    three a day is the most that anybody can make us send to an address.
    """

    _name = "lifecycle.link.request"
    _description = "Request for a Link"
    _order = "id desc"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", index="btree_not_null", ondelete="cascade"
    )
    address = fields.Char(required=True)
    kind = fields.Selection(
        [
            ("page", "Link to the preference centre"),
            ("confirm", "Confirmation"),
            ("fresh", "Link to change one's data"),
            ("address", "Confirmation of a new address"),
        ],
        required=True,
    )
    lang = fields.Char()
    request_date = fields.Datetime(required=True)
    slot = fields.Integer(required=True, help="Quarter of an hour it was made in")
    done_date = fields.Datetime()

    _slot_uniq = models.UniqueIndex("(address, company_id, kind, slot)")
    _todo_idx = models.Index("(id) WHERE done_date IS NULL")

    @api.model
    def _ask(self, address, company, kind, lang=None, partner=None):
        """Note that a link is wanted; say nothing of whether one will be sent.

        :param address: text from outside
        :param kind: ``page``, ``confirm``, ``fresh`` or ``address``
        """
        normal = email_normalize((address or "")[:254].replace("\0", ""))
        if not normal:
            return
        now = self.env.cr.now()
        self.env.execute_query(
            SQL(
                """INSERT INTO lifecycle_link_request
                          (company_id, partner_id, address, kind, lang, request_date,
                           slot)
                   SELECT %(company)s, %(partner)s, %(address)s, %(kind)s, %(lang)s,
                          %(now)s, floor(extract(epoch FROM %(now)s::timestamp) / 900)
                    WHERE NOT EXISTS (
                          SELECT 1 FROM lifecycle_link_request r
                           WHERE r.address = %(address)s AND r.kind = %(kind)s
                             AND r.request_date > %(recently)s)
                      AND (SELECT count(*) FROM lifecycle_link_request r
                            WHERE r.address = %(address)s AND r.kind = %(kind)s
                              AND r.request_date > %(yesterday)s) < %(daily)s
                       ON CONFLICT DO NOTHING""",
                company=company.id,
                partner=partner and partner.id or None,
                address=normal,
                kind=kind,
                lang=lang,
                now=now,
                recently=now - _SLOT,
                yesterday=now - timedelta(days=1),
                daily=_DAILY,
            )
        )
        self.env.ref("contact_lifecycle.ir_cron_send_links").sudo()._trigger()

    @api.model
    def _cron_send_links(self):
        """Send the links that were asked for; a failure stops no other."""
        progress = self.env["ir.cron"]._commit_progress
        while requests := self.search(
            [("done_date", "=", False)], limit=_BATCH_REQUESTS, order="id"
        ):
            for request in requests:
                try:
                    with self.env.cr.savepoint():
                        request._send()
                except Exception:
                    _logger.exception("link request %s failed", request.id)
            requests._close()
            # Whoever asked sits there and waits; a fresh link lasts half an hour.
            self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
            left = self.search_count([("done_date", "=", False)])
            if not progress(len(requests), remaining=left):
                return

    def _close(self):
        self.env.execute_query(
            SQL(
                "UPDATE lifecycle_link_request SET done_date = %s WHERE id = ANY(%s)",
                self.env.cr.now(),
                self.ids,
            )
        )
        self.invalidate_model()

    def _send(self):
        """Write to the contact with this address, if there is one."""
        self.ensure_one()
        partner = self.partner_id or self.env["lifecycle.link"]._find_partner(
            self.address, self.company_id
        )
        if not partner:
            return
        campaign = 0
        if self.kind == "address":
            changes = self.env["lifecycle.email.change"]
            campaign = changes._find_waiting(partner, self.address).id
            if not campaign:
                return
        token = self.env["lifecycle.link"]._issue(
            partner, self.company_id, self.kind, campaign
        )[partner.id]
        url = f"{self.company_id.get_base_url()}/lifecycle/{_PATHS[self.kind]}/{token}"
        if self.kind == "fresh":
            url += "#your_data"
        template = self.env.ref(f"contact_lifecycle.mail_template_{self.kind}")
        template.with_company(self.company_id).with_context(
            lang=partner.lang or self.lang, lifecycle_url=url
        ).send_mail(
            partner.id,
            email_values=self.company_id._get_lifecycle_mail_values(self.address),
            email_layout_xmlid="contact_lifecycle.signup_mail_layout",
        )

    @api.autovacuum
    def _gc_requests(self):
        """Forget who asked, after the limits no longer need it."""
        self.env.execute_query(
            SQL(
                "DELETE FROM lifecycle_link_request WHERE request_date < %s",
                self.env.cr.now() - _KEPT,
            )
        )


class LifecycleConsent(models.Model):
    """Pending answers become consent by a press on the link in the mail."""

    _inherit = "lifecycle.consent"

    @api.model
    def _read_pending(self, link):
        """Return the last answers of a contact, for the address it has now."""
        return self.env.execute_query_dict(
            SQL(
                """SELECT DISTINCT ON (e.purpose_id, COALESCE(e.topic_id, 0))
                          e.company_id, e.address, e.channel, e.purpose_id, e.topic_id,
                          e.status, e.wording_id, e.lang, e.campaign_id, e.source_detail
                     FROM lifecycle_consent_event e
                    WHERE e.address = %(address)s AND e.channel = 'email'
                      AND e.company_id = %(company)s
                    ORDER BY e.purpose_id, COALESCE(e.topic_id, 0), e.id DESC""",
                address=link.partner_id.email_normalized or "",
                company=link.company_id.id,
            )
        )

    @api.model
    def _confirm(self, link):
        """Grant what waits; return how many answers that was."""
        answers = [
            {
                **row,
                "partner_id": link.partner_id.id,
                "status": "granted",
                "lawful_basis": "consent",
                "source": "double_opt_in",
            }
            for row in self._read_pending(link)
            if row["status"] == "pending"
        ]
        return self._record(answers) if answers else 0
