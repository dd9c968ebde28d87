from datetime import datetime, time
from functools import cached_property

import pytz

from odoo import fields
from odoo.tools import SQL

_UTC = pytz.utc


class Compilation:
    """What the conditions of one segment need to become SQL.

    ``partners`` is an empty recordset with the rights, company and time zone that the
    segment is evaluated with; ``query`` selects the contacts that these may see.  With
    a ``scope`` (SQL of contact ids) only those are looked at, so that a few contacts
    cost little, however long the journeys of all are.
    """

    def __init__(self, partners, company, query, scope=None):
        self.partners, self.company = partners, company
        self.query, self.scope = query, scope
        self.env, self.alias = partners.env, query.table

    @property
    def id(self):
        """SQL of the id of the contact that is looked at."""
        return SQL.identifier(self.alias, "id")

    def column(self, name):
        """Return SQL of a stored column of the contact, if the owner may read it."""
        return self.partners._field_to_sql(self.alias, name, self.query)

    @cached_property
    def profile(self):
        """Alias of the contact's profile, which every fact shares."""
        return self.query.left_join(
            self.alias, "id", "lifecycle_profile", "id", "lifecycle_facts"
        )

    def fact(self, name):
        """Return SQL of a column of the profile; it may be NULL."""
        return SQL.identifier(self.profile, name)

    def within(self, column):
        """Return SQL that limits a column of contact ids to the scope."""
        if self.scope is None:
            return SQL("TRUE")
        return SQL("%s IN (%s)", column, self.scope)

    @cached_property
    def today(self):
        return fields.Date.context_today(self.partners)

    def midnight(self, day):
        """Return when a day of the company's calendar begins, in UTC."""
        zone = pytz.timezone(self.env.context.get("tz") or "UTC")
        local = zone.localize(datetime.combine(day, time.min))
        return local.astimezone(_UTC).replace(tzinfo=None)

    @cached_property
    def is_only_company(self):
        """Whether the database has one company, so that facts are all its own."""
        # sudo: companies that the owner may not see have touchpoints, too.
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        return companies.search_count([], limit=2) == 1

    @cached_property
    def types(self):
        """``{code: id}`` of all touchpoint types, archived ones too."""
        return {code: row[0] for code, row in self._types.items()}

    @cached_property
    def internal_types(self):
        return [row[0] for row in self._types.values() if row[1]]

    @cached_property
    def present_types(self):
        """Codes of the types of which there is any touchpoint."""
        return {code for code, row in self._types.items() if row[2]}

    @cached_property
    def _types(self):
        return {
            code: row
            for code, *row in self.env.execute_query(
                SQL(
                    # Ordered, so that each type is looked up in the index of
                    # documents: a type that has none would be sought everywhere.
                    """SELECT y.code, y.id, y.is_internal IS TRUE,
                              (SELECT true FROM lifecycle_touchpoint t
                                WHERE t.type_id = y.id
                                ORDER BY t.res_model, t.res_id LIMIT 1)
                         FROM lifecycle_touchpoint_type y"""
                )
            )
        }
