from collections import defaultdict
from dataclasses import asdict
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...engine.satisfaction import nps
from ...engine.satisfaction.codes import BANDS, LEAST_ANSWERS

_BANDS = [code for code, _label in BANDS]


class LifecycleSatisfaction(models.Model):
    """The Net Promoter Score of groups of contacts, with the rights of the caller."""

    _inherit = "lifecycle.satisfaction"

    @api.model
    def _nps_groups(self):
        """Return ``{code: field to group by}``; another addon adds with ``super()``."""
        return {
            "month": "answer_date:month",
            "country": "country_id",
            "salesperson": "salesperson_id",
            "rfm": "rfm_segment",
            "score": "score_band",
            "first_source": "first_source_id",
            "source": "source",
            "company": "company_id",
        }

    @api.readonly
    @api.model
    def nps_report(self, group_by=None, source=None, days=None, latest=True, domain=()):
        """Return the Net Promoter Score of all and of each group.

        The answers are those the caller may read.  Score and 95 % interval go from
        -100 to 100 (adjusted Wald, Rocks 2016; see ``engine/satisfaction/nps.py``);
        they hold for answers of independent contacts, so leave ``latest`` on.

        :param str group_by: a code of ``_nps_groups``; None for no groups
        :param str source: ``nps``, ``csat``, ``ces``, ``rating`` or ``manual``; None
            takes all, and counts a contact once for each
        :param int days: only answers of the last so many days
        :param bool latest: only the latest answer of a contact to a kind of question
        :param domain: on ``lifecycle.satisfaction``, to narrow it down
        :raise UserError: when ``group_by`` or ``source`` is not known
        :return: dict with ``total`` (False without answers), ``groups``,
            ``group_names``, ``sources``, ``least_answers``, and ids of views.  A total
            or group has ``answers``, ``score``, ``low``, ``high``, ``promoters``,
            ``passives``, ``detractors`` (shares), ``counts`` of them, ``mean`` (0–100),
            ``is_enough``, and ``domain`` of its answers; a group also ``key``, ``name``
        """
        groups = self._nps_groups()
        sources = dict(self._fields["source"]._description_selection(self.env))
        if (group_by and group_by not in groups) or (source and source not in sources):
            raise UserError(self.env._("This report cannot be read."))
        found = self._get_nps_domain(source, days, latest, domain)
        by_key = self._read_nps(found, groups.get(group_by))
        rows = [row for rows in by_key.values() for row in rows]
        return {
            "total": self._summarise_nps(rows, found),
            "groups": self._get_groups(groups[group_by], by_key, found)
            if group_by
            else [],
            "group_names": self._get_group_names(groups),
            "sources": [{"code": code, "name": name} for code, name in sources.items()],
            "least_answers": LEAST_ANSWERS,
            **self._get_contact_views(),
        }

    @api.model
    def _get_nps_domain(self, source, days, latest, domain):
        found = Domain(list(domain or ()))
        if source:
            found &= Domain("source", "=", source)
        if latest:
            found &= Domain("is_last", "=", True)
        if days:
            since = self.env.cr.now().replace(microsecond=0) - timedelta(int(days))
            found &= Domain("answer_date", ">=", since)
        return found

    @api.model
    def _read_nps(self, domain, field):
        """Return {key: rows of its bands}, in one statement."""
        specs = [*([field] if field else []), "band"]
        rows = self.formatted_read_group(
            domain, specs, ["__count", "value:avg"], order=", ".join(specs)
        )
        by_key = defaultdict(list)
        for row in rows:
            value = row[field] if field else False
            key = value[0] if isinstance(value, (list, tuple)) else value
            by_key[str(key or "")].append(row)
        return dict(by_key)

    @api.model
    def _get_groups(self, field, by_key, domain):
        """Return the groups: those of a selection in its order, others by name."""
        group_field = self._fields[field.split(":")[0]]
        labels = {}
        if group_field.type == "selection":
            labels = dict(group_field._description_selection(self.env))
        groups = [
            {"key": key, **self._get_group(field, rows, labels, domain)}
            for key, rows in by_key.items()
        ]
        if labels:
            places = {code: place for place, code in enumerate(labels)}
            groups.sort(key=lambda group: places.get(group["key"], len(places)))
        return groups

    @api.model
    def _get_group(self, field, rows, labels, domain):
        value = rows[0][field]
        name = (
            value[1] if isinstance(value, (list, tuple)) else labels.get(value, value)
        )
        # All conditions but that on the band.
        conditions = [
            condition
            for condition in rows[0]["__extra_domain"]
            if condition != "&" and condition[0] != "band"
        ]
        return {
            "name": name or self.env._("Unknown"),
            **self._summarise_nps(rows, domain & Domain(conditions)),
        }

    @api.model
    def _summarise_nps(self, rows, domain):
        """Return the figures of rows (one a band and group), False without any."""
        counts = dict.fromkeys(_BANDS, 0)
        total = 0.0
        for row in rows:
            counts[row["band"]] += row["__count"]
            total += row["value:avg"] * row["__count"]
        found = nps.summarise(
            counts["promoter"], counts["passive"], counts["detractor"]
        )
        if not found:
            return False
        return {
            **asdict(found),
            "counts": counts,
            "mean": total / found.answers,
            "domain": list(domain),
        }

    @api.model
    def _get_group_names(self, groups):
        """Return code and name of the groups, companies only where there are more."""
        names = {
            "month": self.env._("Month"),
            "source": self.env._("Kind of Question"),
        }
        is_alone = not self.env.user.has_group("base.group_multi_company")
        return [
            {
                "code": code,
                "name": names.get(code)
                or self._fields[field.split(":")[0]]._description_string(self.env),
            }
            for code, field in groups.items()
            if not (code == "company" and is_alone)
        ]

    @api.model
    def _get_contact_views(self):
        """Return the views in which the contacts behind a figure are shown."""
        views = {
            "list_view_id": "contact_lifecycle.res_partner_view_list_lifecycle",
            "search_view_id": "contact_lifecycle.res_partner_view_search_lifecycle",
        }
        # sudo: ids of views only.
        return {name: self.env.ref(ref).sudo().id for name, ref in views.items()}
