from odoo import models


class LifecycleProfile(models.Model):
    _inherit = "lifecycle.profile"

    def _after_refresh(self):
        result = super()._after_refresh()
        self.env["lifecycle.value"]._refresh_taken()
        return result
