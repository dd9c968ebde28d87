from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .quality_common import QualityContactCase


@tagged("post_install", "-at_install")
class TestQualityContact(QualityContactCase):
    """People see what is missing; who may say what is wanted, and of which company."""

    # Lists

    def test_missing_counts_are_those_of_the_list_behind(self):
        wanted = self.Wanted.with_user(self.seller).search([])
        for row in wanted:
            action = row.action_view_missing()
            people = self.Partner.with_user(self.seller).search(action["domain"])
            with self.subTest(row.field_name):
                self.assertEqual(row.missing_count, len(people))
                self.assertGreater(row.missing_count, 0)
                self.assertIn(self.eva, people)
                self.assertNotIn(
                    self.ana, people if row.field_name != "lifecycle_birth_date" else []
                )

    def test_counts_are_one_query_however_many_fields(self):
        counts = []
        for limit in (1, 1, 3):
            rows = self.Wanted.search([], limit=limit)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows.mapped("missing_count")
            counts.append(self.env.cr.sql_log_count - before)

        self.assertEqual(counts[1], counts[2])

    def test_missing_data_can_be_searched_by_name_and_by_nothing(self):
        full = self.make_partner(
            "Full",
            email="full@example.com",
            city="Lugo",
            lifecycle_birth_date="1980-05-17",
        )
        mine = [("id", "in", (self.ana | self.eva | full).ids)]
        search = self.Partner.with_user(self.seller).search
        name = "lifecycle_missing_field_ids"

        self.assertEqual(search([*mine, (name, "ilike", "city")]), self.eva)
        self.assertEqual(search([*mine, (name, "=", False)]), full)
        self.assertEqual(search([*mine, (name, "!=", False)]), self.ana | self.eva)

    def test_contacts_group_by_what_is_missing(self):
        mine = [("id", "in", (self.ana | self.eva).ids)]
        partners = self.Partner.with_user(self.seller)
        name = "lifecycle_missing_field_ids"

        groups = partners.formatted_read_group(mine, [name], ["__count"])

        counts = {group[name][1]: group["__count"] for group in groups}
        self.assertEqual(counts, {"Birth Date": 2, "City": 1, "Email": 1})
        for group in groups:
            found = partners.search([*mine, *group["__extra_domain"]])
            self.assertEqual(len(found), group["__count"])
        self.assertTrue(partners.fields_get([name])[name]["groupable"])

    def test_contacts_sort_search_and_group_by_quality(self):
        blank = self.make_partner("Blank")
        self.assess(self.ana, self.eva)
        mine = [("id", "in", (self.ana | self.eva | blank).ids)]
        partners = self.Partner.with_user(self.seller)
        self.env.cr.execute(
            "UPDATE lifecycle_profile SET quality_score = NULL WHERE id = %s", blank.ids
        )

        by_quality = partners.search(mine, order="lifecycle_quality_score desc")
        groups = partners._read_group(
            mine, ["lifecycle_email_state"], ["lifecycle_quality_score:avg"]
        )

        self.assertEqual(by_quality.ids, (self.ana + self.eva + blank).ids)
        self.assertEqual(
            partners.search([*mine, ("lifecycle_quality_score", "<", 50)]), self.eva
        )
        self.assertIn(("missing", self.eva.lifecycle_quality_score), groups)
        exported = self.ana.export_data(["lifecycle_quality_score"])["datas"]
        self.assertEqual(exported, [[self.ana.lifecycle_quality_score]])

    def test_filters_of_the_search_view_find_whom_they_say(self):
        self.set_columns(self.eva, create_date=self.days_ago(900))
        self.verified(self.ana, 100, "contact", "address")
        self.assess(self.ana, self.eva)
        arch = self.env["res.partner"].get_view(
            self.env.ref("contact_lifecycle.res_partner_view_search_lifecycle").id,
            "search",
        )["arch"]
        for name, found in (
            ("quality_incomplete", self.ana | self.eva),
            ("quality_phone", self.ana | self.eva),
            ("quality_birth_date", self.ana | self.eva),
            ("quality_stale", self.eva),
            ("quality_email", self.Partner),
        ):
            with self.subTest(name):
                self.assertIn(f'name="{name}"', arch)
                domain = self.filter_domain(arch, name)
                mine = [("id", "in", (self.ana | self.eva).ids)]
                self.assertEqual(self.Partner.search([*mine, *domain]), found)

    def filter_domain(self, arch, name):
        (node,) = etree.fromstring(arch).xpath(f"//filter[@name='{name}']")
        return safe_eval(node.get("domain"))

    # Rights and companies

    def test_reader_who_may_not_edit_contacts_verifies_none(self):
        with self.assertRaises(AccessError):
            self.ana.with_user(self.reader).lifecycle_verify()

    def test_clerk_sees_and_does_nothing_of_it(self):
        for call in (
            lambda: self.explain(self.ana, self.clerk),
            lambda: self.ana.with_user(self.clerk).lifecycle_verify(),
            lambda: self.ana.with_user(self.clerk).lifecycle_quality_score,
            lambda: self.Partner.with_user(self.clerk).search(
                [], order="lifecycle_quality_score"
            ),
            lambda: self.Wanted.with_user(self.clerk).search([]),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_only_administrators_say_what_is_wanted(self):
        records = self.Wanted.search([], limit=1) | self.Wanted.search([], limit=1)
        group = self.group("contact")
        for record in (records, group):
            for operation in ("write", "create", "unlink"):
                self.assertFalse(record.with_user(self.seller).has_access(operation))
                self.assertTrue(record.with_user(self.manager).has_access(operation))

    def test_nobody_edits_verifications(self):
        row = self.verified(self.ana, 3)
        for user in (self.seller, self.manager):
            for operation in ("write", "create", "unlink"):
                self.assertFalse(row.with_user(user).has_access(operation))

    def test_company_asks_its_own_questions_and_shared_contacts_the_main_ones(self):
        other = self.make_company("Other")
        main = self.env.ref("base.main_company")
        self.want("city", "address", weight=0, company_id=other.id)
        self.want("ref", "professional", company_id=other.id)
        self.want("vat", "professional", company_id=main.id)
        theirs = self.make_partner("Lea", company_id=other.id)
        ours = self.make_partner("Mia", company_id=main.id)
        self.assess(self.ana, theirs, ours)

        def missing(partner):
            return set(partner.lifecycle_missing_field_ids.mapped("field_name"))

        self.assertEqual(missing(theirs), {"email", "lifecycle_birth_date", "ref"})
        self.assertEqual(
            missing(ours), {"email", "city", "lifecycle_birth_date", "vat"}
        )
        self.assertEqual(missing(self.ana), {"lifecycle_birth_date", "vat"})
        self.assertEqual(theirs.lifecycle_completeness, 0)

    def test_contact_of_another_company_is_neither_explained_nor_verified(self):
        self.ana.company_id = self.make_company("Other")

        with self.assertRaises(AccessError):
            self.explain(self.ana, self.seller)
        with self.assertRaises(AccessError):
            self.ana.with_user(self.seller).lifecycle_verify()
        self.assertNotIn(
            self.ana,
            self.Partner.with_user(self.seller).search(
                [("lifecycle_missing_field_ids", "!=", False)]
            ),
        )

    def test_contact_that_is_gone_is_told_so(self):
        gone = self.make_partner()
        gone.unlink()

        with self.assertRaises(AccessError):
            self.explain(gone, self.seller)
