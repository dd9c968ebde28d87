from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestStageMoveDialog(LifecycleCase):
    """The dialog moves the contacts chosen, and asks why when it is backwards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("seller", "sales_team.group_sale_salesman_all_leads")
        cls.ana = cls.make_partner("Ana")

    def make_dialog(self, partners, stage, **values):
        context = {"active_model": "res.partner", "active_ids": partners.ids}
        return (
            self.env["lifecycle.stage.move"]
            .with_user(self.seller)
            .with_context(**context)
            .create({"stage_id": stage.id, **values})
        )

    def test_dialog_moves_the_contacts_chosen_and_says_how_many(self):
        ben = self.make_partner("Ben", lifecycle_stage_id=self.stage("lead").id)

        dialog = self.make_dialog(self.ana | ben, self.stage("lead"))
        self.assertEqual((dialog.partner_count, dialog.moving_count), (2, 1))
        answer = dialog.action_move()

        self.assertRegex(answer["params"]["message"], r"\b1\b")
        change = self.ana.lifecycle_stage_change_ids
        self.assertEqual((change.to_stage_id.code, change.cause), ("lead", "manual"))

    def test_dialog_asks_for_a_reason_before_moving_back(self):
        self.ana.lifecycle_stage_id = self.stage("customer")
        dialog = self.make_dialog(self.ana, self.stage("lead"))
        self.assertTrue(dialog.is_backward)
        self.assertEqual(dialog.backward_count, 1)
        with self.assertRaisesRegex(UserError, "1"):
            dialog.action_move()

        dialog.reason = "Refunded"
        dialog.action_move()

        change = self.ana.lifecycle_stage_change_ids.sorted("id")[-1]
        self.assertEqual((change.reason, change.user_id), ("Refunded", self.seller))

    def test_dialog_opened_from_the_form_knows_its_contact(self):
        action = self.ana.with_user(self.seller).action_lifecycle_move()
        model = self.env[action["res_model"]].with_user(self.seller)

        with Form(model.with_context(**action["context"])) as form:
            form.stage_id = self.stage("sql")
        form.record.action_move()

        self.assertEqual(self.ana.lifecycle_stage_id, self.stage("sql"))
