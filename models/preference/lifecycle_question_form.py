from markupsafe import Markup

from odoo import api, fields, models, tools
from odoo.tools import SQL
from odoo.tools.misc import format_date

from ...engine.consent import masks
from ...engine.consent.facts import LONGEST, FactError, clean_fact
from .lifecycle_question import PROPERTY

_INTERESTS = "lifecycle_interest_ids"
_LONG_TEXT = 1000
_CHOSEN = {"choice", "multi", "country"}
_SHORT = {"zip": 24}
# What browsers and helps for the disabled fill in (WCAG 2.2, 1.3.5).
_AUTOCOMPLETE = {
    "name": "name",
    "lifecycle_birth_date": "bday",
    "lifecycle_birth_year": "bday-year",
    "lifecycle_gender": "sex",
    "street": "street-address",
    "zip": "postal-code",
    "city": "address-level2",
    "country_id": "country",
    "function": "organization-title",
    "company_name": "organization",
    "lang": "language",
}
_OF_PERSONS = {
    "lifecycle_birth_date",
    "lifecycle_birth_year",
    "lifecycle_gender",
    "lifecycle_gender_text",
    "function",
    "company_name",
}
# A contact of a company shares its address: writing it would move the company.
_OF_COMPANY = {"street", "zip", "city", "country_id", "company_name"}


def _render_options(choices):
    """Return the options of a list, made once: there are 250 countries."""
    option = Markup('<option value="{}">{}</option>')
    return Markup("").join(option.format(value, label) for value, label in choices)


class LifecycleQuestion(models.Model):
    """Questions as public forms show them, and what comes back.

    All methods are for forms of ours and run as superuser.  Answers are clean text, as
    ``engine.consent.facts`` makes it; the empty text is "not told".
    """

    _inherit = "lifecycle.question"

    @api.model
    @tools.ormcache("company.id", "lang")
    def _read_rows(self, company, lang):
        """Return the questions of a company that can be answered, as plain dicts.

        :return: tuple of dicts: ``id``, ``key`` (name of the form field), ``label``,
            ``help``, ``kind``, ``choices`` (pairs of value and label), ``options``
            (the same as HTML), ``codes`` ({id: value} of countries), ``field``,
            ``is_sensitive``, ``is_on_page``, ``is_required``, ``stale_months``,
            ``longest`` and ``autocomplete``
        """
        questions = (
            self.sudo()
            .with_context(lang=lang)
            .search([("company_id", "in", (False, company.id))])
        )
        rows = [
            question._prepare_row() for question in questions if question._get_kind()
        ]
        # Nothing can be chosen where there are no choices: that is not asked.
        return tuple(
            row for row in rows if row["choices"] or row["kind"] not in _CHOSEN
        )

    def _prepare_row(self):
        kind = self._get_kind()
        choices = tuple(self._get_choices(kind))
        is_long = kind == "text" and self._get_definition().get("type") == "text"
        return {
            "id": self.id,
            "key": f"q{self.id}",
            "label": self.name,
            "help": self.help or "",
            "kind": kind,
            "choices": choices,
            "options": _render_options(choices),
            "codes": self._get_country_codes() if kind == "country" else {},
            "is_sensitive": self.is_sensitive,
            "is_on_page": self.is_on_page,
            "is_required": self.field_name == "name",
            "stale_months": self.stale_months,
            "field": self.field_name,
            "longest": _LONG_TEXT if is_long else _SHORT.get(self.field_name, LONGEST),
            "autocomplete": _AUTOCOMPLETE.get(self.field_name, "off"),
        }

    def _get_definition(self):
        """Return the definition of the property, empty for a field."""
        name = self.field_name.removeprefix(PROPERTY)
        if name == self.field_name:
            return {}
        return self._get_properties().get(name, {})

    def _get_country_codes(self):
        countries = self.env["res.country"].search([("code", "!=", False)])
        return {country.id: country.code for country in countries}

    def _get_choices(self, kind):
        """Return pairs of value and label, in the language of the question."""
        if kind == "country":
            countries = self.env["res.country"].search([("code", "!=", False)])
            return [(c.code, c.name) for c in countries.sorted("name")]
        if self.field_name == _INTERESTS:
            interests = self.env["lifecycle.interest"].search([("active", "=", True)])
            return [(str(i.id), i.name) for i in interests.sorted("name")]
        if self.field_name == "lang":
            return self.env["res.lang"].get_installed()
        if definition := self._get_definition():
            options = definition.get("selection") or definition.get("tags") or ()
            # Several values are joined by commas.
            return [(value, label) for value, label, *_ in options if "," not in value]
        if kind == "choice":
            field = self.env["res.partner"]._fields[self.field_name]
            return field._description_selection(self.env)
        return []

    # What a contact is asked, and what is known

    @api.model
    def _filter_rows(self, rows, partner):
        """Return the rows that make sense for a contact."""
        senseless = set()
        if partner.is_company:
            senseless |= _OF_PERSONS
        if partner.parent_id and partner.type == "contact":
            senseless |= _OF_COMPANY
        if partner.lifecycle_gender != "self_described":
            senseless.add("lifecycle_gender_text")
        return [row for row in rows if row["field"] not in senseless]

    @api.model
    def _read_values(self, rows, partner):
        """Return {key: text} of what is known of a contact."""
        interests, properties = self._read_apart(rows, partner)
        values = {}
        for row in rows:
            name = row["field"]
            if name.startswith(PROPERTY):
                value = properties.get(name.removeprefix(PROPERTY))
            elif name == _INTERESTS:
                value = interests
            else:
                value = partner[name]
            values[row["key"]] = self._get_text(row, value)
            if name == "name" and value in (partner.email, partner.email_normalized):
                # Whoever signed up without a name is called by the address.
                values[row["key"]] = ""
        return values

    @api.model
    def _read_apart(self, rows, partner):
        """Return (ids of interests, {property: value}) of a contact, by one query.

        The page is asked for in bursts, and has no more than this to fetch.
        """
        names = {row["field"] for row in rows}
        if not any(n == _INTERESTS or n.startswith(PROPERTY) for n in names):
            return (), {}
        self.env.flush_all()
        field = partner._fields[_INTERESTS]
        ((interests, properties),) = self.env.execute_query(
            SQL(
                """SELECT ARRAY(SELECT %(interest)s FROM %(relation)s
                                 WHERE %(partner)s = p.id), p.properties
                     FROM res_partner p WHERE p.id = %(id)s""",
                interest=SQL.identifier(field.column2),
                relation=SQL.identifier(field.relation),
                partner=SQL.identifier(field.column1),
                id=partner.id,
            )
        ) or [((), {})]
        return interests, properties or {}

    @api.model
    def _get_text(self, row, value):
        """Return the clean text of a value of the contact."""
        kind = row["kind"]
        if kind == "boolean":
            return "" if value is None else str(int(bool(value)))
        if kind == "number" or kind == "integer":
            return "" if value is None or value is False else f"{value:.10g}"
        if not value:
            return ""
        if kind == "country":
            return row["codes"].get(value.id, "")
        if kind == "multi":
            ticked = set(map(str, value))
            return ",".join(v for v, _label in row["choices"] if v in ticked)
        if kind in ("date", "birth_date"):
            return fields.Date.to_string(fields.Date.to_date(value))
        return str(value)

    @api.model
    def _describe(self, row, text):
        """Return an answer as people read it."""
        if not text:
            return ""
        if row["kind"] == "boolean":
            return self.env._("Yes") if text == "1" else self.env._("No")
        if row["choices"]:
            labels = dict(row["choices"])
            values = text.split(",") if row["kind"] == "multi" else [text]
            return ", ".join(labels.get(value, value) for value in values)
        if row["kind"] in ("date", "birth_date"):
            return format_date(self.env, text)
        return text

    @api.model
    def _mask(self, row, text):
        """Return an answer as whoever got a forwarded mail may read it."""
        shown = masks.mask_text(self._describe(row, text))
        return shown and (shown[1:] if row["is_sensitive"] else shown)

    # What comes back

    @api.model
    def _parse(self, row, text):
        """Return (clean text, None), or (None, code of an error)."""
        choices = [value for value, _label in row["choices"]]
        today = fields.Date.today()
        try:
            clean = clean_fact(row["kind"], text, today, choices, row["longest"])
        except FactError as error:
            return None, str(error)
        if row["is_required"] and not clean:
            return None, "required"
        return clean, None

    @api.model
    def _read_form(self, rows, sent):
        """Read the answers of a form.

        :param rows: of ``_read_rows``, those that the form asked
        :param sent: {field: text} of the form; boxes are called ``q7_3``
        :return: ({row id: clean text}, {key: code of an error}, {key: text as sent})
        """
        typed = {row["key"]: self._get_typed(row, sent) for row in rows}
        answers, errors = {}, {}
        for row in rows:
            clean, error = self._parse(row, typed[row["key"]])
            if error:
                errors[row["key"]] = error
            else:
                answers[row["id"]] = clean
        return answers, errors, typed

    @api.model
    def _get_typed(self, row, sent):
        if row["kind"] != "multi":
            return sent.get(row["key"], "")[: 2 * _LONG_TEXT]
        values = (value for value, _label in row["choices"])
        return ",".join(value for value in values if sent.get(f"{row['key']}_{value}"))
