from odoo import api, models

# Constant paths that stand in a body for a personal link, which is put in when the
# message leaves: a personal link in the body would get a tracker of its own for each
# recipient, and Odoo would fetch every one of them.
PLACEHOLDERS = {
    "/lifecycle/preferences": "page",
    "/lifecycle/unsubscribe": "unsubscribe",
}


class MailRenderMixin(models.AbstractModel):
    _inherit = "mail.render.mixin"

    @api.model
    def _shorten_links(self, html, link_tracker_vals, blacklist=None, base_url=None):
        return super()._shorten_links(
            html,
            link_tracker_vals,
            blacklist=[*(blacklist or []), *PLACEHOLDERS],
            base_url=base_url,
        )

    @api.model
    def _shorten_links_text(
        self, content, link_tracker_vals, blacklist=None, base_url=None
    ):
        return super()._shorten_links_text(
            content,
            link_tracker_vals,
            blacklist=[*(blacklist or []), *PLACEHOLDERS],
            base_url=base_url,
        )
