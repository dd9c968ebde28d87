from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.contact_lifecycle.engine.consent import tokens

from .signup_common import SignupCase


@tagged("post_install", "-at_install")
class TestSignupConfirm(SignupCase):
    """Only a press on the link in the message makes a contact, and consent."""

    def test_press_makes_the_contact_and_its_consent(self):
        self.sign_up("ana@example.com", self.recipes, lang="en_US")
        self.run_cron()
        mail = self.mails()
        self.assertEqual(len(mail), 1)
        self.assertIn("Recipes", mail.body_html)
        self.assertNotIn("Spring", mail.body_html, "our own name for the form")
        self.assertNotIn("ana@example.com", self.link())

        page = self.visit(self.link())
        self.visit(self.link(), method="HEAD")
        self.assertIn("Recipes", page.text)
        self.assertFalse(self.Partner.search([("email", "=", "ana@example.com")]))

        answer = self.press()

        self.assertIn("Welcome", answer.text)
        ana = self.Partner.search([("email_normalized", "=", "ana@example.com")])
        self.assertEqual(len(ana), 1)
        self.assertEqual(ana.lang, "en_US")
        self.assertEqual(
            self.said(), {"": "granted", "Recipes": "granted", "News": "withdrawn"}
        )
        events = ana.lifecycle_consent_event_ids.filtered("wording_id")
        asked = events.filtered(lambda event: event.status == "pending")
        given = events.filtered(lambda event: event.status == "granted")
        self.assertEqual(asked.mapped("source"), ["signup"] * 2)
        self.assertEqual(given.mapped("source"), ["double_opt_in"] * 2)
        signup = self.signups.search([])
        self.assertEqual(set(asked.mapped("event_date")), {signup.request_date})
        self.assertEqual(signup.state, "confirmed")
        self.assertEqual(signup.partner_id, ana)

    def test_link_to_the_preferences_is_given_after_the_press_only(self):
        self.sign_up()
        self.run_cron()

        self.assertNotIn("/lifecycle/preferences/", self.visit(self.link()).text)
        self.assertIn("/lifecycle/preferences/", self.press().text)
        self.assertNotIn("/lifecycle/preferences/", self.visit(self.link()).text)

    def test_pressed_twice_happens_once(self):
        self.confirmed()
        events = self.env["lifecycle.consent.event"].search_count([])

        again = self.press()

        self.assertIn("Welcome", again.text)
        self.assertEqual(self.env["lifecycle.consent.event"].search_count([]), events)
        self.assertEqual(
            self.Partner.search_count([("email_normalized", "=", "ana@example.com")]), 1
        )

    def test_press_without_a_proof_confirms_nothing(self):
        self.sign_up()
        self.run_cron()
        self.is_checked = True

        answer = self.press()

        self.assertIn("press it once more", answer.text)
        self.assertEqual(self.signups.search([]).state, "waiting")

    def test_links_that_are_none_are_refused_kindly(self):
        ana = self.make_partner(email="ana@example.com")
        other = self.env["lifecycle.link"]._issue(ana, self.env.company, "confirm")
        self.sign_up()
        self.run_cron()
        token = self.link().rpartition("/")[2]
        forged = token[:-1] + ("A" if token[-1] != "A" else "B")

        for wrong in (forged, token[:-4], token + "A", "x", "é", *other.values()):
            with self.subTest(wrong):
                path = f"/lifecycle/signup-confirm/{wrong}"
                for answer in (self.visit(path), self.press(path)):
                    self.assertEqual(answer.status_code, 404)
                    self.assertIn("does not work any more", answer.text)
        self.assertEqual(self.signups.search([]).state, "waiting")

    def test_contact_that_is_known_keeps_its_data(self):
        name, city = self.env["lifecycle.question"].create(
            [
                {"name": "Your name?", "field_name": "name"},
                {"name": "Where do you live?", "field_name": "city"},
            ]
        )
        self.form.question_ids = [Command.set((name | city).ids)]
        ana = self.make_partner("Ana Ferrer", email="ana@example.com", lang="en_US")
        told = {f"q{name.id}": "Eve", f"q{city.id}": "Valencia"}

        self.assertEqual(self.confirmed(**told), ana)

        self.assertEqual(ana.name, "Ana Ferrer")
        self.assertEqual(ana.city, "Valencia")
        changes = self.env["lifecycle.preference.change"].search(
            [("partner_id", "=", ana.id)]
        )
        self.assertEqual(changes.mapped("source"), ["signup"])
        self.assertFalse(self.signups.search([]).answers)

        bea = self.confirmed("bea@example.com", **{**told, f"q{name.id}": "Bea"})
        self.assertEqual(bea.name, "Bea")
        self.assertEqual(bea.city, "Valencia")

    def test_who_is_here_keeps_the_topics_that_were_not_ticked(self):
        self.make_partner(email="ana@example.com")

        self.confirmed("ana@example.com", self.offers)

        self.assertEqual(self.said(), {"": "granted", "Offers": "granted"})

    def test_who_had_left_comes_back_for_what_was_asked_for_only(self):
        ana = self.make_partner(email="ana@example.com")
        link = self.env["lifecycle.link"]._get_row(ana, self.env.company)
        self.env["lifecycle.consent"]._leave(link, 0, "preference_centre")
        self.env["mail.blacklist"]._add("ana@example.com")
        self.assertEqual(self.said()[""], "withdrawn")

        self.confirmed("ana@example.com", self.recipes)

        self.assertEqual(
            self.said(), {"": "granted", "Recipes": "granted", "News": "withdrawn"}
        )
        self.assertFalse(ana.is_blacklisted)

    def test_what_was_wanted_before_leaving_does_not_come_back_along(self):
        ana = self.make_partner(email="ana@example.com")
        self.confirmed("ana@example.com", self.offers)
        links = self.env["lifecycle.link"]
        token = links._issue(ana, self.env.company, "unsubscribe")[ana.id]
        self.visit(f"/lifecycle/unsubscribe/{token}", data={"x": "y"})
        self.assertEqual(self.said(), {"": "withdrawn", "Offers": "granted"})
        self.age(days=2)

        self.confirmed("ana@example.com", self.recipes)

        self.assertEqual(
            self.said(),
            {
                "": "granted",
                "Recipes": "granted",
                "News": "withdrawn",
                "Offers": "withdrawn",
            },
        )

    def test_who_left_a_moment_ago_comes_back_for_what_was_asked_for_only(self):
        ana = self.make_partner(email="ana@example.com")
        self.sign_up("ana@example.com", self.recipes)
        self.run_cron()
        link = self.env["lifecycle.link"]._get_row(ana, self.env.company)
        self.env["lifecycle.consent"]._leave(link, 0, "one_click")

        self.press()

        self.assertEqual(self.said()["News"], "withdrawn")

    def test_link_of_a_contact_that_is_gone_is_answered_kindly(self):
        self.confirmed().unlink()

        answer = self.press()

        self.assertEqual(answer.status_code, 200)
        self.assertNotIn("/lifecycle/preferences/", answer.text)

    def test_contact_of_another_company_is_not_touched(self):
        theirs = self.make_company("Theirs")
        stranger = self.make_partner(email="ana@example.com", company_id=theirs.id)

        found = self.confirmed()

        ours = found - stranger
        self.assertEqual(len(ours), 1)
        self.assertEqual(ours.company_id, self.env.company)
        self.assertFalse(stranger.lifecycle_consent_event_ids)

    def test_sign_up_is_part_of_the_journey_with_its_sources(self):
        campaign = self.env["utm.campaign"].create({"name": "Spring", "title": "S"})
        ana = self.confirmed(utm_campaign="spring", page="footer")
        self.age(hours=1)

        self.harvest("signup")

        touchpoint = self.journey(ana, "signed_up")
        self.assertEqual(touchpoint.campaign_id, campaign)
        self.assertIn("footer", touchpoint.name)
        self.harvest("signup")
        self.assertEqual(len(self.journey(ana, "signed_up")), 1)
        self.refresh(ana)
        self.assertEqual(ana.lifecycle_subscribe_count, 1)
        self.assertEqual(ana.lifecycle_stage_id, self.stage("subscriber"))

    def test_without_double_opt_in_strangers_are_in_at_once(self):
        self.form.is_double_opt_in = False

        answer = self.sign_up()
        self.run_cron()

        self.assertIn("something left to confirm", answer.text)
        ana = self.Partner.search([("email_normalized", "=", "ana@example.com")])
        self.assertTrue(ana)
        self.assertFalse(self.mails())
        granted = ana.lifecycle_consent_event_ids.filtered(
            lambda event: event.status == "granted"
        )
        self.assertEqual(set(granted.mapped("source")), {"signup"})

    def test_without_double_opt_in_whoever_is_known_still_confirms(self):
        self.form.is_double_opt_in = False
        ana = self.make_partner(email="ana@example.com")
        self.env["mail.blacklist"]._add("bea@example.com")

        self.sign_up()
        self.sign_up("bea@example.com")
        self.run_cron()

        self.assertFalse(ana.lifecycle_consent_event_ids)
        self.assertEqual(len(self.mails()), 1)
        self.assertEqual(len(self.mails("bea@example.com")), 1)
        self.assertFalse(self.Partner.search([("email", "=", "bea@example.com")]))

    def test_token_of_a_sign_up_opens_nothing_else(self):
        self.sign_up()
        self.run_cron()
        token = self.link().rpartition("/")[2]
        links = self.env["lifecycle.link"]

        self.assertIsNone(links._open(token, set(tokens.SCOPES)))
        for path in ("preferences", "unsubscribe", "confirm"):
            answer = self.visit(f"/lifecycle/{path}/{token}")
            self.assertEqual(answer.status_code, 404)
