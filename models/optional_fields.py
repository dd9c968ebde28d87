"""Numbers that may be unknown.

To Odoo a number that was never written is 0.  A chance of buying, a value to come or
a score is not 0 where it is not known: these fields read as False, show and export as
empty, and are found by ``= False`` and not by ``= 0`` or ``< 50``.  Every area may use
them, which is why they stand above the areas.
"""

from odoo import fields


class _Optional:
    """An empty column stays empty all the way to the user."""

    falsy_value = None

    def convert_to_column(self, value, record, values=None, validate=True):
        if value is None or value is False:
            return None
        return super().convert_to_column(value, record, values, validate)

    def convert_to_cache(self, value, record, validate=True):
        if value is None or value is False:
            return None
        return super().convert_to_cache(value, record, validate)

    def convert_to_record(self, value, record):
        return False if value is None else super().convert_to_record(value, record)

    def convert_to_export(self, value, record):
        return "" if value is False else super().convert_to_export(value, record)

    def filter_function(self, records, field_expr, operator, value):
        if operator != "in":
            return super().filter_function(records, field_expr, operator, value)
        getter = self.expression_getter(field_expr)
        wanted = set(map(_know, value))
        return lambda record: _know(getter(record)) in wanted


def _know(value):
    """Return a number, or None: to Python, False is 0."""
    return None if value is False else value


class OptionalInteger(_Optional, fields.Integer):
    """An integer, or False."""


class OptionalYear(OptionalInteger):
    """A year, or False: whoever empties the field in a form sends 0."""

    def convert_to_column(self, value, record, values=None, validate=True):
        return super().convert_to_column(value or None, record, values, validate)

    def convert_to_cache(self, value, record, validate=True):
        return super().convert_to_cache(value or None, record, validate)


class OptionalFloat(_Optional, fields.Float):
    """A float, or False."""


class OptionalMonetary(_Optional, fields.Monetary):
    """An amount, or False."""

    def convert_to_column_insert(self, value, record, values=None, validate=True):
        if value is None or value is False:
            return None
        return super().convert_to_column_insert(value, record, values, validate)
