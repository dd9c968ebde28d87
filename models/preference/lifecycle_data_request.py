from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...engine.consent.codes import (
    CONSENT_SOURCES,
    DATA_REQUEST_KINDS,
    DATA_REQUEST_STATES,
)

# GDPR article 12(3): without undue delay, and within one month of receipt.
_TERM = relativedelta(months=1)
_SOON_DAYS = 7
_CLOSED = frozenset({"done", "refused", "cancelled"})
_OFFICERS = "contact_lifecycle.group_lifecycle_manager"
_TEMPLATE = "contact_lifecycle.mail_template_data_request_"


class LifecycleDataRequest(models.Model):
    """Somebody asked for their data, to have them put right, or to have them erased.

    ``new`` waits for somebody to act, until ``deadline``.  ``done`` and ``refused``
    are our answer, which is mailed to the address the request came with, so that it
    arrives even where the contact is gone by then.  ``cancelled`` was taken back by
    whoever asked.  A download is answered at once, and kept as ``done``.
    """

    _name = "lifecycle.data.request"
    _description = "Data Request"
    _inherit = ("mail.thread", "mail.activity.mixin")
    _order = "request_date desc, id desc"

    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        index="btree_not_null",
        ondelete="set null",
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    kind = fields.Selection(
        DATA_REQUEST_KINDS,
        string="Request",
        required=True,
        default="erasure",
        tracking=True,
    )
    state = fields.Selection(
        DATA_REQUEST_STATES, required=True, default="new", tracking=True
    )
    address = fields.Char(
        string="E-mail for the Answer",
        compute="_compute_address",
        store=True,
        readonly=False,
        help="The address on file when the request came. The answer goes there, even "
        "after the contact was erased.",
    )
    lang = fields.Char(string="Language")
    source = fields.Selection(
        CONSENT_SOURCES, string="Where", required=True, default="staff", readonly=True
    )
    note = fields.Text(string="What They Ask", help="In the words of the contact")
    request_date = fields.Datetime(
        string="Asked On", required=True, default=fields.Datetime.now
    )
    deadline = fields.Date(
        compute="_compute_deadline",
        precompute=True,
        store=True,
        readonly=False,
        required=True,
        tracking=True,
        help="One month after the request. The law allows two more for a difficult "
        "one, when the person is told why within the first.",
    )
    close_date = fields.Datetime(string="Closed On", readonly=True, copy=False)
    receipt_date = fields.Datetime(string="Receipt Sent On", readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        domain=lambda self: self._get_officer_domain(),
        default=lambda self: self._get_responsible(self.env.company),
        tracking=True,
    )
    answer = fields.Text(
        help="Mailed to the contact with Done or Refuse, in these words",
        copy=False,
        tracking=True,
    )
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_overdue")
    is_urgent = fields.Boolean(compute="_compute_is_overdue")

    # Two presses at once are one request, while it is open.
    ask_key = fields.Char(readonly=True, copy=False, groups="base.group_system")

    _ask_uniq = models.UniqueIndex("(ask_key) WHERE ask_key IS NOT NULL")

    @api.depends("partner_id")
    def _compute_address(self):
        for request in self:
            request.address = request.partner_id.email_normalized or request.address

    @api.depends("request_date")
    def _compute_deadline(self):
        for request in self:
            asked = request.request_date or fields.Datetime.now()
            request.deadline = (asked + _TERM).date()

    @api.depends("deadline", "state")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for request in self:
            left = request.deadline and (request.deadline - today).days
            waits = request.state == "new" and request.deadline
            request.is_overdue = waits and left < 0
            request.is_urgent = waits and 0 <= left < _SOON_DAYS

    @api.model
    def _search_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = [
            ("state", "=", "new"),
            ("deadline", "<", fields.Date.context_today(self)),
        ]
        return late if True in value else ["!", "&", *late]

    @api.depends("kind", "partner_id", "address")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for request in self:
            who = request.partner_id.display_name or request.address or ""
            request.display_name = f"{kinds.get(request.kind, '')} · {who}"

    # Writing

    @api.model_create_multi
    def create(self, vals_list):
        # The activity tells whoever is responsible; one message is enough.
        quiet = self.with_context(mail_auto_subscribe_no_notify=True)
        asked = super(LifecycleDataRequest, quiet).create(vals_list).with_env(self.env)
        for request in asked.filtered(lambda request: request.state == "new"):
            request._remind()
        return asked

    def write(self, vals):
        was = {request.id: request.state for request in self}
        result = super().write(vals)
        if "state" in vals:
            for request in self.filtered(lambda r: was[r.id] != r.state):
                request._follow_state(is_answered=was[request.id] == "new")
        if {"user_id", "deadline"} & set(vals):
            self.filtered(lambda request: request.state == "new")._move_reminder()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("A data request is kept, as the proof that it was answered.")
        )

    def _follow_state(self, is_answered):
        """Do what a change of the state means: answer, close, or open again."""
        self.ensure_one()
        if self.state == "refused" and not (self.answer or "").strip():
            raise UserError(
                self.env._("Write in the answer why the request is refused.")
            )
        if self.state not in _CLOSED:
            self.close_date = False
            self._remind()
            return
        # sudo: the key is for the page alone, which may take a new request now.
        self.sudo().ask_key = False
        self.close_date = fields.Datetime.now()
        self.activity_unlink(["mail.mail_activity_data_todo"])
        if is_answered and self.state != "cancelled":
            self._mail("answered")

    def _remind(self):
        """Leave whoever is responsible an activity until the deadline."""
        user = self.user_id or self._get_responsible(self.company_id) or self.env.user
        # Not in the language of whoever asks on the page.
        request = self.with_context(lang=user.lang or self.env.lang)
        request.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.deadline,
            summary=request._get_summary(),
            user_id=user.id,
        )

    def _get_summary(self):
        kinds = self._fields["kind"]._description_selection(self.env)
        return self.env._("Answer the request: %s", dict(kinds)[self.kind])

    def _move_reminder(self):
        for request in self:
            request.activity_ids.write(
                {
                    "date_deadline": request.deadline,
                    **({"user_id": request.user_id.id} if request.user_id else {}),
                }
            )

    @api.model
    def _get_officer_domain(self):
        """Return who may be responsible: whoever may read requests at all."""
        group = self.env.ref(_OFFICERS, raise_if_not_found=False)
        return [("all_group_ids", "in", group.ids)] if group else []

    @api.model
    def _get_responsible(self, company):
        """Return who answers requests: the company's choice, or its administrator."""
        # sudo: who is responsible is no secret; a public page asks on behalf of nobody.
        company = company.sudo()
        if company.lifecycle_data_user_id:
            return company.lifecycle_data_user_id
        group = self.env.ref(_OFFICERS).sudo()
        users = group.all_user_ids.filtered(
            lambda user: user.active and not user._is_superuser()
        )
        return users.filtered(lambda user: company in user.company_ids).sorted("id")[:1]

    def _mail(self, name):
        """Queue a message to the address the request came with."""
        self.ensure_one()
        if self.address:
            self.env.ref(f"{_TEMPLATE}{name}").send_mail(
                self.id,
                # To that address, whatever the contact has become since.
                email_values=self.company_id._get_lifecycle_mail_values(self.address),
                email_layout_xmlid="contact_lifecycle.signup_mail_layout",
            )

    # Buttons

    def action_done(self):
        """Close the request and send the answer."""
        self.write({"state": "done"})

    def action_refuse(self):
        """Close the request with the reason, which is sent.

        :raise UserError: without an answer
        """
        self.write({"state": "refused"})

    def action_reopen(self):
        """Open the request again, with its deadline."""
        self.write({"state": "new"})

    def action_send_receipt(self):
        """Tell the contact that the request was received, and until when it takes."""
        for request in self:
            if not request.address:
                raise UserError(
                    self.env._("There is no e-mail address to send a receipt to.")
                )
            request._mail("received")
            request.receipt_date = fields.Datetime.now()

    def action_privacy_lookup(self):
        """Open Odoo's search for all records with this name and address."""
        self.ensure_one()
        if "privacy.lookup.wizard" not in self.env:
            raise UserError(
                self.env._("Install the app “Privacy” of Odoo to look up all records.")
            )
        action = self.env["ir.actions.actions"]._for_xml_id(
            "privacy_lookup.action_privacy_lookup_wizard"
        )
        defaults = {
            "default_email": self.address,
            "default_name": self.partner_id.name or self.address,
        }
        return {**action, "context": defaults}

    def action_open_partner(self):
        """Open the contact."""
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }

    def _get_deadline_text(self):
        """Return the deadline in words of the contact's language, for the mails."""
        return format_date(self.env, self.deadline, lang_code=self.lang)
