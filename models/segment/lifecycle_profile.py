from odoo import models


class LifecycleProfile(models.Model):
    """Segments follow when a contact's facts, score or stage have moved."""

    _inherit = "lifecycle.profile"

    def _after_refresh(self):
        result = super()._after_refresh()
        self.env["lifecycle.segment"]._follow_taken()
        return result
