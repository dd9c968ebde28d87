from odoo import api, fields, models

from ...engine.consent.codes import (
    CONSENT_CHANNELS,
    CONSENT_SOURCES,
    CONSENT_STATES,
    LAWFUL_BASES,
)


class LifecycleConsent(models.Model):
    """What holds now for an address: the last event of each question.

    ``pending`` waits for the link in the confirmation to be pressed, and allows
    nothing.  ``expired`` was granted and has run out.  Rows are written by events
    only; see ``_record``.
    """

    _name = "lifecycle.consent"
    _description = "Consent"
    _order = "since_date desc, id desc"
    _log_access = False
    _rec_name = "address"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", string="Contact", index="btree_not_null", ondelete="set null"
    )
    address = fields.Char()
    address_hash = fields.Char(required=True)
    channel = fields.Selection(CONSENT_CHANNELS, required=True)
    purpose_id = fields.Many2one("lifecycle.purpose", required=True, ondelete="cascade")
    topic_id = fields.Many2one("lifecycle.topic", ondelete="cascade")
    status = fields.Selection(CONSENT_STATES, required=True)
    lawful_basis = fields.Selection(LAWFUL_BASES)
    source = fields.Selection(CONSENT_SOURCES, required=True)
    since_date = fields.Datetime(string="Since", required=True)
    expire_date = fields.Date(string="Expires")
    review_date = fields.Date(string="To Review")
    event_id = fields.Many2one(
        "lifecycle.consent.event", string="Evidence", ondelete="restrict"
    )

    about = fields.Char(compute="_compute_about", help="A topic, or all of a purpose")

    _question_uniq = models.UniqueIndex(
        "(address_hash, channel, company_id, purpose_id, COALESCE(topic_id, 0))"
    )
    _address_idx = models.Index("(address, channel)")
    _topic_idx = models.Index("(topic_id, channel, status)")
    _expire_idx = models.Index("(expire_date) WHERE expire_date IS NOT NULL")

    @api.depends("purpose_id", "topic_id")
    def _compute_about(self):
        for consent in self:
            consent.about = consent.topic_id.display_name or self.env._(
                "%(purpose)s (all topics)", purpose=consent.purpose_id.display_name
            )

    def action_view_event(self):
        """Open the evidence."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Evidence"),
            "res_model": "lifecycle.consent.event",
            "res_id": self.event_id.id,
            "views": [(False, "form")],
            "target": "new",
        }


class LifecycleConsentQueue(models.Model):
    """Events whose state has not been written yet.

    A withdrawal by one click only adds an event and a row here: nothing shared is
    updated, so a burst of them waits for nobody.  Whoever asks what holds reads the
    queue too; a cron empties it within a minute.
    """

    _name = "lifecycle.consent.queue"
    _description = "Consent Events to Apply"
    _log_access = False

    event_id = fields.Many2one(
        "lifecycle.consent.event", required=True, index=True, ondelete="restrict"
    )
