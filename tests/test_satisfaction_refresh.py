from odoo.tests import tagged
from odoo.tools import SQL

from .satisfaction_common import SatisfactionCase


@tagged("post_install", "-at_install")
class TestSatisfactionRefresh(SatisfactionCase):
    """Refreshes by day and by night agree, and write nothing in vain."""

    def make_many(self):
        partners = self.Partner.create([{"name": f"C{n}"} for n in range(12)])
        for number, partner in enumerate(partners):
            self.make_rating(partner, 1 + number % 5, days=30 - number)
            self.answer_survey(partner, {self.recommend: number % 11}, days=20)
            self.rate(partner, number % 11, days=number)
        return partners

    def versions(self):
        self.env.flush_all()
        rows = []
        for table in ("lifecycle_satisfaction", "lifecycle_profile", "res_partner"):
            self.env.cr.execute(f"SELECT id, ctid::text FROM {table} ORDER BY id")
            rows.append(self.env.cr.fetchall())
        return rows

    def test_second_refresh_writes_nothing(self):
        partners = self.make_many()
        self.bring_up()
        versions = self.versions()

        self.refresh(*partners)
        self.Answer._refresh_partners(partners.ids)
        self.harvest()
        self.refresh()

        self.assertEqual(self.versions(), versions)

    def test_nightly_pass_finds_what_nobody_told_of(self):
        self.make_many()
        self.bring_up()
        columns = """SELECT partner_id, answer_date, source, value, band, is_last
            FROM lifecycle_satisfaction ORDER BY 1, 2, 3, 4"""
        profiles = """SELECT id, satisfaction, satisfaction_band, satisfaction_trend,
            satisfaction_count, satisfaction_date FROM lifecycle_profile ORDER BY 1"""
        before = [self.env.execute_query(SQL(q)) for q in (columns, profiles)]
        self.env.cr.execute(
            "DELETE FROM lifecycle_satisfaction WHERE source <> 'manual'"
        )
        self.env.cr.execute("UPDATE lifecycle_profile SET satisfaction = NULL")
        self.env.invalidate_all()

        self.Source._after_reconcile()
        self.refresh()

        after = [self.env.execute_query(SQL(q)) for q in (columns, profiles)]
        self.assertEqual(after, before)

    def test_hour_looks_again_only_at_who_was_asked_or_answered(self):
        reader, asked, rater = self.Partner.create(
            [{"name": name, "email": f"{name}@example.com"} for name in "abc"]
        )
        for partner in (reader, asked, rater):
            self.make_rating(partner, 5, days=9)
        self.bring_up()
        self.env.cr.execute("UPDATE lifecycle_profile SET satisfaction = NULL")
        self.env.invalidate_all()
        letters = self.env["mailing.list"].create({"name": "Letters"})
        self.env["mailing.contact"].create(
            {"email": reader.email, "list_ids": letters.ids}
        )
        self.make_rating(asked, 0, consumed=False)
        self.make_rating(rater, 1)

        self.bring_up()

        self.assertEqual(reader.lifecycle_touch_count, 2)
        self.assertIs(self.shown(reader)[0], False)
        self.assertEqual(self.shown(asked)[0], 100)
        self.assertEqual(self.shown(rater)[0], 0)

        # Whoever is queued without a reason is looked at as a whole.
        self.refresh(reader)
        self.assertEqual(self.shown(reader)[0], 100)

    def test_number_of_statements_does_not_grow_with_contacts(self):
        partners = self.make_many()
        self.bring_up()
        self.Answer._refresh_partners(partners.ids)

        with self.assertQueryCount(30):
            self.Answer._refresh_partners(partners.ids)

    def test_search_sort_group_and_export(self):
        partners = self.make_many()
        self.bring_up()
        mine = [("id", "in", (partners | self.ana).ids)]

        ordered = self.Partner.search(mine, order="lifecycle_satisfaction desc, id")
        values = ordered.mapped("lifecycle_satisfaction")
        self.assertEqual(ordered[-1], self.ana)
        self.assertEqual(values[:-1], sorted(values[:-1], reverse=True))
        low = self.Partner.search([*mine, ("lifecycle_satisfaction", "<", 50)])
        self.assertEqual(
            low,
            ordered.filtered("lifecycle_satisfaction_band")
            .sorted("id")
            .filtered(lambda partner: partner.lifecycle_satisfaction < 50),
        )
        self.assertEqual(
            self.Partner.search([*mine, ("lifecycle_satisfaction", "=", False)]),
            self.ana,
        )
        groups = self.Partner._read_group(
            mine, ["lifecycle_satisfaction_band"], ["__count"]
        )
        self.assertEqual(sum(count for _band, count in groups), 13)
        export = self.ana.export_data(["lifecycle_satisfaction"])
        self.assertEqual(export["datas"], [[""]])
        answered = self.Partner.search(
            [*mine, ("lifecycle_satisfaction_ids.reason_ids", "=", self.price.id)]
        )
        self.assertFalse(answered)
