from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

# Conditions that a figure may fail for not being known.
_COMPARISONS = (">", ">=", "<", "<=")


class ResPartner(models.Model):
    """Contacts sorted by what they are worth."""

    _inherit = "res.partner"

    @api.model
    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Sort contacts without a value behind, best first or last."""
        is_value = self._lifecycle_is_value(field_name)
        if is_value and direction.code == "DESC" and not nulls.code:
            nulls = SQL("NULLS LAST")
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **options):
        """Read the first contacts by a figure off its index.

        Contacts without a row are left out where a figure is asked for: joined from
        inside, PostgreSQL may begin with the rows, in the order of their index.
        """
        query = super()._search(domain, offset, limit, order, **options)
        alias = query.make_alias(self._table, "lifecycle_value_id")
        if alias in query._joins and self._lifecycle_asks_for_value(Domain(domain)):
            _kind, table, condition = query._joins[alias]
            query._joins[alias] = (SQL("JOIN"), table, condition)
        return query

    @api.model
    def _lifecycle_asks_for_value(self, domain):
        """Whether whoever meets a domain has a row of values in this company."""
        conditions = [domain]
        if getattr(domain, "OPERATOR", "") == "&":
            conditions = domain.children
        return any(
            getattr(condition, "operator", "") in _COMPARISONS
            and self._lifecycle_is_value(condition.field_expr)
            and not self._lifecycle_is_met_empty(
                self._fields[condition.field_expr],
                condition.operator,
                condition.value,
            )
            for condition in conditions
        )

    @api.model
    def _lifecycle_is_value(self, field_name):
        related = self._fields[field_name].related if field_name in self._fields else ""
        return (related or "").startswith("lifecycle_value_id.")
