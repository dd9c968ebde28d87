from odoo import fields, models
from odoo.tools import SQL

from ...engine.consent.codes import CONSENT_SOURCES, LEAVING_OFFERS, LEAVING_OUTCOMES
from .lifecycle_preference_page import _OWN_SOURCES


class LifecycleLeavingReport(models.Model):
    """Who left, what, after which mailing, and why if they said so.

    One row for each press and topic.  A press that took back several topics is several
    rows and one ``press_id``: count that to count how often people left.  Whoever gave
    no reason is here as well, so that shares are of all.
    """

    _name = "lifecycle.leaving.report"
    _description = "Leaving"
    _auto = False
    _log_access = False
    _order = "leaving_date desc, id desc"
    _rec_name = "partner_id"

    press_id = fields.Integer(
        string="Times Left", aggregator="count_distinct", readonly=True
    )
    partner_id = fields.Many2one("res.partner", string="Contact", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    leaving_date = fields.Datetime(string="Left On", readonly=True)
    topic_id = fields.Many2one(
        "lifecycle.topic", readonly=True, help="Empty when it was all marketing"
    )
    mailing_id = fields.Many2one("mailing.mailing", readonly=True)
    source = fields.Selection(CONSENT_SOURCES, string="Where", readonly=True)
    reason_id = fields.Many2one("mailing.subscription.optout", readonly=True)
    feedback = fields.Text(readonly=True)
    offer = fields.Selection(LEAVING_OFFERS, string="Offer Taken", readonly=True)
    outcome = fields.Selection(LEAVING_OUTCOMES, readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """WITH press AS (
                SELECT e.id, e.company_id, e.partner_id, e.topic_id, e.mailing_id,
                       e.source, e.event_date, e.address_hash, e.channel,
                       e.purpose_id,
                       COALESCE(e.partner_id::text, e.address_hash) AS who,
                       row_number() OVER (
                           PARTITION BY e.company_id, e.event_date,
                                        COALESCE(e.partner_id::text, e.address_hash),
                                        e.topic_id
                               ORDER BY e.id) AS place
                  FROM lifecycle_consent_event e
                  LEFT JOIN lifecycle_topic t ON t.id = e.topic_id
                 WHERE e.status = 'withdrawn' AND e.source = ANY(%(sources)s)
                   AND t.is_exclusion IS NOT TRUE
            )
            SELECT e.id, e.company_id, e.partner_id, e.topic_id, e.mailing_id, e.source,
                   e.event_date AS leaving_date, l.reason_id, l.feedback, l.offer,
                   min(e.id) OVER (
                       PARTITION BY e.company_id, e.event_date, e.who) AS press_id,
                   CASE WHEN l.offer <> 'none' THEN 'kept'
                        WHEN u.id IS NOT NULL THEN 'undone' ELSE 'left' END AS outcome
              FROM press e
              LEFT JOIN (SELECT l.reason_id, l.feedback, l.offer, g.company_id,
                                g.event_date,
                                COALESCE(g.partner_id::text, g.address_hash) AS who
                           FROM lifecycle_leaving l
                           JOIN lifecycle_consent_event g ON g.id = l.event_id) l
                     ON l.company_id = e.company_id AND l.event_date = e.event_date
                    AND l.who = e.who
              LEFT JOIN (SELECT DISTINCT b.id
                           FROM press b
                           JOIN lifecycle_consent_event u
                                ON u.address_hash = b.address_hash AND u.id > b.id
                               AND u.channel = b.channel AND u.source = 'undo'
                               AND u.company_id = b.company_id
                               AND u.purpose_id = b.purpose_id
                               AND u.topic_id IS NOT DISTINCT FROM b.topic_id
                               AND u.event_date < b.event_date + interval '25 hours'
                        ) u ON u.id = e.id
             WHERE e.place = 1""",
            sources=list(_OWN_SOURCES),
        )
