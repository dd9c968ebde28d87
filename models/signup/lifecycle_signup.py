from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.consent.codes import SIGNUP_LIMITS, SIGNUP_STATES, SIGNUP_WAYS


class LifecycleSignup(models.Model):
    """Somebody asked to hear from us by a form; who it was, a press on a link proves.

    ``waiting`` holds address and answers, and no contact is made of them.
    ``confirmed``: the contact is found or made, its consent recorded.  ``expired``:
    nobody pressed in time; address and answers are gone, the row stays to be counted.
    ``replaced``: the same address signed up by the same form again.  ``blocked``: over
    a limit; nothing was sent.
    """

    _name = "lifecycle.signup"
    _description = "Sign-Up"
    _order = "request_date desc, id desc"
    _log_access = False

    form_id = fields.Many2one(
        "lifecycle.signup.form", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    state = fields.Selection(SIGNUP_STATES, required=True)
    address = fields.Char(
        help="Kept until the sign-up is confirmed or forgotten, and a day longer"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        index="btree_not_null",
        ondelete="set null",
    )
    person = fields.Char(string="Who", compute="_compute_person")
    topic_ids = fields.Many2many(
        "lifecycle.topic", relation="lifecycle_signup_topic_rel", string="Topics"
    )
    lang = fields.Char(string="Language")
    answers = fields.Json(string="Answers as Given", groups="base.group_system")
    answers_text = fields.Text(
        string="Answers", compute="_compute_answers_text", compute_sudo=True
    )
    wording_id = fields.Many2one("lifecycle.wording", ondelete="restrict")
    wording_text = fields.Text(related="wording_id.text", string="Words")

    way = fields.Selection(SIGNUP_WAYS, string="Came By", required=True)
    place = fields.Char(
        string="Page", help="What ?page= said in the link or the snippet"
    )
    referrer = fields.Char(string="Referring Site")
    campaign_id = fields.Many2one(
        "utm.campaign", index="btree_not_null", ondelete="set null"
    )
    source_id = fields.Many2one("utm.source", string="UTM Source", ondelete="set null")
    medium_id = fields.Many2one("utm.medium", string="UTM Medium", ondelete="set null")
    utm_text = fields.Char(
        string="Other UTM Labels", help="Labels of the link that are no records here"
    )

    request_date = fields.Datetime(string="Signed Up", required=True)
    mail_date = fields.Datetime(string="Message Sent")
    reminder_date = fields.Datetime(string="Reminded")
    confirm_date = fields.Datetime(string="Confirmed On")
    expire_date = fields.Datetime(string="Forgotten On")
    blocked_by = fields.Selection(SIGNUP_LIMITS, string="Limit")

    # What the limits need, and the links.
    slot = fields.Integer(required=True, help="Quarter of an hour it was made in")
    network = fields.Char(groups="base.group_system", help="Keyed hash")
    limit_key = fields.Char(groups="base.group_system")
    subject = fields.Char(groups="base.group_system")

    _address_uniq = models.UniqueIndex("(address, slot) WHERE state <> 'blocked'")
    _blocked_uniq = models.UniqueIndex(
        "(form_id, limit_key, slot) WHERE state = 'blocked'"
    )
    _subject_uniq = models.UniqueIndex("(subject) WHERE subject IS NOT NULL")
    _address_idx = models.Index("(address, request_date)")
    _date_idx = models.Index("(request_date DESC, id DESC)")
    _network_idx = models.Index("(network, request_date) WHERE network IS NOT NULL")
    _waiting_idx = models.Index("(mail_date, request_date) WHERE state = 'waiting'")
    _confirm_idx = models.Index("(confirm_date) WHERE confirm_date IS NOT NULL")

    @api.depends("partner_id", "address")
    def _compute_person(self):
        for signup in self:
            signup.person = signup.partner_id.display_name or signup.address

    @api.depends("person", "form_id")
    def _compute_display_name(self):
        for signup in self:
            parts = (signup.person, signup.form_id.name)
            signup.display_name = " · ".join(filter(None, parts))

    def _compute_answers_text(self):
        questions = self.env["lifecycle.question"]
        lang = self.env.lang or "en_US"
        for signup in self:
            told = signup.answers or {}
            rows = questions._read_rows(signup.company_id, lang) if told else ()
            lines = [
                f"{row['label']}: {questions._describe(row, told[str(row['id'])])}"
                for row in rows
                if told.get(str(row["id"]))
            ]
            signup.answers_text = "\n".join(lines)

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise UserError(self.env._("People sign up by themselves, on the page."))

    def action_resend(self):
        """Send the message again to those who wait, an hour after the last at least."""
        self.check_access("read")
        # sudo: staff may not write sign-ups, only ask for this.
        count = self.sudo()._resend()
        if not count:
            raise UserError(
                self.env._(
                    "None of them waits, or the last message is less than an hour old."
                )
            )
        return self._tell_staff(
            self.env._("Messages on their way: %(count)s", count=count)
        )

    def action_discard(self):
        """Forget those who wait, with their answers, at once."""
        self.check_access("read")
        # sudo: as above; what is forgotten was nobody's yet.
        count = self.sudo().filtered(lambda row: row.state == "waiting")._forget()
        return self._tell_staff(self.env._("Forgotten: %(count)s", count=count))

    @api.model
    def _tell_staff(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
