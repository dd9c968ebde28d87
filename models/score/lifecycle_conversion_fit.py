import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ...engine.scoring import conversion
from ...engine.scoring.codes import CONVERSION_STATUSES, EVALUATIONS
from ..optional_fields import OptionalFloat
from .conversion_features import FEATURES

_logger = logging.getLogger(__name__)

_SNAPSHOTS = 4
_DAYS_BETWEEN_FITS = 7
_SHOWN = ("ok", "low")


class LifecycleConversionFit(models.Model):
    """A model of who buys for the first time, with how far it can be trusted.

    Fitted on contacts as they were known on past days, and on whether they bought
    within the ``horizon_days`` after.  Only the current one of a company is used, and
    only while it is better than knowing the average (status ok or low).
    """

    _name = "lifecycle.conversion.fit"
    _description = "Conversion Model"
    _order = "fit_date desc, id desc"
    _rec_name = "fit_date"

    _folds = conversion.FOLDS
    _horizon_days = 90

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    fit_date = fields.Datetime(required=True)
    is_current = fields.Boolean(string="In Use")
    status = fields.Selection(CONVERSION_STATUSES, required=True)
    horizon_days = fields.Integer(string="Days to Buy In")
    window_start = fields.Date(string="First Snapshot")
    window_end = fields.Date(string="Outcomes Known until")
    case_count = fields.Integer(
        string="Cases", help="Contacts who had not bought yet, on each snapshot day"
    )
    event_count = fields.Integer(string="Conversions")
    base_rate = OptionalFloat(
        help="Share that converted, believable from the first case on"
    )
    evaluation = fields.Selection(EVALUATIONS, string="Judged")
    auc = OptionalFloat(
        string="AUC",
        help="Chance that of two contacts the one that bought had the higher "
        "probability; 0.5 is a coin",
    )
    brier = OptionalFloat(string="Brier Score", digits=(16, 4))
    skill = OptionalFloat(
        help="How much of the average's error the model removes; 0 is none"
    )
    skill_low = OptionalFloat(string="Skill, at Least")
    skill_high = OptionalFloat(string="Skill, at Most")
    log_loss = OptionalFloat(digits=(16, 4))
    lift = OptionalFloat(
        string="Lift of the Best Tenth",
        help="How many times the average rate the most probable tenth converted",
    )
    calibration_error = OptionalFloat(digits=(16, 4))
    bins = fields.Json(string="Reliability")
    model = fields.Json()
    advice = fields.Text(compute="_compute_advice")

    _current_uniq = models.UniqueIndex(
        "(company_id) WHERE is_current", "A company has one conversion model in use."
    )

    @api.depends("company_id", "window_end")
    def _compute_display_name(self):
        for fit in self:
            day = format_date(self.env, fit.window_end)
            fit.display_name = f"{fit.company_id.name} · {day}"

    @api.depends("status", "event_count", "case_count", "base_rate")
    def _compute_advice(self):
        least = conversion.LEAST_EVENTS
        advice = {
            "ok": self.env._("The model is in use and shown on contacts."),
            "low": self.env._(
                "Shown on contacts, with care: more conversions make it firmer."
            ),
            "no_skill": self.env._(
                "The past does not tell apart who buys, so nothing is shown. Record "
                "more of what contacts do (meetings, leads, replies) and wait."
            ),
            "insufficient": self.env._(
                "At least %s first purchases and as many contacts without one are "
                "needed, so nothing is shown. Until then use the score.",
                least,
            ),
        }
        for fit in self:
            fit.advice = advice.get(fit.status)

    @api.model
    def _cron_fit(self):
        """Fit each company's model once a week, then give all contacts theirs."""
        companies = self.env["res.company"].search([("active", "=", True)])
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(companies) + 1)
        for company in companies:
            if not self._get_recent(company):
                self._fit_safely(company)
            if not progress(1):
                return
        position = 0
        while self.env["lifecycle.score"]._take_batch(position):
            self._refresh_contacts()
            position = self.env["lifecycle.score"]._get_batch_end()
            # Not stopped when the time is up: the next run would begin with the first.
            progress(0)
        progress(1)

    @api.model
    def _get_recent(self, company):
        since = self.env.cr.now() - timedelta(days=_DAYS_BETWEEN_FITS, hours=-6)
        return self.search(
            [("company_id", "=", company.id), ("fit_date", ">", since)], limit=1
        )

    def _fit_safely(self, company):
        try:
            with self.env.cr.savepoint():
                return self._fit(company)
        except Exception:
            _logger.exception("conversion of company %s not fitted", company.id)
            return self.browse()

    @api.model
    def _fit(self, company):
        """Fit a company's model on its own past and put it in use."""
        self.env.flush_all()
        today = self.env.cr.now().date()
        horizon = self._horizon_days
        snapshots = [
            today - timedelta(days=horizon * back) for back in range(1, _SNAPSHOTS + 1)
        ]
        cases = [
            conversion.Case(tuple(values), bought, count, fold, is_latest)
            for bought, fold, is_latest, count, *values in self._get_cases(
                company, snapshots
            )
        ]
        fitted = conversion.fit(cases, len(FEATURES))
        self.search(
            [("company_id", "=", company.id), ("is_current", "=", True)]
        ).is_current = False
        self.flush_model()
        return self.create(
            {
                "company_id": company.id,
                "fit_date": self.env.cr.now(),
                "is_current": True,
                "horizon_days": horizon,
                "window_start": min(snapshots),
                "window_end": today,
                **self._prepare_card_values(fitted),
            }
        )

    @api.model
    def _prepare_card_values(self, fitted):
        values = {
            "status": fitted.status,
            "case_count": fitted.cases,
            "event_count": fitted.events,
            "base_rate": fitted.base_rate,
            "evaluation": fitted.evaluation,
        }
        if not fitted.model:
            return values
        metrics, model = fitted.metrics, fitted.model
        slope = model.platt.slope
        for name in ("auc", "brier", "skill", "log_loss", "lift", "calibration_error"):
            values[name] = getattr(metrics, name)
        return {
            **values,
            "skill_low": fitted.skill_low,
            "skill_high": fitted.skill_high,
            "bins": [
                {"count": b.customers, "predicted": b.predicted, "observed": b.observed}
                for b in metrics.calibration
            ],
            "model": {
                "intercept": model.intercept,
                "weights": {
                    name: {str(value): slope * ratio for value, ratio in ratios.items()}
                    for name, ratios in zip(FEATURES, model.ratios, strict=True)
                },
            },
        }

    @api.model
    def _refresh_contacts(self):
        """Write the probabilities of the contacts in ``lifecycle_scored`` that differ.

        Contacts that have bought, or whose company has no model in use, have none.
        """
        self.env.flush_all()
        today = self.env.cr.now().date() + timedelta(days=1)
        fits = self.sudo().search([("is_current", "=", True), ("status", "in", _SHOWN)])
        only = self.env["lifecycle.score"]._get_scored_range("p", "id")
        touched = self.env["lifecycle.score"]._get_scored_range("t", "partner_id")
        scored = SQL(
            "AND p.id IN (SELECT partner_id FROM lifecycle_scored) AND %s", only
        )
        queries = [
            fit._get_probability_query(
                today, self._get_contacts_query(fit.company_id, scored), touched
            )
            for fit in fits
        ]
        none = SQL("SELECT NULL::int AS partner_id, NULL::float8 AS probability")
        self.env.cr.execute(
            SQL(
                """UPDATE lifecycle_profile p
                      SET conversion_probability = q.probability
                     FROM (SELECT s.partner_id, f.probability
                             FROM lifecycle_scored s
                             LEFT JOIN (%s) f ON f.partner_id = s.partner_id) q
                    WHERE p.id = q.partner_id AND %s
                      AND p.conversion_probability IS DISTINCT FROM q.probability""",
                SQL(" UNION ALL ").join(queries or [none]),
                only,
            )
        )
        changed = self.env.cr.rowcount
        self.env["lifecycle.profile"].invalidate_model(["conversion_probability"])
        return changed

    def action_fit(self):
        """Fit the user's company now."""
        self.check_access("write")
        fit = self._fit(self.env.company)
        self.env["lifecycle.score"]._make_scored(SQL("SELECT id FROM res_partner"))
        self._refresh_contacts()
        return fit._get_records_action()
