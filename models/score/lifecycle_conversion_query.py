from odoo import api, models
from odoo.tools import SQL

from .conversion_features import FEATURES, PURCHASES, TYPES

_SAMPLE_CONTACTS = 50_000


class LifecycleConversionFit(models.Model):
    """Cases and features: contacts described by what was known on a day."""

    _inherit = "lifecycle.conversion.fit"

    @api.model
    def _get_features_query(self, snapshots, contacts, only=None):
        """Return SQL of (partner_id, snapshot, bought, *features).

        A contact that has bought before the snapshot, or that nothing was known of,
        is left out.

        :param snapshots: list of dates; what happens from that day on is the future
        :param contacts: SQL of a query of contact ids
        :param only: SQL that keeps touchpoints ``t`` to these contacts or some more
        """
        features = SQL(", ").join(
            SQL(
                "COALESCE(width_bucket((%s)::int, ARRAY[%s]), -1) AS %s",
                SQL(expression),
                SQL(", ").join(SQL("%s", border) for border in borders),
                SQL.identifier(name),
            )
            for name, (expression, borders) in FEATURES.items()
        )
        return SQL(
            """SELECT e.partner_id, e.snapshot, bool_or(e.is_future) AS bought,
                      %(features)s
                 FROM (SELECT t.partner_id, s.snapshot,
                              CASE WHEN t.touch_date < s.snapshot THEN k.kind END
                              AS kind,
                              CASE WHEN t.touch_date < s.snapshot
                                   THEN s.snapshot - t.touch_date::date END AS age,
                              k.kind = 'purchase' AND t.touch_date >= s.snapshot
                              AS is_future,
                              k.kind = 'purchase' AND t.touch_date < s.snapshot
                              AS is_past
                         FROM (%(contacts)s) c (partner_id)
                         JOIN lifecycle_touchpoint t ON t.partner_id = c.partner_id
                         JOIN (VALUES %(kinds)s) AS k (type_id, kind)
                           ON k.type_id = t.type_id
                         JOIN (VALUES %(snapshots)s) AS s (snapshot)
                           ON t.touch_date < s.snapshot + %(horizon)s
                        WHERE t.is_automated IS NOT TRUE AND %(only)s
                          AND (t.touch_date < s.snapshot OR k.kind = 'purchase')
                      ) e
                GROUP BY e.partner_id, e.snapshot
               HAVING NOT bool_or(e.is_past) AND count(e.kind) > 0""",
            features=features,
            contacts=contacts,
            only=only or SQL("true"),
            kinds=self._get_kind_values(),
            snapshots=SQL(", ").join(SQL("(%s::date)", day) for day in snapshots),
            horizon=self._horizon_days,
        )

    @api.model
    def _get_kind_values(self):
        types = self.env["lifecycle.touchpoint.type"].with_context(active_test=False)
        kinds = {**TYPES, "purchase": PURCHASES}
        return SQL(", ").join(
            SQL("(%s, %s)", touchpoint_type.id, kind)
            for kind, codes in kinds.items()
            for touchpoint_type in types.sudo().search([("code", "in", codes)])
        )

    @api.model
    def _get_contacts_query(self, company, extra=None):
        """Return SQL of the contacts whose past is this company's.

        Each contact belongs to one: shared ones to the main company, as with the
        currency of their profile.
        """
        main = self.env.ref("base.main_company")
        own = SQL("p.company_id = %s", company.id)
        if company == main:
            own = SQL("(%s OR p.company_id IS NULL)", own)
        return SQL(
            "SELECT p.id FROM res_partner p WHERE p.active AND %s %s",
            own,
            extra or SQL(""),
        )

    @api.model
    def _get_cases(self, company, snapshots):
        """Return rows (bought, fold, is_latest, count, *features) of a sample."""
        known = self.env.execute_query(
            SQL("SELECT count(*) FROM (%s) c", self._get_contacts_query(company))
        )[0][0]
        share = min(1.0, _SAMPLE_CONTACTS / max(known, 1))
        # Another multiplier than the folds', which must each get their part.
        sample = SQL(
            "AND p.id * 2246822519::bigint %% 4294967296 < %s * 4294967296", share
        )
        names = SQL(", ").join(map(SQL.identifier, FEATURES))
        return self.env.execute_query(
            SQL(
                """SELECT bought,
                          ((partner_id * 2654435761::bigint %% 4294967296)
                           * %(folds)s / 4294967296)::int AS fold,
                          snapshot = %(latest)s AS is_latest, count(*), %(names)s
                     FROM (%(features)s) f
                    GROUP BY bought, fold, is_latest, %(names)s""",
                folds=self._folds,
                latest=max(snapshots),
                names=names,
                features=self._get_features_query(
                    snapshots, self._get_contacts_query(company, sample)
                ),
            )
        )

    def _get_probability_query(self, today, contacts, only=None):
        """Return SQL of (partner_id, probability) of contacts that have not bought."""
        weights = self.model["weights"]
        added = [
            SQL(
                "CASE %s %s ELSE 0 END",
                SQL.identifier("f", name),
                SQL(" ").join(
                    SQL("WHEN %s THEN %s::float8", int(value), weight)
                    for value, weight in sorted(weights[name].items())
                ),
            )
            for name in FEATURES
            if weights.get(name)
        ]
        log_odds = SQL(" + ").join([SQL("%s::float8", self.model["intercept"]), *added])
        return SQL(
            """SELECT f.partner_id,
                      round((1 / (1 + exp(-LEAST(500, GREATEST(-500, %s))))
                            )::numeric, 3)::float8 AS probability
                 FROM (%s) f""",
            log_odds,
            self._get_features_query([today], contacts, only),
        )
