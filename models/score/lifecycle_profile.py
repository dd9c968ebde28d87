from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.scoring.codes import SCORE_BANDS
from ..optional_fields import OptionalFloat, OptionalInteger

_SHOWN = ("score", "score_band", "sends_since_engagement")


class LifecycleProfile(models.Model):
    """The main scorecard's numbers: a company's own before a shared one."""

    _inherit = "lifecycle.profile"

    score = OptionalInteger(aggregator="avg")
    score_band = fields.Selection(SCORE_BANDS)
    sends_since_engagement = OptionalInteger(
        string="Messages since Last Sign of Life", aggregator="avg"
    )
    conversion_probability = OptionalFloat(
        aggregator="avg",
        help="That a contact who has not bought yet does within the model's days",
    )

    # The first page of contacts by score is read off this index.
    _score_idx = models.Index("(score DESC NULLS LAST, id)")

    def _after_refresh(self):
        result = super()._after_refresh()
        self.env["lifecycle.score"]._refresh_contacts(
            SQL("SELECT partner_id FROM lifecycle_taken")
        )
        self.env["lifecycle.conversion.fit"]._refresh_contacts()
        return result

    @api.model
    def _show_all_scores(self):
        """Show the main score on all contacts, as another scorecard became it."""
        self.env["lifecycle.score"]._make_scored(
            SQL("SELECT id FROM lifecycle_profile")
        )
        self._show_scores()

    @api.model
    def _show_scores(self):
        """Show the main score on the contacts in ``lifecycle_scored``."""
        self.env.flush_all()
        self._load_shown()
        shown = SQL(", ").join(SQL.identifier("m", name) for name in _SHOWN)
        stored = SQL(", ").join(SQL.identifier("p", name) for name in _SHOWN)
        self.env.cr.execute(
            SQL(
                """UPDATE lifecycle_profile p SET (%(columns)s) = (%(shown)s)
                     FROM lifecycle_scored q
                     LEFT JOIN lifecycle_score_shown m ON m.partner_id = q.partner_id
                    WHERE p.id = q.partner_id AND %(profiles)s
                      AND (%(stored)s) IS DISTINCT FROM (%(shown)s)""",
                columns=SQL(", ").join(map(SQL.identifier, _SHOWN)),
                shown=shown,
                stored=stored,
                profiles=self.env["lifecycle.score"]._get_scored_condition("p", "id"),
            )
        )
        self.env.cr.execute("DROP TABLE lifecycle_score_shown")
        self.invalidate_model(_SHOWN)

    @api.model
    def _load_shown(self):
        """Fill ``lifecycle_score_shown`` with the main scores.

        A table with a key: of scores just written for the first time, the planner
        knows nothing, and would go through all of them for each contact.
        """
        self.env.cr.execute("DROP TABLE IF EXISTS lifecycle_score_shown")
        self.env.execute_query(
            SQL(
                "CREATE TEMP TABLE lifecycle_score_shown ON COMMIT DROP AS %s",
                self._get_main_scores(),
            )
        )
        self.env.cr.execute(
            "ALTER TABLE lifecycle_score_shown ADD PRIMARY KEY (partner_id)"
        )
        self.env.cr.execute("ANALYZE lifecycle_score_shown")

    @api.model
    def _get_main_scores(self):
        """Return SQL of the scores to show, one row a contact."""
        cards = (
            # sudo: shown is the main score of every company.
            self.env["lifecycle.scorecard"]
            .sudo()
            .search([("is_main", "=", True), ("active", "=", True)])
        )
        scores = SQL(
            "SELECT s.* FROM lifecycle_score s WHERE s.scorecard_id = ANY(%s) AND %s",
            cards.ids,
            self.env["lifecycle.score"]._get_scored_condition("s", "partner_id"),
        )
        if len(cards) <= 1:
            return scores
        return SQL(
            """SELECT DISTINCT ON (s.partner_id) s.*
                 FROM (%s) s JOIN lifecycle_scorecard c ON c.id = s.scorecard_id
                ORDER BY s.partner_id, c.company_id NULLS LAST""",
            scores,
        )
