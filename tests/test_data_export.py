import json
from datetime import date

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .rights_common import DataCase


@tagged("post_install", "-at_install")
class TestDataExport(DataCase):
    """The answer to "what do you know about me?" leaves nothing of ours out."""

    def export(self, partner=None, company=None):
        link = self.env["lifecycle.link"]._get_row(
            partner or self.ana, company or self.env.company
        )
        self.env.invalidate_all()
        data = self.env["lifecycle.data.export"]._read_all(link, "en_US")
        tables = {}
        for table in data["tables"]:
            tables.setdefault(table["model"], {"rows": []})["rows"] += table["rows"]
        return tables

    def test_every_table_of_ours_that_points_to_a_contact_is_in_it(self):
        exported = self.env["lifecycle.data.export"]._get_tables()
        left_out = self.env["lifecycle.data.export"]._get_left_out()
        known = {self.env[name]._table: keys for name, keys in exported.items()}
        spared = {self.env[name]._table for name in left_out if name in self.env}
        spared |= {
            model._table for model in self.env.registry.values() if model._transient
        }
        spared |= self.get_relations()

        for table, column in self.get_foreign_keys():
            with self.subTest(table=table, column=column):
                self.assertTrue(column in known.get(table, ()) or table in spared)

    def get_foreign_keys(self):
        return self.env.execute_query(
            SQL(
                """SELECT c.conrelid::regclass::text, a.attname
                     FROM pg_constraint c
                     JOIN pg_attribute a ON a.attrelid = c.conrelid
                                        AND a.attnum = ANY(c.conkey)
                    WHERE c.contype = 'f' AND c.confrelid = 'res_partner'::regclass
                      AND c.conrelid::regclass::text LIKE '%%lifecycle%%'"""
            )
        )

    def get_relations(self):
        """Return tables of many2many fields that are read with their record."""
        return {
            field.relation
            for model in self.env.registry.values()
            for field in model._fields.values()
            if field.type == "many2many" and field.store
        }

    def test_every_table_of_ours_with_an_address_is_in_it(self):
        exported = self.env["lifecycle.data.export"]._get_tables()
        for name, model in self.env.registry.items():
            if not name.startswith("lifecycle.") or model._transient or model._abstract:
                continue
            for field in model._fields.values():
                if field.store and field.type == "char" and "address" in field.name:
                    with self.subTest(model=name, field=field.name):
                        self.assertIn(name, exported)

    def test_everything_a_contact_did_is_in_it(self):
        self.make_everything(self.ana)
        self.harvest()
        self.refresh(self.ana)
        self.record("granted", topic_id=self.news.id)
        self.env["lifecycle.preference"].create(
            {"partner_id": self.ana.id, "frequency": "weekly"}
        )
        self.ana.lifecycle_verify()

        tables = self.export()

        for name in (
            "lifecycle.touchpoint",
            "lifecycle.profile",
            "lifecycle.consent",
            "lifecycle.consent.event",
            "lifecycle.preference",
            "lifecycle.preference.change",
            "lifecycle.link",
            "lifecycle.verification",
            "lifecycle.value",
        ):
            with self.subTest(name):
                self.assertTrue(tables[name]["rows"])
        rows = tables["lifecycle.touchpoint"]["rows"]
        self.assertEqual(len(rows), len(self.ana.lifecycle_touchpoint_ids))

    def test_facts_of_the_contact_are_in_it_and_secrets_are_not(self):
        self.ana.write(
            {
                "city": "Madrid",
                "comment": "<p>Likes tea</p>",
                "lifecycle_birth_date": date(1990, 2, 3),
                "category_id": [Command.create({"name": "Tea lovers"})],
            }
        )
        self.make_partner("Her office", parent_id=self.ana.id, type="delivery")
        link = self.env["lifecycle.link"]._get_row(self.ana, self.env.company)
        self.record("granted")

        tables = self.export()

        text = json.dumps(tables)
        self.assertIn("Madrid", text)
        self.assertIn("Likes tea", text)
        self.assertIn("1990-02-03", text)
        self.assertIn("Tea lovers", text)
        self.assertIn("Her office", text)
        self.assertNotIn(link.sudo().subject, text)
        self.assertNotIn("address_hash", text)

    def test_answers_of_an_address_without_a_contact_are_in_it(self):
        self.record("granted", partner_id=None)

        self.assertTrue(self.export()["lifecycle.consent.event"]["rows"])

    def test_others_and_other_companies_are_not_in_it(self):
        bea = self.make_partner("Bea", email="bea@example.com")
        theirs = self.make_company("Theirs")
        self.record("granted", company_id=theirs.id, source_detail="theirs only")
        self.record(
            "granted",
            partner_id=bea.id,
            address="bea@example.com",
            source_detail="of Bea",
        )

        text = json.dumps(self.export())

        self.assertNotIn("theirs only", text)
        self.assertNotIn("of Bea", text)
        self.assertNotIn("bea@example.com", text)
        self.assertIn("theirs only", json.dumps(self.export(company=theirs)))

    def test_what_another_contact_said_from_the_same_address_is_not_in_it(self):
        bea = self.make_partner("Bea", email="ana.ferrer@example.com")
        self.record("granted", partner_id=bea.id, source_detail="of Bea")
        self.make_request(partner_id=bea.id, note="Erase me, says Bea")

        text = json.dumps(self.export())

        self.assertNotIn("of Bea", text)
        self.assertNotIn("says Bea", text)
        self.assertIn("of Bea", json.dumps(self.export(bea)))

    def test_names_of_staff_are_not_in_it(self):
        self.make_request(note="By letter", user_id=self.manager.id)

        text = json.dumps(self.export())

        self.assertIn("By letter", text)
        self.assertNotIn(self.manager.name, text.replace("manager", "m"))

    def test_contact_without_an_address_gets_only_its_own(self):
        mute = self.make_partner("Mute")
        self.record("granted", address="someone@example.com", partner_id=None)

        tables = self.export(mute)

        self.assertNotIn("lifecycle.consent.event", tables)
