import logging
import time
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from ...engine.clv import amounts, bg_nbd_fit, histories, spend
from ...engine.clv.bg_nbd_fit import CONFIDENT_REPEATERS

_logger = logging.getLogger(__name__)

_SAMPLE = 50_000
_WINDOW = relativedelta(months=36)
_PATIENCE = 7
_CARDS_KEPT = 180


class LifecycleClvFit(models.Model):
    """The nightly fit, on a sample that SQL has counted by kind of history."""

    _inherit = "lifecycle.clv.fit"

    @api.model
    def _run_fit(self, company):
        """Fit a company's model and store its card; never raise.

        :return: the new card, or an empty recordset when the work itself failed
        """
        started = time.monotonic()
        try:
            with self.env.cr.savepoint():
                card = self.create(self._prepare_card(company))
                card._take_over()
                card._drop_old()
        except Exception:
            _logger.exception("the fit of company %s failed", company.id)
            self._note_refusal(company, "not_converged")
            return self.browse()
        card.seconds = time.monotonic() - started
        self.env.flush_all()
        return card

    @api.model
    def _forget(self, companies):
        """Let the next fit start from nothing: the purchases are others now."""
        self.search(
            [("company_id", "in", companies.ids), ("is_current", "=", True)]
        ).is_current = False

    def _prepare_card(self, company):
        as_of = company._get_value_day()
        sample = self._get_sample(company, as_of)
        fitted = self._fit_purchases(sample)
        values = {
            "company_id": company.id,
            "fit_date": self.env.cr.now(),
            "as_of": as_of,
            "window_start": sample["since"],
            "customer_count": sample["customers"],
            "horizon_days": company.lifecycle_churn_days,
            "discount_rate": company.lifecycle_discount_rate,
            **self._prepare_purchases(fitted),
        }
        if fitted.model:
            values.update(self._prepare_spend(sample))
            values.update(self._prepare_backtest(company, sample))
        return values

    def _fit_purchases(self, sample):
        """Return the ``BgNbdFit`` of a sample."""
        return bg_nbd_fit.fit_best(histories.collect(self._read_histories(sample)))

    def _fit_amounts(self, sample):
        """Return the ``SpendFit`` of a sample, means within 1 % taken together."""
        rows = self.env.execute_query(
            SQL(
                """SELECT order_count, avg(mean), count(*)
                     FROM (SELECT order_count, average_order::float8 AS mean
                             FROM %s WHERE %s OFFSET 0) customer
                    GROUP BY order_count, round(100 * ln(mean))""",
                sample["table"],
                sample["where"],
            )
        )
        return spend.choose(amounts.collect(rows), least_orders=2)

    def _get_sample(self, company, as_of, table="lifecycle_value"):
        """Choose whom to fit on: a fixed draw of who first bought in three years.

        Whole histories are taken, not what happened within the window.

        :param table: with the columns of ``lifecycle_value`` that say what was bought
        :return: dict with ``table`` and ``where`` (SQL of the sample), ``since``,
            ``as_of`` and ``customers`` (all of the company)
        """
        base = SQL(
            "company_id = %s AND order_count > 0 AND last_order_date <= %s",
            company.id,
            as_of,
        )
        since = as_of - _WINDOW
        customers, recent, repeaters = self.env.execute_query(
            SQL(
                """SELECT count(*),
                          count(*) FILTER (WHERE first_order_date > %(since)s),
                          count(*) FILTER (WHERE first_order_date > %(since)s
                                             AND repeat_count > 0)
                     FROM %(table)s WHERE %(base)s""",
                table=SQL.identifier(table),
                since=since,
                base=base,
            )
        )[0]
        where = base
        if repeaters >= CONFIDENT_REPEATERS:
            where = SQL("%s AND first_order_date > %s", base, since)
        else:
            since, recent = False, customers
        if recent > _SAMPLE:
            share = int(2**31 * _SAMPLE / recent)
            where = SQL("%s AND hashint4(partner_id) & 2147483647 < %s", where, share)
        return {
            "table": SQL.identifier(table),
            "where": where,
            "since": since,
            "as_of": as_of,
            "customers": customers,
        }

    def _read_histories(self, sample):
        """Return rows (x, t_x, T, count)."""
        return self.env.execute_query(
            SQL(
                """SELECT repeat_count, last_order_age,
                          %(as_of)s::date - first_order_date, count(*)
                     FROM %(table)s WHERE %(where)s GROUP BY 1, 2, 3""",
                table=sample["table"],
                as_of=sample["as_of"],
                where=sample["where"],
            )
        )

    @staticmethod
    def _prepare_purchases(fitted):
        model = fitted.model
        values = {
            "status": fitted.status,
            "sample_count": fitted.customers,
            "repeater_count": fitted.repeaters,
        }
        if model:
            names = ("r", "alpha", "a", "b")
            values.update(zip(names, model.parameters, strict=True))
            values.update(
                kind=model.kind,
                log_likelihood=fitted.log_likelihood,
                rival_log_likelihood=fitted.rival_log_likelihood,
            )
        return values

    def _prepare_spend(self, sample):
        chosen = self._fit_amounts(sample)
        values = {
            "spend_reason": chosen.reason,
            "spend_correlation": chosen.correlation,
        }
        if not chosen.model:
            return values
        names = ("c0", "c1", "d0", "d1")
        values.update(zip(names, chosen.model.coefficients, strict=True))
        values.update(
            spend_kind=chosen.model.kind, mean_amount=chosen.model.mean_value(0, 0)
        )
        if chosen.model.kind == "gamma_gamma":
            values.update(p=chosen.model.p, q=chosen.model.q, v=chosen.model.v)
        return values

    def _take_over(self):
        """Use this card from now on, unless it failed or jumped."""
        current = self._get_current(self.company_id)
        refusal = self._get_refusal(current)
        if refusal:
            self.refusal = refusal
            self._note_refusal(self.company_id, refusal)
            return
        current.is_current = False
        current.flush_recordset()
        self.is_current = True

    def _get_refusal(self, current):
        """Return why the card in use is to stay in use, None if it is not."""
        used = current._get_model() if current else None
        fitted = bg_nbd_fit.BgNbdFit(self.status, 0, 0, self._get_model())
        if not used or bg_nbd_fit.accept(fitted, used):
            return None
        if self.status == "not_converged":
            return "not_converged"
        newer = self.search(
            [("company_id", "=", self.company_id.id), ("id", "!=", self.id)],
            limit=_PATIENCE - 1,
        )
        refused = newer.filtered(lambda card: card.refusal == "jumped")
        return None if len(refused) == _PATIENCE - 1 else "jumped"

    def _note_refusal(self, company, reason):
        """Say on the card in use that it is an old one.

        Its parameters serve as well for how far the company looks ahead by now.
        """
        self._get_current(company).write(
            {
                "refused_date": self.env.cr.now(),
                "refused_reason": reason,
                "horizon_days": company.lifecycle_churn_days,
                "discount_rate": company.lifecycle_discount_rate,
            }
        )

    def _drop_old(self):
        """Keep half a year of cards, and what is in use."""
        limit = self.fit_date - timedelta(days=_CARDS_KEPT)
        self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("fit_date", "<", limit),
                ("is_current", "=", False),
            ]
        ).unlink()
