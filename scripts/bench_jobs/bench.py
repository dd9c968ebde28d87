"""What a job is given: Odoo, and a stop-watch for each way to the same result."""

import os

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import SQL

from . import news
from .measure import cpu_seconds, timed


class Bench:
    """One benchmark run on one database.

    A job sets ``rows``, calls ``ours`` and ``bound``, and where it can be afforded
    ``orm``; ``note`` says what the table cannot.  ``kept`` is for what one job leaves
    to another.
    """

    def __init__(self, database, contacts):
        self.database = database
        self.contacts = contacts
        self.kept = {}
        self.env = None
        self.begin()

    def begin(self):
        """Forget the figures of the job before."""
        self.rows = 0
        self.timings = {}
        self.notes = []
        self.details = {}

    # Odoo

    def connect(self):
        registry = Registry.new(self.database)
        self.env = api.Environment(registry.cursor(), SUPERUSER_ID, {})
        self.cr = self.env.cr

    @property
    def is_installed(self):
        return "lifecycle.profile" in self.env

    def close(self):
        if self.env:
            self.cr.rollback()
            self.cr.close()
            self.env = None
            Registry.delete(self.database)

    def commit(self, *_done, **_remaining):
        """Commit as a cron does after each batch, and say that there is time left."""
        self.env.flush_all()
        self.cr.commit()
        self.env.invalidate_all()
        return float("inf")

    # Ways to the same result

    def ours(self, run, times=1, before=None):
        """Measure what the addon does."""
        self._measure("ours", run, times, before)

    def bound(self, run, times=1, before=None):
        """Measure the least SQL (a string, or a function) that does the same."""
        self._measure("bound", run, times, before)

    def orm(self, run, sample=1, of=1):
        """Measure how it would be done through the ORM, on a sample; undo it."""

        def and_flush():
            run()
            self.env.flush_all()

        self.env.invalidate_all()
        timing = timed(and_flush)
        self.cr.rollback()
        self.env.invalidate_all()
        timing.seconds = [seconds * of / sample for seconds in timing.seconds]
        timing.sample, timing.of = sample, of
        self.timings["orm"] = timing

    def note(self, text):
        self.notes.append(text)

    def _measure(self, way, run, times, before):
        def run_and_commit():
            if callable(run):
                run()
            else:
                self.cr.execute(run)
            self.commit()

        def prepare():
            if before:
                before()
            self.commit()

        self.timings[way] = timed(run_and_commit, times, prepare, self._cpu)

    def _cpu(self):
        return cpu_seconds(self.cr._cnx.get_backend_pid())

    # Helpers

    def value(self, query):
        """Return the only value of a query."""
        self.cr.execute(query)
        return self.cr.fetchone()[0]

    def count(self, table):
        return self.env.execute_query(
            SQL("SELECT count(*) FROM %s", SQL.identifier(table))
        )[0][0]

    def copy_of(self, table):
        """Return a function that makes an empty ``bench_<table>``, indexes and all."""

        def copy():
            twin = SQL.identifier(f"bench_{table}")
            self.cr.execute(SQL("DROP TABLE IF EXISTS %s", twin))
            self.cr.execute(
                SQL(
                    "CREATE TABLE %s (LIKE %s INCLUDING ALL)",
                    twin,
                    SQL.identifier(table),
                )
            )

        return copy

    def must_be_none(self, what, query):
        """Fail when ours and the bound do not give the same result."""
        found = self.value(query)
        if found:
            raise AssertionError(f"{found} {what}")

    def vacuum(self, *tables):
        """Leave tables as autovacuum would; VACUUM wants no transaction."""
        self.commit()
        with self.env.registry.cursor() as cr:
            cr._cnx.autocommit = True
            for table in tables:
                cr.execute(SQL("VACUUM ANALYZE %s", SQL.identifier(table)))
            cr._cnx.autocommit = False

    def add_news(self):
        """Write 1 % more documents, as if the last hour had brought them."""
        news.add(self)

    @property
    def sources(self):
        return (
            self.env["lifecycle.touchpoint.source"].search([]).filtered("is_available")
        )


def load_average():
    return [round(load, 2) for load in os.getloadavg()]
