from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ...engine.quality.codes import APPLIES_TO

# What people fill in; a tick is never missing.
_TYPES = {
    "char",
    "text",
    "html",
    "selection",
    "many2one",
    "many2many",
    "date",
    "datetime",
    "integer",
    "float",
    "monetary",
}
# Settings and bookkeeping that no contact could tell.
_TECHNICAL = {"color", "company_id", "email_normalized", "phone_sanitized", "type"}
_TECHNICAL_PREFIXES = ("message_", "activity_", "lifecycle_stage_", "signup_")
_HARMLESS = {"sequence"}


class LifecycleWantedField(models.Model):
    """A field of contacts that a company wants filled in, and how much it matters.

    A row without a company holds for all of them; a company's own row for the same
    field replaces it there, with a weight of 0 when the company does not want it.
    Contacts shared by all companies are asked what the main company asks.  The field
    is kept by name: one that was removed is skipped and says so in ``error``.
    """

    _name = "lifecycle.wanted.field"
    _description = "Wanted Field"
    _order = "sequence, id"

    field_name = fields.Selection("_get_field_selection", string="Field", required=True)
    label = fields.Char(compute="_compute_label")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    weight = fields.Integer(
        default=1,
        required=True,
        help="A field of weight 4 counts as much as four of weight 1; 0 is not wanted",
    )
    group_id = fields.Many2one(
        "lifecycle.field.group",
        string="Field Group",
        required=True,
        ondelete="restrict",
        index=True,
    )
    applies_to = fields.Selection(APPLIES_TO, required=True, default="both")
    company_id = fields.Many2one(
        "res.company",
        ondelete="cascade",
        help="Leave empty to ask it of the contacts of all companies; a company's own "
        "line replaces the common one",
    )
    error = fields.Char(compute="_compute_error", search="_search_error")

    _field_uniq = models.UniqueIndex(
        "(field_name, COALESCE(company_id, 0))", "This field is wanted already."
    )
    _weight_check = models.Constraint(
        "CHECK (weight BETWEEN 0 AND 100)", "A weight lies between 0 and 100."
    )

    @api.depends("field_name")
    @api.depends_context("lang")
    def _compute_label(self):
        labels = dict(self._get_field_selection())
        for wanted in self:
            wanted.label = labels.get(wanted.field_name, wanted.field_name)

    @api.depends("field_name")
    def _compute_error(self):
        for wanted in self:
            wanted.error = bool(wanted.field_name) and wanted._find_error()

    def _search_error(self, operator, value):
        if operator != "in" or set(value) - {False}:
            return NotImplemented
        broken = self.sudo().with_context(active_test=False)
        broken = broken.search([("field_name", "!=", False)])
        return [("id", "not in", broken.filtered(lambda row: row._find_error()).ids)]

    @api.depends("label")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for wanted in self:
            wanted.display_name = wanted.label

    def _search_display_name(self, operator, value):
        if operator not in ("ilike", "=", "in"):
            return NotImplemented
        texts = [value] if isinstance(value, str) else value
        names = [
            name
            for name, label in self._get_field_selection()
            for text in texts
            if (text.lower() in label.lower() if operator == "ilike" else text == label)
        ]
        return [("field_name", "in", names)]

    @api.model
    def _get_field_selection(self):
        """Return what may be wanted: stored fields that the user may fill in."""
        partners = self.env["res.partner"]
        labels = partners.fields_get(attributes=["string"])
        return sorted(
            (
                (name, labels[name]["string"])
                for name, field in partners._fields.items()
                if name in labels and self._can_be_wanted(field)
            ),
            key=lambda choice: choice[1],
        )

    @api.model
    def _can_be_wanted(self, field):
        return (
            field.store
            and not field.related
            and not field.readonly
            and not field.company_dependent
            and field.type in _TYPES
            and field.name not in _TECHNICAL
            and not field.name.startswith(_TECHNICAL_PREFIXES)
        )

    @api.constrains("field_name")
    def _check_field_name(self):
        choices = dict(self._get_field_selection())
        for wanted in self:
            if wanted.field_name not in choices:
                raise ValidationError(
                    self.env._(
                        "“%s” cannot be wanted: choose a field that is stored on "
                        "the contact and that people fill in.",
                        wanted.label,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        wanted = super().create(vals_list)
        wanted._ask_again()
        return wanted

    def write(self, vals):
        result = super().write(vals)
        if set(vals) - _HARMLESS:
            self._ask_again()
        return result

    def unlink(self):
        result = super().unlink()
        self._ask_again()
        return result

    def _ask_again(self):
        self.env.registry.clear_cache()
        self.env["lifecycle.quality.run"]._ask()

    def _find_error(self):
        """Return why the field cannot be looked at, or False."""
        self.ensure_one()
        field = self.env["res.partner"]._fields.get(self.field_name)
        if not field:
            return self.env._("Contacts have no field “%s” any more.", self.field_name)
        if not self._can_be_wanted(field):
            return self.env._("The field “%s” cannot be filled in.", self.field_name)
        return False

    @api.model
    def _get_working(self):
        """Return the rows of all companies that can be looked at, in order."""
        # sudo: a contact is judged by its own company's list, whoever asks.
        rows = self.sudo().search([("active", "=", True)])
        return rows.filtered(lambda row: not row._find_error())

    @api.model
    @tools.ormcache()
    def _get_groups_of_fields(self):
        """Return ``{field name: ids of its groups}``, to know what an edit concerns."""
        rows = self.sudo().search([("weight", ">", 0)])
        groups = {}
        for wanted in rows:
            groups.setdefault(wanted.field_name, set()).add(wanted.group_id.id)
        return {name: tuple(sorted(ids)) for name, ids in groups.items()}

    # The same facts in SQL; ``p`` is the contact.

    def _get_applies_sql(self, rows):
        """Return SQL: whether the contact ``p`` is asked for this field.

        :param rows: all rows, among which may be a company's own for this field
        """
        self.ensure_one()
        conditions = [SQL("true")]
        if self.applies_to != "both":
            is_company = "" if self.applies_to == "company" else "NOT"
            conditions.append(
                SQL(f"COALESCE(p.is_company, false) IS {is_company} true")
            )
        if not self.group_id.is_for_addresses:
            conditions.append(SQL("NOT %s", self._get_is_address_sql()))
        conditions.extend(self._get_company_conditions(rows))
        return SQL("(%s)", SQL(" AND ").join(conditions))

    def _get_company_conditions(self, rows):
        main = self.env["ir.model.data"]._xmlid_to_res_id("base.main_company")
        company = SQL("COALESCE(p.company_id, %s)", main)
        if self.company_id:
            return [SQL("%s = %s", company, self.company_id.id)]
        own = rows.filtered(
            lambda row: row.company_id and row.field_name == self.field_name
        )
        if own:
            return [SQL("%s <> ALL(%s)", company, own.company_id.ids)]
        return []

    @api.model
    def _get_is_address_sql(self):
        """Return SQL: whether ``p`` is but another address of a contact."""
        return SQL(
            "(p.parent_id IS NOT NULL AND COALESCE(p.type, 'contact') <> 'contact')"
        )

    def _get_present_sql(self):
        """Return SQL: whether the field of the contact ``p`` is filled in."""
        self.ensure_one()
        field = self.env["res.partner"]._fields[self.field_name]
        if field.type == "many2many":
            return SQL(
                "EXISTS (SELECT 1 FROM %s r WHERE %s = p.id)",
                SQL.identifier(field.relation),
                SQL.identifier("r", field.column1),
            )
        column = SQL.identifier("p", self.field_name)
        if field.type in ("integer", "float", "monetary"):
            return SQL("COALESCE(%s, 0) <> 0", column)
        if field.type not in ("char", "text", "html", "selection"):
            return SQL("%s IS NOT NULL", column)
        text = SQL("%s::text", column)
        if field.type == "html":
            text = SQL("regexp_replace(%s, '<[^>]*>|&nbsp;', '', 'g')", text)
        return SQL("btrim(COALESCE(%s, ''), E' \\t\\n\\r') <> ''", text)

    def _get_missing_sql(self):
        """Return SQL: ids of those of these rows whose field the contact ``p`` lacks.

        ``self`` is all rows that can be looked at.
        """
        lacks = [
            SQL(
                "CASE WHEN %s AND NOT %s THEN %s END",
                row._get_applies_sql(self),
                row._get_present_sql(),
                row.id,
            )
            for row in self
            if row.weight
        ]
        return SQL("array_remove(ARRAY[%s]::int[], NULL)", SQL(", ").join(lacks))
