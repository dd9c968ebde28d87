"""Value bands: a coarse answer for people who need no more."""

BAND_LIMITS = (0.3, 0.6, 0.85)
NEW_DAYS = 30
LEAST_INACTIVE_DAYS = 180
_GAPS_UNTIL_INACTIVE = 3

# Shares of the days until inactive at which cooling and at risk begin: 45 and 90
# days of 180, as Omnisend's customer stages have them (40, 90, 180).
_SILENCE_LIMITS = (0.25, 0.5, 1.0)
_BANDS = ("active", "cooling", "at_risk", "lapsed")


def is_new(purchase_days, age_days, new_days=NEW_DAYS):
    """Say whether a customer bought once, and so lately that silence means nothing.

    Args:
        purchase_days: days with an order
        age_days: days since the first of them
        new_days: how long one is new
    """
    return purchase_days == 1 and age_days <= new_days


def band_of_churn(churn, limits=BAND_LIMITS):
    """Return the code of ``VALUE_BANDS`` for P(no order within the horizon).

    ``new`` comes first: ask ``is_new`` before.

    Args:
        churn: 0 to 1; one less ``BgNbd.probability_of_purchase``
        limits: where cooling, at risk and lapsed begin; recalibrate on a backtest
    """
    cooling, at_risk, lapsed = limits
    return _BANDS[(churn >= cooling) + (churn >= at_risk) + (churn > lapsed)]


def days_until_inactive(mean_gap_days=None, usual_gap_days=None):
    """Return after how much silence a customer counts as lapsed, without a model.

    Three times the customer's own mean gap between orders, at least 180 days; for who
    bought once, the gap that 90 % of observed ones do not exceed.

    Args:
        mean_gap_days: of the customer, None or 0 for who bought once
        usual_gap_days: 90th percentile of the gaps of all, None without any
    """
    if mean_gap_days:
        return max(LEAST_INACTIVE_DAYS, _GAPS_UNTIL_INACTIVE * mean_gap_days)
    return usual_gap_days or LEAST_INACTIVE_DAYS


def band_of_silence(recency_days, inactive_days):
    """Return the code of ``VALUE_BANDS`` by days alone, where there is no model.

    Args:
        recency_days: since the last order
        inactive_days: from ``days_until_inactive``, positive
    """
    share = recency_days / inactive_days
    cooling, at_risk, lapsed = _SILENCE_LIMITS
    return _BANDS[(share >= cooling) + (share >= at_risk) + (share > lapsed)]
