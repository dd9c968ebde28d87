from odoo import api, models, tools
from odoo.exceptions import UserError

# Whatever a segment asks, contacts come and go with these.
_ALWAYS = {"active", "company_id", "parent_id"}


class LifecycleSegment(models.Model):
    """Which fields of a contact decide about segments, so that an edit is followed."""

    _inherit = "lifecycle.segment"

    @api.model
    @tools.ormcache()
    def _get_watched(self):
        """Return the contact fields whose edit may move a contact.

        :return: dict of ``names``, and ``has_relatives``: conditions look at the
            company or the colleagues of a contact
        """
        # sudo: an edit is followed in segments that its author may not see.
        segments = self.sudo().search([("active", "=", True)])
        if not segments:
            return {"names": frozenset(), "has_relatives": False}
        names, has_relatives = set(_ALWAYS), False
        for segment in segments.filtered(lambda segment: segment.kind == "dynamic"):
            found, is_relative = segment._get_named_fields()
            names |= found
            has_relatives |= is_relative
        return {
            "names": frozenset(self._add_sources(names)),
            "has_relatives": has_relatives,
        }

    def _get_named_fields(self):
        """Return (contact fields that the conditions name, whether of relatives)."""
        try:
            tree = self._parse_definition(self.definition)
        except UserError:
            return set(), False
        names, has_relatives = set(self._get_dependencies(tree).fields), False
        for condition in tree.conditions:
            for path, _operator, _value in (
                condition.leaves() if condition.kind == "profile" else ()
            ):
                found, is_relative = self._follow_path(path)
                names |= found
                has_relatives |= is_relative
        return names, has_relatives

    def _follow_path(self, path):
        """Return (contact fields along a path, whether it leads to other contacts)."""
        names, has_relatives = set(), False
        model = self.env["res.partner"]
        for part in path.split("."):
            field = model._fields.get(part)
            if field is None:
                break
            if model._name == "res.partner":
                names.add(part)
            if not field.relational:
                break
            has_relatives |= field.comodel_name == "res.partner"
            model = self.env[field.comodel_name]
        return names, has_relatives

    def _add_sources(self, names):
        """Return the fields with those they are computed from."""
        partners = self.env["res.partner"]
        found, latest = set(), set(names)
        while latest:
            found |= latest
            fields = [partners._fields[name] for name in latest & set(partners._fields)]
            latest = {
                path.split(".")[0]
                for field in fields
                for path in field.get_depends(partners)[0]
            } - found
        return found
