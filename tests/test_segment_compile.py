from datetime import timedelta

from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from .segment_compile_common import CompileCase


@tagged("post_install", "-at_install")
class TestSegmentCompile(CompileCase):
    """Each kind of condition finds whom it names, and its negation the others."""

    # Who the contact is

    def test_domain_is_asked_of_the_contact(self):
        self.assertFinds(self.profile([("city", "=", "Rome")]), self.ana)

    def test_negated_domain_finds_contacts_without_a_value(self):
        tree = self.profile([("create_date", ">", "2030-01-01")], negated=True)
        older = self.profile([("lifecycle_last_order_date", "<", "-30d")])

        self.assertEqual(self.find(tree), self.people)
        self.assertFinds(older, self.Partner)

    def test_opposite_within_a_domain_includes_what_is_unknown(self):
        self.make_touchpoint(self.ana, "order_confirmed", self.now - timedelta(days=9))
        self.refresh(self.ana)
        domain = ["!", ("lifecycle_last_order_date", "<", "-5d")]

        self.assertFinds(self.profile(domain), self.bob | self.cleo)

    def test_blacklisted_contacts_are_found_by_address(self):
        self.env["mail.blacklist"]._add("ana@example.com")

        for domain, expected in (
            ([("is_blacklisted", "=", True)], self.ana),
            ([("is_blacklisted", "!=", True)], self.bob | self.cleo),
            ([("is_blacklisted", "in", [False])], self.bob | self.cleo),
            (["!", ("is_blacklisted", "=", True)], self.bob | self.cleo),
            ([("is_blacklisted", "in", [True, False])], self.people),
        ):
            with self.subTest(domain):
                self.assertEqual(self.find(self.profile(domain)), expected)

    def test_phone_blacklist_is_asked_by_number(self):
        self.cleo.phone_sanitized = "+34600000000"
        self.env["phone.blacklist"].add("+34600000000")

        self.assertFinds(
            self.profile([("phone_sanitized_blacklisted", "=", True)]), self.cleo
        )
        self.assertFinds(
            {"kind": "subscription", "state": "blacklisted", "channel": "sms"},
            self.cleo,
        )

    def test_custom_properties_are_asked(self):
        self.env["properties.base.definition"].sudo()  # the definition of contacts
        field = self.Partner._fields["properties"]
        definition = self.env[
            "properties.base.definition"
        ]._get_definition_for_property_field("res.partner", field.name)
        definition.properties_definition = [
            {"name": "shoe", "type": "integer", "string": "Shoe Size"}
        ]
        self.ana.properties = {"shoe": 39}

        self.assertFinds(self.profile([("properties.shoe", "=", 39)]), self.ana)

    # What the contact did

    def test_recent_acts_count_from_local_midnight(self):
        self.env.company.partner_id.tz = "Pacific/Auckland"
        moment = self.now.replace(hour=13, minute=0)
        # In Auckland the day after began an hour or two ago: 12:30 is today there.
        today, yesterday = moment - timedelta(minutes=30), moment - timedelta(hours=3)
        self.make_touchpoint(self.ana, "meeting_held", today)
        self.make_touchpoint(self.bob, "meeting_held", yesterday)
        did = {**self.did("meeting_held"), "window": {"kind": "last", "days": 1}}
        with freeze_time(moment + timedelta(days=1)):
            self.assertFinds(did, self.ana)

    def test_machines_count_only_when_asked_for(self):
        self.make_touchpoint(self.ana, "mail_clicked", is_automated=True)
        self.refresh(self.ana)

        self.assertFinds(self.did("mail_clicked"), self.Partner)
        self.assertFinds({**self.did("mail_clicked"), "with_automated": True}, self.ana)

    def test_cancelled_order_is_no_order(self):
        orders = [self.make_order(self.ana, confirm=True) for _ in range(2)]
        self.make_order(self.bob, confirm=True)
        self.set_columns(orders[0], date_order=self.now - timedelta(days=1))
        self.harvest("sale_order")
        self.refresh(self.ana, self.bob)
        ordered = self.did("order_confirmed")

        self.assertFinds({**ordered, "count": 2}, self.ana)
        orders[0]._action_cancel()
        self.harvest("sale_order")
        self.refresh(self.ana)

        for filters in ({}, {"amount_min": 1}):
            with self.subTest(filters):
                condition = {**ordered, "filters": filters}
                self.assertFinds({**condition, "count": 2}, self.Partner)
                self.assertFinds(condition, self.ana | self.bob)

    def test_bookkeeping_of_ours_is_no_touchpoint(self):
        self.make_touchpoint(self.ana, "score_rose")
        self.make_touchpoint(self.bob, "call_done")
        self.refresh(self.ana, self.bob)

        self.assertFinds(self.did(days=180), self.bob)
        self.assertFinds({**self.did(days=180), "with_automated": True}, self.bob)
        self.assertFinds(self.did("score_rose"), self.ana)
        self.assertEqual(self.ana.lifecycle_touch_count, 0)

    def test_touchpoints_are_filtered_by_what_they_were_about(self):
        mailing, other = self.make_mailing(), self.make_mailing()
        link, spain = self.make_link(), self.env.ref("base.es")
        self.make_touchpoint(
            self.ana,
            "mail_clicked",
            mailing_id=mailing.id,
            link_id=link.id,
            device="mobile",
            country_id=spain.id,
            source_id=mailing.source_id.id,
        )
        self.make_touchpoint(self.bob, "mail_clicked", mailing_id=other.id)
        for filters in (
            {"mailing_ids": mailing.ids},
            {"link_ids": link.ids},
            {"source_ids": mailing.source_id.ids},
            {"devices": ["mobile", "tablet"]},
            {"country_ids": spain.ids},
        ):
            with self.subTest(filters):
                self.assertFinds(
                    {**self.did("mail_clicked"), "filters": filters}, self.ana
                )

    def test_orders_are_filtered_by_product_category_and_amount(self):
        parent = self.env["product.category"].create({"name": "Kitchen"})
        child = self.env["product.category"].create(
            {"name": "Tea", "parent_id": parent.id}
        )
        self.product.categ_id = child
        cup = self.env["product.product"].create({"name": "Cup", "taxes_id": False})
        self.make_order(self.ana, price=500, confirm=True)
        line = {"product_id": cup.id, "price_unit": 50, "tax_ids": [Command.clear()]}
        self.make_order(self.bob, order_line=[Command.create(line)], confirm=True)
        self.harvest("sale_order")
        for filters in (
            {"product_ids": self.product.ids},
            {"product_category_ids": child.ids},
            {"product_category_ids": parent.ids},
            {"amount_min": 100},
            {"amount_min": 500, "amount_max": 500},
        ):
            with self.subTest(filters):
                condition = {**self.did("order_confirmed"), "filters": filters}
                self.assertFinds(condition, self.ana)

    # Lists, answers, places

    def test_members_of_a_segment_are_found_while_they_stay(self):
        romans = self.make_city_segment()

        self.assertFinds(self.in_segments(romans), self.ana)
        self.ana.city = "Paris"
        romans._refresh()
        self.assertFinds(self.in_segments(romans), self.Partner)

    def test_subscriptions_are_told_by_address_and_state(self):
        letters, other = self.env["mailing.list"].create(
            [{"name": "Letters"}, {"name": "Other"}]
        )
        self.make_subscription(letters, self.ana.email)
        self.make_subscription(letters, self.bob.email, opt_out=True)
        self.make_subscription(other, self.bob.email)
        here = {"kind": "subscription", "list_ids": letters.ids}
        for state, expected in (
            ("subscribed", self.ana),
            ("opted_out", self.bob),
            ("listed", self.ana | self.bob),
            ("never", self.cleo),
        ):
            with self.subTest(state):
                self.assertFinds({**here, "state": state}, expected)
        anywhere = {"kind": "subscription", "state": "subscribed"}
        self.assertFinds(anywhere, self.ana | self.bob)

    def make_answers(self):
        survey = self.env["survey.survey"].create({"title": "Tea"})
        question = self.env["survey.question"].create(
            {
                "survey_id": survey.id,
                "title": "Black or green?",
                "question_type": "simple_choice",
                "suggested_answer_ids": [
                    Command.create({"value": "Black"}),
                    Command.create({"value": "Green"}),
                ],
            }
        )
        black = question.suggested_answer_ids[0]
        line = {"question_id": question.id, "answer_type": "suggestion"}
        for partner, values in (
            (self.ana, {**line, "suggested_answer_id": black.id}),
            (self.bob, {"question_id": question.id, "skipped": True}),
        ):
            self.env["survey.user_input"].create(
                {
                    "survey_id": survey.id,
                    "partner_id": partner.id,
                    "state": "done",
                    "user_input_line_ids": [Command.create(values)],
                }
            )
        return survey, question, black

    def test_answers_are_told_from_silence(self):
        survey, question, black = self.make_answers()
        here = {"kind": "answered", "survey_id": survey.id, "question_id": question.id}
        green = question.suggested_answer_ids - black
        for condition, expected in (
            ({"answer_ids": black.ids}, self.ana),
            ({"answer_ids": green.ids}, self.Partner),
            ({}, self.ana),
            ({"state": "not_answered"}, self.bob | self.cleo),
            ({"state": "silent"}, self.bob),
        ):
            with self.subTest(condition):
                self.assertFinds({**here, **condition}, expected)
        whole = {"kind": "answered", "survey_id": survey.id}
        self.assertFinds(whole, self.ana | self.bob)

    def test_places_are_within_their_radius(self):
        self.ana.write({"partner_latitude": 40.4168, "partner_longitude": -3.7038})
        self.bob.write({"partner_latitude": 41.3874, "partner_longitude": 2.1686})
        madrid = {"kind": "place", "latitude": 40.4, "longitude": -3.7}

        self.assertFinds({**madrid, "radius_km": 25}, self.ana)
        self.assertFinds({**madrid, "radius_km": 600}, self.ana | self.bob)

    def test_pasted_addresses_and_references_are_found(self):
        self.cleo.ref = "C-7"
        pasted = {"kind": "contacts", "emails": [" ANA@example.com "], "refs": ["C-7"]}

        self.assertFinds(pasted, self.ana | self.cleo)

    # The whole

    def test_any_group_with_all_its_conditions(self):
        definition = self.define(
            [
                self.profile([("city", "=", "Rome")]),
                self.profile([("name", "=", "Bob")]),
            ],
            [self.profile([("name", "=", "Cleo")])],
        )
        definition["groups"][0]["negated"] = True
        tree = self.Segment._parse_definition(definition)
        query = self.Segment._compile(tree, self.env.user, self.env.company)
        ids = {row[0] for row in self.env.execute_query(query.select())}

        self.assertLessEqual(set(self.people.ids), ids)

    def test_scope_limits_who_is_looked_at(self):
        scope = SQL("SELECT unnest(%s)", [self.bob.id, self.cleo.id])
        did = {**self.did("call_done", count=2), "negated": True}

        self.assertEqual(self.find(did, scope=scope), self.bob | self.cleo)

    def test_archived_contacts_are_nobody(self):
        self.ana.action_archive()

        for negated in (False, True):
            condition = self.profile([("city", "=", "Rome")], negated)
            self.assertNotIn(self.ana, self.find(condition))

    def test_whole_segment_is_one_statement(self):
        conditions = [
            self.profile([("city", "=", "Rome"), ("lifecycle_order_count", ">", 1)]),
            self.did("mail_clicked", days=30),
            self.did("order_confirmed", count=2, days=9, negated=True),
            {"kind": "subscription", "state": "blacklisted", "negated": True},
        ]
        segment = self.make_segment(*conditions)
        query = segment._get_matching_sql()

        with self.assertQueryCount(1):
            self.env.execute_query(query)
