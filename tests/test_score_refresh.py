import random
from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.contact_lifecycle.models.score import (
    lifecycle_score_refresh,
    lifecycle_scorecard,
)

from .test_score import ScoreCase


@tagged("post_install", "-at_install")
class TestScoreRefresh(ScoreCase):
    """A refresh writes what differs, in few statements, and agrees with the engine."""

    def test_second_run_writes_nothing(self):
        self.card.active = False
        self.env.ref("contact_lifecycle.lifecycle_scorecard_main").active = True
        ana = self.make_partner(email="ana@example.com")
        for code in ("mail_clicked", "meeting_held", "mail_sent"):
            self.make_touchpoint(ana, code)
        self.refresh(ana)
        self.score_all()
        before = self.read_scores()

        self.score_all()
        self.refresh(ana)

        self.assertEqual(self.read_scores(), before)

    def test_refresh_takes_no_query_per_contact(self):
        self.make_rule("mail_clicked", points=10)
        contacts = [self.make_partner(str(number)) for number in range(20)]
        for contact in contacts:
            self.make_touchpoint(contact, "mail_clicked")
        self.refresh(*contacts)
        ids = SQL("SELECT unnest(%s)", [contact.id for contact in contacts])
        self.env.flush_all()

        with self.assertQueryCount(36):
            self.Score._refresh_contacts(ids)

    def test_checking_a_rule_reads_no_contacts(self):
        ana = self.make_partner(email="ana@example.com")
        rule = self.make_rule(kind="fit", domain="[('email', '=', 'ana@example.com')]")
        self.env.flush_all()
        read = []
        execute_query = type(self.env).execute_query

        def execute(env, query):
            rows = execute_query(env, query)
            read.extend(rows)
            return rows

        self.patch(type(self.env), "execute_query", execute)

        self.assertEqual(rule._filter_working(), rule)

        self.assertNotIn((ana.id,), read)

    def test_score_goes_when_its_contact_is_archived(self):
        self.make_rule("mail_clicked", points=10)
        ana, ben = self.make_partner("Ana"), self.make_partner("Ben")
        for contact in (ana, ben):
            self.make_touchpoint(contact, "mail_clicked")
        self.refresh(ana, ben)
        self.score_all()
        ana.active = False

        self.score_all()

        scored = self.Score.search([("scorecard_id", "=", self.card.id)]).partner_id
        self.assertNotIn(ana.id, scored.ids)
        self.assertIn(ben.id, scored.ids)

    def test_stage_rule_sees_the_score_of_the_same_refresh(self):
        self.make_rule("mail_clicked", points=10)
        ana = self.make_partner()
        self.make_touchpoint(ana, "mail_clicked")
        self.stage("mql").write(
            {"entry_domain": "[('lifecycle_score', '>=', 50)]", "is_rule_active": True}
        )

        self.refresh(ana)

        self.assertEqual(ana.lifecycle_stage_id, self.stage("mql"))

    def test_many_contacts_are_scored_by_the_cron(self):
        self.make_rule("mail_clicked", points=10)
        ana = self.make_partner()
        self.make_touchpoint(ana, "mail_clicked")
        self.patch(lifecycle_scorecard, "_MOST_AT_ONCE", 0)
        cron = self.env.ref("contact_lifecycle.ir_cron_refresh_scores")
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])

        action = self.card.action_refresh()

        after = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual(after, before + 1)

    def test_cron_run_twice_changes_nothing(self):
        self.make_rule("mail_clicked", points=10)
        ana = self.make_partner()
        self.make_touchpoint(ana, "mail_clicked")
        cron = self.env.ref("contact_lifecycle.ir_cron_refresh_scores")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        before = self.read_scores()
        self.assertEqual(self.score_of(ana).score, 50)

        with self.enter_registry_test_mode():
            cron.method_direct_trigger()

        self.assertEqual(self.read_scores(), before)

    def test_run_that_was_stopped_goes_on_where_it_was(self):
        self.make_rule("mail_clicked", points=10)
        contacts = [self.make_partner(str(number)) for number in range(3)]
        for contact in contacts:
            self.make_touchpoint(contact, "mail_clicked")
        self.patch(lifecycle_score_refresh, "_BATCH_CONTACTS", 1)
        self.card.refresh_position = contacts[0].id - 1

        done = self.Score._refresh_scorecard(self.card, commit=lambda done: 0)

        self.assertFalse(done)
        self.assertEqual(
            [bool(self.score_of(contact)) for contact in contacts], [True, False, False]
        )
        self.assertTrue(self.Score._refresh_scorecard(self.card))
        self.assertTrue(all(self.score_of(contact) for contact in contacts))

    def test_statement_and_explanation_agree_on_random_contacts(self):
        self.make_random_rules()
        contacts = self.make_random_contacts(40)
        self.refresh(*contacts)
        by_day = {score.partner_id: score.read()[0] for score in self.Score.search([])}

        self.score_all()

        for contact in contacts:
            said = self.env["lifecycle.scorecard"].explain(contact.id)
            score = self.score_of(contact)
            with self.subTest(contact.name):
                self.assertEqual(by_day.get(contact), score.read()[0])
                for name in ("score", "fit_score", "engagement_score", "score_band"):
                    self.assertEqual(said[name] or 0, score[name] or 0, name)

    def make_random_rules(self):
        group = self.env["lifecycle.scorecard.group"].create(
            {"scorecard_id": self.card.id, "name": "Mail", "cap": 25}
        )
        self.make_rule(
            "mail_clicked",
            "sms_clicked",
            points=3,
            half_life_days=30,
            count=2,
            is_daily=True,
            is_relative=True,
            group_id=group.id,
        )
        self.make_rule("mail_replied", points=8, half_life_days=60, group_id=group.id)
        self.make_rule("meeting_held", points=15, half_life_days=60, window_days=90)
        self.make_rule(
            "lead_created", points=20, half_life_days=90, repeat="once", count=2
        )
        self.make_rule("list_left", points=-12.5, half_life_days=90, cap=30)
        self.make_rule(kind="silence", points=-1.5, count=3, cap=10)
        self.make_rule(domain="[('email', '!=', False)]", points=55)

    def make_random_contacts(self, number):
        chance = random.Random(7)
        codes = [
            "mail_sent", "mail_sent", "mail_bounced", "mail_clicked", "sms_clicked",
            "mail_replied", "meeting_held", "lead_created", "list_left", "mail_opened",
        ]  # fmt: skip
        contacts = []
        for index in range(number):
            email = chance.choice([False, f"c{index}@example.com"])
            contact = self.make_partner(f"Contact {index}", email=email)
            for _touch in range(chance.randrange(25)):
                self.make_touchpoint(
                    contact,
                    chance.choice(codes),
                    self.now - timedelta(hours=chance.randrange(24 * 200)),
                    is_automated=chance.random() < 0.1,
                )
            contacts.append(contact)
        return contacts
