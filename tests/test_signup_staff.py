from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .signup_common import SignupCase


@tagged("post_install", "-at_install")
class TestSignupStaff(SignupCase):
    """Marketers make forms and see who signed up, in their own companies."""

    def setUp(self):
        super().setUp()
        self.marketer = self.make_user(
            "mia", "contact_lifecycle.group_lifecycle_user", lang="en_US"
        )
        self.seller = self.make_user("sam", "sales_team.group_sale_salesman")
        self.theirs = self.make_company("Theirs")
        self.stranger = self.make_user(
            "tom",
            "contact_lifecycle.group_lifecycle_manager",
            company_id=self.theirs.id,
            company_ids=[Command.set(self.theirs.ids)],
        )

    def test_marketer_makes_a_form_that_works(self):
        forms = self.env["lifecycle.signup.form"].with_user(self.marketer)
        with Form(forms) as screen:
            screen.name = "Fair of Valencia"
            screen.topic_ids.add(self.news)
        form = screen.record
        self.assertEqual(form.code, "fair-of-valencia")
        self.assertEqual(form.state, "draft")

        form.action_open()

        self.assertEqual(
            self.visit("/lifecycle/signup/fair-of-valencia").status_code, 200
        )
        self.assertTrue(form.page_url.endswith("/lifecycle/signup/fair-of-valencia"))

    def test_counts_are_those_of_the_list_behind_them(self):
        for number in range(4):
            self.sign_up(f"a{number}@example.com")
        self.sign_up("a0@example.com")
        self.run_cron()
        self.press(self.link("a0@example.com"))
        self.signups.search([("address", "=", "a1@example.com")]).action_discard()

        form = self.form.with_user(self.marketer)
        self.assertEqual(form.signup_count, 4)
        self.assertEqual(form.confirmed_count, 1)
        self.assertEqual(form.waiting_count, 2)
        self.assertEqual(form.blocked_count, 1)
        self.assertEqual(form.conversion, 0.25)
        listed = self.signups.with_user(self.marketer).search(
            form.action_view_signups()["domain"]
        )
        self.assertEqual(len(listed), form.signup_count + form.blocked_count)

    def test_forgotten_by_staff_is_forgotten_at_once(self):
        self.sign_up()
        signup = self.signups.search([])

        signup.with_user(self.marketer).action_discard()

        self.assertEqual(signup.state, "expired")
        self.assertFalse(signup.address)

    def test_who_waits_is_seen_by_marketers_only(self):
        ana = self.confirmed()
        self.sign_up("bea@example.com")
        mine = self.signups.with_user(self.marketer)
        self.assertEqual(len(mine.search([])), 2)
        self.assertEqual(mine.search([])[0].display_name, "bea@example.com · Spring")

        seen = self.signups.with_user(self.seller).search([])

        self.assertEqual(seen.partner_id, ana)
        for name in ("answers", "network", "subject"):
            with self.subTest(name), self.assertRaises(AccessError):
                mine.search([]).read([name])

    def test_nobody_writes_sign_ups_by_hand(self):
        self.sign_up()
        signup = self.signups.search([])
        for user in (self.seller, self.marketer, self.stranger):
            mine = signup.with_user(user)
            for operation in ("create", "write", "unlink"):
                self.assertFalse(mine.has_access(operation))
        with self.assertRaises(AccessError):
            self.form.with_user(self.seller).action_open()
        with self.assertRaises(UserError):
            self.signups.create({"form_id": self.form.id})

    def test_other_companies_see_neither_forms_nor_sign_ups(self):
        self.sign_up()
        signup = self.signups.search([])

        self.assertFalse(self.signups.with_user(self.stranger).search([]))
        forms = self.env["lifecycle.signup.form"].with_user(self.stranger)
        self.assertFalse(forms.search([]))
        with self.assertRaises(AccessError):
            signup.with_user(self.stranger).action_discard()
        with self.assertRaises(AccessError):
            self.form.with_user(self.stranger).title = "Ours now"
        # An address is taken all the same.
        copy = forms.create({"name": "Spring"})
        self.assertEqual(copy.code, "spring-2")

    def test_snippets_hold_what_the_page_needs_and_run_nothing(self):
        self.form.title = 'Tea & "cake" <b>'
        form = self.form.with_user(self.marketer)

        self.assertIn("/lifecycle/signup/spring?embed=1", form.frame_snippet)
        self.assertIn("/lifecycle/signup/spring/start", form.html_snippet)
        self.assertIn(f'name="t{self.news.id}"', form.html_snippet)
        for snippet in (form.frame_snippet, form.html_snippet):
            self.assertNotIn("<script", snippet)
            self.assertNotIn("<b>", snippet)
            self.assertNotIn("proof", snippet)

    def test_forms_that_make_no_sense_are_refused(self):
        private = self.env["lifecycle.topic"].create(
            {"name": "Private", "is_public": False}
        )
        exclusion = self.env["lifecycle.topic"].create(
            {"name": "Meat", "is_exclusion": True}
        )
        theirs = self.env["lifecycle.topic"].create(
            {"name": "Theirs", "company_id": self.theirs.id}
        )
        wrong = [{"code": code} for code in ("Spring Fair", "a/b", "-", "a" * 65, "é")]
        wrong += [
            {"topic_ids": [Command.set(t.ids)]} for t in private | exclusion | theirs
        ]
        wrong += [
            {"purge_days": 0},
            {"purge_days": 31},
            {"reminder_days": 7},
            {"reminder_days": -1},
            {"network_limit": -1},
            {"return_url": "javascript:alert(1)"},
            {"privacy_url": "/privacy"},
        ]
        for values in wrong:
            with self.subTest(str(values)[:60]), self.assertRaises(ValidationError):
                self.form.write(values)

    def test_copy_is_a_draft_of_its_own(self):
        copy = self.form.copy()

        self.assertEqual(copy.name, "Spring (copy)")
        self.assertEqual(copy.code, "spring-copy")
        self.assertEqual(copy.state, "draft")
        self.assertEqual(copy.topic_ids, self.form.topic_ids)

    def test_form_that_was_used_is_archived_rather_than_deleted(self):
        unused = self.form.copy()
        self.sign_up()

        with self.assertRaises(UserError):
            self.form.unlink()
        unused.unlink()
        self.assertFalse(unused.exists())
