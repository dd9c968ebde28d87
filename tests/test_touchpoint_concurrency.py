import threading
from contextlib import closing, contextmanager

from odoo import SUPERUSER_ID, api
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .common import QUIET

_LEADS = 5
# A harvest that waits for another fails its test instead of hanging it.
_NEVER_WAIT = "SET LOCAL lock_timeout = '5s'"


@tagged("post_install", "-at_install")
class TestTouchpointConcurrency(TransactionCase):
    """Harvests that run at the same time neither wait, nor fail, nor duplicate.

    Real transactions are needed for that: what is committed is removed afterwards.
    """

    def setUp(self):
        super().setUp()
        with self.transaction() as env:
            self.source_row = self.read_source(env)
            partner = env["res.partner"].create({"name": "Ana"})
            self.partner_id = partner.id
            self.make_leads(env, _LEADS)
        self.addCleanup(self.remove_committed)

    def remove_committed(self):
        with self.transaction() as env:
            leads = env["crm.lead"].with_context(active_test=False)
            leads.search([("partner_id", "=", self.partner_id)]).unlink()
            env["res.partner"].browse(self.partner_id).unlink()
            env.cr.execute(
                "DELETE FROM lifecycle_touchpoint_queue WHERE partner_id = %s",
                [self.partner_id],
            )
            cron = env.ref("contact_lifecycle.ir_cron_harvest_touchpoints")
            env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
            columns = ", ".join(f"{name} = %({name})s" for name in self.source_row)
            env.cr.execute(
                f"UPDATE lifecycle_touchpoint_source SET {columns} WHERE id = %(id)s",
                self.source_row,
            )

    @contextmanager
    def transaction(self):
        """Open a transaction of its own, committed at the end."""
        with self.registry.cursor() as cr:
            cr.execute(_NEVER_WAIT)
            yield api.Environment(cr, SUPERUSER_ID, QUIET)

    @contextmanager
    def open_transaction(self):
        """Open a transaction that has begun, and that nobody commits by itself."""
        with closing(self.registry.cursor()) as cr:
            cr.execute(_NEVER_WAIT)
            cr.execute("SELECT count(*) FROM crm_lead")
            yield api.Environment(cr, SUPERUSER_ID, QUIET)

    def read_source(self, env):
        env.cr.execute(
            """SELECT id, watermark, reconcile_position, last_run_date, last_rows,
                      last_reconcile_date, last_seconds, total_rows, last_error,
                      last_error_date, unmatched_rows
                 FROM lifecycle_touchpoint_source WHERE code = 'crm_lead'"""
        )
        return env.cr.dictfetchone()

    def make_leads(self, env, count):
        return env["crm.lead"].create(
            [
                {"name": f"Lead {number}", "partner_id": self.partner_id}
                for number in range(count)
            ]
        )

    def harvest(self, env):
        source = env["lifecycle.touchpoint.source"].search([("code", "=", "crm_lead")])
        return source._harvest_safely()

    def assert_harvested_once(self, count):
        with self.transaction() as env:
            touchpoints = env["lifecycle.touchpoint"].search(
                [("partner_id", "=", self.partner_id)]
            )
            self.assertEqual(len(touchpoints), count)
            self.assertEqual(len(set(touchpoints.mapped("res_id"))), count)
            self.assertFalse(self.read_source(env)["last_error"])

    def test_source_that_is_being_harvested_is_left_alone(self):
        with self.open_transaction() as one, self.open_transaction() as other:
            first = self.harvest(one)
            second = self.harvest(other)
            one.cr.commit()
            other.cr.commit()

        self.assertEqual((first, second), (_LEADS, None))
        self.assert_harvested_once(_LEADS)

    def test_harvest_with_an_older_view_than_the_last_one_is_left_alone(self):
        with self.open_transaction() as other:
            with self.open_transaction() as one:
                first = self.harvest(one)
                one.cr.commit()
            with mute_logger("odoo.sql_db"):
                second = self.harvest(other)
            other.cr.commit()

        self.assertEqual((first, second), (_LEADS, None))
        self.assert_harvested_once(_LEADS)

    def test_row_committed_after_a_later_harvest_is_found_by_the_next(self):
        with self.open_transaction() as slow:
            self.make_leads(slow, 1)
            slow.flush_all()
            written = slow.cr.now()
            with self.transaction() as env:
                self.harvest(env)
                watermark = self.read_source(env)["watermark"]
            slow.cr.commit()
            self.assertGreater(watermark, written)

        with self.transaction() as env:
            added = self.harvest(env)

        self.assertEqual(added, 1)
        self.assert_harvested_once(_LEADS + 1)

    def test_many_harvests_at_once_take_every_row_once(self):
        answers = []
        start = threading.Barrier(4)

        def work():
            start.wait(timeout=20)
            for _turn in range(5):
                with self.transaction() as env:
                    answers.append(self.harvest(env))

        threads = [threading.Thread(target=work) for _number in range(4)]
        with mute_logger("odoo.sql_db"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(timeout=60)

        self.assertEqual(len(answers), 20, "a thread that fails answers less")
        self.assertEqual(sum(rows or 0 for rows in answers), _LEADS)
        self.assert_harvested_once(_LEADS)

    def test_contacts_being_refreshed_are_left_to_whoever_refreshes_them(self):
        with self.transaction() as env:
            self.harvest(env)

        with self.open_transaction() as one, self.open_transaction() as other:
            taken = [
                env["lifecycle.touchpoint.queue"]._take(100) for env in (one, other)
            ]

        self.assertGreaterEqual(taken[0], 1)
        self.assertEqual(taken[1], 0)
