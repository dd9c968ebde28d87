import json
from datetime import timedelta

from odoo import fields, models


class LifecycleSegment(models.Model):
    """The differences of a segment, in the user's words."""

    _inherit = "lifecycle.segment"

    def _describe_difference(self, fact, row):
        """Return a difference as the page shows it."""
        return {
            "fact": row.fact,
            "label": self._get_fact_label(fact),
            "value": row.value,
            "name": self._get_fact_value_name(fact, row.value),
            "count": row.count,
            "count_elsewhere": row.count_elsewhere,
            "here": row.here,
            "elsewhere": row.elsewhere,
            "lift": row.lift,
            "surprise": row.surprise,
            "domain": self._get_fact_domain(fact, row.value),
            "is_condition": self._asks_for(fact),
        }

    def _get_fact_label(self, fact):
        if fact.get("unit") == "age":
            return self.env._("Age")
        if "field" not in fact:
            return self.env._("Device")
        field = self.env["res.partner"]._fields[fact["field"]]
        return field._description_string(self.env)

    def _get_fact_value_name(self, fact, value):
        if "bands" in fact:
            return self._get_band_name(fact, value)
        if "field" not in fact:
            devices = self.env["lifecycle.touchpoint"]._fields["device"]
            return dict(devices._description_selection(self.env)).get(value, value)
        field = self.env["res.partner"]._fields[fact["field"]]
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        if field.relational:
            # sudo: the name of what a contact that the user sees is linked to.
            return self.env[field.comodel_name].sudo().browse(value).display_name
        return value

    def _get_band_name(self, fact, place):
        """Return the words of a band: 0 is below the first border."""
        if place is None:
            return (
                self.env._("Unknown") if fact["unit"] == "age" else self.env._("Never")
            )
        borders, unit = fact["bands"], fact["unit"]
        low = borders[place - 1] if place else 0
        high = borders[place] if place < len(borders) else None
        if unit == "days":
            if high is None:
                return self.env._("Over %s days ago", low)
            return self.env._("%(low)s to %(high)s days ago", low=low, high=high)
        if high is None:
            return self.env._("%s or more", low)
        if high - low == 1:
            return str(low)
        return self.env._("%(low)s to %(high)s", low=low, high=high - 1)

    def _get_fact_domain(self, fact, value):
        """Return the domain of the contacts with this value, or None."""
        if "field" not in fact:
            return None
        if "bands" not in fact:
            return [(fact["field"], "=", value)]
        if value is None:
            return [(fact["field"], "=", False)]
        borders = fact["bands"]
        low = borders[value - 1] if value else None
        high = borders[value] if value < len(borders) else None
        if fact["unit"] == "days":
            return self._get_days_domain(fact["field"], low, high)
        name = "lifecycle_age" if fact["unit"] == "age" else fact["field"]
        domain = [] if low is None else [(name, ">=", low)]
        if fact["unit"] == "age" and low is None:
            domain = [(fact["field"], "!=", False)]
        return domain + ([] if high is None else [(name, "<", high)])

    def _get_days_domain(self, name, low, high):
        now = self.env.cr.now()
        domain = [(name, "!=", False)]
        if low is not None:
            limit = fields.Datetime.to_string(now - timedelta(days=low))
            domain.append((name, "<=", limit))
        if high is not None:
            limit = fields.Datetime.to_string(now - timedelta(days=high))
            domain.append((name, ">", limit))
        return domain

    def _asks_for(self, fact):
        """Whether a condition of the segment names the fact, so that it is no news."""
        text = json.dumps(self.definition or {})
        name = fact.get("field", "")
        names = {name, "lifecycle_age"} if fact.get("unit") == "age" else {name}
        return any(name and name in text for name in names)
