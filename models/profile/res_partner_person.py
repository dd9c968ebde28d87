from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ...engine.thresholds import compare
from ...engine.vocabulary import CONTACT_KINDS, GENDERS
from ..optional_fields import OptionalYear

_READERS = "contact_lifecycle.group_lifecycle_reader"


class ResPartner(models.Model):
    """Who the contact is: facts that people know and type."""

    _inherit = "res.partner"

    lifecycle_kind = fields.Selection(
        CONTACT_KINDS, string="Kind of Contact", groups=_READERS
    )
    lifecycle_birth_date = fields.Date(string="Birth Date", copy=False, groups=_READERS)
    lifecycle_birth_year = OptionalYear(
        string="Year of Birth",
        copy=False,
        aggregator=None,
        help="Of the birth date; to be filled in where no more than the year is known",
        groups=_READERS,
    )
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

    @api.depends("lifecycle_birth_date", "lifecycle_birth_year")
    def _compute_lifecycle_age(self):
        """Of whom only the year is known, the age that is certain."""
        today = fields.Date.context_today(self)
        for partner in self:
            born = partner.lifecycle_birth_date
            if not born and partner.lifecycle_birth_year:
                born = date(partner.lifecycle_birth_year, 12, 31)
            # Not relativedelta: born on 29 February, one turns a year on 1 March.
            age = born and (
                today.year
                - born.year
                - ((today.month, today.day) < (born.month, born.day))
            )
            partner.lifecycle_age = max(age or 0, 0)

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

    @api.constrains("lifecycle_birth_date", "lifecycle_birth_year")
    def _check_lifecycle_birth_year(self):
        today = fields.Date.context_today(self)
        for partner in self:
            year, born = partner.lifecycle_birth_year, partner.lifecycle_birth_date
            if year and not born and not today.year - 130 <= year <= today.year:
                raise ValidationError(
                    self.env._(
                        "%(name)s cannot be born in %(year)s: a year of birth lies at "
                        "most 130 years ago.",
                        name=partner.display_name,
                        year=str(year),
                    )
                )
            if born and year != born.year:
                raise ValidationError(
                    self.env._(
                        "The birth date of %(name)s is not in %(year)s. Correct the "
                        "date, or empty it where only the year is known.",
                        name=partner.display_name,
                        year=str(year or ""),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([_add_birth_year(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(_add_birth_year(vals))

    def _search_lifecycle_age(self, operator, value):
        """Ages become ranges of birth dates, so that an index can serve them."""
        today = fields.Date.context_today(self)

        def born_by(age):
            """Whoever has completed ``age`` years for certain."""
            year = Domain("lifecycle_birth_year", "<=", _last_year(today, age))
            latest = today - relativedelta(years=age)
            by_date = Domain("lifecycle_birth_date", "<=", latest)
            return by_date | (Domain("lifecycle_birth_date", "=", False) & year)

        unknown = Domain(
            [("lifecycle_birth_date", "=", False), ("lifecycle_birth_year", "=", False)]
        )
        if operator != "in":
            return compare(operator, value, born_by, ~unknown)
        ages = [compare("in", age, born_by, ~unknown) for age in value]
        if not all(value):
            ages.append(unknown)
        return Domain.OR(ages)


def _last_year(today, age):
    """Return the last year of birth of which everybody has completed ``age`` years."""
    is_last_day = (today.month, today.day) == (12, 31)
    return today.year - age - (not is_last_day)


def _add_birth_year(vals):
    """Let the year follow the birth date; one that was told without it is left alone.

    Not a computed field: whoever installs this has a million contacts.
    """
    born = fields.Date.to_date(vals.get("lifecycle_birth_date"))
    if not born or vals.get("lifecycle_birth_year"):
        return vals
    return {**vals, "lifecycle_birth_year": born.year}
