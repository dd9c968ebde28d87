"""Clock, dice and pen: what every chapter of the story uses."""

import random
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from psycopg2 import sql

from odoo import fields

DAYS = 730
SEED = 19

# Nothing here may write an e-mail, a follower or a tracking message.
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "mail_auto_subscribe_no_notify": True,
    "mail_activity_quick_update": True,
    "no_mail_to_attendees": True,
    "dont_notify": True,
    "no_reset_password": True,
    "loyalty_no_mail": True,
    "lang": "en_US",
}

# How much is sold in each month, January to December.
SEASON = (0.8, 0.6, 0.8, 0.9, 1.1, 0.9, 0.8, 0.5, 0.9, 1.0, 1.7, 2.4)
# Hours (UTC) at which people order, write and click.
HOURS = [7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21]
HOUR_WEIGHTS = [2, 4, 7, 9, 9, 8, 5, 4, 5, 6, 8, 10, 12, 9, 4]


@dataclass(eq=False)
class Person:
    """Somebody the shop knows, with the habits that make the story plausible."""

    name: str
    email: str
    country: str
    persona: str
    joined: datetime
    gender: str = ""
    phone: str = ""
    kind: str = "customer"
    partner_id: int = 0  # 0: only known to a mailing list
    list_contact_id: int = 0
    company: "Company | None" = None
    devices: tuple = ("mobile",)
    prefetches: bool = False  # the mail program opens everything by itself
    is_scanned: bool = False  # a mail gateway follows every link
    bounces_from: datetime | None = None
    blocked_from: datetime | None = None
    origin: tuple = ()
    subscriptions: dict = field(default_factory=dict)
    orders: list = field(default_factory=list)
    clicks: list = field(default_factory=list)  # when, scanners left out


@dataclass(eq=False)
class Company:
    """A company with the people who work there."""

    name: str
    kind: str
    country: str
    partner_id: int
    joined: datetime
    staff: list = field(default_factory=list)


class Story:
    """The environment, the calendar and what earlier chapters made."""

    def __init__(self, env):
        self.env = env(context={**env.context, **QUIET})
        # The story ends last midnight: it is the same all day long.
        self.now = fields.Datetime.now().replace(hour=0, minute=0, second=0)
        self.start = self.now + timedelta(hours=8) - timedelta(DAYS)
        self.people = []  # of class Person
        self.companies = []  # of class Company
        self.orders = []  # of class Order, see orders.py
        self.mailings = []  # of class Mailing, see mailings.py
        self.sellers = self.marketer = env["res.users"]

    def dice(self, chapter):
        """Chance of its own for each chapter, so that adding one changes no other."""
        return random.Random(f"{SEED}-{chapter}")

    def moment(self, rng, day):
        """A waking hour of that day, never in the future."""
        hour = rng.choices(HOURS, HOUR_WEIGHTS)[0]
        moment = day.replace(
            hour=hour, minute=rng.randrange(60), second=rng.randrange(60), microsecond=0
        )
        while moment >= self.now:
            moment -= timedelta(days=1)
        return moment

    @contextmanager
    def at(self, moment):
        """Let the database's clock stand at a moment, for what dates itself."""
        cursor = self.env.cr
        real, cursor._now = cursor.now(), _whole(moment)
        try:
            yield
        finally:
            cursor._now = real

    def season_day(self, rng, begin, end):
        """A day in between, more likely in the months that sell."""
        span = max((end - begin).total_seconds(), 1)
        while True:
            day = begin + timedelta(seconds=rng.random() * span)
            if rng.random() < SEASON[day.month - 1] / max(SEASON):
                return self.moment(rng, day)

    def has_field(self, model, name):
        return model in self.env and name in self.env[model]._fields

    def known(self, model, values):
        """Only the values whose field exists."""
        return {k: v for k, v in values.items() if self.has_field(model, k)}

    def insert(self, model, rows):
        """Insert rows of field values by SQL and return their ids, in order.

        Columns left out get the defaults of the model.  Computed columns are not
        computed: the caller gives them.  Fields that do not exist are dropped.
        """
        if not rows:
            return []
        records = self.env[model]
        names = {name for row in rows for name in row}
        columns = {
            name: column
            for name, column in records._fields.items()
            if column.store and column.column_type and name != "id"
        }
        defaults = self._defaults(records, columns)
        names = [name for name in columns if name in names or name in defaults]

        def values(row):
            return tuple(
                columns[name].convert_to_column_insert(
                    _whole(row.get(name, defaults.get(name, False))),
                    records,
                    validate=False,
                )
                for name in names
            )

        query = sql.SQL("INSERT INTO {} ({}) VALUES %s RETURNING id").format(
            sql.Identifier(records._table),
            sql.SQL(", ").join(map(sql.Identifier, names)),
        )
        result = self.env.cr.execute_values(
            query, [values(row) for row in rows], page_size=1000, fetch=True
        )
        return [row[0] for row in result]

    def _defaults(self, records, columns):
        defaults = records.default_get(
            [name for name, column in columns.items() if column.default]
        )
        stamps = {"create_uid", "write_uid"} & set(columns)
        defaults.update(dict.fromkeys(stamps, self.env.uid))
        for name in ("create_date", "write_date"):
            if name in columns:
                defaults[name] = self.now
        return defaults

    def link(self, model, name, pairs):
        """Insert pairs of ids into the relation of a many2many field."""
        relation = self.env[model]._fields[name]
        query = sql.SQL("INSERT INTO {} ({}, {}) VALUES %s").format(
            sql.Identifier(relation.relation),
            sql.Identifier(relation.column1),
            sql.Identifier(relation.column2),
        )
        self.env.cr.execute_values(query, sorted(set(pairs)), page_size=1000)

    def update(self, model, rows):
        """Write columns by SQL: ``rows`` is ``{id: {column: value}}``, same columns."""
        if not rows:
            return
        self.env.flush_all()
        names = list(next(iter(rows.values())))
        columns = [self.env[model]._fields[name].column_type[1] for name in names]
        query = sql.SQL("UPDATE {} AS t SET {} FROM (VALUES %s) v (id, {}) ").format(
            sql.Identifier(self.env[model]._table),
            sql.SQL(", ").join(
                sql.SQL("{0} = v.{0}::{1}").format(sql.Identifier(name), sql.SQL(kind))
                for name, kind in zip(names, columns, strict=True)
            ),
            sql.SQL(", ").join(map(sql.Identifier, names)),
        ) + sql.SQL("WHERE t.id = v.id")
        values = [
            (i, *(_whole(row[name]) for name in names)) for i, row in rows.items()
        ]
        self.env.cr.execute_values(query, values, page_size=1000)
        self.env[model].invalidate_model()

    def backdate(self, model, dates):
        """Give rows the age of the story: ``{id: (created, changed)}``."""
        self.update(
            model,
            {
                i: {"create_date": created, "write_date": max(created, changed)}
                for i, (created, changed) in dates.items()
            },
        )


def _whole(value):
    """Odoo keeps no fractions of a second."""
    return value.replace(microsecond=0) if isinstance(value, datetime) else value
