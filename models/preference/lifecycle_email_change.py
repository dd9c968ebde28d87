from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.mail import email_normalize, single_email_re

from ...engine.consent import masks
from ...engine.consent.codes import EMAIL_CHANGE_STATES

_DAILY = 3
_LONGEST = 254
_KEPT = timedelta(days=365)


class LifecycleEmailChange(models.Model):
    """A contact wants to be written to at another address.

    Nothing changes until the link that was mailed to the new address is pressed.
    ``replaced`` is a request that the contact made again, ``late`` one whose contact
    had got another address, or had gone, before the link was pressed.  Whoever asks
    gets the same answer when the address is somebody else's: it is in
    ``other_partner_id``, for staff.
    """

    _name = "lifecycle.email.change"
    _description = "Change of E-mail Address"
    _order = "id desc"
    _log_access = False
    _rec_name = "new_address"

    partner_id = fields.Many2one(
        "res.partner", string="Contact", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    old_address = fields.Char(string="Address Before")
    new_address = fields.Char(required=True)
    lang = fields.Char(string="Language")
    source = fields.Char()
    state = fields.Selection(EMAIL_CHANGE_STATES, required=True, default="waiting")
    request_date = fields.Datetime(string="Asked on", required=True)
    done_date = fields.Datetime(string="Changed on")
    other_partner_id = fields.Many2one(
        "res.partner",
        string="Contact with the Same Address",
        compute="_compute_other_partner_id",
        help="Perhaps the same person twice",
    )
    has_other = fields.Boolean(
        string="Address of Another Contact",
        compute="_compute_other_partner_id",
        search="_search_has_other",
    )

    _recent_idx = models.Index("(partner_id, request_date)")

    def _compute_other_partner_id(self):
        owners = self._read_owners()
        for change in self:
            found = owners.get(change.id)
            change.other_partner_id = found
            change.has_other = bool(found)

    def _search_has_other(self, operator, value):
        if operator != "in":
            return NotImplemented
        done = self.search([("state", "in", ("waiting", "done"))])
        return [("id", "in", list(done._read_owners()))]

    def _read_owners(self):
        """Return {id: another contact of the company with the new address}."""
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT c.id, min(p.id)
                         FROM lifecycle_email_change c
                         JOIN res_partner p ON p.email_normalized = c.new_address
                          AND p.id <> c.partner_id AND p.active
                          AND COALESCE(p.company_id, c.company_id) = c.company_id
                        WHERE c.id = ANY(%s) GROUP BY c.id""",
                    self.ids,
                )
            )
        )

    # Asking

    @api.model
    def _ask(self, link, text, told):
        """Note that a contact wants another address, and mail a link to it.

        :param text: the new address as it was typed
        :param told: ``source`` and ``lang``
        :return: ``email_sent``, also where a limit keeps the mail back, ``email_same``
            or ``email_bad``
        """
        address = self._read_address(text)
        if not address:
            return "email_bad"
        if address == link.partner_id.email_normalized:
            return "email_same"
        if self._find_waiting(link.partner_id, address) or self._add(
            link, address, told
        ):
            self.env["lifecycle.link.request"]._ask(
                address,
                link.company_id,
                "address",
                lang=told["lang"],
                partner=link.partner_id,
            )
        return "email_sent"

    @api.model
    def _read_address(self, text):
        """Return the one address that a text is, normalised, or nothing."""
        text = text.replace("\0", "").strip()
        if len(text) > _LONGEST or not single_email_re.match(text):
            return False
        return email_normalize(text)

    @api.model
    def _add(self, link, address, told):
        """Add a row in place of those that wait, unless there were enough today."""
        partner, now = link.partner_id, self.env.cr.now()
        added = self.env.execute_query(
            SQL(
                """WITH added AS (
                    INSERT INTO lifecycle_email_change
                           (partner_id, company_id, old_address, new_address, lang,
                            source, state, request_date)
                    SELECT %(partner)s, %(company)s, %(old)s, %(new)s, %(lang)s,
                           %(source)s, 'waiting', %(now)s
                     WHERE (SELECT count(*) FROM lifecycle_email_change
                             WHERE partner_id = %(partner)s
                               AND request_date > %(yesterday)s) < %(daily)s
                    RETURNING id
                ), replaced AS (
                    UPDATE lifecycle_email_change SET state = 'replaced'
                     WHERE partner_id = %(partner)s AND state = 'waiting'
                       AND EXISTS (SELECT 1 FROM added)
                ) SELECT id FROM added""",
                partner=partner.id,
                company=link.company_id.id,
                old=partner.email_normalized or None,
                new=address,
                lang=told["lang"],
                source=told["source"],
                now=now,
                yesterday=now - timedelta(days=1),
                daily=_DAILY,
            )
        )
        self.invalidate_model()
        return bool(added)

    @api.model
    def _find_waiting(self, partner, address):
        """Return the change to a new address that still waits, if there is one."""
        return self.search(
            [
                ("partner_id", "=", partner.id),
                ("new_address", "=", address),
                ("state", "=", "waiting"),
            ],
            limit=1,
        )

    # Confirming

    @api.model
    def _open(self, token):
        """Return the change that a token was mailed for, or None."""
        found = self.env["lifecycle.link"]._open(token, {"address"})
        if not found:
            return None
        link, said = found
        # A contact that was merged takes its changes along.
        change = self.browse(said.campaign).exists()
        return change if change.partner_id == link.partner_id else None

    def _apply(self, lang):
        """Use the new address from now on; a second press finds nothing to do."""
        self.ensure_one()
        if self.state != "waiting":
            return
        partner = self.partner_id
        if (partner.email_normalized or "") != (self.old_address or ""):
            self.state = "late"
            return
        self.write({"state": "done", "done_date": self.env.cr.now()})
        # Bounces were of the address before.
        partner.write({"email": self.new_address, "message_bounce": 0})
        self._carry_consent()
        self.env["lifecycle.preference"]._log_facts(
            partner,
            self.company_id,
            [("email", self.old_address, self.new_address)],
            self.source,
        )
        self._tell_old_address(lang)
        self._tell_staff()

    def _tell_old_address(self, lang):
        """Write to the address before: its owner may know nothing of this."""
        if not self.old_address:
            return
        template = self.env.ref("contact_lifecycle.mail_template_address_changed")
        template.with_company(self.company_id).with_context(
            lang=self.partner_id.lang or lang,
            lifecycle_address=masks.mask_email(self.new_address),
        ).send_mail(
            self.partner_id.id,
            force_send=False,
            email_values=self.company_id._get_lifecycle_mail_values(self.old_address),
            email_layout_xmlid="contact_lifecycle.signup_mail_layout",
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    def _tell_staff(self):
        """Note on the contact that somebody else has the address it has now."""
        if not self.has_other:
            return
        env = self.with_context(lang=self.company_id.partner_id.lang).env
        self.partner_id.message_post(
            body=env._(
                "Has the e-mail address of %(other)s as well from now on, confirmed "
                "from that address. If they are the same person, merge them.",
                other=self.other_partner_id._get_html_link(),
            ),
        )

    def action_merge(self):
        """Open Odoo's dialog that merges two contacts."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Merge Contacts"),
            "res_model": "base.partner.merge.automatic.wizard",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "active_model": "res.partner",
                "active_ids": (self.partner_id | self.other_partner_id).ids,
            },
        }

    @api.autovacuum
    def _gc_changes(self):
        """Forget addresses that nobody confirmed, and what is long done."""
        now = self.env.cr.now()
        self.env.execute_query(
            SQL(
                """DELETE FROM lifecycle_email_change
                    WHERE request_date < %s
                       OR (state <> 'done' AND request_date < %s)""",
                now - _KEPT,
                now - timedelta(days=30),
            )
        )
