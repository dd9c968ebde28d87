from itertools import pairwise

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.clv import rfm
from ...engine.clv.codes import RFM_SEGMENTS, VALUE_BANDS
from ...engine.vocabulary import VALUE_TIERS


class LifecycleValue(models.Model):
    """What the pages of values show: one call each, with the rights of the caller."""

    _inherit = "lifecycle.value"

    @api.readonly
    @api.model
    def rfm_matrix(self, domain=None):
        """Return the 5 × 5 matrix of recency and frequency of the user's company.

        :param domain: on contacts, to narrow it down
        :return: dict with ``cells`` (r, f, segment, customers, revenue, to_come),
            ``segments`` (code, name, customers, revenue), ``names`` of all groups,
            ``customers``, ``revenue``, ``currency_id``, ``as_of``
        """
        rows = self._read_group(
            self._get_report_domain(domain) & Domain("recency_score", "!=", False),
            ["recency_score", "frequency_score"],
            ["__count", "revenue:sum", "clv_12:sum"],
        )
        cells = {(r, f): figures for r, f, *figures in rows}
        return {
            "cells": [
                {
                    "r": r,
                    "f": f,
                    "segment": rfm.segment_of_rf(r, f),
                    "customers": customers,
                    "revenue": revenue,
                    "to_come": to_come,
                }
                for r in range(5, 0, -1)
                for f in range(1, 6)
                for customers, revenue, to_come in [cells.get((r, f), (0, 0, 0))]
            ],
            "segments": self._count_by("rfm_segment", RFM_SEGMENTS, domain),
            "names": self._label("rfm_segment"),
            "customers": sum(figures[0] for figures in cells.values()),
            "revenue": sum(figures[1] for figures in cells.values()),
            **self._get_report_basis(),
        }

    @api.readonly
    @api.model
    def migration_matrix(self, month=None):
        """Return who went from which RFM group to which in a month of the company.

        :param month: first day of the month, None for the last one computed
        :return: dict with ``months`` (newest first), ``month``, ``rows`` (from, to,
            customers; from is False for who was no customer) and ``segments``
        """
        migration = self.env["lifecycle.value.migration"]
        mine = Domain("company_id", "=", self.env.company.id)
        months = [
            str(month)
            for [month] in migration._read_group(
                mine, ["month:day"], order="month:day desc"
            )
        ]
        month = month or (months[0] if months else False)
        found = migration.search(mine & Domain("month", "=", month))
        return {
            "months": months,
            "month": month,
            "rows": [
                {
                    "from": row.from_segment,
                    "to": row.to_segment,
                    "customers": row.customer_count,
                }
                for row in found
            ],
            "segments": self._label("rfm_segment"),
            **self._get_report_basis(),
        }

    @api.readonly
    @api.model
    def value_distribution(self, measure="revenue", domain=None):
        """Return how value is spread over customers, and how concentrated it is.

        :param measure: ``revenue``, ``clv_12`` or ``total_value``
        :param domain: on contacts, to narrow it down
        :return: dict with ``curve`` (share of customers, best first; share of the sum
            they make), ``gini``, ``top`` (shares of the sum of the best 1, 5, 10, 20
            and 50 %), ``deciles`` (customers, least, most, sum), ``tiers``, ``bands``,
            ``customers``, ``total``, ``mean``, ``median``
        """
        if measure not in ("revenue", "clv_12", "total_value"):
            raise ValueError(f"not a measure of value: {measure}")
        found = self._get_report_domain(domain) & Domain(measure, ">", 0)
        deciles = self._read_hundredths(found, measure)
        return {
            "measure": measure,
            **_summarise(deciles),
            "tiers": self._count_by("value_tier", VALUE_TIERS, domain),
            "bands": self._count_by("value_band", VALUE_BANDS, domain),
            **self._get_report_basis(),
        }

    def _read_hundredths(self, domain, measure):
        """Return (customers, sum, least, most) of each hundredth, best first."""
        query = self._search(domain)
        return self.env.execute_query(
            SQL(
                """SELECT count(*), sum(v), min(v), max(v)
                     FROM (SELECT v, ntile(100) OVER (ORDER BY v DESC) AS part
                             FROM (%s) s) t
                    GROUP BY part ORDER BY part""",
                query.select(
                    SQL("%s::float8 AS v", SQL.identifier(self._table, measure))
                ),
            )
        )

    def _get_report_domain(self, domain=None):
        """Return the rows that figures count: of contacts that a click can show.

        An archived contact keeps its row, and its part in the ranks of all.
        """
        return (
            Domain("company_id", "=", self.env.company.id)
            & Domain("order_count", ">", 0)
            & Domain(
                "partner_id", "any", Domain("active", "=", True) & Domain(domain or [])
            )
        )

    def _count_by(self, name, labels, domain=None):
        """Return dicts code, name, customers, revenue, to_come, in order of labels."""
        rows = self._read_group(
            self._get_report_domain(domain),
            [name],
            ["__count", "revenue:sum", "clv_12:sum"],
        )
        found = {code: figures for code, *figures in rows}
        names = self._label(name)
        return [
            {
                "code": code,
                "name": names[code],
                "customers": found[code][0],
                "revenue": found[code][1],
                "to_come": found[code][2],
            }
            for code, _label in labels
            if code in found
        ]

    def _label(self, name):
        """Return {code: label in the user's language}."""
        return dict(self._fields[name]._description_selection(self.env))

    def _get_report_basis(self):
        """Return what figures rest on: the day, the model's status, the currency."""
        company = self.env.company
        # sudo: day and status are shown beside every figure, whoever reads it.
        basis = self.env["lifecycle.value.basis"].sudo()
        basis = basis.search([("company_id", "=", company.id)], limit=1)
        fit = self.env["lifecycle.clv.fit"].sudo()._get_current(company)
        may_open = self.env["lifecycle.clv.fit"].has_access("read")
        return {
            "as_of": str(basis.as_of) if basis.as_of else False,
            "status": fit.status or False,
            "fit_id": may_open and fit.id,
            "has_model": bool(fit.kind),
            "horizon_days": fit.horizon_days,
            "currency_id": company.currency_id.id,
            **self._get_report_views(),
            "company": company.name,
        }

    def _get_report_views(self):
        """Return the views in which the contacts behind a figure are shown."""
        views = {
            "list_view_id": "contact_lifecycle.res_partner_view_list_lifecycle",
            "search_view_id": "contact_lifecycle.res_partner_view_search_lifecycle",
        }
        # sudo: ids of views only.
        return {name: self.env.ref(ref).sudo().id for name, ref in views.items()}


def _summarise(parts):
    """Return the curve and its figures, from hundredths (customers, sum, min, max)."""
    customers = sum(part[0] for part in parts)
    total = sum(part[1] for part in parts)
    if not customers:
        return {
            "curve": [],
            "gini": None,
            "top": [],
            "deciles": [],
            "customers": 0,
            "total": 0,
            "mean": None,
            "median": None,
        }
    curve, people, money = [[0.0, 0.0]], 0, 0.0
    for count, value, _least, _most in parts:
        people += count
        money += value
        curve.append([people / customers, money / total])
    pairs = list(pairwise(curve))
    area = sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in pairs)
    return {
        "curve": curve,
        "gini": 2 * area - 1,
        "top": [
            [share, _share_at(curve, share)] for share in (0.01, 0.05, 0.1, 0.2, 0.5)
        ],
        "deciles": _deciles(parts, customers),
        "customers": customers,
        "total": total,
        "mean": total / customers,
        "median": next(
            (
                part[2]
                for part, point in zip(parts, curve[1:], strict=True)
                if point[0] >= 0.5
            ),
            None,
        ),
    }


def _share_at(curve, share):
    """Return the share of the sum that the best ``share`` of customers make."""
    for (x0, y0), (x1, y1) in pairwise(curve):
        if x1 >= share:
            return y0 + (y1 - y0) * (share - x0) / (x1 - x0)
    return 1.0


def _deciles(parts, customers):
    """Return ten dicts, best first, of hundredths put together."""
    groups = [[] for _ in range(10)]
    people = 0
    for part in parts:
        middle = (people + part[0] / 2) / customers
        groups[min(9, int(10 * middle))].append(part)
        people += part[0]
    return [
        {
            "customers": sum(part[0] for part in group),
            "total": sum(part[1] for part in group),
            "least": min(part[2] for part in group),
            "most": max(part[3] for part in group),
        }
        for group in groups
        if group
    ]
