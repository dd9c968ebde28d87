from odoo import api, fields, models

from ...engine.vocabulary import AUTOMATED_REASONS, CHANNELS, DEVICES, DIRECTIONS


class LifecycleTouchpoint(models.Model):
    """One dated thing that a contact did or received.

    Rows are copied from Odoo's documents by the harvest and are unique by type
    and document, so harvesting twice adds nothing.  ``channel`` and ``direction``
    repeat the type's, and ``name`` the document's own name on that day: reports
    need no joins, and renaming a document does not rewrite history.
    """

    _name = "lifecycle.touchpoint"
    _description = "Touchpoint"
    _order = "touch_date desc, id desc"
    _rec_name = "name"
    _log_access = False

    partner_id = fields.Many2one(
        "res.partner", string="Contact", required=True, ondelete="cascade"
    )
    type_id = fields.Many2one(
        "lifecycle.touchpoint.type", required=True, ondelete="restrict"
    )
    touch_date = fields.Datetime(string="Date", required=True)
    channel = fields.Selection(CHANNELS)
    direction = fields.Selection(DIRECTIONS)
    name = fields.Char(string="What")
    value = fields.Float(aggregator="avg", help="Rating from 1 to 5, survey score in %")
    amount = fields.Monetary(help="Untaxed, in the company's currency")
    currency_id = fields.Many2one(related="company_id.currency_id")
    mailing_id = fields.Many2one("mailing.mailing", ondelete="set null")
    link_id = fields.Many2one("link.tracker", ondelete="set null")
    campaign_id = fields.Many2one("utm.campaign", ondelete="set null")
    source_id = fields.Many2one("utm.source", ondelete="set null")
    medium_id = fields.Many2one("utm.medium", ondelete="set null")
    device = fields.Selection(DEVICES)
    country_id = fields.Many2one(
        "res.country",
        ondelete="set null",
        help="Country of the connection that clicked, when it is known",
    )
    is_automated = fields.Boolean(
        string="Automated",
        help="Made by a mail scanner or a prefetcher, not by the contact",
    )
    automated_reason = fields.Selection(AUTOMATED_REASONS)
    res_model = fields.Char(string="Document Model")
    res_id = fields.Many2oneReference(string="Document", model_field="res_model")
    company_id = fields.Many2one("res.company", ondelete="cascade")

    _document_uniq = models.UniqueIndex(
        "(type_id, res_model, res_id)", "This is already in the journey."
    )
    # Scores of all contacts are computed from this index alone, without the table.
    _partner_idx = models.Index("(partner_id, touch_date, type_id, is_automated)")
    # And the purchases of a contact from this one.
    _purchase_idx = models.Index(
        "(partner_id) INCLUDE (id, type_id, company_id, touch_date, amount,"
        " is_automated, res_model, res_id) WHERE amount IS NOT NULL"
    )
    _date_idx = models.Index("(touch_date)")
    _mailing_idx = models.Index("(mailing_id) WHERE mailing_id IS NOT NULL")
    _campaign_idx = models.Index("(campaign_id) WHERE campaign_id IS NOT NULL")

    @api.depends("type_id", "name")
    def _compute_display_name(self):
        for touchpoint in self:
            parts = (touchpoint.type_id.name, touchpoint.name)
            touchpoint.display_name = " · ".join(filter(None, parts))

    def action_open_document(self):
        """Open what this touchpoint was copied from, with the user's own rights."""
        self.ensure_one()
        model, res_id = self._get_document()
        document = self.env[model].browse(res_id).exists() if model else None
        if not document:
            return self._notify_document_gone()
        document.check_access("read")
        return document._get_records_action()

    def _get_document(self):
        """Return (model, id) of the page a person wants to see, or (None, None)."""
        if self.res_model not in self.env:
            return None, None
        link = self._document_links().get(self.res_model)
        if not link:
            return self.res_model, self.res_id
        # sudo: only the id of the linked page is read; opening it checks access.
        row = self.env[self.res_model].sudo().browse(self.res_id).exists()
        target = row[link]
        return (target._name, target.id) if target else (None, None)

    @api.model
    def _document_links(self):
        """Return {technical model: field leading to the page worth opening}."""
        return {
            "calendar.attendee": "event_id",
            "lifecycle.mail.open": "mailing_id",
            "link.tracker.click": "link_id",
            "mailing.subscription": "list_id",
            "mailing.trace": "mass_mailing_id",
        }

    def _notify_document_gone(self):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._("The document no longer exists."),
            },
        }
