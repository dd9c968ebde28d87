from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Contact fields that may be asked, with the kind of answer.
FIELDS = {
    "name": "text",
    "lifecycle_birth_date": "birth_date",
    "lifecycle_birth_year": "year",
    "lifecycle_gender": "choice",
    "lifecycle_gender_text": "text",
    "street": "text",
    "zip": "text",
    "city": "text",
    "country_id": "country",
    "function": "text",
    "company_name": "text",
    "lang": "choice",
    "lifecycle_interest_ids": "multi",
}
# The same for custom properties, by type; others cannot be asked in a plain form.
PROPERTIES = {
    "char": "text",
    "text": "text",
    "integer": "integer",
    "float": "number",
    "boolean": "boolean",
    "date": "date",
    "selection": "choice",
    "tags": "multi",
}
PROPERTY = "property:"
_SENSITIVE = {
    "lifecycle_birth_date",
    "lifecycle_birth_year",
    "lifecycle_gender",
    "lifecycle_gender_text",
}
_KINDS = [
    ("text", "Text"),
    ("date", "Date"),
    ("birth_date", "Birth Date"),
    ("year", "Year of Birth"),
    ("number", "Number"),
    ("integer", "Whole Number"),
    ("boolean", "Yes or No"),
    ("choice", "One of Several"),
    ("multi", "Several"),
    ("country", "Country"),
]


class LifecycleQuestion(models.Model):
    """What a company asks its contacts, and the field of the contact it fills.

    Asked on sign-up forms and, a few at a visit, on the preference page.  A question
    without a company is asked by all of them.  The field is kept by name: one that was
    removed is no longer asked, and says so in ``error``.
    """

    _name = "lifecycle.question"
    _inherit = ("lifecycle.cached",)
    _description = "Profile Question"
    _order = "sequence, id"

    name = fields.Char(
        string="Question",
        required=True,
        translate=True,
        help="As the contact reads it, such as “Where do you live?”",
    )
    help = fields.Text(
        string="Explanation",
        translate=True,
        help="Why you ask, or what to write; shown below the question",
    )
    field_name = fields.Selection(
        "_get_field_selection", string="Fills the Field", required=True
    )
    kind = fields.Selection(_KINDS, string="Answer", compute="_compute_kind")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        ondelete="cascade",
        help="Leave empty to ask the contacts of all companies",
    )
    is_on_page = fields.Boolean(
        string="On the Preference Page",
        default=True,
        help="Otherwise it is only asked by sign-up forms that list it",
    )
    stale_months = fields.Integer(
        string="Ask Again after Months",
        default=24,
        help="Known answers are shown for a check when they are older; 0 is never",
    )
    is_sensitive = fields.Boolean(
        string="Hide the Answer",
        compute="_compute_is_sensitive",
        store=True,
        readonly=False,
        help="Whoever got a forwarded mail does not even see its first letter",
    )
    error = fields.Char(compute="_compute_error", search="_search_error")

    _stale_check = models.Constraint(
        "CHECK (stale_months BETWEEN 0 AND 1200)",
        "An answer is asked again after 0 (never) to 1200 months.",
    )

    @api.depends("field_name")
    def _compute_kind(self):
        for question in self:
            question.kind = question._get_kind()

    @api.depends("field_name")
    def _compute_is_sensitive(self):
        for question in self:
            question.is_sensitive = question.field_name in _SENSITIVE

    @api.depends("field_name")
    def _compute_error(self):
        for question in self:
            question.error = bool(question.field_name) and question._find_error()

    def _search_error(self, operator, value):
        if operator != "in" or set(value) - {False}:
            return NotImplemented
        questions = self.sudo().with_context(active_test=False)
        questions = questions.search([("field_name", "!=", False)])
        return [("id", "not in", questions.filtered(lambda q: q._find_error()).ids)]

    @api.constrains("field_name")
    def _check_field_name(self):
        for question in self:
            if error := question._find_error():
                raise ValidationError(error)

    @api.model
    def _get_field_selection(self):
        """Return what may be asked, with the label of the field."""
        partners = self.env["res.partner"]
        labels = [
            (name, partners._fields[name]._description_string(self.env))
            for name in FIELDS
        ]
        return labels + [
            (f"{PROPERTY}{name}", definition.get("string") or name)
            for name, definition in self._get_properties().items()
        ]

    @api.model
    def _get_field_labels(self):
        """Return {name in the log: label} of what contacts may change."""
        labels = dict(self._get_field_selection())
        email = self.env["res.partner"]._fields["email"]
        return {**labels, "email": email._description_string(self.env)}

    @api.model
    def _get_properties(self):
        """Return {name: definition} of custom properties that may be asked."""
        # sudo: which properties contacts have is no secret among their fields.
        definition = self.env["properties.base.definition"].sudo()
        row = definition.search(
            [
                ("properties_field_id.model", "=", "res.partner"),
                ("properties_field_id.name", "=", "properties"),
            ],
            limit=1,
        )
        return {
            one["name"]: one
            for one in row.properties_definition or ()
            if one.get("type") in PROPERTIES
        }

    def _get_kind(self):
        self.ensure_one()
        name = self.field_name or ""
        if not name.startswith(PROPERTY):
            return FIELDS.get(name, False)
        definition = self._get_properties().get(name.removeprefix(PROPERTY))
        return PROPERTIES[definition["type"]] if definition else False

    def _find_error(self):
        """Return why the question cannot be asked, or False."""
        self.ensure_one()
        if self._get_kind():
            return False
        return self.env._(
            "Contacts have no field or property “%s” that can be asked.",
            self.field_name,
        )


class PropertiesBaseDefinition(models.Model):
    """Questions about properties are kept in memory until a property changes."""

    _inherit = "properties.base.definition"

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)


class LifecycleInterest(models.Model):
    """Interests are the choices of a question, kept in memory until one changes."""

    _name = "lifecycle.interest"
    _inherit = ("lifecycle.interest", "lifecycle.cached")
