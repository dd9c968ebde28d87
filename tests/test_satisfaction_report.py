from odoo.exceptions import UserError
from odoo.tests import tagged

from .satisfaction_common import SatisfactionCase


@tagged("post_install", "-at_install")
class TestSatisfactionReport(SatisfactionCase):
    """The Net Promoter Score of groups, each with the answers behind it."""

    def setUp(self):
        super().setUp()
        spain, italy = self.env.ref("base.es"), self.env.ref("base.it")
        self.people = self.Partner.create(
            [
                {"name": f"C{n}", "country_id": (spain if n < 12 else italy).id}
                for n in range(14)
            ]
        )
        for number, partner in enumerate(self.people):
            grade = 10 if number % 3 else 3
            self.answer_survey(partner, {self.recommend: grade}, days=40)
        self.bring_up()
        self.mine = [("partner_id", "in", self.people.ids)]

    def report(self, **options):
        return self.Answer.nps_report(domain=self.mine, **options)

    def test_total_and_groups_by_country(self):
        report = self.report(group_by="country", source="nps")

        total = report["total"]
        self.assertEqual(total["counts"], {"detractor": 5, "passive": 0, "promoter": 9})
        self.assertAlmostEqual(total["score"], 100 * 4 / 14)
        self.assertAlmostEqual(total["mean"], (9 * 100 + 5 * 30) / 14)
        groups = {group["name"]: group for group in report["groups"]}
        self.assertEqual(set(groups), {"Spain", "Italy"})
        self.assertTrue(groups["Spain"]["is_enough"])
        self.assertFalse(groups["Italy"]["is_enough"])
        self.assertLess(groups["Spain"]["low"], groups["Spain"]["score"])

    def test_every_group_equals_the_answers_and_contacts_behind_it(self):
        codes = [group["code"] for group in self.report()["group_names"]]
        self.assertIn("stage", codes)
        self.assertIn("rfm", codes)
        # What the report leaves out must not be behind its figures either.
        self.rate(self.people[0], 5)
        self.answer_survey(self.people[1], {self.recommend: 5}, days=60)
        self.answer_survey(self.ana, {self.recommend: 5}, days=3)
        self.bring_up()
        for code in codes:
            report = self.report(group_by=code, source="nps", days=50)
            self.assertEqual(sum(g["answers"] for g in report["groups"]), 14)
            for group in report["groups"]:
                with self.subTest(code, name=group["name"]):
                    found = self.Answer.search(group["domain"])
                    self.assertEqual(len(found), group["answers"])
                    contacts = self.Partner.search(
                        [("lifecycle_satisfaction_ids", "any", group["domain"])]
                    )
                    self.assertEqual(len(contacts), group["answers"])

    def test_contact_counts_once_with_its_latest_answer(self):
        for partner in self.people:
            self.answer_survey(partner, {self.recommend: 10}, days=2)
        self.bring_up()

        self.assertEqual(self.report()["total"]["counts"]["promoter"], 14)
        self.assertEqual(self.report(latest=False)["total"]["answers"], 28)
        self.assertEqual(self.report(latest=False, days=30)["total"]["answers"], 14)

    def test_months_are_in_order(self):
        for partner in self.people:
            self.answer_survey(partner, {self.recommend: 10}, days=2)
        self.bring_up()

        groups = self.report(group_by="month", latest=False)["groups"]

        self.assertEqual([group["score"] > 50 for group in groups], [False, True])

    def test_without_answers_there_is_no_total(self):
        report = self.report(source="ces", group_by="stage")

        self.assertIs(report["total"], False)
        self.assertEqual(report["groups"], [])

    def test_unknown_group_and_source_are_refused(self):
        for options in ({"group_by": "password"}, {"source": "rumour"}):
            with self.subTest(options), self.assertRaises(UserError):
                self.report(**options)

    def test_it_is_one_statement_whatever_the_number_of_answers(self):
        self.report(group_by="country")
        self.env.invalidate_all()
        statements = []
        self.patch(
            type(self.env.cr),
            "execute",
            self._record(type(self.env.cr).execute, statements),
        )

        self.report(group_by="country")

        grouped = [s for s in statements if "lifecycle_satisfaction" in s]
        self.assertEqual(len(grouped), 1)

    def _record(self, execute, statements):
        def recording(cr, query, *args, **kwargs):
            code = getattr(query, "code", query)
            if "GROUP BY" in str(code):
                statements.append(str(code))
            return execute(cr, query, *args, **kwargs)

        return recording

    def test_another_addon_can_add_a_group(self):
        answers = type(self.Answer)
        groups = self.Answer._nps_groups()
        self.patch(answers, "_nps_groups", lambda self: {**groups, "who": "user_id"})

        self.assertEqual(self.report(group_by="who")["groups"][0]["name"], "Unknown")

    def test_average_of_the_net_score_is_the_score(self):
        [(average,)] = self.Answer._read_group(self.mine, [], ["net_score:avg"])

        self.assertAlmostEqual(average, self.report()["total"]["score"])

    def test_period_begins_so_many_days_ago(self):
        self.assertEqual(self.report(days=41)["total"]["answers"], 14)
        self.assertFalse(self.report(days=39)["total"])
