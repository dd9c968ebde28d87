from contextlib import contextmanager

from odoo import api, models
from odoo.tools import SQL


class LifecycleValue(models.Model):
    """Temporary tables: what the statements of a refresh hand on to one another."""

    _inherit = "lifecycle.value"

    @api.model
    def _load_table(self, name, query, key=None, known=None):
        """Fill a temporary table.  The planner knows nothing of what a query over
        purchases returns, and joins two of them row by row unless they are tables.

        :param key: SQL of the columns of its primary key
        :param known: SQL of the columns that the planner has to know of: the key, or
            all
        """
        table = SQL.identifier(name)
        self.env.execute_query(SQL("DROP TABLE IF EXISTS %s", table))
        # Work on all customers goes through files otherwise, and compiling such
        # statements costs more than it gains.
        self.env.cr.execute("SET LOCAL work_mem = '64MB'")
        self.env.cr.execute("SET LOCAL jit = off")
        self.env.execute_query(SQL("CREATE TEMP TABLE %s AS %s", table, query))
        if key:
            self.env.execute_query(
                SQL("ALTER TABLE %s ADD PRIMARY KEY (%s)", table, key)
            )
        known = known or key
        columns = SQL("(%s)", known) if known else SQL("")
        self.env.execute_query(SQL("ANALYZE %s %s", table, columns))

    @contextmanager
    def _without(self, way):
        """Within, keep the planner from one way of joining or grouping.

        :param way: a setting of PostgreSQL, ``enable_…``
        """
        self.env.cr.execute(SQL("SET LOCAL %s = off", SQL.identifier(way)))
        yield
        self.env.cr.execute(SQL("SET LOCAL %s = on", SQL.identifier(way)))

    def _drop_tables(self, *names):
        for name in names:
            self.env.execute_query(
                SQL("DROP TABLE %s", SQL.identifier(f"lifecycle_value_{name}"))
            )
