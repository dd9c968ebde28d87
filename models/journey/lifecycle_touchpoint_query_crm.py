from odoo import api, models
from odoo.tools import SQL


class LifecycleTouchpointSource(models.Model):
    """Sources of leads, meetings, calls, letters, surveys and ratings."""

    _inherit = "lifecycle.touchpoint.source"

    @api.model
    def _touchpoint_sources(self):
        return {
            **super()._touchpoint_sources(),
            "crm_lead": {
                "model": "crm.lead",
                "stamp": "write_date",
                "is_mutable": True,
            },
            # A meeting counts once it is over, not when it is written.
            "meeting": {"model": "calendar.event"},
            "activity": {"model": "mail.activity", "stamp": "write_date"},
            "inbound_mail": {"model": "mail.message", "stamp": "create_date"},
            "survey": {"model": "survey.user_input", "stamp": "write_date"},
            "rating": {
                "model": "rating.rating",
                "stamp": "write_date",
                "is_mutable": True,
            },
        }

    def _touchpoint_query_crm_lead(self):
        """Leads created, won and lost, by contact or else by e-mail address."""
        return self._touchpoint_select(
            SQL("v.code"),
            SQL(
                """FROM crm_lead l
                %s
                CROSS JOIN LATERAL (VALUES
                    ('lead_created', l.create_date),
                    ('lead_won', CASE WHEN l.won_status = 'won'
                        THEN COALESCE(l.date_closed, l.write_date) END),
                    ('lead_lost', CASE WHEN l.won_status = 'lost'
                        THEN COALESCE(l.date_closed, l.write_date) END)
                ) AS v(code, date)
                WHERE v.date IS NOT NULL""",
                self._match_address(
                    SQL("CASE WHEN l.partner_id IS NULL THEN l.email_normalized END"),
                    SQL("l.company_id"),
                ),
            ),
            stamp=SQL("l.write_date"),
            partner_id=SQL("COALESCE(l.partner_id, m.id)"),
            touch_date=SQL("v.date"),
            name=SQL("l.name"),
            amount=SQL("l.expected_revenue"),
            campaign_id=SQL("l.campaign_id"),
            source_id=SQL("l.source_id"),
            medium_id=SQL("l.medium_id"),
            res_model=SQL("%s", "crm.lead"),
            res_id=SQL("l.id"),
            company_id=SQL("l.company_id"),
        )

    def _touchpoint_query_meeting(self):
        """Past meetings, for each attendee from outside who did not decline."""
        return self._touchpoint_select(
            "meeting_held",
            SQL(
                """FROM calendar_attendee a
                JOIN calendar_event e ON e.id = a.event_id
                JOIN res_partner p ON p.id = a.partner_id
                WHERE e.active AND p.partner_share AND a.state <> 'declined'"""
            ),
            stamp=SQL("GREATEST(e.stop, a.write_date, e.write_date)"),
            partner_id=SQL("a.partner_id"),
            touch_date=SQL("e.start"),
            name=SQL("e.name"),
            res_model=SQL("%s", "calendar.attendee"),
            res_id=SQL("a.id"),
        )

    def _touchpoint_query_activity(self):
        """Calls and meetings done as activities of a contact, a lead, an order.

        A meeting that stands in the calendar is taken from there.
        """
        return self._touchpoint_select(
            SQL(
                "CASE k.category WHEN 'phonecall' THEN 'call_done'"
                " ELSE 'meeting_held' END"
            ),
            SQL(
                """FROM mail_activity a
                JOIN mail_activity_type k ON k.id = a.activity_type_id
                LEFT JOIN crm_lead l ON a.res_model = 'crm.lead' AND l.id = a.res_id
                LEFT JOIN sale_order o
                       ON a.res_model = 'sale.order' AND o.id = a.res_id
                %s
                WHERE a.date_done IS NOT NULL AND a.calendar_event_id IS NULL
                  AND k.category IN ('phonecall', 'meeting')
                  AND a.res_model IN ('res.partner', 'crm.lead', 'sale.order')""",
                self._match_address(
                    SQL("CASE WHEN l.partner_id IS NULL THEN l.email_normalized END"),
                    SQL("l.company_id"),
                ),
            ),
            stamp=SQL("a.write_date"),
            partner_id=SQL(
                "CASE a.res_model WHEN 'res.partner' THEN a.res_id"
                " ELSE COALESCE(o.partner_id, l.partner_id, m.id) END"
            ),
            # Done has a day, no hour: noon, unless it was marked that same day.
            touch_date=SQL(
                "CASE WHEN a.date_done = a.write_date::date THEN a.write_date"
                " ELSE a.date_done + time '12:00' END"
            ),
            name=SQL("COALESCE(a.summary, a.res_name)"),
            res_model=SQL("%s", "mail.activity"),
            res_id=SQL("a.id"),
            company_id=SQL("COALESCE(o.company_id, l.company_id)"),
        )

    def _touchpoint_query_inbound_mail(self):
        """E-mails that came in from a contact, wherever they were filed."""
        return self._touchpoint_select(
            "email_received",
            SQL(
                """FROM mail_message mm
                JOIN res_partner p ON p.id = mm.author_id AND p.partner_share
                WHERE mm.message_type = 'email'"""
            ),
            stamp=SQL("mm.create_date"),
            partner_id=SQL("mm.author_id"),
            touch_date=SQL("LEAST(mm.date, mm.create_date)"),
            name=SQL("mm.subject"),
            res_model=SQL("%s", "mail.message"),
            res_id=SQL("mm.id"),
        )

    def _touchpoint_query_survey(self):
        """Finished surveys; the value is the score in percent, when it has one."""
        lang = self.env.company.partner_id.lang or "en_US"
        return self._touchpoint_select(
            "survey_finished",
            SQL(
                """FROM survey_user_input i
                JOIN survey_survey s ON s.id = i.survey_id
                %s
                WHERE i.state = 'done' AND i.test_entry IS NOT TRUE
                  AND (i.partner_id IS NOT NULL OR i.email IS NOT NULL)""",
                self._match_address(
                    SQL("CASE WHEN i.partner_id IS NULL THEN lower(i.email) END")
                ),
            ),
            stamp=SQL("i.write_date"),
            partner_id=SQL("COALESCE(i.partner_id, m.id)"),
            touch_date=SQL("COALESCE(i.end_datetime, i.write_date)"),
            name=SQL("COALESCE(s.title->>%s, s.title->>'en_US')", lang),
            value=SQL(
                "CASE WHEN s.scoring_type <> 'no_scoring' THEN i.scoring_percentage END"
            ),
            res_model=SQL("%s", "survey.user_input"),
            res_id=SQL("i.id"),
        )

    def _touchpoint_query_rating(self):
        """Ratings that the contact gave, from 1 to 5."""
        return self._touchpoint_select(
            "rating_given",
            SQL(
                """FROM rating_rating r
                WHERE r.consumed AND r.rating >= 1 AND r.partner_id IS NOT NULL"""
            ),
            stamp=SQL("r.write_date"),
            partner_id=SQL("r.partner_id"),
            touch_date=SQL("COALESCE(r.rated_on, r.write_date)"),
            name=SQL("r.res_name"),
            value=SQL("r.rating"),
            res_model=SQL("%s", "rating.rating"),
            res_id=SQL("r.id"),
            company_id=self._get_rating_company(),
        )

    @api.model
    def _get_rating_company(self):
        """Return SQL of the company of the document that rating ``r`` is about."""
        models = [*self.env.registry.descendants(["rating.mixin"], "_inherit")]
        cases = [
            SQL(
                "WHEN %s THEN (SELECT d.company_id FROM %s d WHERE d.id = r.res_id)",
                name,
                SQL.identifier(self.env[name]._table),
            )
            for name in sorted({*models, "crm.lead", "sale.order"})
            if not self.env[name]._abstract
            and "company_id" in self.env[name]._fields
            and self.env[name]._fields["company_id"].store
        ]
        return SQL("CASE r.res_model %s END", SQL(" ").join(cases))
