from ast import literal_eval

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, OrderedSet

_BROKEN = (ValueError, TypeError, KeyError, AttributeError, IndexError)
_NESTED = ("any", "not any")
_MANY = (list, tuple, set, frozenset, OrderedSet)
_PLAIN = ("integer", "float", "monetary", "date", "datetime", "boolean", "selection")


class LifecycleSegment(models.Model):
    """Conditions on the contact itself: an Odoo domain."""

    _inherit = "lifecycle.segment"

    def _condition_sql_profile(self, condition, compilation):
        partners, query = compilation.partners, compilation.query
        domain = self._read_domain(condition.domain, partners)
        try:
            domain = domain.map_conditions(
                lambda leaf: self._replace_leaf(leaf, compilation)
            )
            domain = domain.optimize_full(partners)
            return domain._to_sql(partners, compilation.alias, query)
        except AccessError as error:
            raise UserError(str(error)) from error
        except _BROKEN as error:
            raise self._get_domain_error(condition.domain, error) from error

    @api.model
    def _read_domain(self, text, partners):
        """Return a domain that a user may ask for.

        It is not validated here: that would run the fields' own search methods, of
        which some are slow, and are replaced afterwards.

        :param partners: contacts with the rights of that user
        :raise UserError: for fields that do not exist or are hidden from the user
        """
        try:
            domain = Domain(literal_eval(text))
            self._check_domain_access(domain, partners)
        except UserError:
            raise
        except (*_BROKEN, SyntaxError) as error:
            raise self._get_domain_error(text, error) from error
        if domain.is_true() or domain.is_false():
            raise UserError(self.env._("Add a condition on the contact."))
        return domain

    def _get_domain_error(self, text, error):
        return UserError(
            self.env._(
                "The condition on the contact cannot be used: %(error)s\n%(domain)s",
                error=str(error).strip() or type(error).__name__,
                domain=text,
            )
        )

    def _check_domain_access(self, domain, model):
        """Check that a user may read each field on each path of a domain.

        Odoo checks the fields that it compares, not those whose own search method
        answers: a hidden one could be guessed by searching it, or its opposite.
        """
        for leaf in domain.iter_conditions():
            target = self._check_path_access(leaf.field_expr, model)
            if isinstance(leaf.value, Domain):
                self._check_domain_access(leaf.value, target)
            elif leaf.operator in _NESTED:
                self._check_domain_access(Domain(leaf.value), target)

    def _check_path_access(self, path, model):
        """Check each field of a path, and return the model it ends in."""
        for name in path.split("."):
            field = model._fields.get(name)
            if field is None:
                raise ValueError(f"Invalid field {model._name}.{name}")
            self._check_field_allowed(field, model)
            if not field.relational:
                # What follows is a part of a date, or one of many properties.
                return model
            model = model.env[field.comodel_name]
        return model

    def _check_field_allowed(self, field, model):
        if field.name in self._get_member_fields():
            raise UserError(
                self.env._("To ask for a segment, add a condition “Segment”.")
            )
        if not model.has_access("read") or not model._has_field_access(field, "read"):
            raise UserError(
                self.env._(
                    "%(owner)s may not read the field “%(field)s” (%(model)s).",
                    owner=model.env.user.name,
                    field=field.get_description(self.env, ["string"])["string"],
                    # sudo: the name of a kind of document is no secret.
                    model=self.env["ir.model"].sudo()._get(model._name).name,
                )
            )

    @api.model
    def _get_member_fields(self):
        """Return fields that tell segments of a contact.

        In a domain they would hide what a segment is built on: cycles could not be
        found, nor an order in which to refresh.
        """
        return {"lifecycle_segment_ids", "lifecycle_membership_ids"}

    def _replace_leaf(self, leaf, compilation):
        """Return the same condition in a form that PostgreSQL plans well."""
        is_equality = leaf.operator in ("=", "!=", "in", "not in")
        if leaf.field_expr in _BLACKLISTS and is_equality:
            return self._replace_blacklisted(leaf, compilation)
        field = compilation.partners._fields.get(leaf.field_expr)
        related = field.related.split(".") if field and field.related else ()
        if len(related) == 2 and related[0] == "lifecycle_profile_id":
            return self._replace_fact(related[1], leaf, compilation)
        return leaf

    def _replace_blacklisted(self, leaf, compilation):
        """Ask the blacklist for the address.

        Odoo asks a list of all contacts, joined once more for each contact.
        """
        table, column, number = _BLACKLISTS[leaf.field_expr]
        values = leaf.value if isinstance(leaf.value, _MANY) else [leaf.value]
        wanted = {bool(value) for value in values}
        if len(wanted) != 1:
            return Domain(bool(wanted) == (leaf.operator in ("=", "in")))
        is_listed = wanted.pop() == (leaf.operator in ("=", "in"))
        sql = SQL(
            "%sEXISTS (SELECT FROM %s b WHERE b.active AND b.%s = %s)",
            SQL("") if is_listed else SQL("NOT "),
            SQL.identifier(table),
            SQL.identifier(number),
            compilation.column(column),
        )
        return Domain.custom(to_sql=lambda model, alias, query: sql)

    def _replace_fact(self, name, leaf, compilation):
        """Ask the profile that is joined already.

        The right to the field was checked; whoever sees the contact sees its facts.
        """
        # sudo: as above, and as the related field itself is searched.
        profiles = compilation.env["lifecycle.profile"].sudo()
        if profiles._fields[name].type not in _PLAIN:
            return leaf
        domain = Domain(name, leaf.operator, leaf.value).optimize_full(profiles)
        sql = domain._to_sql(profiles, compilation.profile, compilation.query)
        # Odoo's opposite of a comparison is true of what is unknown; so is this one's.
        sql = SQL("(%s) IS TRUE", sql)
        return Domain.custom(to_sql=lambda model, alias, query: sql)


_BLACKLISTS = {
    "is_blacklisted": ("mail_blacklist", "email_normalized", "email"),
    "phone_sanitized_blacklisted": ("phone_blacklist", "phone_sanitized", "number"),
}
