import threading
from contextlib import closing, contextmanager

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL, mute_logger

from .common import QUIET
from .segment_common import SegmentCase

# A refresh that waits for another fails its test instead of hanging it.
_NEVER_WAIT = "SET LOCAL lock_timeout = '5s'"
_LOGGER = "odoo.addons.contact_lifecycle.models.segment.lifecycle_segment_refresh"


@tagged("post_install", "-at_install")
class TestSegmentConcurrency(TransactionCase):
    """Refreshes at the same time neither wait, nor fail, nor write a member twice.

    Real transactions are needed for that: what is committed is removed afterwards.
    """

    def setUp(self):
        super().setUp()
        with self.transaction() as env:
            self.ana_id = env["res.partner"].create({"name": "Ana", "ref": "zz"}).id
            self.segment_id = env["lifecycle.segment"].create(self.get_values()).id
        self.addCleanup(self.remove_committed)

    def get_values(self):
        domain = SegmentCase.profile([("ref", "=", "zz")])
        return {"name": "Zz", "definition": SegmentCase.define([domain])}

    def remove_committed(self):
        with self.transaction() as env:
            env["lifecycle.segment"].browse(self.segment_id).unlink()
            contacts = env["res.partner"].with_context(active_test=False)
            contacts.search([("ref", "=", "zz")]).unlink()
            for table in ("lifecycle_segment_queue", "lifecycle_touchpoint_queue"):
                env.execute_query(SQL("DELETE FROM %s", SQL.identifier(table)))
            for name in ("harvest_touchpoints", "follow_contacts"):
                cron = env.ref(f"contact_lifecycle.ir_cron_{name}")
                env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()

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
            cr.execute("SELECT count(*) FROM lifecycle_segment_member")
            yield api.Environment(cr, SUPERUSER_ID, QUIET)

    def segment(self, env):
        return env["lifecycle.segment"].browse(self.segment_id)

    def add_contact(self):
        with self.transaction() as env:
            env["res.partner"].create({"name": "Bea", "ref": "zz"})

    def read_state(self):
        """Return (contacts that are members, stays, the size shown)."""
        with self.transaction() as env:
            return env.execute_query(
                SQL(
                    """SELECT count(*) FILTER (WHERE leave_date IS NULL), count(*),
                              min(s.member_count)
                         FROM lifecycle_segment s
                         JOIN lifecycle_segment_member m ON m.segment_id = s.id
                        WHERE s.id = %s""",
                    self.segment_id,
                )
            )[0]

    def test_second_refresh_leaves_the_segment_to_the_first(self):
        self.add_contact()
        with self.open_transaction() as first, self.open_transaction() as second:
            done = self.segment(first)._refresh_safely(by_hand=True)
            left = self.segment(second)._refresh_safely(by_hand=True)
            first.cr.commit()
            second.cr.commit()

        self.assertTrue(done)
        self.assertFalse(left)
        self.assertEqual(self.read_state(), (2, 2, 2))

    @mute_logger("odoo.sql_db")
    def test_refresh_that_began_before_another_ended_changes_nothing(self):
        self.add_contact()
        with self.open_transaction() as late:
            with self.transaction() as env:
                self.segment(env)._refresh()
            left = self.segment(late)._refresh_safely(by_hand=True)
            late.cr.commit()

        self.assertFalse(left)
        self.assertEqual(self.read_state(), (2, 2, 2))

    def test_edit_during_a_refresh_is_followed_afterwards(self):
        with self.open_transaction() as busy:
            self.segment(busy)._refresh()
            self.add_contact()
            with self.transaction() as env:
                contacts = env["res.partner"].search([("ref", "=", "zz")])
                self.segment(env)._refresh_contacts(
                    SQL("SELECT unnest(%s)", contacts.ids)
                )
                env.cr.execute("SELECT count(*) FROM lifecycle_segment_queue")
                queued = env.cr.fetchone()[0]
            busy.cr.commit()
        self.assertGreaterEqual(queued, 2)

        with self.transaction() as env:
            env["lifecycle.segment.queue"]._take(100)
            self.segment(env)._refresh_contacts(
                SQL("SELECT partner_id FROM lifecycle_taken")
            )

        self.assertEqual(self.read_state(), (2, 2, 2))

    def test_refresh_that_is_killed_leaves_members_as_they_were(self):
        self.add_contact()
        doomed = self.registry.cursor()
        self.segment(api.Environment(doomed, SUPERUSER_ID, QUIET))._refresh()
        self.kill(doomed)

        self.assertEqual(self.read_state(), (1, 1, 1))
        with self.transaction() as env:
            self.segment(env)._refresh()
        self.assertEqual(self.read_state(), (2, 2, 2))

    def kill(self, cr):
        cr.execute("SELECT pg_backend_pid()")
        with self.transaction() as env:
            env.cr.execute("SELECT pg_terminate_backend(%s)", cr.fetchone())
        # Nothing can be rolled back any more: let the pool drop the connection.
        cr._cnx.leaked = True
        with self.assertRaises(psycopg2.OperationalError):
            cr.close()

    def test_many_refreshes_at_once_write_each_member_once(self):
        self.add_contact()
        errors = []

        def refresh():
            try:
                with self.registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, QUIET)
                    self.segment(env)._refresh()
            except psycopg2.Error as error:
                errors.append(error)

        threads = [threading.Thread(target=refresh) for _number in range(4)]
        with mute_logger("odoo.sql_db", _LOGGER):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        self.assertFalse(errors)
        self.assertEqual(self.read_state(), (2, 2, 2))
