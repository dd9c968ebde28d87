from odoo import api, models
from odoo.tools import SQL


class LifecycleTouchpointSource(models.Model):
    """A confirmed sign-up is where many a journey begins, with where it came from."""

    _inherit = "lifecycle.touchpoint.source"

    @api.model
    def _touchpoint_sources(self):
        return {
            **super()._touchpoint_sources(),
            "signup": {"model": "lifecycle.signup", "stamp": "confirm_date"},
        }

    def _touchpoint_query_signup(self):
        return self._touchpoint_select(
            "signed_up",
            SQL(
                """FROM lifecycle_signup s
                JOIN lifecycle_signup_form f ON f.id = s.form_id
               WHERE s.state = 'confirmed'"""
            ),
            stamp=SQL("s.confirm_date"),
            partner_id=SQL("s.partner_id"),
            touch_date=SQL("s.confirm_date"),
            name=SQL("concat_ws(' · ', f.name, s.place, s.referrer)"),
            campaign_id=SQL("s.campaign_id"),
            source_id=SQL("s.source_id"),
            medium_id=SQL("s.medium_id"),
            res_model=SQL("%s", "lifecycle.signup"),
            res_id=SQL("s.id"),
            company_id=SQL("s.company_id"),
        )
