from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestTourSatisfaction(HttpCase):
    """From the Net Promoter Score to a contact, and a note of what it said."""

    def test_from_the_score_to_a_contact_and_its_next_answer(self):
        seller = new_test_user(
            self.env,
            "lifecycle_seller",
            groups="sales_team.group_sale_salesman_all_leads",
        )
        names = ["Ada Tour", *(f"Customer {number}" for number in range(11))]
        people = self.env["res.partner"].create(
            [{"name": name, "country_id": self.env.ref("base.es").id} for name in names]
        )
        self.env["lifecycle.satisfaction"].search([]).unlink()
        self.env["lifecycle.satisfaction"].create(
            [
                {
                    "partner_id": partner.id,
                    "raw_value": 10,
                    "answer_date": fields.Datetime.now() - timedelta(days=3),
                }
                for partner in people
            ]
        )

        self.start_tour("/odoo", "contact_lifecycle_satisfaction", login=seller.login)

        answers = people[0].lifecycle_satisfaction_ids
        self.assertEqual(answers.mapped("value"), [70, 100])
        self.assertEqual(answers[0].user_id, seller)
