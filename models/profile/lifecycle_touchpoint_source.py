from odoo import models
from odoo.tools import SQL


class LifecycleTouchpointSource(models.Model):
    _inherit = "lifecycle.touchpoint.source"

    def _after_harvest(self, commit=None):
        is_done = super()._after_harvest(commit=commit)
        return self.env["lifecycle.profile"]._refresh_queue(commit=commit) and is_done

    def _after_reconcile(self):
        # The nightly safety net: every contact is looked at, few are written.
        result = super()._after_reconcile()
        self.env["lifecycle.profile"]._create_missing()
        self.env.execute_query(
            SQL(
                # Purchases are verified by the nightly refresh of values.
                """INSERT INTO lifecycle_touchpoint_queue (partner_id, has_purchase)
                   SELECT id, false FROM lifecycle_profile"""
            )
        )
        self._trigger_harvest()
        return result
