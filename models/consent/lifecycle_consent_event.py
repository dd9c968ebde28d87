from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.consent.codes import (
    CONSENT_CHANNELS,
    CONSENT_SOURCES,
    CONSENT_STATES,
    LAWFUL_BASES,
)

# What the chain of hashes is made of.  Neither the contact nor its address: a merge
# moves the one and an erasure blanks the other, and both must leave the proof whole.
HASHED = (
    "id",
    "company_id",
    "address_hash",
    "channel",
    "purpose_id",
    "topic_id",
    "status",
    "lawful_basis",
    "source",
    "source_detail",
    "wording_hash",
    "lang",
    "event_date",
)


class LifecycleConsentEvent(models.Model):
    """One answer to one question, at one moment: the evidence.  It is never changed.

    A trigger in the database refuses every change of what is hashed, and every
    deletion.  What holds now is in ``lifecycle.consent`` and follows from these rows.
    """

    _name = "lifecycle.consent.event"
    _description = "Consent Event"
    _order = "id desc"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, ondelete="restrict")
    partner_id = fields.Many2one(
        "res.partner", string="Contact", index="btree_not_null", ondelete="set null"
    )
    address = fields.Char(help="Normalised; blanked when the person is erased")
    address_hash = fields.Char(required=True, help="Keyed hash of the address")
    channel = fields.Selection(CONSENT_CHANNELS, required=True)
    purpose_id = fields.Many2one(
        "lifecycle.purpose", required=True, ondelete="restrict"
    )
    topic_id = fields.Many2one(
        "lifecycle.topic",
        ondelete="restrict",
        help="Empty when it is about the purpose as a whole",
    )
    status = fields.Selection(CONSENT_STATES, required=True)
    lawful_basis = fields.Selection(LAWFUL_BASES)
    source = fields.Selection(CONSENT_SOURCES, required=True)
    source_detail = fields.Char(
        string="Where", help="Page, form, file or document it came from"
    )
    mailing_id = fields.Many2one("mailing.mailing", ondelete="set null")
    campaign_id = fields.Many2one("utm.campaign", ondelete="set null")
    wording_id = fields.Many2one("lifecycle.wording", ondelete="restrict")
    wording_hash = fields.Char(string="SHA-256 of the Wording")
    lang = fields.Char(string="Language")
    event_date = fields.Datetime(string="Date", required=True)
    user_id = fields.Many2one("res.users", string="Entered By", ondelete="set null")
    ip_address = fields.Char(string="IP Address")
    user_agent = fields.Char()
    evidence_id = fields.Many2one("ir.attachment", ondelete="restrict")
    wording_text = fields.Text(related="wording_id.text", string="Words")
    seal_hash = fields.Char(
        string="Seal",
        compute="_compute_seal_hash",
        help="Hash that chains this event to the one before it",
    )
    request_key = fields.Char(help="The same request, repeated, is recorded once")

    _address_idx = models.Index("(address, channel)")
    _hash_idx = models.Index("(address_hash, channel, id)")
    _date_idx = models.Index("(event_date)")
    _request_uniq = models.UniqueIndex(
        "(request_key) WHERE request_key IS NOT NULL",
        "This answer has been recorded already.",
    )

    def init(self):
        """Let the database itself refuse what would change the past."""
        self.env.cr.execute(_TRIGGER)

    @api.depends("status", "purpose_id", "topic_id", "address")
    @api.depends_context("lang")
    def _compute_display_name(self):
        states = dict(self._fields["status"]._description_selection(self.env))
        for event in self:
            about = event.topic_id.name or event.purpose_id.name
            parts = [states.get(event.status), about, event.address]
            event.display_name = " · ".join(filter(None, parts))

    def _compute_seal_hash(self):
        # sudo: a hash tells nothing; it is shown to whoever may read the event.
        seals = self.env["lifecycle.consent.seal"].sudo()
        sealed = {
            event.id: text
            for event, text in seals._read_group(
                [("event_id", "in", self.ids)], ["event_id", "hash"]
            )
        }
        for event in self:
            event.seal_hash = sealed.get(event.id, False)

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise UserError(self.env._("Consent is recorded by an answer, not by a form."))

    def action_check_evidence(self):
        """Check all evidence now; see ``lifecycle.consent.check``."""
        return self.env["lifecycle.consent.check"].action_check_evidence()

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("What somebody agreed to cannot be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Evidence of consent cannot be deleted."))


_TRIGGER = """
CREATE OR REPLACE FUNCTION lifecycle_consent_event_keep() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A consent event cannot be deleted';
    END IF;
    IF (OLD.id, OLD.company_id, OLD.address_hash, OLD.channel, OLD.purpose_id,
        OLD.topic_id, OLD.status, OLD.lawful_basis, OLD.source, OLD.source_detail,
        OLD.wording_hash, OLD.lang, OLD.event_date)
       IS DISTINCT FROM
       (NEW.id, NEW.company_id, NEW.address_hash, NEW.channel, NEW.purpose_id,
        NEW.topic_id, NEW.status, NEW.lawful_basis, NEW.source, NEW.source_detail,
        NEW.wording_hash, NEW.lang, NEW.event_date)
       OR (NEW.address IS NOT NULL AND NEW.address IS DISTINCT FROM OLD.address) THEN
        RAISE EXCEPTION 'A consent event cannot be changed';
    END IF;
    RETURN NEW;
END $$ LANGUAGE plpgsql;
DROP TRIGGER IF EXISTS lifecycle_consent_event_keep ON lifecycle_consent_event;
CREATE TRIGGER lifecycle_consent_event_keep
    BEFORE UPDATE OR DELETE ON lifecycle_consent_event
    FOR EACH ROW EXECUTE FUNCTION lifecycle_consent_event_keep();
"""
