import psycopg2

from odoo import api, models
from odoo.tools import SQL, mute_logger


class LifecycleScore(models.Model):
    """What a refresh must get over: a rule that fails, a contact that was away."""

    _inherit = "lifecycle.score"

    @api.model
    def _load_fresh(self, scorecard, rules):
        """Go on without the rules that fail only when contacts are read.

        Planning a rule (``_find_error``) finds nearly all that is wrong with it, but
        not, for one, a pattern that ends in its escape character.
        """
        # Found by an earlier batch of this run.
        rules = rules.filtered(lambda rule: not rule.error)
        try:
            with self.env.cr.savepoint(flush=False), mute_logger("odoo.sql_db"):
                result = super()._load_fresh(scorecard, rules)
        except psycopg2.DataError:
            failing = self._find_failing(scorecard, rules)
            if not failing:
                raise
            result = super()._load_fresh(scorecard, rules - failing)
        self._recall_standing(scorecard)
        return result

    @api.model
    def _find_failing(self, scorecard, rules):
        """Return the rules that fail on the contacts to score, and note why."""
        failing = rules.browse()
        for rule in rules.filtered(lambda rule: rule.kind == "fit"):
            query = self._get_fit_query(scorecard, rule)
            try:
                with self.env.cr.savepoint(flush=False), mute_logger("odoo.sql_db"):
                    self.env.execute_query(
                        SQL("SELECT sum(fit_score) FROM (%s) f", query)
                    )
            except psycopg2.DataError as error:
                rule.error = str(error).strip()
                failing += rule
        return failing

    @api.model
    def _recall_standing(self, scorecard):
        """Let contacts whose score had gone stand where they last stood.

        An archived contact has no score.  Restored, it has not risen once more.
        """
        self.env.cr.execute(
            SQL(
                """UPDATE lifecycle_score_fresh f
                      SET was_above = true,
                          is_above = COALESCE(f.is_above, false) OR f.score >= %(fall)s
                     FROM (SELECT DISTINCT ON (c.partner_id) c.partner_id, c.kind
                             FROM lifecycle_score_crossing c
                             JOIN lifecycle_score_fresh n
                               ON n.partner_id = c.partner_id AND n.score_id IS NULL
                            WHERE c.scorecard_id = %(scorecard)s
                            ORDER BY c.partner_id, c.crossing_date DESC, c.id DESC) l
                    WHERE f.partner_id = l.partner_id AND l.kind = 'up'""",
                fall=scorecard.fall_score,
                scorecard=scorecard.id,
            )
        )
