from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.http import Request
from odoo.tests import tagged

from .rights_common import LeavingCase


@tagged("post_install", "-at_install")
class TestLeavingReport(LeavingCase):
    """Marketers see who left what after which mailing, with and without a reason."""

    def test_press_on_two_channels_is_one_leaving(self):
        self.stop()
        self.tell(self.often)

        row = self.report()

        self.assertEqual(len(row), 1)
        self.assertEqual((row.reason_id, row.outcome), (self.often, "left"))
        self.assertFalse(row.topic_id)

    def test_silence_is_counted_as_well(self):
        self.stop()

        self.assertEqual(len(self.report()), 1)
        self.assertFalse(self.report().reason_id)

    def test_topics_of_a_mailing_are_rows_of_one_press(self):
        mailing = self.make_mailing()
        mailing.lifecycle_topic_ids = self.news | self.offers
        link = self.env["lifecycle.link"]._get_row(self.ana, self.env.company)
        self.env["lifecycle.consent"]._leave(link, mailing.id, "one_click")

        rows = self.report()

        self.assertEqual(rows.topic_id, self.news | self.offers)
        self.assertEqual(rows.mailing_id, mailing)
        self.assertEqual(len(set(rows.mapped("press_id"))), 1)
        ((times,),) = self.env["lifecycle.leaving.report"]._read_group(
            [("partner_id", "=", self.ana.id)], [], ["press_id:count_distinct"]
        )
        self.assertEqual(times, 1)

    def test_undone_and_kept_are_told_apart(self):
        self.stop()
        self.press(self.token, do="undo")
        self.assertEqual(self.report().outcome, "undone")

        self.stop()
        self.take("pause", pause="2w")

        self.assertEqual(set(self.report().mapped("outcome")), {"undone", "kept"})

    def test_contact_that_is_gone_leaves_its_reason(self):
        self.stop()
        self.tell(self.often)
        event = self.rows().event_id
        self.ana.unlink()

        self.env.invalidate_all()
        rows = self.env["lifecycle.leaving.report"].search(
            [("reason_id", "=", self.often.id)]
        )
        self.assertEqual(rows.mapped("outcome"), ["left"] * len(rows))
        self.assertIn(event.id, rows.mapped("press_id"))

    def test_marketer_reads_and_salesperson_does_not(self):
        self.stop()
        self.tell(self.often)
        marketer = self.make_user("marketer", "contact_lifecycle.group_lifecycle_user")
        seller = self.make_user("seller", "sales_team.group_sale_salesman")

        for name in ("lifecycle.leaving", "lifecycle.leaving.report"):
            rows = self.env[name].with_user(marketer)
            self.assertTrue(rows.search([("partner_id", "=", self.ana.id)]))
            self.assertFalse(rows.has_access("create"))
            with self.assertRaises(AccessError):
                self.env[name].with_user(seller).search([])

    def test_other_company_sees_nothing(self):
        self.stop()
        self.tell(self.often)
        theirs = self.make_company("Theirs")
        stranger = self.make_user(
            "stranger",
            "contact_lifecycle.group_lifecycle_manager",
            company_id=theirs.id,
            company_ids=[Command.set(theirs.ids)],
        )

        for name in ("lifecycle.leaving", "lifecycle.leaving.report"):
            self.assertFalse(self.env[name].with_user(stranger).search([]))


@tagged("post_install", "-at_install")
class TestLeavingOnOdoosPage(LeavingCase):
    """Who leaves by Odoo's own page is asked there, and finds the way to ours."""

    def setUp(self):
        super().setUp()
        self.mailing = self.make_mailing(
            mailing_domain=repr([("id", "=", self.ana.id)])
        )
        self.proof = self.mailing._generate_mailing_recipient_token(
            self.ana.id, self.ana.email
        )

    def leave(self):
        self.authenticate(None, None)
        return self.visit(
            "/mailing/confirm_unsubscribe",
            data={
                "mailing_id": self.mailing.id,
                "document_id": self.ana.id,
                "email": self.ana.email,
                "hash_token": self.proof,
                "csrf_token": Request.csrf_token(self),
            },
        )

    def test_reason_given_there_is_kept_here(self):
        self.leave()

        told = self.make_jsonrpc_request(
            "/mailing/feedback",
            {
                "mailing_id": self.mailing.id,
                "document_id": self.ana.id,
                "email": self.ana.email,
                "hash_token": self.proof,
                "last_action": "subscription_updated",
                "opt_out_reason_id": self.often.id,
                "feedback": "Each day one",
            },
        )

        self.assertIs(told, True)
        self.assertEqual(self.rows().reason_id, self.often)
        self.assertEqual(self.rows().feedback, "Each day one")

    def test_page_leads_to_what_is_less(self):
        answer = self.leave()

        (path,) = self.page(answer).xpath("//*[@id='lifecycle_less']/a/@href")
        self.assertIn("Would you tell us why", self.visit(path).text)

    def test_marketer_without_the_mail_neither_leaves_nor_gets_a_link_for_others(self):
        self.make_user(
            "mailer", "mass_mailing.group_mass_mailing_user", password="mailer.secret"
        )
        self.authenticate("mailer", "mailer.secret")

        answer = self.visit(
            "/mailing/confirm_unsubscribe",
            data={
                "mailing_id": self.mailing.id,
                "document_id": self.ana.id,
                "email": self.ana.email,
                "csrf_token": Request.csrf_token(self),
            },
        )

        for path in self.page(answer).xpath("//*[@id='lifecycle_less']/a/@href"):
            link, _said = self.env["lifecycle.link"]._find(path.rpartition("/")[2])
            self.assertNotEqual(link.partner_id, self.ana)
        self.env["lifecycle.consent"]._apply_queue()
        self.assertFalse(self.ana.lifecycle_consent_ids)

    def test_stranger_keeps_no_reason(self):
        self.leave()

        told = self.make_jsonrpc_request(
            "/mailing/feedback",
            {
                "mailing_id": self.mailing.id,
                "document_id": self.ana.id,
                "email": self.ana.email,
                "hash_token": "wrong",
                "opt_out_reason_id": self.often.id,
            },
        )

        self.assertEqual(told, "unauthorized")
        self.assertFalse(self.rows())
