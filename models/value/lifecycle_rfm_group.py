from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ...engine.clv.codes import RFM_SEGMENTS


class RfmSelection(fields.Selection):
    """An RFM group, shown by the name that the company one works in gave it.

    Whatever shows a selection asks here: lists, group-by, filters, conditions, pages
    and exports, those of related fields included.  What is stored and searched is the
    code, as ever.
    """

    def _description_selection(self, env):
        names = env["lifecycle.rfm.group"]._get_names()
        return [
            (code, names.get(code, label))
            for code, label in super()._description_selection(env)
        ]


class LifecycleRfmGroup(models.Model):
    """What a company calls an RFM group, where that is not its standard name.

    A row without a name changes nothing; companies that never opened the list have no
    rows.
    """

    _name = "lifecycle.rfm.group"
    _inherit = ("lifecycle.cached",)
    _description = "Name of an RFM Group"
    _rec_name = "code"
    _order = "company_id, id"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
        index=False,
    )
    code = fields.Selection(
        RFM_SEGMENTS, string="RFM Group", required=True, readonly=True
    )
    name = fields.Char(
        string="Name in Your Company",
        translate=True,
        help="Shown to users of this company in place of the standard name. Segments "
        "and filters on the group stay as they are.",
    )

    _company_code_uniq = models.UniqueIndex("(company_id, code)")

    @api.constrains("name")
    def _check_name(self):
        """Refuse one name for two groups: figures would stand under it twice."""
        labels = dict(self._fields["code"]._description_selection(self.env))
        for company in self.company_id:
            groups = self.search([("company_id", "=", company.id)])
            shown = {**labels, **groups._get_own_names()}
            by_name = {}
            for code, name in shown.items():
                twin = by_name.setdefault(name.casefold(), code)
                if twin != code:
                    raise ValidationError(
                        self.env._(
                            "“%(name)s” would be the name of two groups: %(one)s and "
                            "%(other)s.",
                            name=name,
                            one=labels[twin],
                            other=labels[code],
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._tidy(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._tidy(vals))

    @staticmethod
    def _tidy(vals):
        """Take a name of nothing but blanks for none."""
        if "name" not in vals:
            return vals
        return {**vals, "name": (vals["name"] or "").strip() or False}

    @api.model
    def action_open(self):
        """Open the names of the groups in the company one works in."""
        company = self.env.company
        known = self.search([("company_id", "=", company.id)]).mapped("code")
        self.create(
            [
                {"company_id": company.id, "code": code}
                for code, _label in RFM_SEGMENTS
                if code not in known
            ]
        )
        return self.env["ir.actions.act_window"]._for_xml_id(
            "contact_lifecycle.lifecycle_rfm_group_action"
        )

    def action_reset(self):
        """Go back to the standard names, in all languages."""
        self.write({"name": False})

    @api.model
    @tools.ormcache("self.env.company.id", "self.env.lang")
    def _get_names(self):
        """Return {code: name} of what the company one works in has renamed."""
        # sudo: a name is the label of a field, for whoever may see the field.
        groups = self.sudo().search([("company_id", "=", self.env.company.id)])
        return groups._get_own_names()

    def _get_own_names(self):
        return {group.code: group.name for group in self if group.name}

    @api.model
    @tools.ormcache()
    def _get_version(self):
        """Return what changes whenever a name does."""
        # sudo: it is about the names of all companies, and says none of them.
        last = self.sudo().search([], order="write_date DESC, id DESC", limit=1)
        return f"{last.id}-{last.write_date.isoformat()}" if last else ""
