from odoo.tests import tagged

from ..hooks import _PARTNER_COLUMNS, post_init_hook, pre_init_hook
from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestInstall(LifecycleCase):
    """Installing rewrites no contact, and uninstalling leaves nothing behind."""

    def partner_columns(self):
        self.env.cr.execute(
            """SELECT column_name, udt_name, column_default, is_nullable
                 FROM information_schema.columns
                WHERE table_name = 'res_partner' AND column_name LIKE 'lifecycle%'
                ORDER BY column_name"""
        )
        return self.env.cr.fetchall()

    def test_columns_made_ahead_have_no_default_and_may_be_empty(self):
        columns = self.partner_columns()

        self.assertEqual({column[0] for column in columns}, set(_PARTNER_COLUMNS))
        for name, _kind, default, is_nullable in columns:
            with self.subTest(name):
                self.assertIsNone(default)
                self.assertEqual(is_nullable, "YES")

    def test_columns_made_ahead_are_all_that_contacts_store_of_ours(self):
        stored = {
            name: field
            for name, field in self.Partner._fields.items()
            if name.startswith("lifecycle_") and field.store and field.column_type
        }

        self.assertEqual(set(stored), set(_PARTNER_COLUMNS))
        self.assertFalse([name for name, field in stored.items() if field.compute])
        names = {"integer": "int4", "boolean": "bool"}
        for name, kind, _default, _is_nullable in self.partner_columns():
            with self.subTest(name):
                self.assertEqual(kind, stored[name].column_type[0])
                wanted = _PARTNER_COLUMNS[name]
                self.assertEqual(names.get(wanted, wanted), kind)

    def test_hook_that_makes_columns_can_run_again(self):
        ana = self.make_partner("Ana", lifecycle_stage_id=self.stage("lead").id)
        self.env.flush_all()
        before = self.partner_columns()

        pre_init_hook(self.env)
        self.env.invalidate_all()

        self.assertEqual(self.partner_columns(), before)
        self.assertEqual(ana.lifecycle_stage_id, self.stage("lead"))

    def test_hook_after_install_gives_profiles_and_asks_for_a_harvest(self):
        ana = self.make_partner("Ana")
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM lifecycle_profile")
        cron = self.env.ref("contact_lifecycle.ir_cron_harvest_touchpoints")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        triggers.unlink()
        self.env.invalidate_all()
        self.assertFalse(ana.lifecycle_profile_id)

        post_init_hook(self.env)
        self.env.invalidate_all()

        contacts = self.Partner.with_context(active_test=False).search_count([])
        profiles = self.env["lifecycle.profile"].search_count([])
        self.assertEqual(ana.lifecycle_profile_id.id, ana.id)
        self.assertEqual(contacts, profiles)
        self.assertEqual(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), 1
        )

    def our_indexes_elsewhere(self):
        self.env.cr.execute(
            r"""SELECT indexname FROM pg_indexes
                 WHERE indexname LIKE '%\_lifecycle\_%\_idx'
                   AND tablename NOT LIKE 'lifecycle\_%'
                   AND tablename NOT LIKE '%\_lifecycle\_%'"""
        )
        return {name for (name,) in self.env.cr.fetchall()}

    def test_indexes_on_tables_of_others_go_with_the_module(self):
        before = self.our_indexes_elsewhere()
        rows = self.env["ir.model.constraint"].search(
            [("module.name", "=", "contact_lifecycle"), ("name", "in", list(before))]
        )
        self.assertGreater(len(before), 10)
        self.assertEqual(set(rows.mapped("name")), before)

        rows.unlink()

        self.assertFalse(self.our_indexes_elsewhere())

    def test_source_codes_of_the_data_are_those_that_have_a_query(self):
        registry = self.Source._touchpoint_sources()

        self.assertEqual(
            set(self.Source.with_context(active_test=False).search([]).mapped("code")),
            set(registry),
        )
        for code in registry:
            with self.subTest(code):
                self.assertTrue(hasattr(self.Source, f"_touchpoint_query_{code}"))
