import psycopg2

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_stage_rules import StageRuleCase


@tagged("post_install", "-at_install")
class TestStage(StageRuleCase):
    """A stage that cannot work, or is in use, is refused with the reason."""

    def make_stage(self, sequence, **values):
        return self.Stage.create({"name": "Fan", "sequence": sequence, **values})

    # Entry rules

    def test_rule_that_cannot_work_is_refused_with_a_message(self):
        fan = self.make_stage(500)
        cases = {
            "[('name'": "never closed",
            "[('teapot', '=', 1)]": "teapot",
            "[('name.teapot', '=', 1)]": "teapot",
            "[('name', '@', 1)]": "@",
            "[('name', '=')]": "Fan",
            "['&']": "Fan",
            "42": "Fan",
            "{'name': 'Ana'}": "Fan",
            "[('name', '=', uid)]": "Fan",
            "__import__('os').getcwd()": "Fan",
            "(" * 300 + ")" * 300: "Fan",
        }
        for text, message in cases.items():
            with self.subTest(text[:40]):
                with self.assertRaises(ValidationError, msg=text) as refused:
                    fan.entry_domain = text
                self.assertIn(message, str(refused.exception))
                self.env.invalidate_all()

    def test_empty_rule_cannot_be_switched_on(self):
        for text in ("[]", False, "[(1, '=', 1)]"):
            with self.subTest(text), self.assertRaises(ValidationError):
                self.make_stage(500, entry_domain=text, is_rule_active=True)

    def test_empty_rule_may_stay_switched_off(self):
        fan = self.make_stage(500)

        self.assertEqual(fan.entry_domain, "[]")
        self.assertFalse(fan.is_rule_active)

    # Order

    def test_two_stages_of_the_same_place_are_refused(self):
        one, other = self.make_company("One"), self.make_company("Other")
        self.make_stage(500)
        self.make_stage(510, company_id=one.id)
        cases = [
            ({"sequence": 500}, psycopg2.IntegrityError),
            ({"sequence": 500, "company_id": one.id}, ValidationError),
            ({"sequence": 510}, ValidationError),
            ({"sequence": 510, "company_id": one.id}, psycopg2.IntegrityError),
        ]
        for values, error in cases:
            with (
                self.subTest(values),
                self.assertRaises(error),
                mute_logger("odoo.sql_db"),
            ):
                self.make_stage(**values)

        self.assertTrue(self.make_stage(510, company_id=other.id))
        self.assertTrue(self.make_stage(500, active=False))

    def test_archived_stage_cannot_come_back_to_a_place_taken(self):
        old = self.make_stage(500, active=False)
        self.make_stage(500)

        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"):
            old.active = True
            self.env.flush_all()

    def test_refused_place_names_both_stages(self):
        one = self.make_company("One")
        self.make_stage(500, name="Patron")

        with self.assertRaisesRegex(ValidationError, "Fan.*Patron"):
            self.make_stage(500, company_id=one.id)

    def test_new_stage_goes_last(self):
        last = max(self.Stage.search([]).mapped("sequence"))

        self.assertGreater(self.Stage.create({"name": "Fan"}).sequence, last)

    def test_stages_can_be_dragged_to_another_order(self):
        stages = self.Stage.search([])
        backwards = self.Stage.browse(reversed(stages.ids))

        backwards.web_resequence({})

        self.assertEqual(self.Stage.search([]), backwards)
        self.assertEqual(len(set(stages.mapped("sequence"))), len(stages))

    def test_some_stages_can_be_dragged_among_the_others(self):
        stages = self.Stage.search([])
        first, second, third, fourth, *rest = stages
        moved = third | second

        moved.web_resequence({}, offset=second.sequence)

        self.assertEqual(
            list(self.Stage.search([])), [first, third, second, fourth, *rest]
        )

    # Deleting

    def test_stage_in_use_is_not_deleted_and_the_uses_are_told(self):
        fan = self.make_stage(500)
        self.make_partner(lifecycle_stage_id=fan.id)
        self.make_stage(
            510,
            name="Patron",
            entry_domain=f"[('lifecycle_stage_id', '=', {fan.id})]",
        )

        with self.assertRaises(UserError) as refused:
            fan.unlink()

        message = str(refused.exception)
        for use in ("contacts (1)", "stage changes (1)", "Patron"):
            self.assertIn(use, message)
        self.assertTrue(fan.exists())

    def test_stage_that_only_the_history_names_is_not_deleted(self):
        fan = self.make_stage(500)
        partner = self.make_partner(lifecycle_stage_id=fan.id)
        partner.lifecycle_stage_id = self.make_stage(510, name="Patron")

        with self.assertRaisesRegex(UserError, r"stage changes \(2\)"):
            fan.unlink()

    def test_stage_of_an_archived_contact_is_not_deleted(self):
        fan = self.make_stage(500)
        self.make_partner(lifecycle_stage_id=fan.id).active = False

        with self.assertRaisesRegex(UserError, r"contacts \(1\)"):
            fan.unlink()

    def test_stage_nobody_uses_is_deleted(self):
        fan = self.make_stage(500)
        self.make_stage(
            510, entry_domain=f"[('lifecycle_stage_id', '!=', {fan.id + 999})]"
        )

        fan.unlink()

        self.assertFalse(fan.exists())

    # Preview

    def stage_columns(self):
        self.env.flush_all()
        tables = ("lifecycle_stage", "lifecycle_stage_change", "res_partner")
        rows = []
        for table in tables:
            self.env.cr.execute(f"SELECT ctid, * FROM {table} ORDER BY id")
            rows.append(self.env.cr.fetchall())
        return rows

    def preview(self, stages):
        action = stages.action_preview()
        preview = self.env[action["res_model"]].browse(action["res_id"])
        return {line.stage_id.code: line for line in preview.line_ids}

    def test_preview_writes_nothing_and_counts_what_the_run_then_does(self):
        contacts = [
            self.make_contact(*codes)
            for codes in (
                ["list_joined"],
                ["list_joined"],
                ["list_joined", "lead_won"],
                ["call_done"],
                ["lead_lost"],
            )
        ]
        contacts[0].lifecycle_stage_id = self.stage("customer")
        stages = self.refresh_without_rules(*contacts)
        before = self.stage_columns()

        lines = self.preview(stages)

        self.assertEqual(self.stage_columns(), before)
        matching = {code: line.matching_count for code, line in lines.items()}
        moving = {code: line.move_count for code, line in lines.items()}
        self.assertEqual((matching["subscriber"], moving["subscriber"]), (3, 1))
        self.assertEqual((matching["lost"], moving["lost"]), (1, 1))

        self.run_rules()

        done = dict(
            self.env["lifecycle.stage.change"]._read_group(
                [("cause", "=", "rule")], ["to_stage_id"], ["__count"]
            )
        )
        self.assertEqual(
            {code: count for code, count in moving.items() if count},
            {stage.code: count for stage, count in done.items()},
        )

    def test_preview_of_a_rule_that_is_off_counts_as_if_it_were_on(self):
        fan = self.make_stage(
            500, code="fan", entry_domain="[('lifecycle_subscribe_count', '>', 0)]"
        )
        ana = self.make_contact("list_joined")
        self.refresh(ana)

        line = self.preview(fan)["fan"]

        self.assertEqual((line.matching_count, line.move_count), (1, 1))
        self.assertFalse(fan.is_rule_active)
        self.assertEqual(ana.lifecycle_stage_id, self.stage("subscriber"))

    def test_preview_notes_rules_that_are_empty_or_broken(self):
        empty = self.make_stage(500, code="empty")
        broken = self.make_stage(510, code="broken")
        self.set_columns(broken, entry_domain="[('teapot', '=', 1)]")

        lines = self.preview(empty | broken | self.stage("lead"))

        self.assertTrue(lines["empty"].note)
        self.assertIn("teapot", lines["broken"].note)
        self.assertFalse(lines["lead"].note)
