"""The figures as a table for people, and as JSON."""

import json
import os
import platform
from datetime import datetime, timezone
from pathlib import Path

from odoo import release
from odoo.tools import SQL

from .bench import load_average

_SETTINGS = (
    "server_version",
    "shared_buffers",
    "work_mem",
    "maintenance_work_mem",
    "max_wal_size",
    "fsync",
    "synchronous_commit",
    "jit",
    "max_parallel_workers_per_gather",
)
_TABLES = (
    "res_partner",
    "mailing_trace",
    "link_tracker_click",
    "mailing_subscription",
    "sale_order",
    "sale_order_line",
    "crm_lead",
    "rating_rating",
    "calendar_attendee",
)
_HEADINGS = (
    ("job", "<"),
    ("rows", ">"),
    ("ours", ">"),
    ("bare SQL", ">"),
    ("ratio", ">"),
    ("CPU", ">"),
    ("ORM", ">"),
    ("ORM / ours", ">"),
    ("peak", ">"),
)


def begin(bench, noise):
    """Print where this runs, and the head of the table; return the summary."""
    summary = {
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "contacts": bench.contacts,
        "odoo": release.version,
        "python": platform.python_version(),
        "machine": _machine(),
        "settings": {
            name: bench.value(SQL("SELECT current_setting(%s)", name))
            for name in _SETTINGS
        },
        "rows": {table: bench.count(table) for table in _TABLES},
        "noise": noise,
        "load_average": {"begin": load_average()},
        "jobs": [],
    }
    _show_head(summary)
    return summary


def _machine():
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {"processors": os.cpu_count(), "memory_gb": round(pages / 2**30)}


def _show_head(summary):
    settings = summary["settings"]
    print(
        "{contacts:,} contacts; Odoo {odoo}, Python {python},"
        " PostgreSQL {server_version} (shared_buffers {shared_buffers},"
        " work_mem {work_mem}, fsync {fsync}),"
        " {processors} processors, {memory_gb} GB".format(
            **summary, **settings, **summary["machine"]
        )
    )
    print(", ".join(f"{rows:,} {table}" for table, rows in summary["rows"].items()))
    for name, seconds in summary["noise"].items():
        print(
            f"noise, fixed loop in {name}: {_seconds(min(seconds))}"
            f" to {_seconds(max(seconds))}"
        )
    print("load average: {}\n".format(*summary["load_average"]["begin"]))
    _show_row([heading for heading, _align in _HEADINGS])
    _show_row(["---" if align == "<" else "---:" for _heading, align in _HEADINGS])


def show_line(row):
    """Print a job's line of the table."""
    ours, bound, orm = (
        row.get(way, {}).get("median") for way in ("ours", "bound", "orm")
    )
    cells = [row["job"], f"{row['rows']:,}", _seconds(ours), _seconds(bound)]
    cells += [_ratio(ours, bound), _cpu_ratio(row), _seconds(orm), _ratio(orm, ours)]
    cells.append(f"{row['ours']['peak_mb']} MB" if "ours" in row else "")
    if row["error"]:
        cells[1:] = ["FAILED: " + row["error"].splitlines()[0]] + [""] * 7
    _show_row(cells)


def _show_row(cells):
    widths = (23, 10, 10, 10, 6, 6, 10, 10, 7)
    print(
        "| "
        + " | ".join(
            f"{cell:{align}{width}}"
            for cell, width, (_heading, align) in zip(
                cells, widths, _HEADINGS, strict=True
            )
        )
        + " |",
        flush=True,
    )


def _seconds(seconds):
    if seconds is None:
        return ""
    if seconds < 0.1:
        return f"{1000 * seconds:.3g} ms"
    return f"{seconds:.3g} s" if seconds < 100 else f"{seconds:,.0f} s"


def _cpu_ratio(row):
    """The ratio by work alone, for machines that do other things meanwhile."""
    ours, bound = (row.get(way, {}).get("cpu_median") for way in ("ours", "bound"))
    return _ratio(ours, bound)


def _ratio(one, other):
    if not one or not other:
        return ""
    return f"{one / other:.2g}" if one < 100 * other else f"{one / other:,.0f}"


def finish(summary, path):
    """Print what each job was, and write the JSON."""
    print()
    for row in summary["jobs"]:
        print("\n  ".join([f"{row['job']}: {row['title']}", *row["notes"]]))
        for name, figure in row["details"].items():
            print(f"    {name:<20} {figure}")
    print("\nload average at the end: {}".format(*summary["load_average"]["end"]))
    if path:
        Path(path).write_text(json.dumps(summary, indent=2) + "\n")
