from odoo import fields, models

from ...engine.consent.codes import LAWFUL_BASES


class LifecyclePurpose(models.Model):
    """Why a company may write to people: news and offers, say, or service messages.

    ``needs_consent`` decides what silence means: without it everybody may be written
    to who has not withdrawn; with it only who granted, or bought and may be written to
    as an own customer.
    """

    _name = "lifecycle.purpose"
    _description = "Purpose"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Name used by forms and other programs")
    description = fields.Text(
        translate=True, help="What people read before they agree; kept with each answer"
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", help="Leave empty for a purpose of all companies"
    )
    is_marketing = fields.Boolean(
        string="Marketing",
        default=True,
        help="Contacts may withdraw from it, pause it and choose how often. "
        "What people must get, such as an invoice, is not marketing.",
    )
    needs_consent = fields.Boolean(
        string="Only with Consent",
        help="Write only to those who agreed. Otherwise to all who have not withdrawn.",
    )
    lawful_basis = fields.Selection(
        LAWFUL_BASES, required=True, default="legitimate_interest"
    )
    valid_months = fields.Integer(
        string="Consent Valid for Months", help="0: until it is withdrawn"
    )
    topic_ids = fields.One2many("lifecycle.topic", "purpose_id", string="Topics")

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "Another purpose has this code."
    )
