from odoo import models
from odoo.tools import SQL

from ...engine.clv import bands, rfm

_BANDS = "(ARRAY['active', 'cooling', 'at_risk', 'lapsed'])"


class LifecycleValue(models.Model):
    """Bands of risk and activity, and the names of RFM scores, as SQL."""

    _inherit = "lifecycle.value"

    @staticmethod
    def _get_bands():
        """Return SQL of ``churn_band``, ``band`` and ``is_new``, as ``bands.py`` has
        them: by the risk where it is known, else by the days of silence."""
        return SQL(
            """SELECT CASE WHEN q.p_buy IS NOT NULL THEN %(risk)s END AS churn_band,
                      CASE WHEN q.p_buy IS NOT NULL THEN %(risk)s ELSE %(silence)s END
                          AS band,
                      v.order_count = 1
                      AND b.as_of - v.first_order_date <= %(new)s AS is_new
                 FROM (SELECT 1 - q.p_buy AS churn,
                              (b.as_of - v.last_order_date)
                              / CASE WHEN v.last_order_age > 0 THEN greatest(%(least)s,
                                          3 * v.days_between_orders::float8)
                                     ELSE b.gap END AS share) k""",
            risk=_get_band("churn", map(SQL, ("b.moderate", "b.high", "b.worst"))),
            silence=_get_band("share", (0.25, 0.5, 1.0)),
            least=float(bands.LEAST_INACTIVE_DAYS),
            new=bands.NEW_DAYS,
        )

    @staticmethod
    def _get_grid():
        """Return SQL rows (grid, code, whether bought less than thrice, segment)."""
        rows = [
            ("rf", code, few, segment)
            for code, segment in rfm.SEGMENT_OF_RF.items()
            for few in (True, False)
        ]
        rows += [
            ("rfm", code, days < 3, rfm.segment_of_rfm(*code, days))
            for code in rfm.SEGMENT_OF_RFM
            for days in (1, 3)
        ]
        return SQL(", ").join(SQL("(%s, %s, %s, %s)", *row) for row in rows)


def _get_band(expression, limits):
    """Return SQL of the band of a number: the last limit belongs to the band below."""
    return SQL(
        "%(bands)s[1 + (k.%(x)s >= %(cooling)s)::int + (k.%(x)s >= %(at_risk)s)::int"
        " + (k.%(x)s > %(lapsed)s)::int]",
        bands=SQL(_BANDS),
        x=SQL(expression),
        **dict(zip(("cooling", "at_risk", "lapsed"), limits, strict=True)),
    )
