from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .test_consent_keep import ConsentCase

_KEPT = (
    "lifecycle.consent",
    "lifecycle.consent.check",
    "lifecycle.consent.event",
    "lifecycle.consent.queue",
    "lifecycle.consent.seal",
    "lifecycle.link",
    "lifecycle.link.key",
    "lifecycle.link.request",
    "lifecycle.preference.change",
    "lifecycle.wording",
)


@tagged("post_install", "-at_install")
class TestAccessConsent(ConsentCase):
    """Evidence is written by answers alone, and stays within its company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("seller", "sales_team.group_sale_salesman")
        cls.marketer = cls.make_user(
            "marketer", "contact_lifecycle.group_lifecycle_user"
        )
        cls.manager = cls.make_user(
            "manager", "contact_lifecycle.group_lifecycle_manager"
        )
        theirs = cls.make_company("Theirs")
        cls.stranger = cls.make_user(
            "theirs",
            "contact_lifecycle.group_lifecycle_manager",
            company_id=theirs.id,
            company_ids=[Command.set(theirs.ids)],
        )

    def setUp(self):
        super().setUp()
        self.record("granted", topic_id=self.topic.id)
        self.env["lifecycle.preference"].create(
            {"partner_id": self.ana.id, "frequency": "weekly"}
        )
        self.env["lifecycle.link"]._get_row(self.ana, self.env.company)
        self.env["lifecycle.link.request"]._ask(
            "ana@example.com", self.env.company, "page"
        )
        self.env["lifecycle.consent.check"]._check(self.env.company)

    def test_nobody_writes_evidence_by_hand(self):
        for user in (self.seller, self.marketer, self.manager):
            for name in _KEPT:
                for operation in ("create", "write", "unlink"):
                    with self.subTest(user=user.login, model=name):
                        model = self.env[name].with_user(user)
                        self.assertFalse(model.has_access(operation))

    def test_salesperson_reads_consent_and_neither_links_nor_seals(self):
        for name in ("", ".event"):
            model = self.env[f"lifecycle.consent{name}"].with_user(self.seller)
            self.assertTrue(model.search([("partner_id", "=", self.ana.id)]))
        for name in ("consent.seal", "consent.check", "link", "link.key"):
            model = self.env[f"lifecycle.{name}"].with_user(self.seller)
            self.assertFalse(model.has_access("read"), name)
        preference = self.ana.lifecycle_preference_ids.with_user(self.seller)
        with self.assertRaises(AccessError):
            preference.frequency = "all"

    def test_no_administrator_of_ours_reads_a_secret(self):
        for name, field in (
            ("lifecycle.link.key", "secret"),
            ("lifecycle.link", "subject"),
        ):
            rows = self.env[name].with_user(self.manager).search([])
            self.assertTrue(rows)
            with self.assertRaises(AccessError):
                rows.read([field])
            with self.assertRaises(AccessError):
                rows.search([(field, "like", "a")])

    def test_administrator_of_another_company_finds_nothing(self):
        for name in _KEPT:
            model = self.env[name]
            if "company_id" not in model._fields:
                continue
            ours = model.search([("company_id", "=", self.env.company.id)])
            theirs = model.with_user(self.stranger)
            with self.subTest(name):
                if name != "lifecycle.consent.queue":
                    self.assertTrue(ours)
                self.assertFalse(theirs.search([]))
                with self.assertRaises(AccessError):
                    theirs.browse(ours.ids).read(["id", "company_id"])
        preference = self.ana.lifecycle_preference_ids.with_user(self.stranger)
        with self.assertRaises(AccessError):
            preference.frequency = "all"

    def test_administrator_of_another_company_checks_only_theirs(self):
        checks = self.env["lifecycle.consent.check"]
        before = checks.search([])

        checks.with_user(self.stranger).with_context(
            allowed_company_ids=self.stranger.company_ids.ids
        ).action_check_evidence()

        self.assertEqual(
            (checks.search([]) - before).company_id, self.stranger.company_id
        )
