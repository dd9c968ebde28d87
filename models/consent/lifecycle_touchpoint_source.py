from odoo import api, models
from odoo.tools import SQL


class LifecycleTouchpointSource(models.Model):
    """What contacts agree to, take back or wish for is part of their journey."""

    _inherit = "lifecycle.touchpoint.source"

    @api.model
    def _touchpoint_sources(self):
        return {
            **super()._touchpoint_sources(),
            "consent": {"model": "lifecycle.consent.event", "stamp": "event_date"},
            "preference": {
                "model": "lifecycle.preference.change",
                "stamp": "change_date",
            },
        }

    def _touchpoint_query_consent(self):
        """Only what the contact said itself: an import is no sign of life."""
        return self._touchpoint_select(
            SQL(
                "CASE e.status WHEN 'granted' THEN 'consent_granted'"
                " ELSE 'consent_withdrawn' END"
            ),
            SQL(
                """FROM lifecycle_consent_event e
                JOIN lifecycle_purpose u ON u.id = e.purpose_id
                LEFT JOIN lifecycle_topic t ON t.id = e.topic_id
               WHERE e.status IN ('granted', 'withdrawn')
                 AND e.source IN ('preference_centre', 'portal', 'one_click',
                                  'unsubscribe_page', 'signup', 'double_opt_in',
                                  'undo')"""
            ),
            stamp=SQL("e.event_date"),
            partner_id=SQL("e.partner_id"),
            touch_date=SQL("e.event_date"),
            name=SQL(
                "COALESCE(t.name->>'en_US', u.name->>'en_US',"
                " (SELECT value FROM"
                " jsonb_each_text(COALESCE(t.name, u.name)) LIMIT 1))"
            ),
            mailing_id=SQL("e.mailing_id"),
            res_model=SQL("%s", "lifecycle.consent.event"),
            res_id=SQL("e.id"),
            company_id=SQL("e.company_id"),
        )

    def _touchpoint_query_preference(self):
        return self._touchpoint_select(
            "preference_changed",
            SQL("FROM lifecycle_preference_change c WHERE c.user_id IS NULL"),
            stamp=SQL("c.change_date"),
            partner_id=SQL("c.partner_id"),
            touch_date=SQL("c.change_date"),
            name=SQL("concat_ws(' → ', c.old_value, c.new_value)"),
            res_model=SQL("%s", "lifecycle.preference.change"),
            res_id=SQL("c.id"),
            company_id=SQL("c.company_id"),
        )
