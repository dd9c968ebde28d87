from odoo import api, models


class LifecycleCached(models.AbstractModel):
    """Rows that public pages keep in memory, until somebody changes one of them."""

    _name = "lifecycle.cached"
    _description = "Kept in Memory"

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        self.env.registry.clear_cache()
        return rows

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
