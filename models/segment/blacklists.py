from odoo import models


class LifecycleBlacklistMixin(models.AbstractModel):
    """Segments follow when an address or a number is blacklisted, or no longer is."""

    _inherit = "lifecycle.blacklist.mixin"

    def _lifecycle_changed(self, status):
        result = super()._lifecycle_changed(status)
        _channel, column, name = self._lifecycle_address
        self.env["lifecycle.segment.queue"]._add_addresses(column, self.mapped(name))
        return result
