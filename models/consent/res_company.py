import re

from odoo import api, fields, models, tools
from odoo.tools.image import image_data_uri

_LOOK = {
    "name",
    "logo",
    "primary_color",
    "secondary_color",
    "email",
    "website",
    "lifecycle_question_count",
}
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


def _is_dark(color):
    """Tell whether white text is read on it: relative luminance of WCAG 2."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.179


class ResCompany(models.Model):
    _inherit = "res.company"

    is_lifecycle_blacklist = fields.Boolean(
        string="Blacklist Who Unsubscribes",
        help="Whoever unsubscribes from a mailing to contacts is put on Odoo's "
        "blacklist and gets nothing more from any company. Otherwise topics, or all "
        "marketing of the company, are withdrawn.",
    )
    lifecycle_data_user_id = fields.Many2one(
        "res.users",
        string="Answers Data Requests",
        domain=lambda self: self.env["lifecycle.data.request"]._get_officer_domain(),
        help="Gets an activity for each erasure or correction that a contact asks for. "
        "Without one: the first administrator of Contact Lifecycle.",
    )
    lifecycle_question_count = fields.Integer(
        string="Questions at a Visit",
        default=3,
        help="How many unanswered or outdated profile questions the preference page "
        "puts at most each time; 0 for none",
    )

    _lifecycle_question_count_check = models.Constraint(
        "CHECK (lifecycle_question_count BETWEEN 0 AND 50)",
        "The preference page puts 0 to 50 questions at a visit.",
    )

    @api.model
    @tools.ormcache("company_id")
    def _get_lifecycle_look(self, company_id):
        """Return what public pages show of a company, as a plain dict."""
        # sudo: the name, logo and colours of a company are for everybody.
        company = self.sudo().browse(company_id)
        color = company.primary_color or ""
        if not _COLOR.fullmatch(color):
            color = "#5b3f55"
        return {
            "name": company.name,
            "logo": company._get_lifecycle_logo(),
            "color": color,
            "on_color": "#ffffff" if _is_dark(color) else "#000000",
            "email": company.email or "",
            "website": company.website or "",
            "question_count": company.lifecycle_question_count,
        }

    def _get_lifecycle_logo(self):
        """Return the logo for public pages; Odoo's "Your logo" is nobody's."""
        if not self.logo_web or self.uses_default_logo:
            return False
        return image_data_uri(self.logo_web)

    def _get_lifecycle_mail_values(self, address):
        """Return what a mail of this company to one address needs.

        It comes from the company, not from the robot that sends it, and an answer
        goes there.
        """
        values = {"email_to": address, "recipient_ids": []}
        # sudo: the address of a company is for everybody.
        sender = self.sudo().email_formatted
        return (
            {**values, "email_from": sender, "reply_to": sender} if sender else values
        )

    def write(self, vals):
        result = super().write(vals)
        if _LOOK & set(vals):
            self.env.registry.clear_cache()
        return result
