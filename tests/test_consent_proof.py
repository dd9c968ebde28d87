from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_consent_keep import ConsentCase

REPORT = "contact_lifecycle.consent_proof"


@tagged("post_install", "-at_install")
class TestConsentProof(ConsentCase):
    """The paper shows every answer of somebody, and whether it is as it was given."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("seller", "sales_team.group_sale_salesman")
        cls.wording = cls.env["lifecycle.wording"]._get_text(
            "I want <b>your</b> offers.", "en_US"
        )

    def answer(self, status="granted", **told):
        self.record(
            status,
            wording_id=self.wording.id,
            lawful_basis="consent" if status == "granted" else None,
            lang="en_US",
            **{"source_detail": "Spring fair", **told},
        )
        self.env["lifecycle.consent.seal"]._seal_new()

    def paper(self, *partners, report=REPORT, user=None, **data):
        reports = self.env["ir.actions.report"].with_user(user or self.seller)
        ids = [partner.id for partner in partners]
        content, kind = reports._render_qweb_html(report, ids, data=data or None)
        self.assertEqual(kind, "html")
        self.content = content.decode()
        return " ".join(html.fromstring(self.content).text_content().split())

    def test_every_answer_is_there_with_its_words_and_seal(self):
        self.answer()
        self.answer("withdrawn", topic_id=self.topic.id, source="one_click")

        text = self.paper(self.ana)

        granted, withdrawn = self.events.search([], order="id")
        for part in (
            "ana@example.com",
            "News and offers (all topics)",
            "Offers",
            "Granted",
            "Withdrawn",
            "One-Click Unsubscribe",
            "Spring fair",
            "I want <b>your</b> offers.",
            granted.wording_hash,
            granted.seal_hash,
            withdrawn.seal_hash,
        ):
            self.assertIn(part, text)
        self.assertEqual(text.count("As it was recorded."), 2)
        self.assertNotIn("changed after", text)
        self.assertIn("&lt;b&gt;", self.content)

    def test_change_behind_the_back_shows_on_paper(self):
        self.answer()
        event = self.events.search([])
        self.env.cr.execute("ALTER TABLE lifecycle_consent_event DISABLE TRIGGER USER")
        self.set_columns(event, source_detail="Somewhere else")
        self.set_columns(self.wording, text="I want everything.")

        text = self.paper(self.ana)

        self.assertIn("It was changed after it was sealed.", text)
        self.assertIn("The words were changed.", text)

    def test_what_is_not_sealed_yet_says_so(self):
        self.record("granted")
        self.assertIn("Not sealed yet", self.paper(self.ana))

    def test_last_check_is_named(self):
        self.answer()
        checks = self.env["lifecycle.consent.check"]
        check = checks._check(self.env.company)

        text = self.paper(self.ana)

        self.assertIn("As It Was Recorded", text)
        self.assertIn(check.head_hash, text)

    def test_contact_without_answers_has_a_paper_as_well(self):
        self.assertIn("Nothing has been agreed to", self.paper(self.ana))

    def test_paper_is_in_the_language_of_the_contact(self):
        self.env["res.lang"]._activate_lang("es_ES")
        self.env["ir.module.module"].search(
            [("name", "=", "contact_lifecycle")]
        )._update_translations(["es_ES"])
        self.ana.lang = "es_ES"
        self.answer()

        mine = self.paper(self.ana)
        theirs = self.paper(self.ana, report=f"{REPORT}_contact")

        self.assertIn("Granted", mine)
        self.assertIn("Otorgado", theirs)
        self.assertNotIn("Granted", theirs)

    def test_address_without_a_contact_has_its_paper(self):
        self.answer()
        consent = self.consents.search([])
        self.set_columns(consent, partner_id=None)
        event = self.events.search([])
        self.set_columns(event, partner_id=None)
        self.ana.email = "other@example.com"
        self.ana.flush_recordset()

        action = consent.with_user(self.seller).action_print_proof()
        text = self.paper(**action["data"])

        self.assertIn("ana@example.com", text)
        self.assertIn("Spring fair", text)

    def test_buttons_print(self):
        action = self.ana.with_user(self.seller).action_lifecycle_consent_proof()
        self.assertEqual(action["report_name"], REPORT)

    def test_companies_are_kept_apart(self):
        theirs = self.make_company("Theirs")
        self.answer(company_id=theirs.id, source_detail="Their fair")
        self.assertNotIn("Their fair", self.paper(self.ana))

    def test_others_print_nothing(self):
        clerk = self.make_user("clerk", "base.group_user")
        self.answer()
        with self.assertRaises(AccessError):
            self.paper(self.ana, user=clerk)
