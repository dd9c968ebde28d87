from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestTourContact(HttpCase):
    """What a salesperson and a marketer do with a contact in the browser works."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env,
            "lifecycle_seller",
            groups="sales_team.group_sale_salesman_all_leads",
        )

    def make_contact(self, name, stage_code):
        contact = self.env["res.partner"].create({"name": name})
        contact.lifecycle_move_to_stage(stage_code)
        return contact

    def make_touchpoint(self, contact, type_code, name, hours_ago, **values):
        touchpoint_type = self.env["lifecycle.touchpoint.type"].search(
            [("code", "=", type_code)]
        )
        return self.env["lifecycle.touchpoint"].create(
            {
                "partner_id": contact.id,
                "type_id": touchpoint_type.id,
                "channel": touchpoint_type.channel,
                "direction": touchpoint_type.direction,
                "touch_date": fields.Datetime.now() - timedelta(hours=hours_ago),
                "name": name,
                "res_model": "res.partner",
                "res_id": hours_ago,
                **values,
            }
        )

    def test_kanban_shows_stages_and_opens_a_contact(self):
        ada = self.make_contact("Ada Tour", "lead")

        self.start_tour(
            "/odoo", "contact_lifecycle_contact_kanban", login=self.seller.login
        )

        self.assertEqual(ada.lifecycle_stage_id.code, "opportunity")

    def test_moving_backwards_asks_for_a_reason(self):
        ben = self.make_contact("Ben Tour", "customer")

        # The server's refusal is what opens the dialog; Odoo logs it as an error.
        with mute_logger("odoo.http"):
            self.start_tour(
                "/odoo", "contact_lifecycle_move_backwards", login=self.seller.login
            )

        change = ben.lifecycle_stage_change_ids.sorted("id")[-1]
        self.assertEqual(ben.lifecycle_stage_id.code, "opportunity")
        self.assertEqual(change.reason, "Cancelled the contract")
        self.assertEqual(change.user_id, self.seller)

    def test_timeline_pages_filters_and_opens_documents(self):
        cleo = self.make_contact("Cleo Tour", "lead")
        lead = self.env["crm.lead"].create(
            {"name": "The newest", "partner_id": cleo.id, "user_id": self.seller.id}
        )
        self.env["lifecycle.touchpoint"].search([("partner_id", "=", cleo.id)]).unlink()
        self.make_touchpoint(
            cleo, "lead_created", lead.name, 0, res_model=lead._name, res_id=lead.id
        )
        for number in range(1, 46):
            self.make_touchpoint(cleo, "mail_sent", f"Step {number}", number * 5)
        self.make_touchpoint(
            cleo,
            "mail_opened",
            "Opened by a scanner",
            2,
            is_automated=True,
            automated_reason="agent",
        )

        self.start_tour("/odoo", "contact_lifecycle_timeline", login=self.seller.login)
