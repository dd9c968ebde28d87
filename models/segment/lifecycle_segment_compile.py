from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.segmentation import conditions, plan
from ...engine.segmentation.normalise import normalise, simplify
from ...engine.segmentation.tree import DefinitionError, parse
from .compilation import Compilation


class LifecycleSegment(models.Model):
    """From a definition to one statement.

    A definition is parsed and normalised by ``engine.segmentation``; each kind of
    condition becomes a test of the contact in the row.  A negated one is the
    complement within all contacts that the owner may see: nothing is unknown.
    """

    _inherit = "lifecycle.segment"

    @api.model
    def _condition_kinds(self):
        """Return ``{code: {...}}``: the kinds of conditions.

        Keys of the inner dict: ``class``, the engine's ``Condition`` that reads it,
        ``label`` and ``icon``; ``model``, when the owner must be allowed to read
        that.  Another addon adds its own with ``super()`` and a
        ``_condition_query_<kind>(condition, compilation)`` that returns SQL of
        contact ids in a column ``partner_id`` (or ``_condition_sql_<kind>``, a test of
        the row), ``_condition_words_<kind>(condition)`` and, for "why",
        ``_condition_value_<kind>(condition, partner)``.
        """
        journey = "lifecycle.touchpoint"
        rows = [
            ("profile", self.env._("Profile"), "fa-address-card-o", None),
            ("behaviour", self.env._("Behaviour"), "fa-hand-pointer-o", journey),
            ("segment", self.env._("Segment"), "fa-object-group", "lifecycle.segment"),
            (
                "answered",
                self.env._("Survey Answer"),
                "fa-check-square-o",
                "survey.question",
            ),
            (
                "subscription",
                self.env._("Mailing List"),
                "fa-envelope-o",
                "mailing.subscription",
            ),
            (
                "consent",
                self.env._("Consent and Topics"),
                "fa-handshake-o",
                "lifecycle.consent",
            ),
            ("place", self.env._("Place"), "fa-map-marker", None),
            ("contacts", self.env._("List of Contacts"), "fa-list", None),
            ("sample", self.env._("Random Share"), "fa-random", None),
        ]
        return {
            kind: {
                "class": conditions.KINDS[kind],
                "label": name,
                "icon": icon,
                "model": model,
            }
            for kind, name, icon, model in rows
        }

    @api.model
    def _parse_definition(self, definition):
        """Return the tree of a definition; an empty one is allowed.

        :raise UserError: says what is wrong, and where
        """
        kinds = {code: kind["class"] for code, kind in self._condition_kinds().items()}
        try:
            return parse(definition or {}, kinds)
        except DefinitionError as error:
            raise UserError(self._definition_error_words(error)) from error

    @api.model
    def _normalise(self, tree):
        """Return the tree in its plainest form.

        :raise UserError: when it has no condition; that never means everybody
        """
        try:
            return normalise(tree)
        except DefinitionError as error:
            raise UserError(self._definition_error_words(error)) from error

    @api.model
    def _get_dependencies(self, tree):
        """Return what changes who is in a segment with this tree.

        :return: ``engine.segmentation.plan.Dependencies``
        """
        return plan.dependencies(tree, self._get_time_fields())

    @api.model
    def _get_time_fields(self):
        """Return names of contact fields whose value changes as time passes."""
        return {
            "lifecycle_age",
            "lifecycle_days_in_stage",
            "lifecycle_is_birthday_month",
        }

    def _get_matching_sql(self, scope=None):
        """Return SQL of the ids of the contacts that match this segment's conditions.

        Manual changes are not in it.  Evaluated as the owner, in the segment's company.

        :param scope: SQL of a query of contact ids; None looks at all contacts
        :raise UserError: when the segment cannot be evaluated, with the reason
        """
        self.ensure_one()
        tree = self._parse_definition(self.definition)
        # sudo: whoever may use the segment may know who its owner is.
        owner = self.sudo().user_id
        return self._compile(tree, owner, self.company_id, scope).select()

    @api.model
    def _compile(self, tree, owner, company, scope=None):
        """Return the query of the contacts that a tree matches.

        :param owner: user whose rights decide which contacts and fields exist
        :param company: whose contacts, besides shared ones, are looked at
        :param scope: SQL of a query of contact ids; None looks at all contacts
        :raise UserError: when a condition cannot be used, with the reason
        """
        tree = self._normalise(tree)
        compilation = self._start_compilation(owner, company, scope)
        compilation.query.add_where(self._get_tree_sql(tree, compilation))
        return compilation.query

    @api.model
    def _start_compilation(self, owner, company, scope=None):
        """Return a compilation whose query selects all contacts in question."""
        self.env.flush_all()
        self._check_owner(owner, company)
        partners = (
            self.env["res.partner"]
            .with_user(owner)
            .with_context(
                allowed_company_ids=company.ids,
                # sudo: the calendar of a company is no secret.
                tz=company.sudo().partner_id.tz or "UTC",
                active_test=True,
            )
        )
        try:
            query = partners._search(self._get_company_domain(company))
        except AccessError as error:
            raise UserError(
                self.env._("%s may not read contacts.", owner.sudo().name)
            ) from error
        compilation = Compilation(partners, company, query, scope)
        query.add_where(compilation.within(compilation.id))
        return compilation

    def _get_company_domain(self, company):
        """Return the domain of a company's contacts and of those that are shared.

        Record rules say so, too, but not to everybody: never to administrators, and
        they show every colleague.
        """
        return Domain("company_id", "=", False) | Domain(
            "company_id", "parent_of", company.ids
        )

    def _check_owner(self, owner, company):
        """Check that a segment can be evaluated as this user at all."""
        if owner.id == SUPERUSER_ID:
            return
        # sudo: a user who may not see the owner still is told what is wrong.
        owner = owner.sudo()
        if not owner.active:
            raise UserError(
                self.env._(
                    "The owner, %s, is archived. Give the segment another owner.",
                    owner.name,
                )
            )
        if company not in owner.company_ids:
            raise UserError(
                self.env._(
                    "The owner, %(owner)s, may not work in %(company)s.",
                    owner=owner.name,
                    company=company.sudo().name,
                )
            )

    # Conditions

    def _get_tree_sql(self, tree, compilation):
        groups = [self._get_group_sql(group, compilation) for group in tree.groups]
        return groups[0] if len(groups) == 1 else SQL("(%s)", SQL(" OR ").join(groups))

    def _get_group_sql(self, group, compilation):
        tests = [self._get_condition_sql(c, compilation) for c in group.conditions]
        sql = SQL("(%s)", SQL(" AND ").join(tests))
        return SQL("%s IS NOT TRUE", sql) if group.negated else sql

    @api.model
    def _get_condition_sql(self, condition, compilation):
        """Return a condition as a test of the contact in the row.

        :raise UserError: when it cannot be used, with the reason
        """
        condition = simplify(condition)
        self._check_condition_access(condition, compilation)
        test = getattr(self, f"_condition_sql_{condition.kind}", None)
        sql = test and test(condition, compilation)
        if not sql:
            return self._get_exists_sql(condition, compilation)
        # What is unknown is not so: a negated condition is the exact complement.
        return SQL("(%s) IS NOT TRUE", sql) if condition.negated else SQL("(%s)", sql)

    def _get_exists_sql(self, condition, compilation):
        """Return a test by a query of contact ids, which PostgreSQL can join."""
        query = getattr(self, f"_condition_query_{condition.kind}")
        return SQL(
            "%sEXISTS (SELECT FROM (%s) c WHERE c.partner_id = %s)",
            SQL("NOT ") if condition.negated else SQL(""),
            query(condition, compilation),
            compilation.id,
        )

    def _check_condition_access(self, condition, compilation):
        """Check that the owner may read what a kind of condition looks at."""
        kind = self._condition_kinds()[condition.kind]
        if not kind.get("model") or compilation.env.su:
            return
        model = compilation.env[kind["model"]]
        if not model.has_access("read"):
            raise UserError(
                self.env._(
                    "%(owner)s may not use conditions of the kind “%(kind)s”.",
                    owner=compilation.env.user.name,
                    kind=kind["label"],
                )
            )
