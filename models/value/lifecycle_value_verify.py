from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from .lifecycle_value_purchase import EVERYBODY, Families

# Purchases of all customers are verified within so many nights.
_TURNS = 7
# Parameter: whose turn it is next; everybody's when it is empty.
_TURN = "contact_lifecycle.value_turn"


class LifecycleValue(models.Model):
    """Whose purchases are computed anew tonight.

    Who bought was refreshed within the hour.  What no harvest sees, as a product that
    went to another category or a row that somebody deleted, is found by looking at all
    documents again: each night at those of a seventh of the customers.
    """

    _inherit = "lifecycle.value"

    def _run_due_purchases(self, companies, commit):
        # sudo: whoever runs the cron may not write parameters.
        parameters = self.env["ir.config_parameter"].sudo()
        turn = parameters.get_param(_TURN)
        scope = self._get_due(companies, turn)
        written = self._refresh_purchases(companies, scope=scope, commit=commit)
        # Unless a setting has changed meanwhile.
        if parameters.get_param(_TURN) == turn:
            parameters.set_param(_TURN, str((int(turn or -1) + 1) % _TURNS))
        return written

    @api.model
    def _verify_all_soon(self):
        """Let the next night verify everybody's purchases."""
        # sudo: whoever changes a setting of values may not write parameters.
        self.env["ir.config_parameter"].sudo().set_param(_TURN, "")

    def _get_due(self, companies, turn):
        """Return the ``Families`` to look at; None for all.

        They are those whose turn it is, and those with a document of these days that
        is later than their row: it was dated in the future, and waited.
        """
        bases = self.env["lifecycle.value.basis"].search(
            [("company_id", "in", companies.ids), ("as_of", "!=", False)]
        )
        if not turn or len(bases) < len(companies):
            return None
        return Families(
            SQL(
                """%s AND (mod(commercial_partner_id, %s) = %s
                           OR commercial_partner_id IN (
                              SELECT p.commercial_partner_id
                                FROM lifecycle_touchpoint t
                                JOIN res_partner p ON p.id = t.partner_id
                                LEFT JOIN lifecycle_value v
                                       ON v.partner_id = p.commercial_partner_id
                                      AND v.company_id = t.company_id
                               WHERE t.touch_date >= %s AND t.amount IS NOT NULL
                                 AND (v.value_date < t.touch_date::date)
                                     IS NOT FALSE))""",
                EVERYBODY.query,
                _TURNS,
                int(turn),
                min(bases.mapped("as_of")) - timedelta(days=1),
            )
        )
