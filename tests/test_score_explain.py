from odoo.tests import tagged
from odoo.tools import SQL

from .test_score import ScoreCase


@tagged("post_install", "-at_install")
class TestScoreExplain(ScoreCase):
    """Why a contact has its score, said with few queries."""

    def explain(self, partner):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["lifecycle.scorecard"].explain(partner.id)

    def count_queries(self, partner):
        self.explain(partner)
        before = self.env.cr.sql_log_count
        self.explain(partner)
        return self.env.cr.sql_log_count - before

    def test_rules_and_touchpoints_add_no_queries(self):
        ana = self.make_partner(email="ana@example.com")
        self.make_rule(domain="[('email', '!=', False)]", points=20)
        self.make_rule("mail_clicked", points=5)
        self.make_touchpoint(ana, "mail_clicked")
        self.refresh(ana)
        few = self.count_queries(ana)

        for number in range(10):
            self.make_rule(domain=f"[('color', '=', {number})]", points=1)
            self.make_rule("mail_replied", points=number)
            self.make_touchpoint(ana, "mail_replied", self.days_ago(number))
        self.refresh(ana)

        self.assertEqual(self.count_queries(ana), few)
        self.assertLess(few, 25)

    def test_explanation_adds_up_to_the_score_by_sql(self):
        self.make_rule(domain="[('email', '!=', False)]", points=20)
        self.make_rule(domain="[('phone', '!=', False)]", points=60)
        self.make_rule("mail_clicked", points=5, half_life_days=30)
        ana = self.make_partner(email="ana@example.com")
        self.make_touchpoint(ana, "mail_clicked", self.days_ago(40))
        self.refresh(ana)

        why = self.explain(ana)

        score = self.score_of(ana)
        self.assertEqual([line["points"] for line in why["fit"]], [20])
        self.assertEqual(
            (why["fit_score"], why["engagement_score"], why["score"]),
            (score.fit_score, score.engagement_score, score.score),
        )

    def test_rule_that_broke_today_is_skipped_and_named(self):
        self.make_rule(domain="[('email', '!=', False)]", points=20)
        broken = self.make_rule(domain="[('phone', '!=', False)]", points=60)
        ana = self.make_partner(email="ana@example.com", phone="123")
        for domain in ("[('x_gone', '=', 1)]", "[(", "[('id', '=', 'x')]"):
            self.set_columns(broken, domain=domain)
            with self.subTest(domain):
                why = self.explain(ana)
                self.assertEqual([line["points"] for line in why["fit"]], [20])
                self.assertEqual(why["skipped"], [broken.name])

    def test_archived_contact_gets_no_points_for_who_it_is(self):
        self.make_rule(domain="[('email', '!=', False)]", points=20)
        ana = self.make_partner(email="ana@example.com", active=False)

        self.assertFalse(self.explain(ana)["fit"])

    def test_below_the_minimum_it_says_why_there_is_no_chance(self):
        ana = self.make_partner()
        self.env["lifecycle.conversion.fit"]._fit(self.env.company)

        chance = self.explain(ana)["conversion"]

        self.assertEqual(
            (chance["status"], chance["probability"]), ("insufficient", False)
        )
        self.assertIn("50", chance["advice"])
        self.assertFalse(ana.lifecycle_conversion_probability)


@tagged("post_install", "-at_install")
class TestScoreThreshold(ScoreCase):
    """Before thresholds are moved, it is said how many contacts would cross them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card.write({"rise_score": 50, "fall_score": 30, "half_points": 10})

    def setUp(self):
        super().setUp()
        self.make_rule("mail_clicked", points=10)
        for number, clicks in enumerate((0, 1, 1, 3)):
            partner = self.make_partner(f"Contact {number}")
            for _click in range(clicks):
                self.make_touchpoint(partner, "mail_clicked")
        # Scores: none, 50, 50 and 75.
        self.score_all()

    def test_thresholds_as_they_are_move_nobody(self):
        self.assertEqual((self.card.rising_count, self.card.falling_count), (0, 0))
        self.assertEqual(self.card.above_count, 3)

    def test_higher_threshold_would_let_some_fall(self):
        card = self.card.new(origin=self.card)
        card.rise_score, card.fall_score = 80, 60

        self.assertEqual((card.rising_count, card.falling_count), (0, 2))
        self.assertEqual(card.above_count, 1)

    def test_lower_threshold_would_let_some_rise(self):
        self.card.write({"rise_score": 80, "fall_score": 60})
        self.score_all()
        self.env.invalidate_all()
        card = self.card.new(origin=self.card)
        self.assertEqual(card.above_count, 1)
        card.rise_score, card.fall_score = 50, 40

        self.assertEqual((card.rising_count, card.falling_count), (2, 0))

    def test_count_is_what_the_next_refresh_does(self):
        self.card.write({"rise_score": 80, "fall_score": 60})
        above = self.card.above_count
        self.score_all()

        self.env.flush_all()
        [[found]] = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM lifecycle_score"
                " WHERE scorecard_id = %s AND is_above",
                self.card.id,
            )
        )
        self.assertEqual(found, above)

    def test_new_scorecard_has_nobody_to_count(self):
        card = self.env["lifecycle.scorecard"].new({"name": "New"})
        self.assertEqual(
            (card.above_count, card.rising_count, card.falling_count), (0, 0, 0)
        )


@tagged("post_install", "-at_install")
class TestScoreOrder(ScoreCase):
    """A list by score shows everybody."""

    def insert_contact(self, name):
        """Insert a contact as another program does: past the ORM, without a profile."""
        self.env.flush_all()
        [[partner_id]] = self.env.execute_query(
            SQL(
                """INSERT INTO res_partner (name, complete_name, active, type,
                                            autopost_bills)
                   VALUES (%s, %s, true, 'contact', 'ask') RETURNING id""",
                name,
                name,
            )
        )
        return self.Partner.browse(partner_id)

    def test_contact_without_a_profile_is_in_the_list_by_score(self):
        self.make_rule("mail_clicked", points=10)
        ana = self.make_partner("Ana")
        self.make_touchpoint(ana, "mail_clicked")
        self.refresh(ana)
        raw = self.insert_contact("Raw")
        domain = [("id", "in", (ana | raw).ids)]

        for order in ("lifecycle_score desc", "lifecycle_score asc"):
            with self.subTest(order):
                found = self.Partner.search(domain, order=order)
                self.assertEqual(found, ana | raw)
        self.assertIs(raw.lifecycle_score, False)
        groups = self.Partner._read_group(domain, ["lifecycle_score_band"], ["__count"])
        self.assertEqual(sum(count for _band, count in groups), 2)

    def test_next_contact_brings_profiles_to_those_before_it(self):
        raw = self.insert_contact("Raw")
        self.make_partner("Ana")

        self.assertTrue(raw.lifecycle_profile_id)
