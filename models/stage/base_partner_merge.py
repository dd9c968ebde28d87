from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_values(self, src_partners, dst_partner):
        """Leave the contact that remains in the furthest stage of them all."""
        # sudo: whoever may merge contacts need not see their stages.
        merged = (src_partners | dst_partner).sudo()
        furthest = merged.lifecycle_stage_id.sorted(
            # A customer with a lost duplicate is a customer.
            lambda stage: (not stage.is_side, stage.sequence)
        )[-1:]
        if furthest:
            dst_partner.sudo()._lifecycle_move(furthest, "merge")
        return super()._update_values(src_partners, dst_partner)
