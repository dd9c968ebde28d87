from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from .conversion_features import FEATURES

_REASONS = 3
_SHOWN = ("ok", "low")


class LifecycleConversionFit(models.Model):
    """Why a contact is likely to buy, or not, in a few words."""

    _inherit = "lifecycle.conversion.fit"

    @api.model
    def _explain_partner(self, partner):
        """Return the probability of a contact and what speaks for and against it.

        :return: dict with ``status`` (of the model, or False), ``probability`` (or
            False), ``base_rate``, ``horizon_days``, ``advice``, ``reasons``: dicts with
            ``label``, ``value`` and ``weight`` (added log-odds), strongest first
        """
        # sudo: an explanation names counts, and the fit's own figures are no secret.
        company = partner.company_id or self.env.ref("base.main_company")
        fit = self.sudo().search(
            [("company_id", "=", company.id), ("is_current", "=", True)]
        )
        answer = {
            "status": fit.status,
            "probability": False,
            "base_rate": fit.base_rate,
            "horizon_days": fit.horizon_days,
            "advice": fit.advice,
            "reasons": [],
        }
        # Archived contacts are not refreshed.
        if partner.active and fit.status in _SHOWN:
            answer.update(fit._explain_probability(partner))
        return answer

    def _explain_probability(self, partner):
        contacts = SQL("SELECT %s::int", partner.id)
        only = SQL("t.partner_id = %s", partner.id)
        today = self.env.cr.now().date() + timedelta(days=1)
        rows = self.env.execute_query(
            self._get_probability_query(today, contacts, only)
        )
        if not rows:
            return {}
        values = self.env.execute_query(
            self._get_features_query([today], contacts, only)
        )
        return {
            "probability": rows[0][1],
            "reasons": self._get_reasons(
                dict(zip(FEATURES, values[0][3:], strict=True))
            ),
        }

    def _get_reasons(self, values):
        labels = self._get_feature_labels()
        reasons = [
            {
                "label": labels[name],
                "value": self._get_bin_label(name, value),
                "weight": self.model["weights"].get(name, {}).get(str(value), 0.0),
            }
            for name, value in values.items()
        ]
        telling = [reason for reason in reasons if abs(reason["weight"]) >= 0.05]
        return sorted(telling, key=lambda reason: -abs(reason["weight"]))[:_REASONS]

    @api.model
    def _get_feature_labels(self):
        """Return ``{feature: what it counts, in words}``."""
        return {
            "clicks": self.env._("Clicks in 90 days"),
            "replies": self.env._("Replies in 180 days"),
            "meetings": self.env._("Meetings and calls in 180 days"),
            "leads": self.env._("Open leads"),
            "forms": self.env._("Surveys and sign-ups in 180 days"),
            "left": self.env._("Unsubscriptions and bounces in a year"),
            "messages": self.env._("Messages received in 90 days"),
            "last_sign_days": self.env._("Days since the last sign of life"),
            "known_days": self.env._("Days since the first touchpoint"),
        }

    @api.model
    def _get_bin_label(self, name, value):
        """Return a bin of a feature in words: “none”, “2 to 3”, “4 or more”."""
        borders = FEATURES[name][1]
        if value < 0:
            return self.env._("never")
        if value == len(borders):
            return self.env._("%s or more", borders[-1])
        low, high = (borders[value - 1] if value else 0), borders[value] - 1
        if low == high:
            return str(low) if low else self.env._("none")
        return self.env._("%(low)s to %(high)s", low=low, high=high)
