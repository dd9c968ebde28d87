from odoo import api, models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Drop the profiles of the merged contacts: one contact has one profile.

        The journey moves over as it is, and the profile is computed from it again.
        """
        self.env.execute_query(
            SQL("DELETE FROM lifecycle_profile WHERE id = ANY(%s)", src_partners.ids)
        )
        self.env["lifecycle.profile"].invalidate_model()
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        self.env["lifecycle.touchpoint.source"]._trigger_harvest()
        return result
