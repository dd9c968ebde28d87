from dataclasses import asdict
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.scoring import backtest
from .conversion_features import PURCHASES

_MONTHS = (1, 3, 6, 12)
_DEFAULT_MONTHS = 3
# Snapshots are a week apart: half of that makes one the nearest.
_SLACK = timedelta(days=3)


class LifecycleScoreSnapshot(models.Model):
    _inherit = "lifecycle.score.snapshot"

    standing_date = fields.Date(
        string="Standing on",
        store=False,
        search="_search_standing_date",
        help="For searches: the score a contact had on a day, taken then or before",
    )

    @api.model
    def _search_standing_date(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(map(self._get_standing_domain, value))

    @api.model
    def _get_standing_domain(self, day):
        """Return the snapshots that no later one replaced until a day."""
        day = fields.Date.to_date(day)
        return Domain("snapshot_date", "<=", day) & Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                """NOT EXISTS (
                   SELECT 1 FROM lifecycle_score_snapshot later
                    WHERE later.scorecard_id = %(scorecard)s
                      AND later.partner_id = %(partner)s
                      AND later.snapshot_date > %(day)s
                      AND later.snapshot_date <= %(until)s)""",
                scorecard=SQL.identifier(alias, "scorecard_id"),
                partner=SQL.identifier(alias, "partner_id"),
                day=SQL.identifier(alias, "snapshot_date"),
                until=day,
            )
        )


class LifecycleScorecard(models.Model):
    """Would the score have known? Scores of a past day, and who bought after it."""

    _inherit = "lifecycle.scorecard"

    @api.readonly
    @api.model
    def backtest(self, scorecard_id=None, months=None):
        """Return how many contacts bought within months, by the score they had before.

        Contacts, as far as the caller may read them, stand in tenths by their score
        at the snapshot nearest to ``months`` ago; equal scores share one.  Bought has
        who had an order confirmed, paid in a shop, had an opportunity won, or was
        sent an invoice of no order, from the day after the snapshot on.

        :param int scorecard_id: None takes the one that the user's contacts show
        :param int months: 1, 3, 6 or 12; None takes 3, or fewer while snapshots do
            not go back so far
        :raise UserError: when ``months`` is none of these
        :return: dict with ``scorecard`` (id and name, or False without one),
            ``months``, ``choices`` (``months``, ``is_available``, ``available_date``:
            ISO, or False before the first snapshot), ``snapshot_date`` and
            ``end_date`` (ISO, False when no snapshot is old enough), ``status``
            (``none`` without a snapshot, else as in ``engine/scoring/backtest.py``),
            ``total`` (``contacts``, ``converted``, ``rate`` and its 95 % Wilson
            interval ``low``, ``high``; or False), ``groups``, best first (the same
            and ``decile``, ``least``, ``most``, ``lift``, ``broken_by``: the place of
            a lower group that clearly bought more, or False; ``domain`` of its
            contacts), ``changed_date`` (when rules changed after the snapshot, the
            day from which the present ones count; ISO or False), ``least_contacts``,
            ``least_conversions``
        """
        self.check_access("read")
        scorecard = self._get_tested(scorecard_id)
        days = scorecard._get_snapshot_days()
        choices = self._get_choices(days)
        months = self._choose_months(months, choices)
        day = self._get_nearest(days, months)
        return {
            "scorecard": bool(scorecard)
            and {"id": scorecard.id, "name": scorecard.name},
            "months": months,
            "choices": choices,
            "least_contacts": backtest.LEAST_CONTACTS,
            "least_conversions": backtest.LEAST_CONVERSIONS,
            **scorecard._judge(day, months),
        }

    @api.model
    def _get_tested(self, scorecard_id):
        if scorecard_id:
            scorecard = self.browse(int(scorecard_id)).exists()
            scorecard.check_access("read")
            return scorecard
        return self.search(
            [
                ("is_main", "=", True),
                ("company_id", "in", [False, self.env.company.id]),
            ],
            order="company_id NULLS LAST",
            limit=1,
        )

    def _get_snapshot_days(self):
        """Return the days on which snapshots were taken, oldest first."""
        if not self:
            return []
        self.env["lifecycle.score.snapshot"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT snapshot_date FROM lifecycle_score_snapshot
                    WHERE scorecard_id = %s GROUP BY 1 ORDER BY 1""",
                self.id,
            )
        )
        return [day for [day] in rows]

    @api.model
    def _get_choices(self, days):
        today = self.env.cr.now().date()
        known = [(months, days and _test_date(days[0], months)) for months in _MONTHS]
        return [
            {
                "months": months,
                "is_available": bool(day) and day <= today,
                "available_date": bool(day) and day.isoformat(),
            }
            for months, day in known
        ]

    @api.model
    def _choose_months(self, months, choices):
        if months and int(months) not in _MONTHS:
            raise UserError(self.env._("A back-test looks back 1, 3, 6 or 12 months."))
        if months:
            return int(months)
        return max(
            (
                choice["months"]
                for choice in choices
                if choice["is_available"] and choice["months"] <= _DEFAULT_MONTHS
            ),
            default=_DEFAULT_MONTHS,
        )

    @api.model
    def _get_nearest(self, days, months):
        """Return the day nearest to months ago whose outcome is known, if any."""
        today = self.env.cr.now().date()
        wanted = today - relativedelta(months=months)
        return min(
            (day for day in days if _test_date(day, months) <= today),
            key=lambda day: abs(day - wanted),
            default=None,
        )

    def _judge(self, day, months):
        """Return what became of the contacts by the scores of a day."""
        if not day:
            return {
                "snapshot_date": False,
                "end_date": False,
                "changed_date": False,
                "status": "none",
                "total": False,
                "groups": [],
            }
        end = min(day + relativedelta(months=months), self.env.cr.now().date())
        found = backtest.backtest(self._read_outcomes(day, end))
        changed = self.baseline_date and self.baseline_date.date()
        return {
            "snapshot_date": day.isoformat(),
            "end_date": end.isoformat(),
            "changed_date": bool(changed and changed > day) and changed.isoformat(),
            "status": found.status,
            "total": bool(found.total) and asdict(found.total),
            "groups": [self._show_group(group, day) for group in found.groups],
        }

    def _show_group(self, group, day):
        # XML-RPC knows no None.
        broken_by = False if group.broken_by is None else group.broken_by
        domain = self._get_standing(day) & Domain(
            [("score", ">=", group.least), ("score", "<=", group.most)]
        )
        return {
            **asdict(group),
            "broken_by": broken_by,
            "domain": [("lifecycle_score_snapshot_ids", "any", list(domain))],
        }

    def _get_standing(self, day):
        """Return the snapshots that say what score contacts had on a day."""
        return Domain(
            [
                ("scorecard_id", "=", self.id),
                ("standing_date", "=", fields.Date.to_string(day)),
            ]
        )

    def _read_outcomes(self, day, end):
        """Return rows (score, contacts, how many of them bought), in one statement."""
        scored = self.env["lifecycle.score.snapshot"]._search(
            self._get_standing(day)
            & Domain([("score", "!=", False), ("partner_id.active", "=", True)])
        )
        self.env.cr.execute("SET LOCAL jit = off")
        return self.env.execute_query(
            SQL(
                """SELECT s.score, count(*), count(b.partner_id)
                     FROM (%s) s LEFT JOIN (%s) b ON b.partner_id = s.partner_id
                    GROUP BY s.score""",
                scored.select("partner_id", "score"),
                self._get_buyers_query(day + timedelta(days=1), end),
            )
        )

    @api.model
    def _get_buyers_query(self, start, end):
        """Return SQL of the contacts that bought from one day to another.

        What the conversion model takes for a purchase, except the invoice of an order,
        which may have been made before.  Whoever may read the contact may know that it
        bought, as with the reasons of its score.
        """
        types = self.env["lifecycle.touchpoint.type"].with_context(active_test=False)
        # sudo: ids of our own types.
        found = types.sudo().search([("code", "in", PURCHASES)])
        invoices = found.filtered(lambda kind: kind.code == "invoice_posted")
        return SQL(
            """SELECT DISTINCT t.partner_id FROM lifecycle_touchpoint t
                WHERE t.touch_date >= %(start)s AND t.touch_date < %(end)s
                  AND t.is_automated IS NOT TRUE AND t.type_id = ANY(%(types)s)
                  AND NOT (t.type_id = ANY(%(invoices)s) AND EXISTS (
                      SELECT 1 FROM account_move_line line
                        JOIN sale_order_line_invoice_rel r
                          ON r.invoice_line_id = line.id
                       WHERE line.move_id = t.res_id))""",
            start=start,
            end=end + timedelta(days=1),
            types=found.ids,
            invoices=invoices.ids,
        )

    def action_backtest(self):
        """Open the back-test of this scorecard."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "contact_lifecycle.lifecycle_scorecard_action_backtest"
        )
        return {**action, "params": {"scorecard_id": self.id}}


def _test_date(day, months):
    """Return from when on the scores of a day can be tested for so many months."""
    return day + relativedelta(months=months) - _SLACK
