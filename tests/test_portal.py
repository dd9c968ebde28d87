from lxml import html

from odoo.tests import tagged

from odoo.addons.contact_lifecycle.engine.consent import tokens

from .rights_common import RightsCase


@tagged("post_install", "-at_install")
class TestPortal(RightsCase):
    """Whoever is logged in finds the same page in the account, about themselves."""

    def setUp(self):
        super().setUp()
        self.user = self.make_user(
            "ana.portal",
            "base.group_portal",
            password="ana.portal.secret",
            partner_id=self.ana.id,
        )
        self.ana.invalidate_recordset()

    def enter(self):
        self.authenticate("ana.portal", "ana.portal.secret")

    def send(self, section="", **fields):
        data = {"proof": "x", **fields}
        return self.visit(f"/my/preferences{section}", data=data)

    def form(self):
        (form,) = [
            form
            for form in html.fromstring(self.visit("/my/preferences").content).forms
            if "frequency" in form.fields
        ]
        return dict(form.form_values())

    def test_stranger_is_sent_to_log_in(self):
        for path in ("", "/history", "/data"):
            answer = self.visit(f"/my/preferences{path}")
            self.assertEqual(answer.status_code, 303)
            self.assertIn("/web/login", answer.headers["Location"])
        self.send("/data", do="json")
        self.assertFalse(self.env["lifecycle.data.request"].search([]))

    def test_card_in_the_account_leads_there(self):
        self.enter()

        answer = self.visit("/my/home")

        self.assertIn('href="/my/preferences"', answer.text)

    def test_page_shows_the_own_choices_and_writes_nothing(self):
        self.enter()

        answer = self.visit("/my/preferences")

        self.assertEqual(answer.status_code, 200)
        self.assertIn("How often?", answer.text)
        self.assertIn("Download my data", answer.text)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertFalse(
            self.env["lifecycle.link"].search([("partner_id", "=", self.ana.id)])
        )
        self.assertFalse(self.ana.lifecycle_preference_ids)

    def test_address_typed_into_the_account_shows_nothing_of_its_owner(self):
        bea = self.make_partner("Bea", email="bea@example.com")
        self.record(
            "granted",
            partner_id=bea.id,
            address="bea@example.com",
            source_detail="Fair of Bea",
        )
        # Odoo's form of the account asks nobody whose address it is.
        self.ana.email = "bea@example.com"
        self.enter()

        self.assertNotIn("Fair of Bea", self.visit("/my/preferences/history").text)
        self.assertNotIn("Fair of Bea", self.send("/data", do="json").text)

    def test_labels_of_a_campaign_leave_no_cookie(self):
        self.enter()

        answer = self.visit("/my/preferences?utm_source=paper&utm_campaign=spring")

        self.assertEqual(answer.status_code, 200)
        self.assertNotIn("Set-Cookie", answer.headers)

    def test_choices_are_saved_as_said_in_the_portal(self):
        self.enter()
        fields = self.form()
        fields["frequency"] = "monthly"
        del fields[f"t{self.news.id}_email"]

        answer = self.send(**fields)

        self.assertIn("Your choices are saved", answer.text)
        self.assertEqual(self.ana.lifecycle_preference_ids.frequency, "monthly")
        self.assertEqual(self.said(self.news), "withdrawn")
        event = self.ana.lifecycle_consent_event_ids[:1]
        self.assertEqual(event.source, "portal")

    def test_stop_reason_and_undo(self):
        self.enter()
        self.send(do="stop")
        self.assertEqual(self.said(), "withdrawn")
        reason = self.env["mailing.subscription.optout"].create(
            {"name": "Too many", "lifecycle_offer": "frequency"}
        )

        self.send("/reason", do="reason", reason=reason.id)
        self.send("/reason", do="frequency", frequency="weekly")

        self.assertEqual(self.said(), "granted")
        self.assertEqual(self.ana.lifecycle_preference_ids.frequency, "weekly")

    def test_data_and_history_without_a_further_link(self):
        self.enter()
        self.record("granted", source_detail="At the fair")

        self.assertIn("At the fair", self.visit("/my/preferences/history").text)
        answer = self.send("/data", do="json")
        self.assertIn("ana.ferrer@example.com", answer.text)
        self.send("/data", do="ask", kind="erasure")

        requests = self.env["lifecycle.data.request"].search(
            [("partner_id", "=", self.ana.id)]
        )
        self.assertEqual(set(requests.mapped("kind")), {"download", "erasure"})
        self.assertEqual(set(requests.mapped("source")), {"portal"})

    def test_form_of_another_site_or_user_changes_nothing(self):
        self.enter()
        proofs = []

        def is_ours(_secret, subject, signature, _now):
            proofs.append((subject, signature))
            return False

        self.patch(tokens, "is_form_ours", is_ours)
        answer = self.send(do="stop")

        self.assertIn("Nothing was changed", answer.text)
        self.assertIn(f"portal-{self.user.id}-", proofs[0][0])
        self.assertFalse(self.said())

    def test_form_of_another_site_is_refused(self):
        self.enter()

        self.visit(
            "/my/preferences",
            data={"proof": "x", "do": "stop"},
            headers={"Sec-Fetch-Site": "cross-site"},
        )

        self.assertFalse(self.said())

    def test_employee_has_the_page_too(self):
        self.make_user("emil", email="emil@example.com", password="emil.emil.emil")
        self.authenticate("emil", "emil.emil.emil")

        answer = self.visit("/my/preferences")

        self.assertIn("How often?", answer.text)
        self.send(do="stop")
        emil = self.env["res.users"].search([("login", "=", "emil")]).partner_id
        self.assertTrue(emil.lifecycle_consent_event_ids)
        self.assertFalse(self.ana.lifecycle_consent_event_ids)

    def test_own_company_only(self):
        theirs = self.make_company("Theirs")
        self.record("granted", company_id=theirs.id, source_detail="theirs only")
        self.enter()

        text = self.visit("/my/preferences/history").text

        self.assertNotIn("theirs only", text)

    def test_section_that_does_not_exist_shows_the_page(self):
        self.enter()

        answer = self.send("/nonsense", do="stop")

        self.assertEqual(answer.status_code, 200)
        self.assertFalse(self.said())

    def test_looking_writes_nothing(self):
        self.enter()
        self.env.flush_all()
        before = self.env["lifecycle.data.request"].search_count([])

        for path in ("", "/history", "/data", "/reason", "/profile"):
            for method in ("GET", "HEAD"):
                answer = self.url_open(f"/my/preferences{path}", method=method)
                self.assertEqual(answer.status_code, 200)

        self.assertEqual(self.env["lifecycle.data.request"].search_count([]), before)
        self.assertFalse(self.ana.lifecycle_consent_event_ids)
