"""The formulas of ``engine/clv`` as SQL, for all customers at once."""

from odoo.tools import SQL

# PostgreSQL raises an error where exp() leaves the range of its numbers.
_EXP = "exp(least(700, greatest(-700, %s)))"


def _exp(exponent):
    return SQL(_EXP, exponent)


def p_alive():
    """``BgNbd.probability_alive`` of ``x``, ``t_x`` and ``t`` with the fit ``f``."""
    return SQL(
        "CASE WHEN h.x + f.e = 0 THEN 1 ELSE 1 / (1 + %s) END",
        _exp(
            SQL(
                "ln(f.a) - ln(f.b + h.x - 1 + f.e)"
                " + (f.r + h.x) * (ln(f.alpha + h.t) - ln(f.alpha + h.t_x))"
            )
        ),
    )


def p_buy_if_alive():
    """P(a purchase within the horizon | alive); times ``p_alive`` it is the engine's
    ``BgNbd.probability_of_purchase``."""
    return SQL(
        "1 - %s",
        _exp(
            SQL(
                "(f.r + h.x) * (ln(f.alpha + h.t) - ln(f.alpha + h.t + f.horizon_days))"
            )
        ),
    )


def mean_value():
    """``SpendModel.mean_value`` of ``n`` purchases with the mean ``m``."""
    return SQL(
        "CASE WHEN h.m > 0 THEN (f.c0 + f.c1 * h.n * h.m)"
        " / NULLIF(f.d0 + f.d1 * h.n, 0)"
        " ELSE f.c0 / NULLIF(f.d0, 0) END"
    )


def median_wait():
    """Days in which half of those who go on buying have bought again.

    Counted from the last purchase, where the rate is Gamma(r + x, alpha + t_x): the
    median of a Lomax distribution.  It does not move while the customer is silent.
    """
    return SQL("(f.alpha + h.t_x) * (%s - 1)", _exp(SQL("ln(2) / (f.r + h.x)")))


def predictions(histories, fits, det):
    """Return SQL of the predictions of customers, not rounded.

    ``OFFSET 0`` keeps PostgreSQL from computing a formula anew wherever it is used.

    :param histories: SQL of ``id, company_id, x, t_x, t, n, m`` (``n`` purchases of
        mean amount ``m``), all as float8
    :param fits: SQL of the fits in use: ``company_id, r, alpha, a, b, e, horizon_days,
        margin, c0, c1, d0, d1``
    :param det: table of ``company_id, x, t, orders, det_12, det_24, det_36``
    """
    return SQL(
        """SELECT h.id, h.company_id, h.p_alive, h.p_alive * h.if_alive AS p_buy,
                  h.mean_value, h.wait_days, h.p_alive * d.orders AS expected_orders,
                  h.margin * h.mean_value * h.p_alive * d.det_12 AS clv_12,
                  h.margin * h.mean_value * h.p_alive * d.det_24 AS clv_24,
                  h.margin * h.mean_value * h.p_alive * d.det_36 AS clv_36
             FROM (SELECT h.id, h.company_id, h.x, h.t, %(p_alive)s AS p_alive,
                          %(if_alive)s AS if_alive, %(mean)s AS mean_value,
                          f.margin, %(wait)s AS wait_days
                     FROM (%(histories)s) h
                     JOIN (%(fits)s) f ON f.company_id = h.company_id
                   OFFSET 0) h
             JOIN %(det)s d ON d.company_id = h.company_id AND d.x = h.x
                           AND d.t = h.t""",
        p_alive=p_alive(),
        if_alive=p_buy_if_alive(),
        mean=mean_value(),
        wait=median_wait(),
        histories=histories,
        fits=fits,
        det=SQL.identifier(det),
    )
