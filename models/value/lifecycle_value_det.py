"""The table of discounted orders to come that scoring joins on (x, T).

It depends on nothing else about a customer, so a million of them need some thousands
of rows, computed in Python.
"""

from psycopg2.extras import execute_values

_MONTHS = (12, 24, 36)
_CHUNK = 2_000


def create(cr):
    """Create the temporary table ``lifecycle_value_det``."""
    cr.execute(
        """CREATE TEMP TABLE lifecycle_value_det (
            company_id int, x float8, t float8, orders float8,
            det_12 float8, det_24 float8, det_36 float8,
            PRIMARY KEY (company_id, x, t))"""
    )


def drop(cr):
    """Drop it, if it is there."""
    cr.execute("DROP TABLE IF EXISTS lifecycle_value_det")


def fill(cr, company_id, model, pairs, horizon):
    """Add the rows of one company.

    :param model: ``BgNbd``, in days
    :param pairs: distinct (x, T)
    :param horizon: ``Horizon``; up to 36 steps, those of months 12, 24 and 36 are
        noted, or the last step where it is shorter
    """
    rows = (
        (company_id, x, t, *expectations(model, int(x), t, horizon)) for x, t in pairs
    )
    # execute_values takes what psycopg2 itself knows.
    execute_values(
        cr._obj, "INSERT INTO lifecycle_value_det VALUES %s", rows, page_size=_CHUNK
    )


def expectations(model, x, t, horizon):
    """Return orders expected in 12 months, and discounted in 12, 24 and 36.

    As ``discount.discounted_purchases`` for each horizon, in one pass over the steps.
    Of a horizon shorter than 36 months the whole stands for each.
    """
    reached = discounted = orders = 0.0
    found = []
    for step in range(1, horizon.steps + 1):
        now = model.purchases_if_alive(x, t, step * horizon.step)
        discounted += (now - reached) / (1 + horizon.rate) ** step
        reached = now
        if horizon.steps == _MONTHS[-1] and step in _MONTHS:
            orders = orders or reached
            found.append(discounted)
    return (orders, *found) if found else (reached, *[discounted] * 3)
