from datetime import timedelta

from odoo.exceptions import RedirectWarning, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestStageMove(LifecycleCase):
    """Whoever moves a contact, the move is recorded; backwards only with a reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("seller", "sales_team.group_sale_salesman_all_leads")
        cls.ana = cls.make_partner("Ana")

    def as_seller(self, records):
        return records.with_user(self.seller)

    def moves(self, partner):
        return [
            (change.from_stage_id.code, change.to_stage_id.code, change.cause)
            for change in partner.lifecycle_stage_change_ids.sorted("id")
        ]

    # Paths

    def test_writing_a_stage_is_a_move_by_hand(self):
        self.as_seller(self.ana).write({"lifecycle_stage_id": self.stage("lead").id})
        self.as_seller(self.ana).lifecycle_stage_id = self.stage("sql")

        self.assertEqual(
            self.moves(self.ana),
            [(False, "lead", "manual"), ("lead", "sql", "manual")],
        )
        change = self.ana.lifecycle_stage_change_ids.sorted("id")[-1]
        self.assertEqual(change.user_id, self.seller)
        self.assertFalse(change.is_automatic or change.is_backward or change.rule)
        self.assertEqual(self.ana.lifecycle_stage_date, change.change_date)

    def test_saving_the_form_is_a_move_by_hand(self):
        self.as_seller(self.ana).web_save(
            {"lifecycle_stage_id": self.stage("lead").id, "function": "Baker"}, {}
        )

        self.assertEqual(self.moves(self.ana), [(False, "lead", "manual")])
        self.assertEqual(self.ana.function, "Baker")

    def test_creating_a_contact_in_a_stage_is_a_move(self):
        partners = self.as_seller(self.Partner).create(
            [
                {"name": "One", "lifecycle_stage_id": self.stage("lead").id},
                {"name": "Two"},
                {"name": "Three", "lifecycle_stage_id": self.stage("mql").id},
            ]
        )

        self.assertEqual(
            [self.moves(partner) for partner in partners],
            [[(False, "lead", "manual")], [], [(False, "mql", "manual")]],
        )
        self.assertEqual(partners.mapped("name"), ["One", "Two", "Three"])

    def test_creating_in_a_column_of_the_kanban_is_a_move(self):
        column = self.as_seller(self.Partner).with_context(
            default_lifecycle_stage_id=self.stage("lead").id
        )

        partner = column.create({"name": "Quick"})

        self.assertEqual(partner.lifecycle_stage_id, self.stage("lead"))
        self.assertEqual(self.moves(partner), [(False, "lead", "manual")])
        self.assertTrue(partner.lifecycle_stage_date)

    def load(self, names, *rows):
        return self.Partner.with_context(import_file=True).load(
            names, [list(row) for row in rows]
        )

    def test_imported_stages_are_moves_by_import(self):
        self.ana.lifecycle_stage_id = self.stage("subscriber")

        answer = self.load(
            [".id", "name", "lifecycle_stage_id"],
            (str(self.ana.id), "Ana Maria", "Lead"),
            ("", "New", "Customer"),
        )

        self.assertFalse(answer["messages"])
        self.assertEqual(self.moves(self.ana)[1:], [("subscriber", "lead", "import")])
        self.assertEqual(self.ana.name, "Ana Maria")
        newcomer = self.Partner.browse(answer["ids"][1])
        self.assertEqual(self.moves(newcomer), [(False, "customer", "import")])

    def test_import_moves_backwards_only_with_a_reason(self):
        self.ana.lifecycle_stage_id = self.stage("customer")
        names = [".id", "lifecycle_stage_id", "lifecycle_stage_reason"]

        refused = self.load(names, (str(self.ana.id), "Lead", ""))
        self.assertTrue(refused["messages"])
        self.assertEqual(self.ana.lifecycle_stage_id, self.stage("customer"))

        answer = self.load(names, (str(self.ana.id), "Lead", "Old data"))
        self.assertFalse(answer["messages"])
        change = self.ana.lifecycle_stage_change_ids.sorted("id")[-1]
        self.assertEqual((change.cause, change.reason), ("import", "Old data"))

    def test_other_programs_move_by_the_code_of_a_stage(self):
        answer = call_kw(
            self.as_seller(self.Partner),
            "lifecycle_move_to_stage",
            [self.ana.ids, "customer"],
            {},
        )

        self.assertTrue(answer)
        self.assertEqual(self.moves(self.ana), [(False, "customer", "api")])

        with self.assertRaises(RedirectWarning):
            self.as_seller(self.ana).lifecycle_move_to_stage("lead")
        self.as_seller(self.ana).lifecycle_move_to_stage("lead", "Refunded")

        self.assertEqual(self.moves(self.ana)[1:], [("customer", "lead", "api")])

    def test_code_of_no_stage_is_refused_by_name(self):
        with self.assertRaisesRegex(UserError, "teapot"):
            self.ana.lifecycle_move_to_stage("teapot")

    def test_program_moves_forward_only(self):
        self.ana.lifecycle_stage_id = self.stage("customer")

        moved = [
            self.ana._lifecycle_move(self.stage(code), "program")
            for code in ("lead", "promoter")
        ]

        self.assertEqual(moved, [0, 1])
        change = self.ana.lifecycle_stage_change_ids.sorted("id")[-1]
        self.assertEqual((change.cause, change.is_automatic), ("program", True))
        self.assertFalse(change.user_id)

    # Backwards

    def test_moving_back_without_a_reason_asks_for_one(self):
        self.ana.lifecycle_stage_id = self.stage("customer")
        for reason in ({}, {"lifecycle_stage_reason": "  "}):
            with self.subTest(reason), self.assertRaises(RedirectWarning) as asked:
                self.as_seller(self.ana).write(
                    {"lifecycle_stage_id": self.stage("lead").id, **reason}
                )

        message, action_id, _button, context = asked.exception.args
        self.assertIn("Ana", message)
        self.assertIn("Customer", message)
        action = self.env["ir.actions.actions"].browse(action_id)
        self.assertEqual(action.type, "ir.actions.act_window")
        self.assertEqual(
            (context["active_ids"], context["default_stage_id"]),
            (self.ana.ids, self.stage("lead").id),
        )
        self.assertEqual(self.ana.lifecycle_stage_id, self.stage("customer"))

    def test_moving_back_with_a_reason_is_recorded_with_it(self):
        self.ana.lifecycle_stage_id = self.stage("customer")
        self.set_columns(
            self.ana, lifecycle_stage_date=self.now - timedelta(days=12, hours=12)
        )

        self.as_seller(self.ana).write(
            {
                "lifecycle_stage_id": self.stage("lead").id,
                "lifecycle_stage_reason": " Refunded ",
            }
        )

        change = self.ana.lifecycle_stage_change_ids.sorted("id")[-1]
        self.assertRecordValues(
            change,
            [
                {
                    "from_stage_id": self.stage("customer").id,
                    "to_stage_id": self.stage("lead").id,
                    "is_backward": True,
                    "is_automatic": False,
                    "reason": "Refunded",
                    "user_id": self.seller.id,
                }
            ],
        )
        self.assertAlmostEqual(change.days_in_stage, 12.5, 1)
        self.assertEqual(self.ana.lifecycle_stage_reason, "Refunded")
        self.assertEqual(self.ana.lifecycle_days_in_stage, 0)

    def test_taking_the_stage_away_needs_a_reason(self):
        self.ana.lifecycle_stage_id = self.stage("lead")
        with self.assertRaises(RedirectWarning):
            self.ana.lifecycle_stage_id = False

        self.ana.write({"lifecycle_stage_id": False, "lifecycle_stage_reason": "Test"})

        self.assertEqual(self.moves(self.ana)[1:], [("lead", False, "manual")])
        self.assertFalse(self.ana.lifecycle_stage_id)

    # Several at once

    def test_many_contacts_and_other_values_are_written_together(self):
        ben, eva = self.make_partner("Ben"), self.make_partner("Eva")
        ben.lifecycle_stage_id = self.stage("lead")
        crowd = self.ana | ben | eva

        crowd.write({"lifecycle_stage_id": self.stage("lead").id, "function": "Baker"})

        self.assertEqual(crowd.lifecycle_stage_id, self.stage("lead"))
        self.assertEqual(set(crowd.mapped("function")), {"Baker"})
        self.assertEqual([len(self.moves(partner)) for partner in crowd], [1, 1, 1])

    def test_one_contact_moving_back_holds_up_the_whole_write(self):
        ben = self.make_partner("Ben", lifecycle_stage_id=self.stage("customer").id)

        with self.assertRaises(RedirectWarning):
            (self.ana | ben).lifecycle_stage_id = self.stage("lead")

        self.assertFalse(self.ana.lifecycle_stage_id)
        self.assertFalse(self.moves(self.ana))

    def test_same_stage_again_is_no_move(self):
        self.ana.lifecycle_stage_id = self.stage("lead")
        since = self.ana.lifecycle_stage_date

        self.ana.lifecycle_stage_id = self.stage("lead")

        self.assertEqual(len(self.moves(self.ana)), 1)
        self.assertEqual(self.ana.lifecycle_stage_date, since)

    def test_queries_of_a_move_do_not_depend_on_the_number_of_contacts(self):
        crowd = self.Partner.create([{"name": str(number)} for number in range(40)])
        self.ana.lifecycle_stage_id = self.stage("lead")
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        crowd[:2].lifecycle_stage_id = self.stage("lead")
        few = self.cr.sql_log_count - before
        self.env.invalidate_all()

        with self.assertQueryCount(few):
            crowd[2:].lifecycle_stage_id = self.stage("lead")

        self.assertEqual(len(crowd.lifecycle_stage_change_ids), 40)

    # Limits

    def test_stage_of_a_company_takes_no_contact_of_another(self):
        one, other = self.make_company("One"), self.make_company("Other")
        vip = self.Stage.create({"name": "VIP", "company_id": one.id})
        for company in (other, self.env["res.company"]):
            stranger = self.make_partner(company_id=company.id)

            with self.subTest(company.name), self.assertRaisesRegex(UserError, "One"):
                stranger.lifecycle_stage_id = vip

    def test_copy_of_a_contact_starts_without_stage(self):
        self.ana.lifecycle_stage_id = self.stage("customer")

        copy = self.ana.copy()

        self.assertFalse(copy.lifecycle_stage_id or copy.lifecycle_stage_date)
        self.assertFalse(self.moves(copy))

    def test_contact_deleted_takes_journey_profile_and_history_along(self):
        self.make_everything(self.ana)
        self.harvest()
        self.refresh()
        self.env["sale.order"].search(
            [("partner_id", "=", self.ana.id)]
        )._action_cancel()
        partner_id = self.ana.id
        for model in ("sale.order", "crm.lead", "survey.user_input", "calendar.event"):
            field = "partner_ids" if model == "calendar.event" else "partner_id"
            self.env[model].search([(field, "in", partner_id)]).unlink()

        self.ana.unlink()

        for model in ("touchpoint", "profile", "stage.change"):
            rows = self.env[f"lifecycle.{model}"].search(
                [("partner_id", "=", partner_id)]
            )
            self.assertFalse(rows, model)
