from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import LifecycleCase

_RULES = "odoo.addons.contact_lifecycle.models.stage.lifecycle_stage_rule"


class StageRuleCase(LifecycleCase):
    """Contacts with given journeys, and the rules run over them."""

    def make_contact(self, *touches, **values):
        """Return a contact and let happen codes, (code, days ago) or (…, values)."""
        partner = self.make_partner(**values)
        self.let_happen(partner, *touches)
        return partner

    def let_happen(self, partner, *touches):
        for touch in touches:
            code, days, values = (
                (*touch, {})[:3] if isinstance(touch, tuple) else (touch, 3, {})
            )
            date = self.now - timedelta(days=days)
            self.make_touchpoint(partner, code, date, **values)

    def refresh_without_rules(self, *partners):
        """Bring profiles up to date while no rule is on; return the stages."""
        rules = self.Stage.search([("is_rule_active", "=", True)])
        rules.is_rule_active = False
        self.refresh(*partners)
        rules.is_rule_active = True
        return rules

    def run_rules(self, partners=None):
        """Run the rules on these contacts, or on all; return how many moved."""
        scope = partners and SQL(
            "SELECT id FROM res_partner WHERE id = ANY(%s)", partners.ids
        )
        moved = self.Stage._run_rules(scope=scope or None)
        self.env.invalidate_all()
        return moved

    def last_change(self, partner):
        return partner.lifecycle_stage_change_ids.sorted("id")[-1:]


@tagged("post_install", "-at_install")
class TestStageRules(StageRuleCase):
    """Rules move contacts forward, and only out of some stages backward."""

    def test_each_shipped_rule_moves_the_right_contact(self):
        clicks = [("mail_clicked", days) for days in (9, 8, 7)]
        orders = [("order_confirmed", 40), ("order_confirmed", 20)]
        best, good = {"value": 5}, {"value": 4}
        cases = [
            ("subscriber", ["list_joined"]),
            ("lead", ["lead_created"]),
            ("lead", ["survey_finished", "list_joined"]),
            ("lead", ["email_received", *clicks]),
            ("mql", ["lead_created", *clicks]),
            ("sql", ["call_done", "lead_created", *clicks]),
            ("sql", ["meeting_held"]),
            ("opportunity", ["quotation_sent", "call_done"]),
            ("customer", ["order_confirmed", "quotation_sent"]),
            ("customer", ["lead_won"]),
            ("repeat", [*orders, ("rating_given", 5, good)]),
            ("promoter", [*orders, ("rating_given", 5, best)]),
            ("customer", ["order_confirmed", ("rating_given", 5, best)]),
            ("lapsed", [("order_confirmed", 400), ("rating_given", 5, best)]),
            ("lost", ["lead_lost", "lead_created"]),
            ("customer", ["lead_lost", "order_confirmed"]),
            (None, ["mail_sent", "mail_opened", "mail_clicked"]),
            (None, []),
        ]
        contacts = [
            (code, touches, self.make_contact(*touches)) for code, touches in cases
        ]

        self.refresh(*[contact for _code, _touches, contact in contacts])

        for code, touches, contact in contacts:
            with self.subTest(code, touches=touches):
                self.assertEqual(contact.lifecycle_stage_id.code or None, code)

    def test_open_opportunity_makes_an_opportunity(self):
        ana = self.make_contact("lead_created")
        self.make_lead(ana)

        self.refresh(ana)

        self.assertEqual(ana.lifecycle_stage_id, self.stage("opportunity"))

    def test_move_by_a_rule_is_recorded_with_the_rule(self):
        ana = self.make_contact("list_joined")
        self.refresh(ana)
        began = self.now - timedelta(days=10)
        self.set_columns(ana, lifecycle_stage_date=began)
        self.let_happen(ana, "lead_won")

        self.refresh(ana)

        change = self.last_change(ana)
        self.assertRecordValues(
            change,
            [
                {
                    "from_stage_id": self.stage("subscriber").id,
                    "to_stage_id": self.stage("customer").id,
                    "cause": "rule",
                    "is_automatic": True,
                    "is_backward": False,
                    "reason": False,
                    "rule": self.stage("customer").entry_domain,
                    "user_id": False,
                }
            ],
        )
        self.assertAlmostEqual(change.days_in_stage, 10, 1)
        self.assertEqual(change.change_date, ana.lifecycle_stage_date)
        self.assertGreaterEqual(change.change_date, self.now)

    def test_rules_only_move_forward(self):
        ana = self.make_contact("list_joined")
        ana.lifecycle_stage_id = self.stage("customer")

        self.refresh(ana)

        self.assertEqual(ana.lifecycle_stage_id, self.stage("customer"))
        self.assertEqual(len(ana.lifecycle_stage_change_ids), 1)

    def test_lapsed_customer_comes_back_with_an_order(self):
        ana = self.make_contact(("order_confirmed", 400))
        self.refresh(ana)
        self.assertEqual(ana.lifecycle_stage_id, self.stage("lapsed"))
        self.let_happen(ana, ("order_confirmed", 0))

        self.refresh(ana)

        self.assertEqual(ana.lifecycle_stage_id, self.stage("repeat"))
        change = self.last_change(ana)
        self.assertEqual((change.cause, change.is_backward), ("rule", True))

    def test_lost_contact_comes_back_with_an_opportunity(self):
        ana = self.make_contact("lead_lost")
        self.refresh(ana)
        self.assertEqual(ana.lifecycle_stage_id, self.stage("lost"))
        self.make_lead(ana)

        self.refresh(ana)

        self.assertEqual(ana.lifecycle_stage_id, self.stage("opportunity"))

    def test_second_run_moves_and_writes_nothing(self):
        contacts = self.make_contact("list_joined") | self.make_contact("call_done")
        self.refresh(*contacts)
        self.run_rules()
        self.env.cr.execute("SELECT ctid, * FROM res_partner ORDER BY id")
        before = self.env.cr.fetchall()
        changes = self.env["lifecycle.stage.change"].search_count([])

        moved = self.run_rules()

        self.env.cr.execute("SELECT ctid, * FROM res_partner ORDER BY id")
        self.assertEqual(moved, 0)
        self.assertEqual(self.env.cr.fetchall(), before)
        self.assertEqual(self.env["lifecycle.stage.change"].search_count([]), changes)

    def test_run_for_some_contacts_leaves_the_others(self):
        ana, ben = self.make_contact("list_joined"), self.make_contact("list_joined")
        self.refresh_without_rules(ana, ben)

        moved = self.run_rules(ana)

        self.assertEqual(moved, 1)
        self.assertEqual(ana.lifecycle_stage_id, self.stage("subscriber"))
        self.assertFalse(ben.lifecycle_stage_id)

    def test_nightly_cron_moves_everybody_and_then_rests(self):
        contacts = self.Partner.union(
            *[self.make_contact("list_joined") for _number in range(20)]
        )
        self.refresh_without_rules(*contacts)
        cron = self.env.ref("contact_lifecycle.ir_cron_run_stage_rules")

        for _run in range(2):
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()

            self.assertEqual(contacts.lifecycle_stage_id, self.stage("subscriber"))
            self.assertEqual(len(contacts.lifecycle_stage_change_ids), 20)

    def test_cron_whose_time_is_up_moves_everybody(self):
        contacts = self.Partner.union(
            *[self.make_contact("list_joined") for _number in range(20)]
        )
        self.refresh_without_rules(*contacts)

        with patch.object(
            type(self.env["ir.cron"]), "_commit_progress", lambda *_a, **_k: 0.0
        ):
            self.Stage._cron_run_stage_rules()

        self.assertEqual(contacts.lifecycle_stage_id, self.stage("subscriber"))
        self.assertEqual(len(contacts.lifecycle_stage_change_ids), 20)

    def test_time_alone_lets_customers_lapse(self):
        ana = self.make_contact(("order_confirmed", 360))
        self.refresh(ana)
        self.assertEqual(ana.lifecycle_stage_id, self.stage("customer"))

        with self.at(self.now + timedelta(days=6)):
            self.run_rules()

        self.assertEqual(ana.lifecycle_stage_id, self.stage("lapsed"))

    def test_archived_contacts_are_left_alone(self):
        ana = self.make_contact("list_joined", active=False)

        self.refresh(ana)

        self.assertFalse(ana.lifecycle_stage_id)

    # Rules that fail

    def break_rule(self, code, text):
        """Store a rule that a later upgrade or removed field has made invalid."""
        self.set_columns(self.stage(code), entry_domain=text)

    def test_broken_rule_is_listed_and_the_others_run(self):
        for text in ("[('teapot', '=', 1)]", "[('name'", "[('name', '@', 1)]"):
            with self.subTest(text):
                ana = self.make_contact("order_confirmed")
                self.break_rule("subscriber", text)

                with mute_logger(_RULES, "odoo.sql_db"):
                    self.refresh(ana)

                self.assertEqual(ana.lifecycle_stage_id, self.stage("customer"))
                self.assertTrue(self.stage("subscriber").rule_error)
                self.assertFalse(self.stage("customer").rule_error)

    def test_error_goes_once_the_rule_works_again(self):
        sound = self.stage("subscriber").entry_domain
        self.break_rule("subscriber", "[('teapot', '=', 1)]")
        with mute_logger(_RULES):
            self.run_rules()
        self.assertIn("teapot", self.stage("subscriber").rule_error)
        self.stage("subscriber").entry_domain = sound

        self.run_rules()

        self.assertFalse(self.stage("subscriber").rule_error)
        self.assertTrue(self.stage("subscriber").rule_check_date)

    def test_nobody_leaves_a_stage_whose_rule_is_broken(self):
        ana = self.make_contact(("order_confirmed", 400))
        self.refresh(ana)
        self.assertEqual(ana.lifecycle_stage_id, self.stage("lapsed"))
        self.break_rule("lapsed", "[('teapot', '=', 1)]")

        with mute_logger(_RULES):
            self.refresh(ana)

        self.assertEqual(ana.lifecycle_stage_id, self.stage("lapsed"))

    # Companies

    def test_stage_of_a_company_takes_only_its_contacts(self):
        one, other = self.make_company("One"), self.make_company("Other")
        vip = self.Stage.create(
            {
                "name": "VIP",
                "sequence": 65,
                "company_id": one.id,
                "entry_domain": "[('lifecycle_order_count', '>', 0)]",
                "is_rule_active": True,
            }
        )
        contacts = [
            self.make_contact("order_confirmed", company_id=company.id)
            for company in (one, other, self.env["res.company"])
        ]

        self.refresh(*contacts)

        customer = self.stage("customer")
        self.assertEqual(
            [contact.lifecycle_stage_id for contact in contacts],
            [vip, customer, customer],
        )
        self.assertEqual(self.last_change(contacts[0]).company_id, one)
