"""New documents for the incremental jobs: one in a hundred of those there are."""

import time

from odoo.tools import SQL
from odoo.tools.sql import table_columns

# Table, and its columns that say when.
_COPIED = {
    "mailing_trace": (
        "create_date",
        "write_date",
        "sent_datetime",
        "open_datetime",
        "reply_datetime",
        "links_click_datetime",
    ),
    "link_tracker_click": ("create_date", "write_date"),
    "sale_order": ("create_date", "write_date", "date_order"),
    "crm_lead": ("create_date", "write_date", "date_closed"),
    "rating_rating": ("create_date", "write_date", "rated_on"),
}


def add(bench):
    """Copy each hundredth row of the big tables, dated now.

    Each call takes other rows.  The overlap of harvests is left out: calls follow one
    another more closely than harvests do.
    """
    turn = bench.kept["news"] = bench.kept.get("news", -1) + 1
    bench.env["lifecycle.touchpoint.source"].search([]).write({"overlap_minutes": 0})
    # A watermark is a whole second, the last one it has seen.
    time.sleep(1.1)
    for table, dates in _COPIED.items():
        _copy_rows(bench, table, dates, turn)
    bench.commit()
    time.sleep(1.1)


def _copy_rows(bench, table, dates, turn):
    last = bench.kept.setdefault(
        table, bench.value(SQL("SELECT max(id) FROM %s", SQL.identifier(table)))
    )
    columns = [
        name
        for name in table_columns(bench.cr, table)
        if name != "id" and name not in dates
    ]
    shifted = [
        SQL(
            "%(date)s + ((clock_timestamp() AT TIME ZONE 'UTC') - write_date)",
            date=SQL.identifier(date),
        )
        for date in dates
    ]
    bench.cr.execute(
        SQL(
            "INSERT INTO %(table)s (%(columns)s) SELECT %(values)s FROM %(table)s"
            " WHERE id %% 100 = %(turn)s AND id <= %(last)s",
            table=SQL.identifier(table),
            columns=SQL(", ").join(map(SQL.identifier, [*columns, *dates])),
            values=SQL(", ").join([*map(SQL.identifier, columns), *shifted]),
            turn=turn,
            last=last,
        )
    )
