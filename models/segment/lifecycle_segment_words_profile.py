import re
from datetime import date, datetime

from odoo import models
from odoo.tools.misc import format_date, format_datetime

from ...engine.segmentation.domain import LOGIC, NESTED, is_relative, read_domain

_OFFSET = re.compile(r"^(today|now)?\s*([+-])\s*(\d+)\s*([dwmy])$")


class LifecycleSegment(models.Model):
    """Sentences about who a contact is: a domain in words."""

    _inherit = "lifecycle.segment"

    def _condition_words_profile(self, condition):
        items = read_domain(condition.domain)
        words = self._get_domain_words(items, self.env["res.partner"])
        return self.env._("Not: %s", words) if condition.negated else words

    def _get_domain_words(self, items, model):
        """Return a domain in Odoo's prefix notation as one sentence."""
        stack = []
        for item in reversed(items):
            if item == "!":
                stack.append(self.env._("not (%s)", stack.pop()))
            elif item in LOGIC:
                left, right = stack.pop(), stack.pop()
                stack.append(self._join_words(item, left, right))
            else:
                stack.append(self._get_leaf_words(item, model))
        return self.env._(" and ").join(reversed(stack))

    def _join_words(self, operator, left, right):
        if operator == "&":
            return self.env._(" and ").join([left, right])
        return f"({self.env._(' or ').join([left, right])})"

    def _get_leaf_words(self, leaf, model):
        path, operator, value = leaf
        label, field, target = self._get_path_words(str(path), model)
        is_nested = operator in NESTED and isinstance(value, (list, tuple))
        if is_nested and target is not None:
            inner = self._get_domain_words(value, target)
            words = self.env._("%(field)s with (%(conditions)s)")
            if operator != "any":
                words = self.env._("no %(field)s with (%(conditions)s)")
            return words % {"field": label, "conditions": inner}
        if value is False or (field and field.type == "boolean"):
            is_set = bool(value) == (operator in ("=", "in"))
            return self._get_set_words(label, field, is_set)
        return " ".join(
            [
                label,
                self._get_operator_words(operator, field),
                self._get_value_words(value, field, target),
            ]
        )

    def _get_set_words(self, label, field, is_set):
        if field and field.type == "boolean":
            return (
                self.env._("%s: yes", label) if is_set else self.env._("%s: no", label)
            )
        return (
            self.env._("%s is set", label)
            if is_set
            else self.env._("%s is not set", label)
        )

    def _get_path_words(self, path, model):
        """Return (label, field, model it leads to) of a field path."""
        labels, field = [], None
        for name in path.split("."):
            following = model._fields.get(name) if model is not None else None
            if following is None:
                labels.append(self._get_property_name(path, field, name))
                return " › ".join(labels), None, None
            field = following
            labels.append(field.get_description(self.env, ["string"])["string"])
            model = self.env[field.comodel_name] if field.relational else None
        return " › ".join(labels), field, model

    def _get_property_name(self, path, field, name):
        if field is not None and field.type == "properties":
            definition = self.env[field.model_name].get_property_definition(path)
            return definition.get("string") or name
        return name

    def _get_operator_words(self, operator, field):
        is_date = field is not None and field.type in ("date", "datetime")
        words = {
            "=": self.env._("is"),
            "!=": self.env._("is not"),
            "in": self.env._("is"),
            "not in": self.env._("is not"),
            "ilike": self.env._("contains"),
            "like": self.env._("contains"),
            "not ilike": self.env._("does not contain"),
            "not like": self.env._("does not contain"),
            "child_of": self.env._("is or is below"),
            "parent_of": self.env._("is or is above"),
        }
        if is_date:
            words |= {
                "<": self.env._("is before"),
                "<=": self.env._("is on or before"),
                ">": self.env._("is after"),
                ">=": self.env._("is on or after"),
            }
        return words.get(operator, operator)

    def _get_value_words(self, value, field, target):
        values = list(value) if isinstance(value, (list, tuple, set)) else [value]
        if target is not None and values and all(type(v) is int for v in values):
            return self._get_names_words(target._name, values, mark="%s")
        return self.env._(" or ").join(self._get_one_value(v, field) for v in values)

    def _get_one_value(self, value, field):
        if value is False:
            return self.env._("not set")
        if field is not None and field.type == "selection":
            labels = dict(field._description_selection(self.env))
            return labels.get(value, str(value))
        if field is not None and field.type in ("date", "datetime"):
            return self._get_moment_words(value)
        return str(value)

    def _get_moment_words(self, value):
        """Return a date, or the words for one that moves with the calendar."""
        text = str(value).strip()
        offset = _OFFSET.match(text)
        if offset:
            _origin, sign, number, unit = offset.groups()
            return self._get_offset_words(sign, number, unit)
        if text in ("today", "now"):
            return self.env._("today") if text == "today" else self.env._("now")
        if is_relative(text):
            return text
        try:
            if isinstance(value, datetime) or len(text) > 10:
                return format_datetime(self.env, text)
            return format_date(
                self.env, value if isinstance(value, date) else date.fromisoformat(text)
            )
        except ValueError:
            return text

    def _get_offset_words(self, sign, number, unit):
        if number == "1":
            return self._get_one_offset_words(sign, unit)
        past = {
            "d": self.env._("%s days ago", number),
            "w": self.env._("%s weeks ago", number),
            "m": self.env._("%s months ago", number),
            "y": self.env._("%s years ago", number),
        }
        future = {
            "d": self.env._("in %s days", number),
            "w": self.env._("in %s weeks", number),
            "m": self.env._("in %s months", number),
            "y": self.env._("in %s years", number),
        }
        return (past if sign == "-" else future)[unit]

    def _get_one_offset_words(self, sign, unit):
        return {
            "-d": self.env._("yesterday"),
            "-w": self.env._("a week ago"),
            "-m": self.env._("a month ago"),
            "-y": self.env._("a year ago"),
            "+d": self.env._("tomorrow"),
            "+w": self.env._("in a week"),
            "+m": self.env._("in a month"),
            "+y": self.env._("in a year"),
        }[sign + unit]
