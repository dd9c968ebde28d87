from datetime import timedelta

from odoo import api, fields, models

from ...engine.consent import tokens

# Sign-ups of people; one that was blocked, or sent twice, is none.
_COUNTED = ("waiting", "confirmed", "expired")


class LifecycleSignupForm(models.Model):
    """Where a form is used, what it brings, and how it looks before it is open."""

    _inherit = "lifecycle.signup.form"

    signup_count = fields.Integer(string="Sign-Ups", compute="_compute_counts")
    waiting_count = fields.Integer(string="Waiting", compute="_compute_counts")
    confirmed_count = fields.Integer(string="Confirmed", compute="_compute_counts")
    blocked_count = fields.Integer(string="Blocked", compute="_compute_counts")
    conversion = fields.Float(
        digits=(5, 2),
        compute="_compute_counts",
        help="Confirmed sign-ups, of all that were not blocked and not sent twice",
    )
    page_url = fields.Char(string="Link", compute="_compute_page_url")
    frame_snippet = fields.Text(string="Embedded Page", compute="_compute_snippets")
    html_snippet = fields.Text(string="Plain HTML", compute="_compute_snippets")
    preview_url = fields.Char(compute="_compute_preview_url")
    has_captcha = fields.Boolean(
        string="Captcha Set Up", compute="_compute_has_captcha"
    )

    @api.depends_context("allowed_company_ids")
    def _compute_counts(self):
        counts = {
            (form, state): count
            for form, state, count in self.env["lifecycle.signup"]._read_group(
                [("form_id", "in", self.ids)], ["form_id", "state"], ["__count"]
            )
        }
        for form in self:
            own = {state: counts.get((form, state), 0) for state in _COUNTED}
            form.signup_count = sum(own.values())
            form.waiting_count = own["waiting"]
            form.confirmed_count = own["confirmed"]
            form.blocked_count = counts.get((form, "blocked"), 0)
            form.conversion = own["confirmed"] / (form.signup_count or 1)

    @api.depends("code", "company_id")
    def _compute_page_url(self):
        for form in self:
            base = form.company_id.get_base_url() if form.code else ""
            form.page_url = form.code and f"{base}/lifecycle/signup/{form.code}"

    @api.depends("page_url", "title", "name")
    @api.depends_context("lang")
    def _compute_snippets(self):
        lang = self.env.lang or "en_US"
        for form in self:
            page = form.code and self._get_page(form.code, lang)
            if not page:
                form.frame_snippet = form.html_snippet = False
                continue
            values = {"page": page, "url": form.page_url, "page_lang": lang}
            for name in ("frame", "html"):
                form[f"{name}_snippet"] = self._render_snippet(name, values)

    @api.model
    def _render_snippet(self, name, values):
        """Return HTML to paste into another site, in the language of the reader."""
        # sudo: whoever sees a form may see how it is built in.
        body = (
            self.env["ir.qweb"]
            .sudo()
            ._render(f"contact_lifecycle.signup_snippet_{name}", values)
        )
        return "\n".join(line for line in str(body).splitlines() if line.strip())

    @api.depends("code")
    def _compute_preview_url(self):
        for form in self:
            path = form.code and f"/lifecycle/signup/{form.code}"
            form.preview_url = path and f"{path}?preview={form._sign_preview()}"

    def _compute_has_captcha(self):
        self.has_captcha = bool(self._get_captchas())

    def _sign_preview(self):
        """Return what lets a form be seen that is not open, for a day."""
        _number, secret = self.env["lifecycle.link.key"]._get_signing_key()
        # Earlier than now: a preview opens within the second.
        moment = self.env.cr.now() - timedelta(seconds=5)
        return tokens.sign_form(secret, f"preview|{self.id}", moment)

    @api.model
    def _is_preview(self, form_id, signature):
        """Tell whether somebody of ours asked to see this form."""
        now = self.env.cr.now()
        return bool(signature) and any(
            tokens.is_form_ours(secret, f"preview|{form_id}", signature, now)
            for secret, _retired in self.env["lifecycle.link.key"]._get_ring().values()
        )

    @api.model
    def _get_captchas(self):
        """Return {kind: public key} of the captchas that Odoo has and that are set up.

        The names of their parameters are those of google_recaptcha and
        website_cf_turnstile.
        """
        # sudo: the public keys are for every visitor.
        read = self.env["ir.config_parameter"].sudo().get_param
        http = self.env["ir.http"]
        found = {}
        is_on = read("enable_recaptcha", "True").lower() not in ("false", "0", "")
        is_there = hasattr(http, "_verify_recaptcha_token")
        if is_on and is_there and read("recaptcha_private_key"):
            found["recaptcha"] = read("recaptcha_public_key")
        if hasattr(http, "_verify_turnstile_token") and read("cf.turnstile_secret_key"):
            found["turnstile"] = read("cf.turnstile_site_key")
        return {kind: key for kind, key in found.items() if key}

    def action_preview(self):
        """Open the page as people will see it; what is sent from there is not kept."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": self.preview_url,
            "target": "new",
        }

    def action_visit(self):
        """Open the page itself."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.page_url, "target": "new"}

    def action_view_signups(self):
        """Open who signed up by this form."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "contact_lifecycle.lifecycle_signup_action"
        )
        return {
            **action,
            "domain": [("form_id", "=", self.id)],
            "context": {"default_form_id": self.id},
        }
