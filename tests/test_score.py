from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import LifecycleCase


class ScoreCase(LifecycleCase):
    """A scorecard of our own, shown on contacts, with the rules a test asks for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["lifecycle.scorecard"].search([]).active = False
        cls.Score = cls.env["lifecycle.score"]
        cls.card = cls.make_scorecard()

    @classmethod
    def make_scorecard(cls, **values):
        return cls.env["lifecycle.scorecard"].create(
            {
                "name": "Test",
                "is_main": True,
                "starting_points": 0,
                "half_points": 10,
                **values,
            }
        )

    def make_rule(self, *codes, **values):
        types = self.env["lifecycle.touchpoint.type"].search([("code", "in", codes)])
        return self.env["lifecycle.scorecard.rule"].create(
            {
                "scorecard_id": self.card.id,
                "name": " ".join(codes) or "Rule",
                "kind": "engagement" if codes else "fit",
                "type_ids": [Command.set(types.ids)],
                "half_life_days": 0,
                **values,
            }
        )

    def days_ago(self, days):
        return self.now - timedelta(days=days)

    def score_all(self):
        """Run the full refresh of all scorecards, as by night."""
        for card in self.env["lifecycle.scorecard"].search([]):
            self.Score._refresh_scorecard(card)
        self.env.invalidate_all()

    def score_of(self, partner):
        return self.Score.search(
            [("partner_id", "=", partner.id), ("scorecard_id", "=", self.card.id)]
        )

    def engagement(self, partner):
        """Return what the contact's points are, by undoing the formula of the score."""
        return self.env["lifecycle.scorecard"].explain(partner.id)["engagement_points"]

    def read_scores(self):
        self.env.flush_all()
        return self.env.execute_query(
            SQL("SELECT ctid::text, * FROM lifecycle_score ORDER BY id")
        )


@tagged("post_install", "-at_install")
class TestScore(ScoreCase):
    """Points for what contacts are and do, less as they grow old."""

    def test_points_are_halved_by_each_half_life(self):
        self.make_rule("mail_clicked", points=10, half_life_days=30)
        scores = {}
        for days in (0, 30, 60, 3650):
            ana = self.make_partner()
            self.make_touchpoint(ana, "mail_clicked", self.days_ago(days))
            self.refresh(ana)
            scores[days] = self.score_of(ana).engagement_score

        # 100 p / (p + 10) for 10, 5 and 2.5 points.
        self.assertEqual(scores, {0: 50, 30: 33, 60: 20, 3650: 0})

    def test_time_alone_lowers_the_score_by_night(self):
        self.make_rule("mail_clicked", points=10, half_life_days=30)
        ana = self.make_partner()
        self.make_touchpoint(ana, "mail_clicked", self.now)
        self.refresh(ana)

        with self.at(self.now + timedelta(days=30)):
            self.score_all()

        self.assertEqual(ana.lifecycle_score, 33)

    def test_once_and_each_time_differ(self):
        self.make_rule("mail_clicked", points=10, repeat="once")
        self.make_rule("mail_replied", points=10, repeat="each")
        ana, eva = self.make_partner("Ana"), self.make_partner("Eva")
        for number in range(3):
            self.make_touchpoint(ana, "mail_clicked", self.days_ago(number))
            self.make_touchpoint(eva, "mail_replied", self.days_ago(number))
        self.refresh(ana, eva)

        self.assertEqual(self.score_of(ana).engagement_score, 50)
        self.assertEqual(self.score_of(eva).engagement_score, 75)

    def test_rule_may_ask_for_several_within_days(self):
        self.make_rule("mail_clicked", points=10, count=2, window_days=30)
        ana = self.make_partner()
        for days, expected in ((40, 0), (20, 0), (10, 50), (5, 50), (1, 67)):
            self.make_touchpoint(ana, "mail_clicked", self.days_ago(days))
            self.refresh(ana)
            with self.subTest(days):
                self.assertEqual(self.score_of(ana).engagement_score, expected)

    def test_limits_of_rule_and_group_hold(self):
        group = self.env["lifecycle.scorecard.group"].create(
            {"scorecard_id": self.card.id, "name": "Mail", "cap": 15}
        )
        self.make_rule("mail_clicked", points=10, cap=10, group_id=group.id)
        self.make_rule("mail_replied", points=10, group_id=group.id)
        ana = self.make_partner()
        for days in (1, 2, 3):
            self.make_touchpoint(ana, "mail_clicked", self.days_ago(days))
        self.refresh(ana)
        self.assertEqual(self.score_of(ana).engagement_score, 50)

        self.make_touchpoint(ana, "mail_replied")
        self.refresh(ana)

        self.assertEqual(self.score_of(ana).engagement_score, 60)

    def test_several_a_day_may_count_as_one(self):
        self.make_rule("mail_clicked", points=10, is_daily=True)
        ana = self.make_partner()
        for minute in range(9):
            date = self.days_ago(2).replace(hour=12, minute=minute)
            self.make_touchpoint(ana, "mail_clicked", date)
        self.refresh(ana)

        self.assertEqual(self.score_of(ana).engagement_score, 50)

    def test_negative_points_take_away_and_end_at_zero(self):
        self.make_rule("mail_clicked", points=10)
        self.make_rule("list_left", points=-5)
        ana = self.make_partner()
        self.make_touchpoint(ana, "mail_clicked")
        self.make_touchpoint(ana, "list_left")
        self.refresh(ana)
        self.assertEqual(self.score_of(ana).engagement_score, 33)

        for _number in range(4):
            self.make_touchpoint(ana, "list_left")
        self.refresh(ana)

        self.assertEqual(self.score_of(ana).engagement_score, 0)
        self.assertEqual(self.engagement(ana), -15)

    def test_what_machines_do_gives_nothing(self):
        self.make_rule("mail_clicked", "mail_opened", points=10)
        ana = self.make_partner()
        for code in ("mail_clicked", "mail_opened"):
            self.make_touchpoint(ana, code, is_automated=True)
        self.refresh(ana)

        self.assertFalse(self.score_of(ana))

    def test_ignoring_one_of_one_is_not_ignoring_twenty_of_twenty(self):
        self.card.starting_points = 10
        self.make_rule(kind="silence", points=-1, cap=8)
        contacts = {sent: self.make_partner() for sent in (0, 1, 20)}
        for sent, contact in contacts.items():
            for day in range(sent):
                self.make_touchpoint(contact, "mail_sent", self.days_ago(day))
        self.refresh(*contacts.values())

        scores = {sent: self.score_of(contact) for sent, contact in contacts.items()}
        self.assertFalse(scores[0])
        self.assertEqual(scores[1].engagement_score, 47)
        self.assertEqual(scores[20].engagement_score, 17)
        self.assertEqual(scores[20].sends_since_engagement, 20)
        self.assertEqual(contacts[20].lifecycle_sends_since_engagement, 20)

    def test_a_sign_of_life_starts_the_count_of_ignored_messages_again(self):
        self.make_rule("mail_clicked", points=10)
        ana = self.make_partner()
        for day in range(1, 6):
            self.make_touchpoint(ana, "mail_sent", self.days_ago(day))
        self.make_touchpoint(ana, "mail_clicked", self.days_ago(3))
        self.make_touchpoint(ana, "mail_clicked", self.days_ago(0), is_automated=True)
        self.refresh(ana)

        self.assertEqual(self.score_of(ana).sends_since_engagement, 2)

    def test_relative_points_weigh_answers_by_messages(self):
        self.make_rule("mail_clicked", points=10, is_relative=True)
        keen, bored = self.make_partner("Keen"), self.make_partner("Bored")
        for contact, sent in ((keen, 1), (bored, 40)):
            for day in range(sent):
                self.make_touchpoint(contact, "mail_sent", self.days_ago(day + 1))
            self.make_touchpoint(contact, "mail_clicked", self.now)
        self.refresh(keen, bored)

        self.assertEqual(self.score_of(keen).engagement_score, 50)
        self.assertEqual(self.score_of(bored).engagement_score, 18)

    def test_fit_rules_read_the_contact(self):
        self.make_rule(domain="[('email', '!=', False)]", points=60)
        self.make_rule(domain="[('parent_id.name', '=', 'ACME')]", points=30)
        self.make_rule(domain="[('is_company', '=', True)]", points=-20)
        acme = self.make_partner("ACME", is_company=True, email="a@example.com")
        ana = self.make_partner("Ana", email="b@example.com", parent_id=acme.id)
        nobody = self.make_partner("Nobody")

        self.score_all()

        for contact, fit in ((acme, 40), (ana, 90), (nobody, 0)):
            self.assertEqual(self.score_of(contact).fit_score, fit)
            self.assertEqual(contact.lifecycle_score, round(fit * 0.4))
        self.assertEqual(ana.lifecycle_score_band, "A3")
        self.assertEqual(acme.lifecycle_score_band, "B3")

    def test_contact_nothing_is_known_of_has_no_score(self):
        self.make_rule("mail_clicked", points=10)
        ana = self.make_partner()

        self.score_all()

        self.assertFalse(self.score_of(ana))
        self.assertFalse(ana.lifecycle_score_band)

    def test_rule_that_broke_is_skipped_and_listed(self):
        broken = self.make_rule(domain="[('email', '!=', False)]", points=50)
        self.make_rule(domain="[('phone', '!=', False)]", points=30)
        ana = self.make_partner(email="ana@example.com", phone="123")
        self.set_columns(broken, domain="[('x_gone', '=', 1)]")

        self.score_all()

        self.assertEqual(self.score_of(ana).fit_score, 30)
        self.assertIn("x_gone", broken.error)
        self.assertEqual(self.card.error_count, 1)
        self.assertEqual(
            self.env["lifecycle.scorecard"].explain(ana.id)["skipped"], [broken.name]
        )

        broken.domain = "[('email', '!=', False)]"
        self.score_all()

        self.assertFalse(broken.error)
        self.assertEqual(self.score_of(ana).fit_score, 80)

    @mute_logger("odoo.sql_db")
    def test_rule_that_cannot_work_is_refused(self):
        for domain in ("[('x_gone', '=', 1)]", "[(", "[]", "[('id', '=', 'x')]"):
            with self.subTest(domain), self.assertRaises(ValidationError):
                self.make_rule(domain=domain)
        with self.assertRaises(ValidationError):
            self.make_rule(kind="engagement")
