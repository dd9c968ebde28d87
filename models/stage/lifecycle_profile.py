from odoo import models
from odoo.tools import SQL


class LifecycleProfile(models.Model):
    _inherit = "lifecycle.profile"

    def _after_refresh(self):
        result = super()._after_refresh()
        self.env["lifecycle.stage"]._run_rules(
            scope=SQL("SELECT partner_id FROM lifecycle_taken")
        )
        return result
