from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.quality.codes import EMAIL_STATES, PHONE_STATES, QUALITY_BANDS
from ..optional_fields import OptionalInteger

QUALITY_COLUMNS = (
    "quality_score",
    "quality_band",
    "completeness",
    "email_state",
    "phone_state",
    "verified_date",
)


class LifecycleProfile(models.Model):
    """How good the data of the contact are; ``docs/quality.md`` has the formulas."""

    _inherit = "lifecycle.profile"

    quality_score = OptionalInteger(
        string="Data Quality",
        aggregator="avg",
        help="0 to 100: half of it is completeness, the rest whether e-mail and phone "
        "are valid and when the data were last verified",
    )
    quality_band = fields.Selection(QUALITY_BANDS, string="Data Quality Band")
    completeness = OptionalInteger(
        string="Completeness (%)",
        aggregator="avg",
        help="How many of the wanted fields are filled in, by weight",
    )
    email_state = fields.Selection(EMAIL_STATES, string="E-mail State")
    phone_state = fields.Selection(PHONE_STATES)
    verified_date = fields.Date(
        string="Data Verified",
        help="Since when all data of the contact have been verified: the oldest of its "
        "field groups. Empty when one of them never was.",
    )

    # The first page of contacts, the worst first, is read off this index.
    _quality_idx = models.Index("(quality_score, id)")

    def _after_refresh(self):
        result = super()._after_refresh()
        # All that the journey tells of data is bounces.
        self._load_quality(
            SQL(
                """SELECT q.partner_id FROM lifecycle_taken q
                    WHERE EXISTS (
                          SELECT 1 FROM lifecycle_touchpoint t
                           WHERE t.partner_id = q.partner_id AND t.type_id = (
                                 SELECT id FROM lifecycle_touchpoint_type
                                  WHERE code = 'mail_bounced'))"""
            )
        )
        self._refresh_quality()
        return result

    @api.model
    def _refresh_quality_taken(self):
        """Compute the quality of the contacts in ``lifecycle_taken``."""
        self._load_quality(SQL("SELECT partner_id FROM lifecycle_taken"))
        return self._refresh_quality()

    @api.model
    def _load_quality_batch(self, position, limit):
        """Take the next contacts by id; return the last id, or None after the last."""
        self._load_quality(
            SQL(
                "SELECT id FROM res_partner WHERE id > %s ORDER BY id LIMIT %s",
                position,
                limit,
            )
        )
        query = SQL("SELECT max(partner_id) FROM lifecycle_quality_taken")
        return self.env.execute_query(query)[0][0]

    @api.model
    def _load_quality(self, contacts):
        """Put the contacts of a query into ``lifecycle_quality_taken``."""
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL jit = off")
        self.env.cr.execute("DROP TABLE IF EXISTS lifecycle_quality_taken")
        self.env.execute_query(
            SQL(
                """CREATE TEMP TABLE lifecycle_quality_taken ON COMMIT DROP AS
                   SELECT id AS partner_id FROM (%s) contact (id)""",
                contacts,
            )
        )
        self.env.cr.execute(
            "ALTER TABLE lifecycle_quality_taken ADD PRIMARY KEY (partner_id)"
        )
        self.env.cr.execute("ANALYZE lifecycle_quality_taken")

    @api.model
    def _refresh_quality(self):
        """Write the quality of the contacts in ``lifecycle_quality_taken``.

        :return: number of contacts whose quality was different
        """
        names = SQL(", ").join(map(SQL.identifier, QUALITY_COLUMNS))
        fresh = SQL(", ").join(SQL.identifier("f", name) for name in QUALITY_COLUMNS)
        stored = SQL(", ").join(SQL.identifier("s", name) for name in QUALITY_COLUMNS)
        self.env.cr.execute(
            SQL(
                """WITH fresh AS MATERIALIZED (%(query)s)
                   UPDATE lifecycle_profile s SET (%(names)s) = (%(fresh)s)
                     FROM fresh f
                    WHERE s.id = f.partner_id AND %(range)s
                      AND (%(stored)s) IS DISTINCT FROM (%(fresh)s)""",
                query=self._get_quality_query(),
                names=names,
                fresh=fresh,
                stored=stored,
                range=self._get_quality_range("s", "id"),
            )
        )
        changed = self.env.cr.rowcount
        self.invalidate_model(QUALITY_COLUMNS)
        return changed
