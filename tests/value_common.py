import random
from datetime import date, datetime, time, timedelta

from psycopg2.extras import execute_values

from odoo.tools import SQL

from .common import LifecycleCase

TODAY = date(2024, 6, 30)


class ValueCase(LifecycleCase):
    """A company of our own on a day of our own, and purchases made by the thousand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.make_company("Teapots")
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.Partner = cls.env["res.partner"]
        cls.Value = cls.env["lifecycle.value"]
        cls.Fit = cls.env["lifecycle.clv.fit"]
        cls.Basis = cls.env["lifecycle.value.basis"]
        cls.number = 1_000_000_000

    def setUp(self):
        super().setUp()
        self.enterContext(self.at(datetime.combine(TODAY, time(12))))

    @classmethod
    def make_partners(cls, count):
        """Return ids of so many contacts."""
        names = [{"name": f"Customer {number}"} for number in range(count)]
        return cls.env["res.partner"].create(names).ids

    def buy(self, *purchases, code="order_confirmed", company=None, model="sale.order"):
        """Write touchpoints (contact, day or days ago, amount[, document id])."""
        kind = self.touchpoint_type(code)
        company = company or self.company
        rows = []
        for partner, day, amount, *document in purchases:
            type(self).number += 1
            if isinstance(day, int):
                day = TODAY - timedelta(days=day)
            moment = datetime.combine(day, time(10))
            rows.append(
                (
                    *(getattr(partner, "id", partner), kind.id, moment, "in", amount),
                    *(company.id, model, document[0] if document else self.number),
                )
            )
        self.env.flush_all()
        execute_values(
            self.env.cr._obj,
            """INSERT INTO lifecycle_touchpoint (partner_id, type_id, touch_date,
                      direction, amount, company_id, res_model, res_id) VALUES %s""",
            rows,
        )
        self.env.invalidate_all()

    def make_base(self, customers=150, seed=7):
        """Let customers buy over two years, some often, some once; return their ids."""
        dice = random.Random(seed)
        partners = self.make_partners(customers)
        purchases = []
        for partner in partners:
            first = dice.randrange(30, 700)
            gap, mean = dice.uniform(15, 250), dice.lognormvariate(4, 0.5)
            day = first
            while day >= 0:
                purchases.append(
                    (partner, day, round(mean * dice.uniform(0.5, 1.5), 2))
                )
                if dice.random() < 0.25:
                    break
                day -= 1 + int(dice.expovariate(1 / gap))
        self.buy(*purchases)
        return partners

    def refresh_all(self):
        """Run what the nightly cron runs; return the number of rows written."""
        self.env.flush_all()
        written = self.Value._refresh_all()
        self.env.invalidate_all()
        return written

    def versions(self):
        """Return where our company's rows are: elsewhere once they are written."""
        self.env.cr.execute(
            "SELECT id, ctid::text FROM lifecycle_value WHERE company_id = %s"
            " ORDER BY id",
            [self.company.id],
        )
        return self.env.cr.fetchall()

    def value(self, partner, company=None):
        return self.Value.search(
            [
                ("partner_id", "=", getattr(partner, "id", partner)),
                ("company_id", "=", (company or self.company).id),
            ]
        )

    def rows(self, *columns, table="lifecycle_value"):
        """Return tuples of columns of our company's rows, by contact."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                "SELECT %s FROM %s WHERE company_id = %s ORDER BY partner_id",
                SQL(", ").join(map(SQL.identifier, columns)),
                SQL.identifier(table),
                self.company.id,
            )
        )
