from odoo import api, models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Let the remaining contact be a member once, with the stays of all.

        Whoever was kept out of a segment by hand stays out.
        """
        merged = src_partners | dst_partner
        merged._lifecycle_leave_segments(
            SQL(
                """m.partner_id = ANY(%(ids)s) AND EXISTS (
                   SELECT 1 FROM lifecycle_segment_member o
                    WHERE o.segment_id = m.segment_id AND o.leave_date IS NULL
                      AND o.partner_id = ANY(%(ids)s)
                      AND (o.partner_id = %(kept)s, o.id)
                        > (m.partner_id = %(kept)s, m.id))""",
                ids=merged.ids,
                kept=dst_partner.id,
            ),
            cause="merge",
        )
        self._end_double_overrides(merged.ids, dst_partner.id)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _end_double_overrides(self, ids, kept_id):
        self.env.execute_query(
            SQL(
                """UPDATE lifecycle_segment_override a SET active = false
                    WHERE a.active AND a.partner_id = ANY(%(ids)s) AND EXISTS (
                          SELECT 1 FROM lifecycle_segment_override b
                           WHERE b.segment_id = a.segment_id AND b.active
                             AND b.partner_id = ANY(%(ids)s)
                             AND (b.kind = 'exclude', b.partner_id = %(kept)s, b.id)
                               > (a.kind = 'exclude', a.partner_id = %(kept)s, a.id)
                    )""",
                ids=ids,
                kept=kept_id,
            )
        )
        self.env["lifecycle.segment.override"].invalidate_model()

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        left = self.env["res.partner"].browse(partner_ids).exists()
        left._lifecycle_queue_segments()
        return result
