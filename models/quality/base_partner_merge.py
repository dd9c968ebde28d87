from odoo import api, models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Keep the remaining contact's own verifications, as its data remain.

        Groups it never had verified take the latest of the merged contacts', whose
        data fill its gaps.
        """
        self.env.execute_query(
            SQL(
                """DELETE FROM lifecycle_verification a USING lifecycle_verification b
                    WHERE a.partner_id = ANY(%(sources)s) AND b.group_id = a.group_id
                      AND (b.partner_id = %(target)s
                           OR (b.partner_id = ANY(%(sources)s)
                               AND (b.verified_date, b.id) > (a.verified_date, a.id)))
                RETURNING 1""",
                sources=src_partners.ids,
                target=dst_partner.id,
            )
        )
        self.env["lifecycle.verification"].invalidate_model()
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env["lifecycle.quality.queue"]._add(dst_partner.ids)
        return result
