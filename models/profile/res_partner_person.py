from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ...engine.thresholds import compare
from ...engine.vocabulary import CONTACT_KINDS, GENDERS

_READERS = "contact_lifecycle.group_lifecycle_reader"


class ResPartner(models.Model):
    """Who the contact is: facts that people know and type."""

    _inherit = "res.partner"

    lifecycle_kind = fields.Selection(
        CONTACT_KINDS, string="Kind of Contact", groups=_READERS
    )
    lifecycle_birth_date = fields.Date(string="Birth Date", copy=False, groups=_READERS)
    lifecycle_age = fields.Integer(
        string="Age",
        compute="_compute_lifecycle_age",
        search="_search_lifecycle_age",
        groups=_READERS,
    )
    lifecycle_birth_month = fields.Integer(
        string="Month of Birth",
        compute="_compute_lifecycle_birth_month",
        search="_search_lifecycle_birth_month",
        groups=_READERS,
    )
    lifecycle_is_birthday_month = fields.Boolean(
        string="Birthday This Month",
        compute="_compute_lifecycle_is_birthday_month",
        search="_search_lifecycle_is_birthday_month",
        groups=_READERS,
    )
    lifecycle_gender = fields.Selection(GENDERS, string="Gender", groups=_READERS)
    lifecycle_interest_ids = fields.Many2many(
        "lifecycle.interest", string="Interests", groups=_READERS
    )
    lifecycle_gender_text = fields.Char(
        string="Described As", help="In the contact's own words", groups=_READERS
    )

    @api.depends("lifecycle_birth_date")
    def _compute_lifecycle_age(self):
        today = fields.Date.context_today(self)
        for partner in self:
            born = partner.lifecycle_birth_date
            # Not relativedelta: born on 29 February, one turns a year on 1 March.
            partner.lifecycle_age = (
                today.year
                - born.year
                - ((today.month, today.day) < (born.month, born.day))
                if born
                else 0
            )

    @api.depends("lifecycle_birth_date")
    def _compute_lifecycle_birth_month(self):
        for partner in self:
            born = partner.lifecycle_birth_date
            partner.lifecycle_birth_month = born.month if born else 0

    def _search_lifecycle_birth_month(self, operator, value):
        return Domain("lifecycle_birth_date.month_number", operator, value)

    @api.depends("lifecycle_birth_date")
    def _compute_lifecycle_is_birthday_month(self):
        month = fields.Date.context_today(self).month
        for partner in self:
            born = partner.lifecycle_birth_date
            partner.lifecycle_is_birthday_month = bool(born) and born.month == month

    def _search_lifecycle_is_birthday_month(self, operator, value):
        """A filter may say which month it is; a segment, kept for years, may not."""
        if operator != "in":
            return NotImplemented
        month = fields.Date.context_today(self).month
        return Domain("lifecycle_birth_date.month_number", "=", month)

    @api.constrains("lifecycle_birth_date")
    def _check_lifecycle_birth_date(self):
        today = fields.Date.context_today(self)
        for partner in self:
            born = partner.lifecycle_birth_date
            if born and not today - relativedelta(years=130) <= born <= today:
                raise ValidationError(
                    self.env._(
                        "%(name)s cannot be born on %(date)s: a birth date lies "
                        "in the past, at most 130 years ago.",
                        name=partner.display_name,
                        date=format_date(self.env, born),
                    )
                )

    def _search_lifecycle_age(self, operator, value):
        """Ages become ranges of birth dates, so that an index can serve them."""
        today = fields.Date.context_today(self)

        def born_by(age):
            """Whoever has completed ``age`` years."""
            return Domain(
                "lifecycle_birth_date", "<=", today - relativedelta(years=age)
            )

        known = Domain("lifecycle_birth_date", "!=", False)
        if operator != "in":
            return compare(operator, value, born_by, known)
        ages = [compare("in", age, born_by, known) for age in value]
        if not all(value):
            ages.append(Domain("lifecycle_birth_date", "=", False))
        return Domain.OR(ages)
