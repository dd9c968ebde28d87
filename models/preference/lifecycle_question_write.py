from odoo import api, fields, models
from odoo.fields import Command

from .lifecycle_question import PROPERTY

_BIRTH_DATE, _BIRTH_YEAR = "lifecycle_birth_date", "lifecycle_birth_year"


class LifecycleQuestion(models.Model):
    """What becomes of answers: fields of the contact, a log, a verification."""

    _inherit = "lifecycle.question"

    @api.model
    def _write(self, partner, company, answers, told, only_empty=False):
        """Write the answers that differ from what is known, and log each.

        :param partner: one contact, as superuser
        :param company: the company that asked
        :param answers: {row id: clean text}; what is no longer asked, or cannot be
            chosen any more, is left out
        :param told: dict with ``source`` and ``lang``
        :param only_empty: leave alone whatever is known already, for whoever has not
            shown to be the contact
        :return: set of keys (``q7``) of what was written
        """
        rows = self._filter_rows(
            self._read_rows(company, told.get("lang") or self.env.lang), partner
        )
        known = self._read_values(rows, partner)
        changed = {}
        for row in rows:
            if row["id"] not in answers:
                continue
            text, error = self._parse(row, answers[row["id"]])
            before = known[row["key"]]
            if error or text == before or (only_empty and before):
                continue
            changed[row["key"]] = (row, before, text)
        if changed:
            self._write_changes(partner, company, list(changed.values()), told)
        return set(changed)

    def _write_changes(self, partner, company, changes, told):
        partner.write(self._prepare_partner_values(partner, changes))
        asked = self.with_context(lang=told.get("lang"))
        self.env["lifecycle.preference"]._log_facts(
            partner,
            company,
            [
                (row["field"], asked._describe(row, old), asked._describe(row, new))
                for row, old, new in changes
            ],
            told["source"],
        )
        groups = self.env["lifecycle.wanted.field"]._get_groups_of_fields()
        written = {
            group for row, *_ in changes for group in self._get_groups(row, groups)
        }
        if written:
            self.env["lifecycle.verification"]._add(partner.ids, written, "contact")

    @api.model
    def _get_groups(self, row, groups):
        """Return ids of the field groups that an answer verifies."""
        names = [row["field"]]
        if row["field"] == _BIRTH_YEAR:
            names.append(_BIRTH_DATE)
        return [group for name in names for group in groups.get(name, ())]

    @api.model
    def _prepare_partner_values(self, partner, changes):
        values, properties = {}, {}
        for row, old, text in changes:
            name = row["field"]
            if name.startswith(PROPERTY):
                properties[name.removeprefix(PROPERTY)] = self._to_property(row, text)
            elif row["kind"] == "multi":
                values[name] = self._to_commands(old, text)
            else:
                values[name] = self._to_field(row, text)
        if properties:
            values["properties"] = {**partner.properties._values, **properties}
        if values.get(_BIRTH_DATE):
            values.pop(_BIRTH_YEAR, None)
        elif _BIRTH_YEAR in values:
            # The day is not of that year, and a year alone makes no birthday.
            values[_BIRTH_DATE] = False
        return values

    @api.model
    def _to_commands(self, old, text):
        """Add and take away what was ticked; what is archived was not shown."""
        before, after = (
            {int(number) for number in numbers.split(",") if number}
            for numbers in (old, text)
        )
        return [
            *(Command.link(number) for number in sorted(after - before)),
            *(Command.unlink(number) for number in sorted(before - after)),
        ]

    @api.model
    def _to_field(self, row, text):
        kind = row["kind"]
        if not text:
            return False
        if kind == "country":
            return next(i for i, code in row["codes"].items() if code == text)
        return int(text) if kind == "year" else text

    @api.model
    def _to_property(self, row, text):
        kind = row["kind"]
        if kind == "multi":
            return text.split(",") if text else []
        if not text:
            return None if kind == "boolean" else False
        if kind == "boolean":
            return text == "1"
        if kind == "integer":
            return int(text)
        return float(text) if kind == "number" else text


class LifecyclePreference(models.Model):
    """Facts that contacts change stand in the same log as their preferences."""

    _inherit = "lifecycle.preference"

    @api.model
    def _log_facts(self, partner, company, changes, source):
        """Log what a contact told of itself.

        :param changes: triples of field name, text before and text after
        """
        self.env["lifecycle.preference.change"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "field_name": name,
                    "old_value": before or False,
                    "new_value": after or False,
                    "change_date": fields.Datetime.now(),
                    "source": source,
                }
                for name, before, after in changes
            ]
        )
        self.env["lifecycle.touchpoint.source"]._trigger_harvest()
