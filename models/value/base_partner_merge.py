from odoo import api, models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Drop the values of the merged contacts: they are computed again."""
        self.env.execute_query(
            SQL(
                "DELETE FROM lifecycle_value WHERE partner_id = ANY(%s)",
                src_partners.ids,
            )
        )
        self.env["lifecycle.value"].invalidate_model()
        return super()._update_foreign_keys(src_partners, dst_partner)
