import logging

from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# In this order, as each starts from what the one before has written.
_STEPS = ("purchases", "ranks", "scores", "migration")
_NIGHTLY = ("due_purchases", *_STEPS[1:])
# Parameter: the day, and how many steps of its refresh are done.
_POSITION = "contact_lifecycle.value_refresh_position"

# What is written about purchases, from purchase days ``d`` of one customer.
_FACTS = {
    "order_count": "count(*) FILTER (WHERE d.net > 0)",
    "first_order_date": "min(d.day) FILTER (WHERE d.net > 0)",
    "last_order_date": "max(d.day) FILTER (WHERE d.net > 0)",
    "revenue": "sum(d.total)",
    "refund_amount": "sum(d.refunded)",
    "paid": "COALESCE(sum(d.net) FILTER (WHERE d.net > 0), 0)",
    "promoted": "count(*) FILTER (WHERE d.net > 0 AND d.is_promoted)",
    "document_count": "sum(d.documents)::int",
    "last_touchpoint_ref": "max(d.last_id)",
}


class LifecycleValue(models.Model):
    """Bring rows up to date: purchases first, then what follows from them."""

    _inherit = "lifecycle.value"

    @api.model
    def _cron_refresh_values(self):
        """Compute the values of all customers anew, step by step; write what differs.

        A million takes longer than Odoo gives a cron at a stretch: every step that is
        finished is kept, and the next run of the day goes on with the one after it.
        """
        progress = self.env["ir.cron"]._commit_progress
        # sudo: whoever runs the cron may not write parameters.
        parameters = self.env["ir.config_parameter"].sudo()
        today = str(self.env.cr.now().date())
        day, _space, done = (parameters.get_param(_POSITION) or "").partition(" ")
        done = int(done) if day == today else 0
        progress(remaining=len(_NIGHTLY) - done)
        for number, step in enumerate(_NIGHTLY[done:], done + 1):
            # What a step commits on its way does not stop it: it could not go on.
            self._run_step(step, lambda _done: progress(0) is not None)
            is_last = number == len(_NIGHTLY)
            parameters.set_param(_POSITION, "" if is_last else f"{today} {number}")
            if not progress(1):
                return

    @api.model
    def _refresh_night(self, commit):
        """Run all steps of a night at once; for measuring and for tests."""
        return sum(self._run_step(step, commit) for step in _NIGHTLY)

    @api.model
    def _refresh_all(self, commit=None):
        """Refresh all customers of all companies.

        :param commit: called after each batch
        :return: number of rows written
        """
        commit = commit or (lambda _done: True)
        return sum(self._run_step(step, commit) for step in _STEPS)

    def _run_step(self, step, commit):
        companies = self._get_companies()
        return getattr(self, f"_run_{step}")(companies, commit) if companies else 0

    def _run_purchases(self, companies, commit):
        return self._refresh_purchases(companies, commit=commit)

    def _run_ranks(self, companies, commit):
        for company in companies:
            self.env["lifecycle.clv.fit"]._run_fit(company)
            self.env["lifecycle.value.basis"]._refresh(company)
            commit(0)
        return 0

    def _run_scores(self, companies, commit):
        return self._refresh_scores(companies, commit=commit)

    def _run_migration(self, companies, commit):
        self.env["lifecycle.value.migration"]._complete(companies, commit)
        return 0

    @api.model
    def _get_companies(self):
        # sudo: values are computed for every company, and read by company.
        return self.env["res.company"].sudo().search([("active", "=", True)])

    def _refresh_purchases(self, companies, scope=None, commit=None):
        """Write what customers have bought.

        :param scope: SQL of contact ids; None takes everybody
        :param commit: called after each part of what is written
        :return: number of rows written
        """
        self._load_facts(companies, scope=scope)
        self._load_categories()
        self._load_news(companies, scope)
        written = self._write_news(commit)
        self._write_categories()
        self.env.cr.execute(
            "DROP TABLE lifecycle_value_line, lifecycle_value_fresh,"
            " lifecycle_value_category, lifecycle_value_news"
        )
        self.env.invalidate_all(flush=False)
        return written

    def _load_facts(self, companies, as_of=None, scope=None, name=None):
        """Fill a temporary table with the facts of each customer and company.

        :param name: of the table, ``lifecycle_value_fresh`` by default
        """
        self._load_lines(companies, as_of, scope)
        # There are nearly as many days as lines: to sort them is faster than a table
        # of sums in memory.
        with self._without("enable_hashagg"):
            self._load_table(
                name or "lifecycle_value_fresh",
                self._get_facts(self._get_purchase_days()),
                SQL("partner_id, company_id"),
            )

    @api.model
    def _get_facts(self, days):
        """Return SQL of the facts of each customer and company, from purchase days."""
        return SQL(
            "SELECT d.partner_id, d.company_id, %s FROM (%s) d"
            " GROUP BY d.partner_id, d.company_id",
            SQL(", ").join(
                SQL("%s AS %s", SQL(expression), SQL.identifier(name))
                for name, expression in _FACTS.items()
            ),
            days,
        )

    @api.model
    def _forget_basis(self, companies, is_new_history):
        """Compute these companies anew soon, as their settings have changed."""
        # sudo: whoever changes a setting of values may not write parameters.
        self.env["ir.config_parameter"].sudo().set_param(_POSITION, "")
        self._verify_all_soon()
        self.env["lifecycle.value.basis"]._forget(companies)
        if is_new_history:
            self.env["lifecycle.clv.fit"]._forget(companies)
        self.env.ref("contact_lifecycle.ir_cron_refresh_values")._trigger()
