"""Copying documents into the journey."""

import time

from odoo.tools import SQL

from ..measure import timed
from ..registry import job

_SAMPLE = 2_000
_INSERT = "INSERT INTO bench_lifecycle_touchpoint SELECT * FROM lifecycle_touchpoint"
_INSERT_SOME = f"{_INSERT} ORDER BY id LIMIT 200000"
_FOREIGN_KEYS = """
SELECT pg_get_constraintdef(oid) FROM pg_constraint
 WHERE conrelid = 'lifecycle_touchpoint'::regclass AND contype = 'f'
"""
# Documents that a source would have to look at again: none.
_NEWER = "SELECT count(*) FROM %(table)s WHERE %(stamp)s > %(watermark)s"
# Documents that are not in the journey: none.
_MISSING = """
SELECT count(*) FROM %(table)s d
 WHERE %(date)s IS NOT NULL AND NOT EXISTS (
       SELECT 1 FROM lifecycle_touchpoint t
        WHERE t.type_id = (
                SELECT id FROM lifecycle_touchpoint_type WHERE code = %(code)s)
          AND t.res_model = %(model)s AND t.res_id = d.id)
"""
_DATED = (
    ("mail_sent", "mailing_trace", "sent_datetime"),
    ("mail_opened", "mailing_trace", "open_datetime"),
    ("mail_replied", "mailing_trace", "reply_datetime"),
    ("mail_bounced", "mailing_trace", "CASE WHEN trace_status = 'bounce' THEN 1 END"),
    ("mail_clicked", "link_tracker_click", "create_date"),
    ("list_joined", "mailing_subscription", "create_date"),
    ("list_left", "mailing_subscription", "opt_out_datetime"),
    ("order_confirmed", "sale_order", "CASE WHEN state = 'sale' THEN 1 END"),
    ("order_cancelled", "sale_order", "CASE WHEN state = 'cancel' THEN 1 END"),
    ("quotation_sent", "sale_order", "CASE WHEN state = 'sent' THEN 1 END"),
    ("lead_created", "crm_lead", "create_date"),
    ("lead_won", "crm_lead", "CASE WHEN won_status = 'won' THEN 1 END"),
    ("lead_lost", "crm_lead", "CASE WHEN won_status = 'lost' THEN 1 END"),
    ("meeting_held", "calendar_attendee", "create_date"),
    ("rating_given", "rating_rating", "rated_on"),
)


@job(
    "All documents into an empty journey; bound: the same rows into a bare twin",
    leaves=["lifecycle_touchpoint"],
)
def harvest_full(bench):
    bench.ours(lambda: harvest(bench), before=lambda: _empty_journey(bench))
    bench.rows = bench.count("lifecycle_touchpoint")
    _note_foreign_keys(bench)
    bench.bound(_INSERT, before=bench.copy_of("lifecycle_touchpoint"))
    bench.vacuum("bench_lifecycle_touchpoint")
    touchpoints = bench.env["lifecycle.touchpoint"].search([], limit=_SAMPLE)
    values = touchpoints.copy_data()
    for number, touchpoint in enumerate(values):
        touchpoint["res_id"] = -number
    bench.orm(lambda: touchpoints.create(values), _SAMPLE, bench.rows)


@job("Harvest when nothing is new; bound: asking each table", needs=["harvest_full"])
def harvest_unchanged(bench):
    bench.ours(lambda: harvest(bench), times=3)
    bench.bound(lambda: _ask_tables(bench), times=3)


@job(
    "Harvest after 1 % more documents; bound: the new rows into the bare twin",
    needs=["harvest_full"],
)
def harvest_incremental(bench):
    bench.ours(lambda: harvest(bench), times=3, before=bench.add_news)
    insert_new(bench)

    def harvest_news():
        bench.add_news()
        harvest(bench)

    bench.bound(lambda: insert_new(bench), times=3, before=harvest_news)
    bench.rows = bench.cr.rowcount


@job(
    "Compare all documents with the journey, nothing missing; bound: an anti-join each",
    needs=["harvest_full"],
)
def reconcile(bench):
    bench.rows = bench.count("lifecycle_touchpoint")
    bench.ours(lambda: harvest(bench, is_reconcile=True))
    bench.bound(lambda: _look_for_missing(bench))


def harvest(bench, is_reconcile=False):
    """Run all sources as the cron does, one after the other."""
    for source in bench.sources:
        started = time.perf_counter()
        rows = source._harvest_safely(is_reconcile=is_reconcile, commit=bench.commit)
        bench.commit()
        if source.last_error:
            raise AssertionError(source.last_error)
        seconds = time.perf_counter() - started
        if rows or seconds > 0.1:
            bench.details[source.code] = f"{seconds:.2f} s, {rows:,} rows"


def insert_new(bench):
    """Copy to the bare twin what it does not have yet."""
    last = bench.value("SELECT max(id) FROM bench_lifecycle_touchpoint")
    bench.cr.execute(SQL("%s WHERE id > %s", SQL(_INSERT), last))


def _note_foreign_keys(bench):
    """Say what they cost: PostgreSQL checks them row by row."""
    bench.copy_of("lifecycle_touchpoint")()
    without = timed(lambda: bench.cr.execute(_INSERT_SOME)).median
    bench.copy_of("lifecycle_touchpoint")()
    bench.cr.execute(_FOREIGN_KEYS)
    for (definition,) in bench.cr.fetchall():
        bench.cr.execute(
            SQL("ALTER TABLE bench_lifecycle_touchpoint ADD %s", SQL(definition))
        )
    seconds = timed(lambda: bench.cr.execute(_INSERT_SOME)).median
    bench.note(
        f"with foreign keys the bound would be {seconds / without:.1f} times that"
    )


def _empty_journey(bench):
    bench.cr.execute(
        "TRUNCATE lifecycle_touchpoint, lifecycle_touchpoint_queue,"
        " lifecycle_touchpoint_skip, lifecycle_mail_open, lifecycle_satisfaction"
        " CASCADE"
    )
    bench.sources.write({"watermark": False, "reconcile_position": False})


def _ask_tables(bench):
    registry = bench.sources._touchpoint_sources()
    for source in bench.sources:
        entry = registry[source.code]
        if "stamp" in entry:
            bench.cr.execute(
                SQL(
                    _NEWER,
                    table=SQL.identifier(bench.env[entry["model"]]._table),
                    stamp=SQL.identifier(entry["stamp"]),
                    watermark=source.watermark,
                )
            )


def _look_for_missing(bench):
    for code, table, date in _DATED:
        bench.cr.execute(
            SQL(
                _MISSING,
                code=code,
                table=SQL.identifier(table),
                date=SQL(date),
                model=table.replace("_", "."),
            )
        )
