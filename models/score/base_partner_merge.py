from odoo import api, models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Drop the scores of the merged contacts; the journeys joined are scored anew.

        Crossings and snapshots of a day both contacts have stay the remaining one's.
        """
        self.env.execute_query(
            SQL(
                "DELETE FROM lifecycle_score WHERE partner_id = ANY(%s)",
                src_partners.ids,
            )
        )
        for table, key in (
            ("lifecycle_score_snapshot", ["snapshot_date"]),
            ("lifecycle_score_crossing", ["crossing_date", "kind"]),
        ):
            self._drop_doubles(table, key, src_partners.ids, dst_partner.id)
        self.env["lifecycle.score"].invalidate_model()
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _drop_doubles(self, table, key, source_ids, target_id):
        ids = [target_id, *source_ids]
        self.env.execute_query(
            SQL(
                """DELETE FROM %(table)s a USING %(table)s b
                    WHERE a.partner_id = ANY(%(ids)s) AND b.partner_id = ANY(%(ids)s)
                      AND (a.scorecard_id, %(a)s) = (b.scorecard_id, %(b)s)
                      AND (b.partner_id = %(target)s, b.id)
                        > (a.partner_id = %(target)s, a.id)""",
                table=SQL.identifier(table),
                a=SQL(", ").join(SQL.identifier("a", name) for name in key),
                b=SQL(", ").join(SQL.identifier("b", name) for name in key),
                ids=ids,
                target=target_id,
            )
        )
