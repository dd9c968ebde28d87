import io

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...engine.clv.discount import MONTH_DAYS, Horizon
from . import lifecycle_value_det as det
from . import lifecycle_value_formula as formula

_NUMBERS = [
    *("order_count", "first_order_date", "last_order_date", "revenue"),
    *("refund_amount", "average_order", "orders_per_year", "days_between_orders"),
    *("margin_amount", "recency_score", "frequency_score", "monetary_score"),
    *("rfm_code", "rfm_segment", "previous_rfm_segment", "rfm_change_date"),
    *("category_count", "is_one_shot", "is_cross_buyer", "promotion_share"),
    *("promotion_band", "repeat_count", "last_order_age", "p_alive", "p_buy"),
    *("churn_band", "expected_orders", "clv_12", "clv_24", "clv_36"),
    *("total_value", "value_at_risk", "next_order_date", "value_band"),
    *("value_tier", "value_date"),
]


class LifecycleValue(models.Model):
    """For other programs: a contact's numbers, and predictions as a file."""

    _inherit = "lifecycle.value"

    @api.readonly
    @api.model
    def read_numbers(self, partner_ids):
        """Return the numbers of contacts in the company the user works in.

        :param partner_ids: ids of contacts; those the user may not read, and those
            who never bought, are left out
        :return: list of dicts with ``partner_id`` and the fields of ``lifecycle.value``
            (dates as ISO text, False for what is not known), and with their basis:
            ``as_of``, ``status`` of the model, ``horizon_days`` and ``currency``
        """
        partners = self.env["res.partner"].search(
            [("id", "in", partner_ids)], order="id"
        )
        rows = self.search(
            [
                ("partner_id", "in", partners.ids),
                ("company_id", "=", self.env.company.id),
            ]
        )
        basis = self._get_report_basis()
        shared = {name: basis[name] for name in ("as_of", "status", "horizon_days")}
        shared["currency"] = self.env.company.currency_id.name
        found = self.env.execute_query_dict(
            SQL(
                "SELECT partner_id, %s FROM lifecycle_value WHERE id = ANY(%s)"
                " ORDER BY partner_id",
                SQL(", ").join(
                    SQL("%s::float8", SQL.identifier(name))
                    if self._fields[name].type in ("monetary", "float")
                    else SQL("%s::text", SQL.identifier(name))
                    if self._fields[name].type == "date"
                    else SQL.identifier(name)
                    for name in _NUMBERS
                ),
                rows.ids,
            )
        )
        # XML-RPC knows no None.
        return [
            {
                **{name: False if v is None else v for name, v in row.items()},
                **shared,
            }
            for row in found
        ]

    @api.model
    def export_predictions(self, as_of=None, company_id=None, horizon_days=None):
        """Return predictions for all customers of a company as CSV text.

        Everything is computed from what was bought until ``as_of``, the parameters
        included: what came later does not leak in.  For today, the parameters in use
        are taken.  Columns: ``customer_ref`` (the contact's reference, else its id),
        ``x``, ``t_x``, ``T`` (days), ``p_alive``, ``p_buy`` and ``expected_orders``
        within the horizon, ``mean_value`` of a purchase, ``clv`` (discounted, within
        the horizon).  Predictions are empty where there is no model.

        :param as_of: date or ISO text, None for today
        :param company_id: None for the company the user works in
        :param horizon_days: None for the company's days to buy again
        :raises AccessError: for whoever is not a user of Contact Lifecycle, or another
            company
        """
        company = self._check_export(company_id)
        horizon_days = horizon_days or company.lifecycle_churn_days
        try:
            as_of = fields.Date.to_date(as_of) or company._get_value_day()
            is_possible = (
                as_of <= company._get_value_day() and 1 <= horizon_days <= 3650
            )
        except (TypeError, ValueError):
            is_possible = False
        if not is_possible:
            raise UserError(
                self.env._("Choose a day up to today, and 1 to 3650 days ahead.")
            )
        # sudo: access was checked; predictions need all customers of the company.
        return self.sudo()._export_predictions(company, as_of, horizon_days)

    def _check_export(self, company_id):
        company = self.env["res.company"].browse(company_id or self.env.company.id)
        is_user = self.env.user.has_group("contact_lifecycle.group_lifecycle_user")
        if not (self.env.su or is_user and company in self.env.companies):
            raise AccessError(
                self.env._(
                    "Predictions are exported by users of Contact Lifecycle, for the "
                    "companies they work in."
                )
            )
        return company.sudo()

    def _export_predictions(self, company, as_of, horizon_days):
        self._load_past(company, as_of)
        model, spend = self._fit_past(company, as_of)
        histories = SQL(
            """SELECT partner_id AS id, company_id, repeat_count::float8 AS x,
                      last_order_age::float8 AS t_x,
                      (%s::date - first_order_date)::float8 AS t,
                      order_count::float8 AS n, average_order::float8 AS m
                 FROM lifecycle_value_past""",
            as_of,
        )
        det.drop(self.env.cr)
        det.create(self.env.cr)
        if model:
            pairs = self.env.execute_query(
                SQL("SELECT DISTINCT x, t FROM (%s) h", histories)
            )
            horizon = _get_horizon(horizon_days, company.lifecycle_discount_rate)
            det.fill(self.env.cr, company.id, model, pairs, horizon)
        text = self._copy_predictions(
            histories, self._get_past_fit(company, model, spend, horizon_days)
        )
        det.drop(self.env.cr)
        self.env.cr.execute("DROP TABLE lifecycle_value_past")
        return text

    def _load_past(self, company, as_of):
        """Fill ``lifecycle_value_past`` with what customers had bought by then."""
        self._load_lines(company, as_of)
        self._load_table(
            "lifecycle_value_past",
            SQL(
                """SELECT partner_id, company_id, order_count, first_order_date,
                          last_order_date, order_count - 1 AS repeat_count,
                          last_order_date - first_order_date AS last_order_age,
                          round(paid / NULLIF(order_count, 0), 2) AS average_order
                     FROM (%s) f WHERE order_count > 0""",
                self._get_facts(self._get_purchase_days()),
            ),
            SQL("partner_id"),
        )

    def _fit_past(self, company, as_of):
        """Return the ``BgNbd`` and the spend model of that day, None for what fails."""
        fits = self.env["lifecycle.clv.fit"]
        current = fits._get_current(company)
        if as_of == company._get_value_day() and current.kind:
            return current._get_model(), current._get_spend()
        sample = fits._get_sample(company, as_of, "lifecycle_value_past")
        fitted = fits._fit_purchases(sample)
        if not fitted.model:
            return None, None
        chosen = fits._fit_amounts(sample).model
        return fitted.model, chosen.coefficients if chosen else None

    def _get_past_fit(self, company, model, spend, horizon_days):
        """Return SQL of one row of parameters, none without a model."""
        if not model:
            return SQL(
                "SELECT NULL::int AS company_id, %s WHERE false",
                SQL(", ").join(
                    SQL("NULL::float8 AS %s", SQL.identifier(name))
                    for name in (
                        *("r", "alpha", "a", "b", "e", "horizon_days", "margin"),
                        *("c0", "c1", "d0", "d1"),
                    )
                ),
            )
        c0, c1, d0, d1 = spend or (None,) * 4
        return SQL(
            """SELECT %s AS company_id, %s::float8 AS r, %s::float8 AS alpha,
                      %s::float8 AS a, %s::float8 AS b, %s AS e,
                      %s::float8 AS horizon_days, %s::float8 AS margin,
                      %s::float8 AS c0, %s::float8 AS c1, %s::float8 AS d0,
                      %s::float8 AS d1""",
            company.id,
            *model.parameters,
            model.e,
            horizon_days,
            company.lifecycle_margin_rate or 1.0,
            *(c0, c1, d0, d1),
        )

    def _copy_predictions(self, histories, fit):
        """Return the CSV, written by PostgreSQL."""
        query = SQL(
            """COPY (
                SELECT COALESCE(NULLIF(p.ref, ''), p.id::text) AS customer_ref,
                       h.x::int AS x, h.t_x::int AS t_x, h.t::int AS "T", q.p_alive,
                       q.p_buy, q.expected_orders, q.mean_value, q.clv_12 AS clv
                  FROM (%(histories)s) h
                  JOIN res_partner p ON p.id = h.id
                  LEFT JOIN (%(predictions)s) q ON q.id = h.id
                 ORDER BY p.id) TO STDOUT WITH CSV HEADER""",
            histories=histories,
            predictions=formula.predictions(histories, fit, "lifecycle_value_det"),
        )
        text = io.StringIO()
        self.env.cr.copy_expert(self.env.cr.mogrify(query).decode(), text)
        return text.getvalue()


def _get_horizon(days, annual_rate):
    """Return the ``Horizon`` of so many days, in steps of about a month."""
    steps = max(1, round(days / MONTH_DAYS))
    step = days / steps
    return Horizon(steps, step, (1 + annual_rate) ** (step / 365.25) - 1)
