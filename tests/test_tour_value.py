from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestTourValue(HttpCase):
    """From the RFM matrix to a contact to why it has its score, in the browser."""

    def make_touchpoint(self, contact, code, days_ago, **values):
        kind = self.env["lifecycle.touchpoint.type"].search([("code", "=", code)])
        return self.env["lifecycle.touchpoint"].create(
            {
                "partner_id": contact.id,
                "type_id": kind.id,
                "channel": kind.channel,
                "direction": kind.direction,
                "touch_date": fields.Datetime.now() - timedelta(days=days_ago),
                "is_automated": False,
                "company_id": self.env.company.id,
                "res_model": "res.partner",
                "res_id": contact.id * 1000 + days_ago,
                **values,
            }
        )

    def test_from_the_matrix_to_why_this_score(self):
        seller = new_test_user(
            self.env,
            "lifecycle_value_seller",
            groups="sales_team.group_sale_salesman_all_leads",
        )
        vera, _never = self.env["res.partner"].create(
            [
                {"name": "Vera Tour", "email": "vera@example.com"},
                {"name": "Never Tour", "email": "never@example.com"},
            ]
        )
        self.make_touchpoint(vera, "order_confirmed", 10, amount=120.0)
        for days in (0, 30):
            self.make_touchpoint(vera, "mail_clicked", days)
        self.env["lifecycle.touchpoint.queue"]._add(vera.ids)
        self.env["lifecycle.profile"]._refresh_queue()
        self.env["lifecycle.value"]._refresh_all()
        self.env["lifecycle.conversion.fit"]._fit(self.env.company)

        self.start_tour("/odoo", "contact_lifecycle_value_to_score", login=seller.login)

    def test_renamed_group_shows_everywhere_at_once(self):
        manager = new_test_user(
            self.env,
            "lifecycle_value_manager",
            groups="contact_lifecycle.group_lifecycle_manager,"
            "sales_team.group_sale_salesman_all_leads",
        )
        vera = self.env["res.partner"].create({"name": "Vera Tour"})
        self.make_touchpoint(vera, "order_confirmed", 10, amount=120.0)
        self.env["lifecycle.value"]._refresh_all()

        self.start_tour(
            "/odoo", "contact_lifecycle_rename_rfm_group", login=manager.login
        )

        group = self.env["lifecycle.rfm.group"].search([("name", "!=", False)])
        self.assertEqual((group.code, group.name), ("hibernating", "Sound asleep"))
