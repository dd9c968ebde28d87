from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine.consent.codes import OPT_IN_KINDS


class LifecycleTopic(models.Model):
    """What people want to read about, or never want to be shown.

    Who has not answered has the answer given to the topic above, and at the top what
    ``kind`` says.  An exclusion works the other way round: whoever ticks it gets no
    message that carries it.
    """

    _name = "lifecycle.topic"
    _description = "Topic"
    _parent_name = "parent_id"
    _parent_store = True
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(help="Name used by forms and other programs")
    description = fields.Text(
        translate=True, help="One sentence, with an example, for the preference centre"
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    parent_id = fields.Many2one(
        "lifecycle.topic", string="Parent Topic", index=True, ondelete="restrict"
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("lifecycle.topic", "parent_id", string="Subtopics")
    purpose_id = fields.Many2one(
        "lifecycle.purpose",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env.ref(
            "contact_lifecycle.lifecycle_purpose_marketing", raise_if_not_found=False
        ),
    )
    company_id = fields.Many2one(
        "res.company", help="Leave empty for a topic of all companies"
    )
    kind = fields.Selection(
        OPT_IN_KINDS, string="Who Gets It", required=True, default="opt_in"
    )
    is_exclusion = fields.Boolean(
        string="Never Show Me",
        help="Whoever ticks it gets no message with this topic: a vegetarian, meat",
    )
    is_public = fields.Boolean(
        string="In the Preference Centre",
        default=True,
        help="Private topics are given and taken by staff only",
    )
    has_email = fields.Boolean(string="By E-mail", default=True)
    has_sms = fields.Boolean(string="By SMS")
    is_double_opt_in = fields.Boolean(
        string="Confirm by E-mail",
        default=True,
        help="Who signs up on a form is in once the link in a message is pressed",
    )
    product_category_ids = fields.Many2many(
        "product.category", string="Product Categories"
    )
    mailing_list_ids = fields.Many2many(
        "mailing.list",
        string="Mailing Lists",
        relation="lifecycle_topic_mailing_list_rel",
        help="Joining or leaving one of them is an answer about this topic, and the "
        "other way round",
    )
    display_name = fields.Char(recursive=True)
    granted_count = fields.Integer(string="Granted", compute="_compute_counts")
    withdrawn_count = fields.Integer(string="Withdrawn", compute="_compute_counts")

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0)) WHERE code IS NOT NULL",
        "Another topic has this code.",
    )

    @api.depends_context("allowed_company_ids")
    def _compute_counts(self):
        counts = {
            (topic, status): count
            for topic, status, count in self.env["lifecycle.consent"]._read_group(
                [("topic_id", "in", self.ids)],
                ["topic_id", "status"],
                ["address_hash:count_distinct"],
            )
        }
        for topic in self:
            topic.granted_count = counts.get((topic, "granted"), 0)
            topic.withdrawn_count = counts.get((topic, "withdrawn"), 0)

    @api.depends("name", "parent_id.display_name")
    def _compute_display_name(self):
        for topic in self:
            above = topic.parent_id
            topic.display_name = (
                f"{above.display_name} / {topic.name}" if above else topic.name
            )

    @api.constrains("parent_id")
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A topic cannot be below itself."))

    @api.constrains("parent_id", "purpose_id", "is_exclusion")
    def _check_same_purpose(self):
        for topic in self.filtered("parent_id"):
            above = topic.parent_id
            if (topic.purpose_id, topic.is_exclusion) != (
                above.purpose_id,
                above.is_exclusion,
            ):
                raise ValidationError(
                    self.env._(
                        "“%(topic)s” must have the purpose and the kind of "
                        "“%(above)s”, the topic above it.",
                        topic=topic.name,
                        above=above.name,
                    )
                )

    def action_view_consents(self):
        """Open the answers about this topic."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "contact_lifecycle.lifecycle_consent_action"
        )
        return {
            **action,
            "domain": [("topic_id", "child_of", self.ids)],
            "context": {"search_default_granted": 1},
        }
