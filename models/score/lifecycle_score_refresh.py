import logging

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

_BATCH_CONTACTS = 50_000
# Kept with the cursor: the least and the largest id to score, and how many they are.
_ENDS = "lifecycle_scored"
# Contacts with more than so many others between them are looked up one by one.
_SPREAD = 3
_NUMBERS = ("score", "fit_score", "engagement_score", "sends_since_engagement")
_WRITTEN = (*_NUMBERS, "score_band", "is_above")


class LifecycleScore(models.Model):
    """Scores are brought up to date for some contacts by day, for all by night.

    A night's run goes through the contacts by id, in batches that commit, and goes on
    where it was stopped.  Ages are whole days, so both runs of a day agree.
    """

    _inherit = "lifecycle.score"

    @api.model
    def _cron_refresh_scores(self):
        """Score all contacts that have not been scored today, as points grow old."""
        today = fields.Datetime.to_datetime(self.env.cr.now().date())
        due = (
            self.env["lifecycle.scorecard"]
            .search([("active", "=", True)])
            .filtered(lambda card: not (card.refresh_date or today) > today)
        )
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(due))
        for scorecard in due:
            if not self._refresh_scorecard(scorecard, commit=progress):
                return
            if not progress(1):
                return

    @api.model
    def _refresh_scorecard(self, scorecard, commit=None):
        """Score all contacts by one scorecard.

        :param commit: called after each batch; a falsy answer stops
        :return: whether all contacts were scored
        """
        working = scorecard.rule_ids._filter_working()
        snapshots = self.env["lifecycle.score.snapshot"]
        is_kept = snapshots._is_due(scorecard)
        while self._take_batch(scorecard.refresh_position):
            self._refresh_scored(scorecard, working)
            if is_kept:
                snapshots._take(scorecard)
            scorecard.refresh_position = self._get_batch_end()
            if commit and not commit(0):
                return False
        now = self.env.cr.now()
        scorecard.write(
            {
                "refresh_position": 0,
                "refresh_date": now,
                "baseline_date": scorecard.baseline_date or now,
                **({"snapshot_date": now.date()} if is_kept else {}),
            }
        )
        if self.env["lifecycle.score.crossing"].search_count(
            [("crossing_date", "=", now)], limit=1
        ):
            self.env["lifecycle.touchpoint.source"]._trigger_harvest()
        return True

    @api.model
    def _take_batch(self, position):
        """Put the next contacts by id into ``lifecycle_scored``; return how many."""
        self._make_scored(
            SQL(
                "SELECT id FROM res_partner WHERE id > %s ORDER BY id LIMIT %s",
                position,
                _BATCH_CONTACTS,
            )
        )
        return self.env.cr.cache[_ENDS][2]

    @api.model
    def _get_batch_end(self):
        return self.env.cr.cache[_ENDS][1]

    @api.model
    def _make_scored(self, contacts):
        self.env.flush_all()
        self.env.cr.execute("DROP TABLE IF EXISTS lifecycle_scored")
        self.env.execute_query(
            SQL(
                """CREATE TEMP TABLE lifecycle_scored ON COMMIT DROP AS
                   SELECT id AS partner_id FROM (%s) contact (id)""",
                contacts,
            )
        )
        self.env.cr.execute("ALTER TABLE lifecycle_scored ADD PRIMARY KEY (partner_id)")
        self.env.cr.execute("ANALYZE lifecycle_scored")
        # For as long as the table is there.
        self.env.cr.execute(
            "SELECT min(partner_id), max(partner_id), count(*) FROM lifecycle_scored"
        )
        self.env.cr.cache[_ENDS] = self.env.cr.fetchone()
        # A batch's aggregates fit into this; they would go through files otherwise.
        self.env.cr.execute("SET LOCAL work_mem = '64MB'")
        # Compiling a batch's query costs more than it gains.
        self.env.cr.execute("SET LOCAL jit = off")

    @api.model
    def _get_scored_range(self, table, column, partner_id=None):
        """Return SQL that keeps a table to the ids between which all scored ones are.

        A batch by night is a run of ids: this lets PostgreSQL read that part of an
        index instead of the whole table for each batch.  The contacts of an hour lie
        far apart: there, all is left to the join.

        :param partner_id: the only one, when there is no ``lifecycle_scored``
        """
        if partner_id:
            return SQL("%s = %s", SQL.identifier(table, column), partner_id)
        low, high, count = self.env.cr.cache[_ENDS]
        if count and high - low > _SPREAD * count:
            return SQL("true")
        return SQL(
            "%s BETWEEN %s AND %s", SQL.identifier(table, column), low or 0, high or 0
        )

    @api.model
    def _get_scored_condition(self, table, column, partner_id=None):
        """Return SQL that finds the contacts to score, and by night few others.

        Those of an hour are looked up one by one: as an array, for otherwise
        PostgreSQL reads the whole table.
        """
        ids = self._get_scored_range(table, column, partner_id)
        if ids == SQL("true"):
            return SQL(
                "%s = ANY(ARRAY(SELECT partner_id FROM lifecycle_scored))",
                SQL.identifier(table, column),
            )
        return ids

    @api.model
    def _refresh_contacts(self, contacts):
        """Score some contacts by all scorecards.

        :param contacts: SQL of a query of contact ids
        """
        scorecards = (
            self.env["lifecycle.scorecard"].sudo().search([("active", "=", True)])
        )
        self._make_scored(contacts)
        for scorecard in scorecards:
            self._refresh_scored(scorecard, scorecard.rule_ids._filter_working())

    @api.model
    def _refresh_scored(self, scorecard, rules):
        """Score the contacts in ``lifecycle_scored`` by the rules that work."""
        self.env.flush_all()
        self._load_fresh(scorecard, rules)
        self._record_crossings(scorecard)
        changed = self._write_fresh(scorecard)
        if scorecard.is_main:
            self.env["lifecycle.profile"]._show_scores()
        self.env.cr.execute("DROP TABLE lifecycle_score_fresh")
        self.invalidate_model()
        _logger.info("scorecard %s: %s scores changed", scorecard.id, changed)

    @api.model
    def _load_fresh(self, scorecard, rules):
        """Fill ``lifecycle_score_fresh`` with scores, bands and where they stand.

        ``score_id`` is the row that is there already, and ``is_changed`` whether it
        differs; a contact without a score any more has none here.
        """
        self.env.cr.execute("DROP TABLE IF EXISTS lifecycle_score_fresh")
        card = scorecard
        self.env.execute_query(
            SQL(
                """CREATE TEMP TABLE lifecycle_score_fresh ON COMMIT DROP AS
                SELECT w.partner_id, %(numbers)s, f.score_band, f.is_above,
                       s.id AS score_id, s.is_above AS was_above,
                       (%(stored)s) IS DISTINCT FROM (%(numbers)s, f.score_band,
                                                      f.is_above) AS is_changed
                  FROM lifecycle_scored w
                  LEFT JOIN (%(query)s) q ON q.partner_id = w.partner_id
                  LEFT JOIN lifecycle_score s
                         ON s.scorecard_id = %(scorecard)s AND %(range)s
                        AND s.partner_id = w.partner_id
                 CROSS JOIN LATERAL (
                       SELECT CASE WHEN q.fit_score >= %(fit_a)s THEN 'A'
                                   WHEN q.fit_score >= %(fit_b)s THEN 'B' ELSE 'C' END
                           || CASE WHEN q.engagement_score >= %(engagement_1)s THEN '1'
                                   WHEN q.engagement_score >= %(engagement_2)s THEN '2'
                                   ELSE '3' END AS score_band,
                              COALESCE(q.score, 0) >= %(rise)s
                              OR (COALESCE(s.is_above, false)
                                  AND COALESCE(q.score, 0) >= %(fall)s) AS is_above
                       ) f
                 WHERE q.score IS NOT NULL OR s.id IS NOT NULL""",
                numbers=SQL(", ").join(SQL.identifier("q", name) for name in _NUMBERS),
                stored=SQL(", ").join(SQL.identifier("s", name) for name in _WRITTEN),
                range=self._get_scored_condition("s", "partner_id"),
                query=self._get_score_query(card, rules),
                fit_a=card.fit_a,
                fit_b=card.fit_b,
                engagement_1=card.engagement_1,
                engagement_2=card.engagement_2,
                rise=card.rise_score,
                fall=card.fall_score,
                scorecard=card.id,
            )
        )
        self.env.cr.execute("ANALYZE lifecycle_score_fresh")

    @api.model
    def _record_crossings(self, scorecard):
        """Record whose score crossed the threshold, once rules have settled."""
        if not scorecard.baseline_date:
            return
        self.env.cr.execute(
            SQL(
                """INSERT INTO lifecycle_score_crossing
                          (scorecard_id, partner_id, crossing_date, kind, score)
                   SELECT %s, partner_id, %s,
                          CASE WHEN is_above THEN 'up' ELSE 'down' END, score
                     FROM lifecycle_score_fresh
                    WHERE score IS NOT NULL AND is_above <> COALESCE(was_above, false)
                       ON CONFLICT DO NOTHING""",
                scorecard.id,
                self.env.cr.now(),
            )
        )
        if self.env.cr.rowcount:
            self.env["lifecycle.touchpoint.source"]._trigger_harvest()

    @api.model
    def _write_fresh(self, scorecard):
        """Write what differs; return how many contacts that were."""
        values = {
            "columns": SQL(", ").join(map(SQL.identifier, _WRITTEN)),
            "fresh": SQL(", ").join(SQL.identifier("f", name) for name in _WRITTEN),
            "today": self.env.cr.now().date(),
            "card": scorecard.id,
        }
        statements = (
            SQL(
                """UPDATE lifecycle_score s
                      SET (score_date, %(columns)s) = (%(today)s, %(fresh)s)
                     FROM lifecycle_score_fresh f
                    WHERE s.id = f.score_id AND f.is_changed
                      AND f.score IS NOT NULL""",
                **values,
            ),
            SQL(
                """INSERT INTO lifecycle_score
                          (scorecard_id, partner_id, score_date, %(columns)s)
                   SELECT %(card)s, f.partner_id, %(today)s, %(fresh)s
                     FROM lifecycle_score_fresh f WHERE f.score_id IS NULL
                       ON CONFLICT DO NOTHING""",
                **values,
            ),
            SQL(
                """DELETE FROM lifecycle_score s USING lifecycle_score_fresh f
                    WHERE s.id = f.score_id AND f.score IS NULL"""
            ),
        )
        changed = 0
        for statement in statements:
            self.env.cr.execute(statement)
            changed += self.env.cr.rowcount
        return changed

    @api.model
    def _get_median_points(self, scorecard):
        """Return the median engagement points of the contacts that have some."""
        rules = scorecard.rule_ids._filter_working()
        rules = rules.filtered(lambda rule: rule.kind != "fit")
        self._make_scored(SQL("SELECT id FROM res_partner WHERE active"))
        rows = self.env.execute_query(
            SQL(
                """WITH %s SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY points)
                     FROM engagement WHERE points > %s""",
                self._get_engagement_ctes(scorecard, rules),
                scorecard.starting_points,
            )
        )
        return round(rows[0][0] or 0, 1)
