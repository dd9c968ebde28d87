from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...engine.consent import signup
from ...engine.consent.codes import SIGNUP_FORM_STATES

_LONGEST_WAIT = 30


class LifecycleSignupForm(models.Model):
    """A form by which people ask to hear from a company.

    It has a page of its own, which may be shown within another site, and a piece of
    HTML for sites that want a form in their own look.  Only an ``open`` form takes
    sign-ups; a ``draft`` and a ``closed`` one are seen in the preview alone.
    """

    _name = "lifecycle.signup.form"
    _description = "Sign-Up Form"
    _order = "sequence, id"

    name = fields.Char(required=True, help="For your own use; people see the title")
    code = fields.Char(
        string="Page Address",
        copy=False,
        help="Last part of the link to the page. Links and snippets that are out "
        "stop working when it is changed.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        SIGNUP_FORM_STATES, required=True, default="draft", copy=False, readonly=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )

    title = fields.Char(translate=True, help="Headline of the page")
    description = fields.Text(
        string="Introduction", translate=True, help="What people get, and how often"
    )
    button_label = fields.Char(translate=True)
    thanks_text = fields.Text(
        translate=True, help="Shown after the form was sent, to everybody alike"
    )
    confirmed_text = fields.Text(
        translate=True, help="Shown after the link in the message was pressed"
    )
    return_url = fields.Char(
        string="Back To", help="Where a link on the last page leads"
    )
    privacy_url = fields.Char(string="Privacy Policy", translate=True)

    purpose_id = fields.Many2one(
        "lifecycle.purpose",
        required=True,
        ondelete="restrict",
        domain=[("is_marketing", "=", True)],
        default=lambda self: self.env.ref(
            "contact_lifecycle.lifecycle_purpose_marketing", raise_if_not_found=False
        ),
        help="Its description is what people read before they agree, and is kept with "
        "each answer",
    )
    topic_ids = fields.Many2many(
        "lifecycle.topic",
        relation="lifecycle_signup_form_topic_rel",
        string="Topics",
        help="Leave empty to ask for the purpose as a whole",
    )
    is_topic_choice = fields.Boolean(
        string="Let People Choose", default=True, help="Otherwise all topics are meant"
    )
    question_ids = fields.Many2many(
        "lifecycle.question",
        relation="lifecycle_signup_form_question_rel",
        string="Questions",
        help="Each one asked loses some who would have signed up. What a contact that "
        "we know already answers fills empty fields only.",
    )
    is_consent_ticked = fields.Boolean(
        string="Ask for a Tick",
        help="People tick a box with the words of the purpose before they send the "
        "form. Without it, sending the form is the consent: the words stand above the "
        "button.",
    )

    is_double_opt_in = fields.Boolean(
        string="Confirm by E-mail",
        default=True,
        help="Who signs up is in once the link in a message is pressed. Without it, "
        "addresses that nobody here knows are in at once; whoever we know already "
        "still confirms.",
    )
    reminder_days = fields.Integer(
        string="Remind after Days", default=2, help="Once; 0: never"
    )
    purge_days = fields.Integer(
        string="Forget after Days",
        default=7,
        help="Who has not confirmed by then is forgotten: address and answers go",
    )
    network_limit = fields.Integer(
        string="Sign-Ups per Network and Hour",
        default=30,
        help="More than these from one network (a household, an office, a fair) are "
        "blocked. 0: no limit. Each address gets one message in a quarter of an hour "
        "and three a day whatever stands here.",
    )
    is_captcha_required = fields.Boolean(
        string="Captcha",
        default=True,
        help="Where Google reCAPTCHA or Cloudflare Turnstile is set up in Odoo's "
        "settings, a sign-up must pass it. It needs JavaScript, and asks a third "
        "party. Without it, confirmation by e-mail and the limits protect alone.",
    )

    _code_uniq = models.UniqueIndex("(code)", "Another sign-up form has this address.")

    @api.constrains("code")
    def _check_code(self):
        for form in self:
            if not signup.is_code(form.code or ""):
                raise ValidationError(
                    self.env._(
                        "“%(code)s” cannot be part of an address. Use small letters, "
                        "digits and single dashes, such as spring-fair.",
                        code=form.code or "",
                    )
                )

    @api.constrains("topic_ids", "purpose_id", "company_id")
    def _check_topics(self):
        for form in self:
            companies = (form.company_id, form.company_id.browse())
            strange = form.topic_ids.filtered(
                lambda topic, form=form, companies=companies: (
                    topic.purpose_id != form.purpose_id
                    or topic.is_exclusion
                    or not topic.is_public
                    or topic.company_id not in companies
                )
            )
            if strange:
                raise ValidationError(
                    self.env._(
                        "“%(topic)s” cannot be asked for here. Topics of a form are in "
                        "the preference centre, and of its purpose and company.",
                        topic=strange[0].display_name,
                    )
                )
            if form.purpose_id.company_id not in companies:
                raise ValidationError(self.env._("The purpose is another company's."))

    @api.constrains("reminder_days", "purge_days", "network_limit")
    def _check_numbers(self):
        for form in self:
            if not 1 <= form.purge_days <= _LONGEST_WAIT:
                raise ValidationError(
                    self.env._(
                        "Who has not confirmed is forgotten after 1 to %(days)s days.",
                        days=_LONGEST_WAIT,
                    )
                )
            if form.reminder_days < 0 or form.network_limit < 0:
                raise ValidationError(self.env._("Days and limits cannot be negative."))
            if form.reminder_days >= form.purge_days:
                raise ValidationError(
                    self.env._("Remind before the sign-up is forgotten.")
                )

    @api.constrains("return_url", "privacy_url")
    def _check_urls(self):
        for form in self:
            for url in (form.return_url, form.privacy_url):
                if url and not url.startswith(("https://", "http://")):
                    raise ValidationError(
                        self.env._(
                            "“%(url)s” is not the address of a page: it begins with "
                            "https://.",
                            url=url,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        # sudo: an address is taken whichever company's form has it.
        everywhere = self.sudo().with_context(active_test=False)
        taken = {code for (code,) in everywhere._read_group([], ["code"])}
        for vals in vals_list:
            if not vals.get("code"):
                vals["code"] = signup.make_code(vals.get("name"), taken)
            taken.add(vals["code"])
        return super().create(vals_list)

    def copy_data(self, default=None):
        """Give a copy a name of its own, and with it an address."""
        return [
            {**vals, "name": self.env._("%(name)s (copy)", name=form.name)}
            if not (default or {}).get("name")
            else vals
            for form, vals in zip(self, super().copy_data(default), strict=True)
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: sign-ups of any company count.
        used = (
            self.env["lifecycle.signup"]
            .sudo()
            ._read_group(
                [("form_id", "in", self.ids)], ["form_id"], ["__count"], limit=1
            )
        )
        for form, count in used:
            raise UserError(
                self.env._(
                    "“%(name)s” cannot be deleted: people have signed up by it "
                    "(%(count)s). Archive it instead.",
                    name=form.name,
                    count=count,
                )
            )

    def action_open(self):
        """Let people sign up from now on."""
        self.state = "open"

    def action_close(self):
        """Take no more sign-ups; who waits may still confirm."""
        self.state = "closed"
