import re

from odoo import api, fields, models, tools
from odoo.tools.image import image_data_uri

_LOOK = {"name", "logo", "primary_color", "secondary_color", "email", "website"}
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
            "logo": image_data_uri(company.logo_web) if company.logo_web else False,
            "color": color,
            "on_color": "#ffffff" if _is_dark(color) else "#000000",
            "email": company.email or "",
            "website": company.website or "",
        }

    def write(self, vals):
        result = super().write(vals)
        if _LOOK & set(vals):
            self.env.registry.clear_cache()
        return result
