from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Answers follow as foreign keys do; show the last of both contacts."""
        self.env["lifecycle.satisfaction"].flush_model()
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env["lifecycle.satisfaction"].invalidate_model()
        return result
