from odoo import models
from odoo.tools import SQL


class LifecycleSegmentQueue(models.Model):
    """Contacts edited since their segments were last looked at."""

    _name = "lifecycle.segment.queue"
    _description = "Contacts Waiting for Their Segments"
    _inherit = "lifecycle.touchpoint.queue"
    _log_access = False

    def _add_query(self, contacts):
        """Queue the contacts of a query, and wake who follows them."""
        self.env.flush_all()
        self.env.execute_query(
            SQL("INSERT INTO lifecycle_segment_queue (partner_id) %s", contacts)
        )
        self.env["ir.cron"]._lifecycle_wake("ir_cron_follow_contacts")

    def _add_addresses(self, column, addresses):
        """Queue the contacts whose ``column`` holds one of these."""
        addresses = [address for address in addresses if address]
        if addresses and self.env["lifecycle.segment"]._get_watched()["names"]:
            self._add_query(
                SQL(
                    "SELECT id FROM res_partner WHERE %s = ANY(%s)",
                    SQL.identifier(column),
                    addresses,
                )
            )

    def _widen_taken(self):
        """Take the rest of the family too where conditions look at relatives."""
        watched = self.env["lifecycle.segment"]._get_watched()
        if not watched["has_relatives"]:
            return
        self.env.execute_query(
            SQL(
                """INSERT INTO lifecycle_taken (partner_id)
                   SELECT DISTINCT relative.id
                     FROM lifecycle_taken q
                     JOIN res_partner p ON p.id = q.partner_id
                     JOIN res_partner relative
                       ON relative.commercial_partner_id = p.commercial_partner_id
                       ON CONFLICT DO NOTHING"""
            )
        )
        self.env.cr.execute("ANALYZE lifecycle_taken")
