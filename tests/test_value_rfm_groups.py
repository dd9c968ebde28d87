import json

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..engine.clv.codes import RFM_SEGMENTS
from .value_common import ValueCase

_FIELDS = {
    "lifecycle.value": ("rfm_segment", "previous_rfm_segment"),
    "lifecycle.value.migration": ("from_segment", "to_segment"),
    "res.partner": ("lifecycle_rfm_segment", "lifecycle_previous_rfm_segment"),
    "lifecycle.satisfaction": ("rfm_segment",),
}


@tagged("post_install", "-at_install")
class TestValueRfmGroups(ValueCase):
    """A company may call the RFM groups as it likes; their codes stay."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Group = cls.env["lifecycle.rfm.group"]
        cls.manager = cls.make_user(
            "rfm_manager",
            "contact_lifecycle.group_lifecycle_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.reader = cls.make_user(
            "rfm_reader",
            "contact_lifecycle.group_lifecycle_reader",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def open(self, company=None):
        """Return the rows of the list that a manager opens."""
        company = company or self.company
        groups = self.Group.with_company(company)
        groups.action_open()
        return groups.search([("company_id", "=", company.id)])

    def rename(self, code, name, company=None):
        group = self.open(company).filtered(lambda group: group.code == code)
        group.name = name
        return group

    def label(self, model="lifecycle.value", name="rfm_segment", code="lost", **where):
        env = self.env(**where)
        field = env[model].fields_get([name], ["selection"])[name]
        return dict(field["selection"])[code]

    def test_list_has_each_group_once_however_often_it_is_opened(self):
        self.open()

        groups = self.open()

        self.assertEqual(groups.mapped("code"), [code for code, _label in RFM_SEGMENTS])
        self.assertFalse(any(groups.mapped("name")))
        self.assertEqual(self.label(), "Lost")

    def test_every_field_of_groups_bears_the_name(self):
        self.rename("lost", "Gone for good")

        for model, names in _FIELDS.items():
            for name in names:
                with self.subTest(model=model, name=name):
                    self.assertEqual(self.label(model, name), "Gone for good")
                    self.assertEqual(self.label(model, name, "loyal"), "Loyal")
                    views = self.env[model].get_views([(False, "list")])
                    fields = views["models"][model]["fields"]
                    if name in fields:
                        found = dict(fields[name]["selection"])
                        self.assertEqual(found["lost"], "Gone for good")

    def test_other_companies_keep_theirs(self):
        other = self.make_company("Coffee pots")
        context = {**self.env.context, "allowed_company_ids": other.ids}
        self.rename("lost", "Gone for good")
        self.assertEqual(self.label(context=context), "Lost")

        self.rename("lost", "Went elsewhere", other)

        self.assertEqual(self.label(), "Gone for good")
        self.assertEqual(self.label(context=context), "Went elsewhere")

    def test_name_is_translated_and_falls_back_to_the_first(self):
        for code in ("es_ES", "it_IT"):
            self.env["res.lang"]._activate_lang(code)
        group = self.rename("lost", "Gone for good")
        group.with_context(lang="it_IT").name = "Andati"

        for code, name in (("it_IT", "Andati"), ("es_ES", "Gone for good")):
            with self.subTest(code):
                context = {**self.env.context, "lang": code}
                self.assertEqual(self.label(context=context), name)
        group.update_field_translations("name", {"es_ES": "Perdidos del todo"})
        context = {**self.env.context, "lang": "es_ES"}
        self.assertEqual(self.label(context=context), "Perdidos del todo")

        group.action_reset()

        self.assertEqual(self.label(), "Lost")
        context = {**self.env.context, "lang": "it_IT"}
        ours = dict(self.Group.with_context(lang="it_IT")._fields["code"].selection)
        self.assertNotEqual(self.label(context=context), "Andati")
        self.assertIn("lost", ours)

    def test_codes_are_searched_stored_and_read_as_ever(self):
        self.make_base(60)
        self.refresh_all()
        before = self.rows("partner_id", "rfm_segment")
        found = self.Partner.search([("lifecycle_rfm_segment", "=", "hibernating")])
        self.assertTrue(found)

        self.rename("hibernating", "Sound asleep")

        self.assertEqual(
            self.Partner.search([("lifecycle_rfm_segment", "=", "hibernating")]), found
        )
        numbers = self.Value.read_numbers(found[:1].ids)
        self.assertEqual(numbers[0]["rfm_segment"], "hibernating")
        self.assertEqual(self.refresh_all(), 0)
        self.assertEqual(self.rows("partner_id", "rfm_segment"), before)
        groups = self.Partner.formatted_read_group(
            [("lifecycle_rfm_segment", "=", "hibernating")],
            ["lifecycle_rfm_segment"],
            ["__count"],
        )
        self.assertEqual(groups[0]["lifecycle_rfm_segment"], "hibernating")
        self.assertEqual(groups[0]["__count"], len(found))

    def test_pages_and_files_show_the_name(self):
        self.make_base(60)
        self.refresh_all()
        self.rename("hibernating", "Sound asleep")

        matrix = self.Value.rfm_matrix()
        self.assertEqual(matrix["names"]["hibernating"], "Sound asleep")
        self.assertIn("Sound asleep", [row["name"] for row in matrix["segments"]])
        migration = self.Value.migration_matrix()
        self.assertEqual(migration["segments"]["hibernating"], "Sound asleep")
        move = self.env["lifecycle.value.migration"].search(
            [("company_id", "=", self.company.id), ("to_segment", "=", "hibernating")],
            limit=1,
        )
        self.assertIn("→ Sound asleep", move.display_name)
        value = self.Value.search(
            [("company_id", "=", self.company.id), ("rfm_segment", "=", "hibernating")],
            limit=1,
        )
        for record, name in (
            (value, "rfm_segment"),
            (value.partner_id, "lifecycle_rfm_segment"),
        ):
            rows = record.export_data([name])["datas"]
            self.assertEqual(rows, [["Sound asleep"]])

    def test_conditions_of_segments_say_the_name(self):
        self.rename("champions", "Best friends")
        condition = {
            "kind": "profile",
            "negated": False,
            "domain": "[('lifecycle_rfm_segment', '=', 'champions')]",
        }

        words = self.env["lifecycle.segment"].describe(
            {"version": 1, "groups": [{"negated": False, "conditions": [condition]}]}
        )

        self.assertIn("Best friends", words[0][0])

    def test_one_name_for_two_groups_is_refused(self):
        self.rename("lost", "Gone for good")
        for name in ("Gone for good", "gone FOR good", "Champions"):
            with (
                self.subTest(name),
                self.assertRaisesRegex(ValidationError, "two groups"),
                self.env.cr.savepoint(),
            ):
                self.rename("loyal", name)

        self.rename("lost", "Champions of the past")
        self.rename("loyal", "Gone for good")

    def test_blanks_are_no_name(self):
        group = self.rename("lost", "   ")

        self.assertFalse(group.name)
        self.assertEqual(self.label(), "Lost")

    def test_managers_rename_and_readers_see_it(self):
        groups = self.Group.with_user(self.manager)
        groups.action_open()
        mine = groups.search([])
        self.assertEqual(mine.company_id, self.company)
        mine.filtered(lambda group: group.code == "lost").name = "Gone for good"

        self.assertEqual(self.label(user=self.reader), "Gone for good")
        self.assertTrue(self.Value.with_user(self.manager).rfm_matrix()["may_rename"])
        self.assertFalse(self.Value.with_user(self.reader).rfm_matrix()["may_rename"])
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models"):
            self.Group.with_user(self.reader).action_open()
        other = self.make_company("Coffee pots")
        theirs = self.rename("lost", "Went elsewhere", other)
        with self.assertRaises(AccessError):
            theirs.with_user(self.manager).name = "Ours"

    def test_names_are_read_from_the_database_once(self):
        self.open()
        self.label()
        self.env.flush_all()

        with self.assertQueryCount(0):
            self.Group._get_names()


@tagged("post_install", "-at_install")
class TestValueRfmGroupsBrowser(HttpCase):
    """Browsers keep labels on disk: they must know when to drop them."""

    def get_hash(self):
        answer = self.url_open(
            "/web/session/get_session_info",
            data=json.dumps({"jsonrpc": "2.0", "params": {}}),
            headers={"Content-Type": "application/json"},
        )
        return answer.json()["result"]["registry_hash"]

    def test_browsers_drop_the_labels_they_keep(self):
        self.authenticate("admin", "admin")
        before = self.get_hash()
        self.assertEqual(self.get_hash(), before)

        self.env["lifecycle.rfm.group"].create({"code": "lost", "name": "Gone"})

        self.assertNotEqual(self.get_hash(), before)
