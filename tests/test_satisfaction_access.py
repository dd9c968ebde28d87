from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .satisfaction_common import SatisfactionCase


@tagged("post_install", "-at_install")
class TestSatisfactionEntry(SatisfactionCase):
    """Salespeople note what they hear, and take back what they noted by mistake."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("seller", "sales_team.group_sale_salesman")
        cls.other = cls.make_user("other", "sales_team.group_sale_salesman")
        cls.manager = cls.make_user(
            "manager", "contact_lifecycle.group_lifecycle_manager"
        )

    def test_dialog_shows_the_answer_at_once_and_the_journey_has_it(self):
        action = self.ana.with_user(self.seller).action_lifecycle_rate()
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.seller)
            .with_context(**action["context"])
        )
        form.grade = "9"
        form.comment = "Loves the oil"
        form.reason_ids.add(self.price)

        form.save().action_save()
        self.env.invalidate_all()

        self.assertEqual(self.shown(self.ana), (90, "promoter", False, 1))
        answer = self.answers(self.ana)
        self.assertEqual((answer.user_id, answer.source), (self.seller, "manual"))
        self.assertEqual(answer.reason_ids, self.price)
        self.bring_up()
        (touchpoint,) = self.journey(self.ana, "satisfaction_entered")
        self.assertEqual(answer.touchpoint_id, touchpoint)
        self.assertEqual(self.shown(self.ana), (90, "promoter", False, 1))

    def test_stars_are_another_scale(self):
        entry = self.env["lifecycle.satisfaction.entry"].create(
            {"partner_id": self.ana.id, "scale": "stars", "stars": "4"}
        )

        entry.action_save()

        self.assertEqual(self.answers(self.ana).value, 75)

    def test_nothing_chosen_is_refused(self):
        for values in ({"scale": "stars"}, {"scale": "grade"}):
            entry = self.env["lifecycle.satisfaction.entry"].create(
                {"partner_id": self.ana.id, **values}
            )
            with self.subTest(values), self.assertRaises(UserError):
                entry.action_save()

    def test_answers_off_the_scale_or_in_the_future_are_refused(self):
        with self.assertRaises(ValidationError):
            self.rate(self.ana, 11)
        with self.assertRaises(ValidationError):
            self.rate(self.ana, 5, days=-2)

    def test_author_or_administrator_takes_an_entry_back(self):
        for user in (self.seller, self.manager):
            with self.subTest(user.login):
                entry = self.rate(self.ana, 2, user=self.seller)
                self.bring_up()
                self.assertTrue(self.journey(self.ana, "satisfaction_entered"))
                with self.assertRaises(UserError):
                    entry.with_user(self.other).unlink()

                entry.with_user(user).action_remove()
                self.env.invalidate_all()

                self.assertEqual(self.shown(self.ana), (False, False, False, 0))
                self.assertFalse(self.journey(self.ana, "satisfaction_entered"))

    def test_author_corrects_an_entry(self):
        entry = self.rate(self.ana, 2, user=self.seller)
        self.bring_up()

        entry.write({"raw_value": 8, "comment": "Called again"})
        self.bring_up()

        self.assertEqual(self.shown(self.ana), (80, "passive", False, 1))
        self.assertEqual(self.journey(self.ana, "satisfaction_entered").value, 8)
        with self.assertRaises(UserError):
            entry.with_user(self.other).raw_value = 1

    def test_what_contacts_said_is_changed_by_nobody_but_for_the_reasons(self):
        self.make_rating(self.ana, 2)
        self.bring_up()
        for user in (self.seller, self.manager):
            answer = self.answers(self.ana).with_user(user)
            answer.reason_ids = self.price
            for change in (
                lambda answer=answer: answer.write({"raw_value": 5}),
                lambda answer=answer: answer.write({"comment": "Fine"}),
                answer.unlink,
            ):
                with self.assertRaises(UserError):
                    change()
        self.refresh(self.ana)
        self.assertEqual(self.answers(self.ana).reason_ids, self.price)

    def test_entries_cannot_pretend_to_be_answers(self):
        for values in (
            {"source": "nps"},
            {"touchpoint_id": self.make_touchpoint(self.ana, "rating_given").id},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                self.rate(self.ana, 9, user=self.seller, **values)
        entry = self.rate(self.ana, 9, user=self.seller, user_id=self.other.id)
        self.assertEqual(entry.user_id, self.seller)
        with self.assertRaises(UserError):
            entry.user_id = self.other


@tagged("post_install", "-at_install")
class TestSatisfactionAccess(SatisfactionCase):
    """Who may see journeys sees satisfaction, each of their own companies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("seller", "sales_team.group_sale_salesman")
        cls.clerk = cls.make_user("clerk", "base.group_user")
        cls.visitor = cls.make_user("visitor", "base.group_portal")

    def test_strangers_read_search_sort_and_rate_nothing(self):
        self.make_rating(self.ana, 2)
        self.bring_up()
        for user in (self.clerk, self.visitor):
            answers = self.Answer.with_user(user)
            partners = self.Partner.with_user(user)
            for call in (
                lambda answers=answers: answers.search([]),
                lambda answers=answers: answers.nps_report(),
                lambda partners=partners: partners.search(
                    [("lifecycle_satisfaction", ">", 0)]
                ),
                lambda partners=partners: partners.search(
                    [], order="lifecycle_satisfaction"
                ),
                lambda user=user: self.rate(self.ana, 5, user=user),
                lambda user=user: (
                    self.env["lifecycle.satisfaction.entry"]
                    .with_user(user)
                    .create({"partner_id": self.ana.id})
                ),
            ):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    call()

    def test_visitor_who_rates_needs_no_rights_of_ours(self):
        rating = self.make_rating(self.ana, 0, consumed=False)

        rating.with_user(self.visitor).sudo().write({"rating": 5, "consumed": True})
        self.bring_up()

        self.assertEqual(self.ana.lifecycle_satisfaction, 100)

    def test_only_administrators_name_reasons(self):
        reason = self.price.with_user(self.seller)

        self.assertTrue(reason.name)
        with self.assertRaises(AccessError):
            reason.name = "Too dear"

    def test_companies_do_not_see_each_other(self):
        other = self.make_company("Other")
        eva = self.make_partner("Eva", company_id=other.id)
        self.make_rating(eva, 1)
        order = self.make_order(self.ana, company_id=other.id)
        self.make_rating(self.ana, 5, about=order)
        self.make_rating(self.ana, 1, days=5)

        self.bring_up()

        seen = self.Answer.with_user(self.seller)
        found = seen.search([("partner_id", "in", (self.ana | eva).ids)])
        self.assertEqual(found.mapped("value"), [0])
        report = seen.nps_report(domain=[("partner_id", "in", (self.ana | eva).ids)])
        self.assertEqual(report["total"]["answers"], 1)
        with self.assertRaises(AccessError):
            self.rate(eva, 5, user=self.seller)
        # A shared contact is one person: its profile has all answers, as all its
        # other facts.
        self.assertEqual(self.shown(self.ana), (100, "promoter", "up", 2))

    def test_entry_belongs_to_the_company_of_its_contact(self):
        other = self.make_company("Other")
        both = self.make_user(
            "both",
            "sales_team.group_sale_salesman",
            company_id=self.env.company.id,
            company_ids=(self.env.company | other).ids,
        )
        eva = self.make_partner("Eva", company_id=other.id)

        entries = [self.rate(who, 5, user=both) for who in (self.ana, eva)]

        companies = [entry.company_id for entry in entries]
        self.assertEqual(companies, [self.env.company, other])
