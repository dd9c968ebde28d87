import random
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.contact_lifecycle.models.quality import lifecycle_quality_run

from .quality_common import NUMBERS, QualityCase

EMAILS = [
    False,
    "  ",
    "ask again",
    "ana@gmial.com",
    "ANA@Example.com",
    "Ana <ana@example.com>",
    "info@example.org",
    "x@mailinator.com",
    "ana@example",
    "ana..b@example.com",
    "josé@example.es",
    "test@example.con",
    "ana@españa.es",
    "a@b.cc, b@c.dd",
]
PHONES = [False, " ", "12", "612 345 678", "+34 612 345 678", "none", "0000000", "+1"]


@tagged("post_install", "-at_install")
class TestQualityRefresh(QualityCase):
    """A refresh writes what differs, in few statements, and agrees with the engine."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dice = random.Random(19)
        cls.other = cls.make_company("Other")
        cls.Wanted.with_context(active_test=False).search([]).active = True

    def make_people(self, count):
        spain = self.env.ref("base.es").id
        draw = self.dice.choice
        people = self.Partner.create(
            [
                {
                    "name": f"Ana {number}",
                    "is_company": draw([False, False, True]),
                    "email": draw(EMAILS),
                    "phone": draw(PHONES),
                    "city": draw([False, "Lugo"]),
                    "country_id": draw([False, spain]),
                    "function": draw([False, "Baker"]),
                    "lang": draw([False, "en_US"]),
                    "lifecycle_birth_date": draw([False, "1980-05-17"]),
                    "company_id": draw([False, self.env.company.id, self.other.id]),
                }
                for number in range(count)
            ]
        )
        for person in people[1::9]:
            person.write(
                {"parent_id": people[0].id, "type": draw(["other", "invoice"])}
            )
        for person in people:
            if draw([True, False]):
                codes = self.dice.sample(["contact", "address", "personal"], 2)
                self.verified(person, self.dice.randrange(1500), *codes)
            if person.email_normalized and draw([True, False, False]):
                self.bounce(person, days=self.dice.randrange(1, 90))
            if draw([True, False, False]):
                day = self.days_ago(self.dice.randrange(1, 90))
                self.make_touchpoint(person, "mail_clicked", date=day)
        return people

    def test_refresh_agrees_with_the_engine(self):
        self.want("city", "address", weight=7, company_id=self.other.id)
        self.want("vat", "professional", weight=0, company_id=self.other.id)
        self.want("ref", "professional", weight=5, company_id=self.other.id)
        people = self.make_people(150)
        for person in people[::3]:
            self.set_columns(person, create_date=self.days_ago(person.id % 1500))

        self.assess(*people)

        states = set()
        for person in people:
            why = self.explain(person)
            stored = self.numbers(person)
            states.add((stored["email_state"], stored["quality_band"]))
            self.assertEqual(
                {
                    "quality_score": why["quality_score"],
                    "quality_band": why["quality_band"],
                    "completeness": why["completeness"],
                    "email_state": why["email"]["state"],
                    "phone_state": why["phone"]["state"],
                    "verified_date": why["verified_date"],
                },
                {
                    **stored,
                    "verified_date": bool(stored["verified_date"])
                    and stored["verified_date"].isoformat(),
                },
            )
            self.assertEqual(
                person.lifecycle_missing_field_ids.ids,
                [line["id"] for line in why["fields"] if not line["is_present"]],
            )
        self.assertGreater(len(states), 8)

    def test_second_run_writes_nothing(self):
        self.make_people(20)
        self.assertGreater(self.run_all(), 19)

        self.assertEqual(self.run_all(), 0)

    def test_edits_one_by_one_give_what_a_full_pass_gives(self):
        people = self.make_people(20)
        self.run_all()
        for person in people:
            person.write({"email": self.dice.choice(EMAILS), "phone": "612 345 678"})
        people[3].is_company = not people[3].is_company
        people[4].category_id = self.env["res.partner.category"].create({"name": "A"})

        self.take_queue()
        before = [self.numbers(person) for person in people]

        self.assertEqual(self.run_all(), 0)
        self.assertEqual([self.numbers(person) for person in people], before)

    def take_queue(self):
        self.env.flush_all()
        with patch.object(self.env.registry["ir.cron"], "_commit_progress", _go_on):
            self.env["lifecycle.quality.queue"]._cron_refresh_queue()
        self.env.invalidate_all()

    def queued(self):
        rows = self.env.execute_query(
            SQL("SELECT partner_id FROM lifecycle_quality_queue ORDER BY id")
        )
        return [row[0] for row in rows]

    def test_edit_of_a_wanted_field_asks_for_a_refresh_and_others_do_not(self):
        ana = self.make_partner()
        self.take_queue()
        for values, is_queued in (
            ({"comment": "Likes tea"}, False),
            ({"city": "Lugo"}, True),
            ({"email": "ana@example.com"}, True),
            ({"ref": "A7"}, False),
        ):
            ana.write(values)
            self.assertEqual(self.queued(), ana.ids if is_queued else [])
            self.take_queue()

    def test_edit_that_concerns_nothing_costs_no_query(self):
        ana = self.make_partner()
        ana.write({"ref": "A7"})
        self.env.flush_all()

        with self.assertQueryCount(1):
            ana.write({"ref": "A8"})
            self.env.flush_all()

    def test_import_queues_in_one_statement_and_wakes_the_cron_once(self):
        self.take_queue()
        self.env.cr.precommit.data.pop("ir_cron_refresh_quality_queue", None)
        cron = self.env.ref("contact_lifecycle.ir_cron_refresh_quality_queue")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        triggers.unlink()

        people = self.Partner.create([{"name": f"Ana {n}"} for n in range(30)])
        people.write({"city": "Lugo"})
        self.env.flush_all()

        self.assertEqual(self.queued(), people.ids * 2)
        self.assertEqual(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), 1
        )
        self.take_queue()
        self.assertFalse(self.queued())

    def test_refresh_takes_no_query_per_contact(self):
        self.assess(*self.make_people(5))
        counts = []
        for number in (5, 50):
            people = self.make_people(number)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.Profile._load_quality(SQL("SELECT unnest(%s::int[])", people.ids))
            self.Profile._refresh_quality()
            counts.append(self.env.cr.sql_log_count - before)

        self.assertEqual(counts[0], counts[1])

    def test_refresh_writes_no_contact(self):
        ana = self.make_partner(email="ana@example.com")
        self.set_columns(ana, write_date=self.days_ago(3))

        self.assess(ana)

        self.assertEqual(ana.write_date, self.days_ago(3))

    def test_pass_goes_on_where_it_was_stopped(self):
        people = self.make_people(9)
        with patch.object(lifecycle_quality_run, "_BATCH_CONTACTS", 4):
            run = self.Run.create({"position": people[0].id - 1})
            self.assertFalse(run._go_on(commit=lambda *_done, **_left: 0))
            self.assertFalse(run.end_date)
            self.assertEqual(run.position, people[3].id)
            self.assertTrue(run._go_on())
        self.env.invalidate_all()

        self.assertTrue(run.end_date)
        self.assertTrue(all(people.mapped("lifecycle_email_state")))

    def test_nightly_cron_ends_what_was_asked_for(self):
        ana = self.make_partner(email="ana@example.com")
        self.env.cr.precommit.data.pop("lifecycle_quality_run", None)
        self.want("ref")
        asked = self.Run.search([("end_date", "=", False)])
        self.assertTrue(asked)

        with patch.object(self.env.registry["ir.cron"], "_commit_progress", _go_on):
            self.Run._cron_refresh_quality()
        self.env.invalidate_all()

        self.assertTrue(all(asked.mapped("end_date")))
        self.assertTrue(ana.lifecycle_quality_band)

    def test_moving_a_wanted_field_in_the_list_asks_for_nothing(self):
        self.Run.search([]).unlink()
        self.env.cr.precommit.data.pop("lifecycle_quality_run", None)
        wanted = self.Wanted.search([], limit=1)

        wanted.sequence = 99
        self.assertFalse(self.Run.search([]))
        wanted.weight = 9
        self.assertTrue(self.Run.search([]))

    def test_profile_columns_are_those_compared(self):
        self.assertFalse(set(NUMBERS) - set(self.Profile._fields))


def _go_on(_cron, *_done, **_left):
    return 1
