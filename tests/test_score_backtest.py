from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .test_score import ScoreCase

# Contacts that bought, of thirty with a score; the ends differ clearly.
RISING = {90: 18, 80: 15, 70: 12, 60: 10, 50: 8, 40: 6, 30: 4, 20: 3, 10: 2, 0: 1}


class BacktestCase(ScoreCase):
    """Three hundred contacts, whose past is written by SQL."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.env.cr.now().date()
        cls.three = cls.today - relativedelta(months=3)
        cls.partners = cls.Partner.create(
            [{"name": f"Contact {number:03}"} for number in range(300)]
        )
        cls.seller = cls.make_user("seller", "sales_team.group_sale_salesman")

    def keep(self, day, scores, card=None, partners=None):
        """Write snapshots of a day; ``scores`` is a list in order of contacts."""
        self.env.flush_all()
        pairs = zip((partners or self.partners).ids, scores, strict=False)
        self.env.cr.execute_values(
            "INSERT INTO lifecycle_score_snapshot"
            " (scorecard_id, snapshot_date, partner_id, score) VALUES %s",
            [((card or self.card).id, day, *pair) for pair in pairs],
        )
        self.env["lifecycle.score.snapshot"].invalidate_model()

    def buy(self, partners, date=None, code="order_confirmed"):
        """Let contacts buy, a month ago unless said otherwise."""
        kind = self.touchpoint_type(code)
        self.env["lifecycle.touchpoint"].create(
            [
                {
                    "partner_id": partner.id,
                    "type_id": kind.id,
                    "channel": kind.channel,
                    "direction": kind.direction,
                    "touch_date": date or self.days_ago(30),
                    "is_automated": False,
                    "res_model": "res.partner",
                    "res_id": partner.id,
                }
                for partner in partners
            ]
        )

    def tell(self, bought, day=None):
        """Give thirty contacts each score, and let so many of them buy."""
        self.keep(day or self.three, [s for s in bought for _contact in range(30)])
        for place, number in enumerate(bought.values()):
            self.buy(self.partners[30 * place : 30 * place + number])

    def backtest(self, months=None, user=None):
        cards = self.env["lifecycle.scorecard"].with_user(user or self.env.user)
        return cards.backtest(self.card.id, months)

    def counts(self, answer):
        return [
            (group["least"], group["most"], group["contacts"], group["converted"])
            for group in answer["groups"]
        ]


@tagged("post_install", "-at_install")
class TestScoreBacktest(BacktestCase):
    """The scores of a past day are held against who bought afterwards."""

    def test_higher_scores_that_bought_more_are_rising(self):
        self.tell(RISING)

        answer = self.backtest()

        self.assertEqual(answer["status"], "rising")
        self.assertEqual(answer["scorecard"], {"id": self.card.id, "name": "Test"})
        self.assertEqual(answer["snapshot_date"], self.three.isoformat())
        self.assertEqual(answer["end_date"], self.today.isoformat())
        self.assertEqual(
            self.counts(answer), [(s, s, 30, bought) for s, bought in RISING.items()]
        )
        best, total = answer["groups"][0], answer["total"]
        self.assertEqual((total["contacts"], total["converted"]), (300, 79))
        self.assertAlmostEqual(best["rate"], 0.6)
        self.assertAlmostEqual(best["lift"], 0.6 / (79 / 300))
        # Wilson's interval of 18 of 30.
        self.assertAlmostEqual(best["low"], 0.4232, places=4)
        self.assertAlmostEqual(best["high"], 0.7541, places=4)
        self.assertIs(best["broken_by"], False)

    def test_clear_break_names_the_group_that_beats_it(self):
        self.tell({**RISING, 80: 1, 20: 20})

        answer = self.backtest()

        self.assertEqual(answer["status"], "broken")
        groups = answer["groups"]
        broken = {
            group["least"]: groups[group["broken_by"]]["least"]
            for group in groups
            if group["broken_by"] is not False
        }
        self.assertEqual(broken[80], 20)
        self.assertNotIn(90, broken)

    def test_noise_is_not_a_break(self):
        self.tell({**RISING, 80: 12, 70: 13, 20: 5, 10: 6})

        self.assertEqual(self.backtest()["status"], "rising")

    def test_equal_scores_share_a_group(self):
        self.keep(self.three, [50] * 60 + [20] * 30 + [0] * 210)
        self.buy(self.partners[:30])

        self.assertEqual(
            self.counts(self.backtest()),
            [(50, 50, 60, 30), (20, 20, 30, 0), (0, 0, 210, 0)],
        )

    def test_score_of_the_day_is_the_last_one_until_then(self):
        self.tell(RISING, day=self.three - timedelta(days=70))
        # A later change of one, and one that comes too late to count.
        self.keep(self.three, [5])
        self.keep(self.three + timedelta(days=14), [99] * 300)

        answer = self.backtest(3)

        self.assertEqual(answer["snapshot_date"], self.three.isoformat())
        self.assertEqual(self.counts(answer)[0], (90, 90, 29, 17))
        self.assertIn((5, 10, 31, 3), self.counts(answer))

    def test_contact_without_a_score_then_is_left_out(self):
        self.tell(RISING, day=self.three - timedelta(days=7))
        self.keep(self.three, [None] * 5)
        self.keep(self.today, [50], partners=self.make_partner("Newcomer"))

        self.assertEqual(self.backtest()["total"]["contacts"], 295)

    def test_only_purchases_between_the_days_count(self):
        self.keep(self.three, [50] * 300)
        start = self.now.replace(hour=0) - relativedelta(months=3)
        self.buy(self.partners[:30])
        self.buy(self.partners[30:40], start - timedelta(days=20))
        self.buy(self.partners[40:50], start + timedelta(hours=1))
        self.buy(self.partners[50:60], start + timedelta(days=1, hours=1))
        # Bought twice: one contact still.
        self.buy(self.partners[:10], self.days_ago(5), "pos_order")
        self.buy(self.partners[60:70], code="lead_won")
        self.buy(self.partners[70:80], code="quotation_sent")

        self.assertEqual(self.backtest()["total"]["converted"], 50)

    def test_purchases_after_the_months_do_not_count(self):
        day = self.today - relativedelta(months=6)
        self.keep(day, [50] * 300)
        self.keep(self.three - timedelta(days=1), [60])
        self.buy(self.partners[:40], self.days_ago(1))

        answer = self.backtest(3)

        self.assertEqual(
            answer["end_date"], (self.today - timedelta(days=1)).isoformat()
        )
        self.assertEqual(self.backtest(6)["total"]["converted"], 40)

    def test_invoice_counts_unless_it_is_that_of_an_order(self):
        self.keep(self.three, [50] * 300)
        order = self.make_order(self.partners[0], confirm=True, date_order=self.now)
        order.order_line.qty_delivered = 1
        ordered = order._create_invoices()
        alone = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partners[1].id,
                "invoice_line_ids": [
                    Command.create({"product_id": self.product.id, "tax_ids": []})
                ],
            }
        )
        for partner, move in zip(self.partners, (ordered, alone), strict=False):
            self.make_touchpoint(
                partner,
                "invoice_posted",
                self.days_ago(2),
                res_model="account.move",
                res_id=move.id,
            )

        self.assertEqual(self.backtest()["total"]["converted"], 1)

    def test_archived_contacts_are_left_out(self):
        self.tell(RISING)
        self.partners[:10].active = False

        answer = self.backtest()

        self.assertEqual(self.counts(answer)[0], (90, 90, 20, 8))

    def test_group_opens_its_contacts(self):
        self.tell(RISING, day=self.three - timedelta(days=7))
        self.keep(self.three, [85] * 3)
        self.keep(self.today - timedelta(days=7), [0] * 300)

        answer = self.backtest(user=self.seller)

        for group in answer["groups"]:
            found = self.Partner.with_user(self.seller).search(group["domain"])
            with self.subTest(group["least"]):
                self.assertEqual(len(found), group["contacts"])
        self.assertEqual(found, self.partners[270:])

    def test_rules_that_changed_since_are_told(self):
        self.tell(RISING)
        self.card.baseline_date = self.now - relativedelta(months=3)
        self.assertFalse(self.backtest()["changed_date"])

        self.card.baseline_date = self.now

        self.assertEqual(self.backtest()["changed_date"], self.today.isoformat())


@tagged("post_install", "-at_install")
class TestScoreBacktestLimits(BacktestCase):
    """What cannot be judged is not, and says from when on; nobody sees more."""

    def test_without_snapshots_nothing_is_known(self):
        answer = self.backtest()

        self.assertEqual((answer["status"], answer["months"]), ("none", 3))
        self.assertEqual((answer["groups"], answer["total"]), ([], False))
        self.assertFalse(any(choice["is_available"] for choice in answer["choices"]))
        self.assertFalse(answer["choices"][0]["available_date"])

    def test_snapshot_that_is_too_young_says_from_when_on(self):
        first = self.today - timedelta(days=40)
        self.keep(first, [50] * 300)

        answer = self.backtest(3)

        self.assertEqual(answer["status"], "none")
        wanted = first + relativedelta(months=3) - timedelta(days=3)
        self.assertEqual(
            [
                (choice["months"], choice["is_available"])
                for choice in answer["choices"]
            ],
            [(1, True), (3, False), (6, False), (12, False)],
        )
        self.assertEqual(answer["choices"][1]["available_date"], wanted.isoformat())
        self.assertEqual(self.backtest()["months"], 1)

    def test_nearest_snapshot_counts(self):
        for days in (-20, -4, 2, 9):
            self.keep(self.three + timedelta(days=days), [50])

        answer = self.backtest(3)

        self.assertEqual(
            answer["snapshot_date"], (self.three + timedelta(days=2)).isoformat()
        )
        self.assertEqual(answer["end_date"], self.today.isoformat())

    def test_few_contacts_or_purchases_are_not_judged(self):
        self.keep(self.three, [50] * 199)
        self.buy(self.partners[:40])
        answer = self.backtest()
        self.assertEqual((answer["status"], answer["groups"]), ("few", []))
        self.assertEqual(answer["total"]["contacts"], 199)

        self.keep(self.three, [70] * 101, partners=self.partners[199:])
        self.assertNotEqual(self.backtest()["status"], "few")

        self.Touchpoint.search([("partner_id", "in", self.partners[19:].ids)]).unlink()
        answer = self.backtest()
        self.assertEqual(answer["status"], "few")
        self.assertEqual(answer["total"]["converted"], 19)

    def test_other_months_are_refused(self):
        with self.assertRaises(UserError):
            self.backtest(5)

    def test_statements_do_not_grow_with_contacts_or_days(self):
        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.backtest(3, self.seller)
            return self.env.cr.sql_log_count - before

        self.tell(dict.fromkeys(RISING, 10))
        count()
        few = count()
        for week in range(1, 12):
            self.keep(self.today - timedelta(weeks=week, days=1), range(300))
        self.assertLessEqual(count(), few)
        self.assertLess(few, 15)

    def test_other_scorecards_do_not_matter(self):
        other = self.make_scorecard(name="Other", is_main=False)
        self.keep(self.today - relativedelta(months=12), [90] * 300, card=other)
        self.tell(RISING)

        answer = self.backtest()

        self.assertEqual(answer["status"], "rising")
        self.assertFalse(answer["choices"][3]["is_available"])

    def test_shown_scorecard_is_tested_when_none_is_named(self):
        self.tell(RISING)

        answer = self.env["lifecycle.scorecard"].backtest()

        self.assertEqual(answer["scorecard"]["id"], self.card.id)
        self.card.is_main = False
        answer = self.env["lifecycle.scorecard"].backtest()
        self.assertEqual((answer["scorecard"], answer["status"]), (False, "none"))

    def test_salesperson_reads_it_for_the_contacts_of_own_companies(self):
        self.tell(RISING)
        other = self.make_company("Other")
        self.partners[:15].company_id = other

        answer = self.backtest(user=self.seller)

        self.assertEqual(self.counts(answer)[0], (90, 90, 15, 3))
        # Purchases of colleagues count.
        self.assertEqual(answer["total"]["converted"], 64)

    def test_strangers_are_refused(self):
        clerk = self.make_user("clerk", "base.group_user")
        portal = self.make_user("visitor", "base.group_portal")
        for user in (clerk, portal, self.env.ref("base.public_user")):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.backtest(user=user)
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.Partner.with_user(user).search(
                    [("lifecycle_score_snapshot_ids.score", ">", 0)]
                )

    def test_scorecard_of_another_company_is_refused(self):
        self.card.company_id = self.make_company("Other")

        with self.assertRaises(AccessError):
            self.backtest(user=self.seller)

    def test_scorecard_opens_its_backtest(self):
        action = self.card.with_user(self.seller).action_backtest()

        self.assertEqual(action["tag"], "lifecycle_score_backtest")
        self.assertEqual(action["params"], {"scorecard_id": self.card.id})
