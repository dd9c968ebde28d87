"""Run the jobs; ``scripts/bench`` calls this."""

import argparse
import logging
import time

from odoo.tools import SQL, config
from odoo.tools.sql import table_exists

from . import report
from .bench import Bench, load_average
from .install import install
from .jobs import chosen
from .measure import SQL_NOISE, python_noise, timed

_logger = logging.getLogger(__name__)


def main():
    options = _read_arguments()
    config.parse_config(
        ["-c", options.config, "--logfile", options.log, "--log-level", "warn"],
        setup_logging=True,
    )
    named = options.jobs.split(",") if options.jobs else []
    bench = Bench(options.database, options.contacts)
    try:
        failed = run(bench, chosen(named), named, options)
    finally:
        bench.close()
    raise SystemExit(1 if failed else 0)


def _read_arguments():
    parser = argparse.ArgumentParser(prog="bench_jobs")
    parser.add_argument("--config", required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--empty-database", help="to install the addon in, too")
    parser.add_argument("--contacts", type=int, required=True)
    parser.add_argument("--jobs", help="names, with commas; all when left out")
    parser.add_argument("--json", help="file to write the figures to")
    parser.add_argument("--log", required=True)
    return parser.parse_args()


def run(bench, selected, named, options):
    """Run the jobs, printing each as it ends; return those that failed."""
    bench.connect()
    if not bench.is_installed:
        for job in selected:
            if job.prepare:
                job.prepare(bench)
        bench.close()
        install(bench, options)
        bench.connect()
    selected = [
        job for job in selected if job.name in named or not _is_left(bench, job)
    ]
    summary = report.begin(bench, _noise(bench))
    for job in selected:
        summary["jobs"].append(_run_job(bench, job))
        report.show_line(summary["jobs"][-1])
    summary["load_average"]["end"] = load_average()
    report.finish(summary, options.json)
    return [row["job"] for row in summary["jobs"] if row["error"]]


def _is_left(bench, job):
    """Whether a run before, on a database that was kept, has left the job's result."""
    return bool(job.leaves) and all(_has_rows(bench, table) for table in job.leaves)


def _has_rows(bench, table):
    query = SQL("SELECT EXISTS (SELECT FROM %s)", SQL.identifier(table))
    return table_exists(bench.cr, table) and bench.value(query)


def _noise(bench):
    return {
        "python": timed(python_noise, times=5).seconds,
        "sql": timed(lambda: bench.cr.execute(SQL_NOISE), times=5).seconds,
    }


def _run_job(bench, job):
    bench.begin()
    started, error = time.perf_counter(), None
    try:
        job.run(bench)
        bench.commit()
    except Exception as failure:
        _logger.exception("job %s failed", job.name)
        bench.cr.rollback()
        bench.env.invalidate_all()
        error = str(failure).strip() or type(failure).__name__
    return {
        "job": job.name,
        "title": job.title,
        "rows": bench.rows,
        **{way: timing.as_dict() for way, timing in bench.timings.items()},
        "notes": bench.notes,
        "details": bench.details,
        "error": error,
        "took_seconds": time.perf_counter() - started,
    }


if __name__ == "__main__":
    main()
