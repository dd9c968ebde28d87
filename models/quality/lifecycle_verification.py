from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.quality.codes import VERIFICATION_SOURCES


class LifecycleVerification(models.Model):
    """On that day somebody said that these data of a contact are right.

    The latest row of a contact and a group is what counts; the others are history, and
    what an undone verification falls back to.  Rows are added by
    ``res.partner.lifecycle_verify`` and by editing a contact, never by typing.
    """

    _name = "lifecycle.verification"
    _description = "Verification"
    _order = "verified_date desc, id desc"
    _log_access = False
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", string="Contact", required=True, ondelete="cascade"
    )
    group_id = fields.Many2one(
        "lifecycle.field.group",
        string="Field Group",
        required=True,
        ondelete="cascade",
        index=True,
    )
    verified_date = fields.Datetime(string="Verified on", required=True, index=True)
    source = fields.Selection(VERIFICATION_SOURCES, string="Verified By", required=True)
    user_id = fields.Many2one("res.users", ondelete="set null")

    _once_uniq = models.UniqueIndex("(partner_id, group_id, verified_date)")

    @api.model
    def _add(self, partner_ids, group_ids, source):
        """Record that this user verified these groups of these contacts now."""
        user = self.env.user
        self.env.execute_query(
            SQL(
                """INSERT INTO lifecycle_verification
                          (partner_id, group_id, verified_date, source, user_id)
                   SELECT p.id, g.id, %(now)s, %(source)s, %(user)s
                     FROM unnest(%(partners)s::int[]) p(id)
                    CROSS JOIN unnest(%(groups)s::int[]) g(id)
                       ON CONFLICT (partner_id, group_id, verified_date) DO NOTHING""",
                now=self.env.cr.now(),
                source=source,
                user=user.id
                if user._is_internal() and not user._is_superuser()
                else None,
                partners=list(partner_ids),
                groups=list(group_ids),
            )
        )
        self.invalidate_model()

    @api.model
    def _add_edit(self, partner, group_ids):
        """Record that a person edited these groups, once a day."""
        today = fields.Datetime.to_datetime(self.env.cr.now().date())
        known = self.sudo().search(
            [
                ("partner_id", "=", partner.id),
                ("group_id", "in", list(group_ids)),
                ("verified_date", ">=", today),
            ]
        )
        missing = set(group_ids) - set(known.group_id.ids)
        if missing:
            self._add(partner.ids, missing, "edit")
