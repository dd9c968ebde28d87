from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_score import ScoreCase

# PostgreSQL plans it and fails on the first name it reads.
_FAILS = "[('name', '=like', '%\\\\')]"


@tagged("post_install", "-at_install")
class TestScoreRules(ScoreCase):
    """Rules mean the same whoever asks, and one that fails stops no other."""

    def why(self, partner, **context):
        self.env.flush_all()
        self.env.invalidate_all()
        cards = self.env["lifecycle.scorecard"].with_context(**context)
        return cards.explain(partner.id)

    @mute_logger("odoo.sql_db")
    def test_rule_that_fails_on_the_contacts_is_skipped_and_listed(self):
        self.make_rule(domain="[('email', '!=', False)]", points=20)
        broken = self.make_rule(domain=_FAILS, points=60)
        ana = self.make_partner(email="ana@example.com")

        for refresh in (self.score_all, lambda: self.refresh(ana)):
            refresh()
            self.assertEqual(self.score_of(ana).fit_score, 20)
            self.assertIn("escape", broken.error)
            self.assertEqual(self.card.error_count, 1)
        self.assertEqual(self.why(ana)["skipped"], [broken.name])

    @mute_logger("odoo.sql_db")
    def test_rule_that_fails_on_the_contact_is_named_before_the_night(self):
        self.make_rule(domain="[('email', '!=', False)]", points=20)
        broken = self.make_rule(domain=_FAILS, points=60)
        ana = self.make_partner(email="ana@example.com")

        why = self.why(ana)

        self.assertEqual((why["fit_score"], why["skipped"]), (20, [broken.name]))

    def test_any_error_of_a_rule_is_its_own(self):
        rule = self.make_rule(domain="[('email', '!=', False)]", points=20)
        ana = self.make_partner()
        for domain in ("[('color', '=', 1e400)]", "[('id', 'in', {1: 2})]"):
            with self.subTest(domain):
                self.set_columns(rule, domain=domain)
                self.score_all()
                self.assertTrue(rule.error)
                self.assertEqual(self.why(ana)["skipped"], [rule.name])

    def test_rule_without_any_touchpoint_left_is_listed(self):
        rule = self.make_rule("mail_clicked", points=10)
        ana = self.make_partner(email="ana@example.com")
        rule.type_ids.active = False
        self.score_all()

        self.assertEqual(self.card.error_count, 1)
        self.assertEqual(self.why(ana)["skipped"], [rule.name])

        rule.with_context(active_test=False).type_ids.active = True
        self.score_all()
        self.assertEqual(self.card.error_count, 0)

    def test_mended_rule_is_listed_no_longer(self):
        broken = self.make_rule(domain="[('email', '!=', False)]", points=20)
        self.set_columns(broken, domain="[('x_gone', '=', 1)]")
        self.score_all()
        self.assertEqual(self.card.error_count, 1)

        broken.domain = "[('phone', '!=', False)]"

        self.assertFalse(broken.error)
        self.assertEqual(self.card.error_count, 0)

    def test_rule_reads_the_values_of_the_company_of_the_scorecard(self):
        other = self.make_company("Other")
        self.card.company_id = other
        term = self.env["account.payment.term"].create({"name": "Soon"})
        domain = f"[('property_payment_term_id', '=', {term.id})]"
        self.make_rule(domain=domain, points=30)
        ana = self.make_partner(company_id=other.id)
        ana.with_company(other).property_payment_term_id = term

        self.score_all()

        self.assertEqual(self.score_of(ana).fit_score, 30)
        self.assertEqual(self.why(ana)["fit_score"], 30)

    def test_rule_reads_names_in_one_language_whoever_asks(self):
        self.env["res.lang"]._activate_lang("es_ES")
        spain = self.env.ref("base.es")
        spain.with_context(lang="es_ES").name = "España"
        self.make_rule(domain="[('country_id.name', '=', 'Spain')]", points=30)
        ana = self.make_partner(country_id=spain.id)
        self.env.company.partner_id.lang = "en_US"
        self.score_all()

        why = self.why(ana, lang="es_ES")

        self.assertEqual((self.score_of(ana).fit_score, why["fit_score"]), (30, 30))

    def test_archived_contact_is_told_to_have_no_score(self):
        self.make_rule(domain="[('email', '!=', False)]", points=20)
        self.make_rule("mail_clicked", points=10)
        ana = self.make_partner(email="ana@example.com")
        self.make_touchpoint(ana, "mail_clicked")
        ana.active = False
        self.score_all()

        why = self.why(ana)

        self.assertFalse(self.score_of(ana))
        self.assertEqual((why["score"], why["score_band"]), (False, False))
        self.assertFalse(why["is_scored"])
        self.assertFalse(why["conversion"]["probability"])

    def test_scorecard_of_another_company_scores_no_contact_of_this_one(self):
        other = self.make_scorecard(
            company_id=self.make_company("Other").id, is_main=False
        )
        ana = self.make_partner(company_id=self.env.company.id)

        why = self.env["lifecycle.scorecard"].explain(ana.id, other.id)

        self.assertEqual((why["score"], why["is_scored"]), (False, False))

    def test_explanation_names_the_group_at_its_limit(self):
        group = self.env["lifecycle.scorecard.group"].create(
            {"scorecard_id": self.card.id, "name": "Mailings", "cap": 12}
        )
        self.make_rule("mail_clicked", points=10, group_id=group.id)
        self.make_rule("mail_replied", points=5, group_id=group.id)
        ana = self.make_partner()
        self.make_touchpoint(ana, "mail_clicked")
        self.assertEqual(self.why(ana)["limited"], [])

        self.make_touchpoint(ana, "mail_replied")
        why = self.why(ana)

        self.assertEqual(why["engagement_points"], 12)
        self.assertEqual(
            why["limited"], [{"name": "Mailings", "points": 15, "given": 12}]
        )

    def test_archived_rule_is_still_found_on_its_scorecard(self):
        rules = self.make_rule("mail_clicked") | self.make_rule(
            domain="[('email', '!=', False)]"
        )
        rules.active = False

        card = self.card
        self.env.invalidate_all()
        self.assertEqual(card.behaviour_rule_ids | card.fit_rule_ids, rules)
        self.assertFalse(card.rule_ids)

    def test_copied_scorecard_has_its_own_groups(self):
        groups = self.env["lifecycle.scorecard.group"].create(
            [
                {"scorecard_id": self.card.id, "name": name, "cap": cap}
                for name, cap in (("Talk", 20), ("Mailings", 12))
            ]
        )
        self.make_rule("mail_clicked", points=40, group_id=groups[1].id)
        self.make_rule("mail_replied", points=40, group_id=groups[0].id)
        self.make_rule("call_done", points=40)

        copied = self.card.copy()

        self.assertEqual(
            [
                (rule.group_id.name, rule.group_id.scorecard_id)
                for rule in copied.rule_ids
            ],
            [("Mailings", copied), ("Talk", copied), (False, copied.browse())],
        )
        self.assertEqual(copied.group_ids & groups, groups.browse())

    def test_words_of_rules_and_groups_move_no_score(self):
        rule = self.make_rule("mail_clicked", points=10)
        group = self.env["lifecycle.scorecard.group"].create(
            {"scorecard_id": self.card.id, "name": "Mailings", "cap": 12}
        )
        self.score_all()
        since = self.card.baseline_date

        self.card.write(
            {
                "rule_ids": [Command.update(rule.id, {"name": "Clicks"})],
                "group_ids": [Command.update(group.id, {"name": "Letters"})],
            }
        )
        self.assertEqual(self.card.baseline_date, since)

        self.card.write({"rule_ids": [Command.update(rule.id, {"points": 11})]})
        self.assertFalse(self.card.baseline_date)

    def test_contact_that_was_restored_does_not_rise_again(self):
        self.card.write({"rise_score": 50, "fall_score": 30})
        self.make_rule("mail_clicked", points=10)
        self.score_all()
        ana = self.make_partner()
        self.make_touchpoint(ana, "mail_clicked")
        for hours, is_active in enumerate((True, False, True)):
            with self.at(self.now + timedelta(hours=hours)):
                ana.active = is_active
                self.refresh(ana)
                self.score_all()

        crossings = self.env["lifecycle.score.crossing"].search(
            [("partner_id", "=", ana.id)]
        )
        self.assertEqual(crossings.mapped("kind"), ["up"])
        self.assertTrue(self.score_of(ana).is_above)
