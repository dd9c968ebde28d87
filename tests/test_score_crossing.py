from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import SQL

from .test_score import ScoreCase


@tagged("post_install", "-at_install")
class TestScoreCrossing(ScoreCase):
    """A score that rises or falls past its threshold is recorded, once each time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card.write({"rise_score": 50, "fall_score": 30, "half_points": 10})

    def setUp(self):
        super().setUp()
        self.make_rule("mail_clicked", points=10, half_life_days=30)
        self.score_all()

    def crossings(self, partner):
        return self.env["lifecycle.score.crossing"].search(
            [("partner_id", "=", partner.id)], order="id"
        )

    def test_score_that_reaches_the_threshold_joins_the_journey_once(self):
        ana = self.make_partner()
        self.make_touchpoint(ana, "mail_clicked")

        for _run in range(3):
            self.refresh(ana)
            self.score_all()
            self.harvest("score")
            self.reconcile("score")

        self.assertEqual(self.crossings(ana).mapped("kind"), ["up"])
        rose = self.journey(ana, "score_rose")
        self.assertEqual(len(rose), 1)
        self.assertEqual((rose.value, rose.channel), (50, "crm"))
        self.assertFalse(rose.type_id.is_engagement)
        self.assertTrue(self.score_of(ana).is_above)

    def test_trembling_score_crosses_once_and_falls_below_the_lower_threshold(self):
        ana = self.make_partner()
        self.make_touchpoint(ana, "mail_clicked")
        self.refresh(ana)
        kinds = []
        # 48, 40, 33, 28: below 50 at once, below 30 in the end.
        for days in (3, 18, 30, 42, 43):
            with self.at(self.now + timedelta(days=days)):
                self.score_all()
            kinds.append(self.crossings(ana).mapped("kind"))

        self.assertEqual(kinds, [["up"]] * 3 + [["up", "down"]] * 2)
        self.assertFalse(self.score_of(ana).is_above)

    def test_it_can_rise_again(self):
        ana = self.make_partner()
        self.make_touchpoint(ana, "mail_clicked")
        self.refresh(ana)
        later = self.now + timedelta(days=60)
        with self.at(later):
            self.score_all()
            self.make_touchpoint(ana, "mail_clicked", later)
            self.refresh(ana)

        self.assertEqual(self.crossings(ana).mapped("kind"), ["up", "down", "up"])
        self.assertTrue(self.score_of(ana).is_above)

    def test_change_of_rules_records_no_crossings(self):
        ana = self.make_partner()
        self.make_touchpoint(ana, "mail_replied")
        self.refresh(ana)

        self.make_rule("mail_replied", points=20)
        self.assertFalse(self.card.baseline_date)
        self.refresh(ana)
        self.score_all()

        self.assertTrue(self.score_of(ana).is_above)
        self.assertFalse(self.crossings(ana))
        self.assertTrue(self.card.baseline_date)

    def test_snapshots_are_weekly_and_only_of_changes(self):
        ana = self.make_partner()
        self.make_touchpoint(ana, "mail_clicked")
        for days in (0, 1, 7, 8, 14, 3000, 3007, 3014):
            with self.at(self.now + timedelta(days=days)):
                self.score_all()

        history = self.env["lifecycle.scorecard"].explain(ana.id)["history"]

        dates = [(self.now + timedelta(days=d)).date() for d in (7, 14, 3000)]
        self.assertEqual([h["date"] for h in history], [d.isoformat() for d in dates])
        self.assertEqual(history[-1]["score"], 0)

    def test_merged_contacts_leave_one_score(self):
        ana, double = self.make_partner("Ana"), self.make_partner("Ana B")
        for contact in (ana, double):
            self.make_touchpoint(contact, "mail_clicked")
        self.refresh(ana, double)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})

        wizard._merge([ana.id, double.id], ana)
        self.refresh(ana)

        self.assertEqual(len(self.score_of(ana)), 1)
        self.assertEqual(self.score_of(ana).score, 67)

    def test_first_page_by_score_reads_the_index(self):
        query = self.Partner._search([], order="lifecycle_score desc, id", limit=80)
        self.env.execute_query(SQL("SET LOCAL enable_seqscan = off"))
        self.env.execute_query(SQL("SET LOCAL enable_sort = off"))

        plan = self.env.execute_query(SQL("EXPLAIN %s", query.select()))

        self.assertIn("lifecycle_profile_score_idx", str(plan))

    def test_contacts_without_a_score_come_last_both_ways(self):
        ana, nobody = self.make_partner("Ana"), self.make_partner("Nobody")
        self.make_touchpoint(ana, "mail_clicked")
        self.refresh(ana, nobody)
        domain = [("id", "in", (ana | nobody).ids)]

        for order in ("lifecycle_score desc", "lifecycle_score asc"):
            with self.subTest(order):
                found = self.Partner.search(domain, order=order)
                self.assertEqual(found, ana | nobody)

    def test_scores_group_search_and_export(self):
        ana = self.make_partner("Ana")
        self.make_touchpoint(ana, "mail_clicked")
        self.refresh(ana)
        mine = [("id", "=", ana.id)]

        groups = self.Partner._read_group(
            mine, ["lifecycle_score_band"], ["__count", "lifecycle_score:avg"]
        )

        self.assertEqual(groups, [("C2", 1, 50)])
        self.assertEqual(
            self.Partner.search([*mine, ("lifecycle_score", ">=", 50)]), ana
        )
        rows = ana.export_data(["lifecycle_score", "lifecycle_score_band"])["datas"]
        self.assertEqual(rows, [[50, "C2"]])
