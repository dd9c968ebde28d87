from odoo import api, models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_reference_fields(self, src_partners, dst_partner):
        """Let the traces of the merged contacts' mails follow, as core does not.

        Touchpoints themselves follow as foreign keys do.
        """
        result = super()._update_reference_fields(src_partners, dst_partner)
        self.env.execute_query(
            SQL(
                """UPDATE mailing_trace SET res_id = %s
                    WHERE model = 'res.partner' AND res_id = ANY(%s)""",
                dst_partner.id,
                src_partners.ids,
            )
        )
        self.env["mailing.trace"].invalidate_model(["res_id"])
        self.env["lifecycle.touchpoint"].invalidate_model(["partner_id"])
        self.env["lifecycle.touchpoint.queue"]._add(dst_partner.ids)
        return result
