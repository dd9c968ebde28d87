from datetime import timedelta

from odoo.tests import tagged

from .test_stage_rules import StageRuleCase


@tagged("post_install", "-at_install")
class TestStageHeld(StageRuleCase):
    """Rules leave a contact where a person put it, until it does something new."""

    def move_back(self, partner, code="lead"):
        partner.write(
            {
                "lifecycle_stage_id": self.stage(code).id,
                "lifecycle_stage_reason": "The deal fell through",
            }
        )
        self.refresh(partner)

    def test_contact_moved_back_by_hand_is_held(self):
        ana = self.make_contact("order_confirmed")
        self.refresh(ana)

        self.move_back(ana)
        self.run_rules()

        self.assertEqual(ana.lifecycle_stage_id, self.stage("lead"))
        self.assertTrue(ana.lifecycle_stage_held)

    def test_what_we_send_and_machines_do_not_release_a_held_contact(self):
        ana = self.make_contact("order_confirmed")
        self.refresh(ana)
        self.move_back(ana)
        soon = self.now + timedelta(minutes=4)
        self.make_touchpoint(ana, "mail_sent", soon)
        self.make_touchpoint(ana, "mail_opened", soon)
        self.make_touchpoint(ana, "mail_clicked", soon, is_automated=True)

        self.refresh(ana)

        self.assertEqual(ana.lifecycle_stage_id, self.stage("lead"))

    def test_what_the_contact_does_next_releases_it(self):
        ana = self.make_contact("order_confirmed")
        self.refresh(ana)
        self.move_back(ana)
        self.make_touchpoint(ana, "mail_clicked", self.now + timedelta(minutes=4))

        self.refresh(ana)

        self.assertEqual(ana.lifecycle_stage_id, self.stage("customer"))
        self.assertFalse(ana.lifecycle_stage_held)

    def test_contact_put_aside_by_hand_is_held(self):
        ana = self.make_contact("order_confirmed")
        self.refresh(ana)

        ana.lifecycle_stage_id = self.stage("lost")
        self.refresh(ana)

        self.assertEqual(ana.lifecycle_stage_id, self.stage("lost"))
