from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .test_score import ScoreCase


@tagged("post_install", "-at_install")
class TestScoreAccess(ScoreCase):
    """Salespeople see scores and why; administrators say how points are given."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("seller", "sales_team.group_sale_salesman")
        cls.marketer = cls.make_user(
            "marketer", "contact_lifecycle.group_lifecycle_user"
        )
        cls.clerk = cls.make_user("clerk", "base.group_user")
        cls.ana = cls.make_partner("Ana", email="ana@example.com")

    def setUp(self):
        super().setUp()
        self.make_rule("mail_clicked", points=10)
        self.make_touchpoint(self.ana, "mail_clicked")
        self.refresh(self.ana)

    def test_salesperson_sees_score_and_reasons(self):
        ana = self.ana.with_user(self.seller)

        why = self.env["lifecycle.scorecard"].with_user(self.seller).explain(ana.id)

        self.assertEqual((ana.lifecycle_score, ana.lifecycle_score_band), (50, "C2"))
        (line,) = why["engagement"]
        today = self.now.date().isoformat()
        self.assertEqual((line["points"], line["raw"], line["times"]), (10, 10, 1))
        self.assertIn(line["date"], (today, self.days_ago(1).date().isoformat()))
        self.assertIs(why["conversion"]["probability"], False)

    def test_only_administrators_change_scorecards(self):
        for user in (self.seller, self.marketer):
            for record in (self.card, self.card.rule_ids):
                record = record.with_user(user)
                self.assertTrue(record.has_access("read"))
                with self.subTest(user.login), self.assertRaises(AccessError):
                    record.write({"name": "Mine"})
            card = self.card.with_user(user)
            for call in (card.action_refresh, card.action_suggest_half_points):
                with self.assertRaises(AccessError):
                    call()

    def test_nobody_writes_scores(self):
        score = self.score_of(self.ana)
        for user in (self.seller, self.marketer, self.env.ref("base.user_admin")):
            for operation in ("write", "create", "unlink"):
                self.assertFalse(score.with_user(user).has_access(operation))

    def test_stranger_gets_no_explanation(self):
        with self.assertRaises(AccessError):
            self.env["lifecycle.scorecard"].with_user(self.clerk).explain(self.ana.id)

    def test_stranger_does_not_sort_search_or_group_by_score(self):
        partners = self.Partner.with_user(self.clerk)
        for name in ("lifecycle_score", "lifecycle_conversion_probability"):
            for call in (
                lambda name=name: partners.search([], order=name),
                lambda name=name: partners.search([(name, ">", 0)]),
                lambda name=name: partners._read_group([], [], [f"{name}:avg"]),
            ):
                with self.subTest(name), self.assertRaises(AccessError):
                    call()

    def test_contact_of_another_company_is_not_explained(self):
        other = self.make_company("Other")
        self.ana.company_id = other
        scores = self.Score.with_user(self.seller)
        self.refresh(self.ana)

        self.assertTrue(self.score_of(self.ana))
        self.assertFalse(scores.search([("partner_id", "=", self.ana.id)]))
        with self.assertRaises(AccessError):
            self.env["lifecycle.scorecard"].with_user(self.seller).explain(self.ana.id)

    def test_company_scores_its_own_contacts_and_its_scorecard_comes_first(self):
        other = self.make_company("Other")
        eva = self.make_partner("Eva", company_id=other.id)
        self.make_touchpoint(eva, "mail_clicked")
        own = self.make_scorecard(name="Own", company_id=other.id, half_points=30)
        own.rule_ids = [
            Command.create(
                {
                    "name": "Clicks",
                    "points": 10,
                    "half_life_days": 0,
                    "type_ids": self.touchpoint_type("mail_clicked").ids,
                }
            )
        ]

        self.refresh(self.ana, eva)

        self.assertEqual(own.score_count, 1)
        self.assertEqual(self.score_of(eva).score, 50)
        self.assertEqual((self.ana.lifecycle_score, eva.lifecycle_score), (50, 25))
        self.assertFalse(
            self.env["lifecycle.scorecard"]
            .with_user(self.seller)
            .search([("id", "=", own.id)])
        )

        own.active = False
        self.env.invalidate_all()
        self.assertEqual(eva.lifecycle_score, 50)

    def test_suggested_points_make_the_median_contact_fifty(self):
        for number in range(2, 4):
            eva = self.make_partner(f"Eva {number}")
            for _click in range(number * 2):
                self.make_touchpoint(eva, "mail_clicked")

        self.card.action_suggest_half_points()

        # 10, 40 and 60 points.
        self.assertEqual(self.card.half_points, 40)
