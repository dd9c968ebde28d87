import re
from datetime import timedelta
from unittest.mock import patch

from lxml import html

from odoo.tests import HttpCase, tagged

from odoo.addons.contact_lifecycle.engine.consent import tokens

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestPreferenceCentre(LifecycleCase, HttpCase):
    """A contact decides, by a link and without a login, and only by pressing."""

    def setUp(self):
        super().setUp()
        self.ana = self.make_partner(
            email="ana.ferrer@example.com", phone="+34600000001"
        )
        self.purpose = self.env.ref("contact_lifecycle.lifecycle_purpose_marketing")
        self.news, self.offers, self.meat = self.env["lifecycle.topic"].create(
            [
                {"name": "News", "kind": "opt_out", "has_sms": True},
                {"name": "Offers", "is_double_opt_in": False},
                {"name": "Meat", "is_exclusion": True},
            ]
        )
        self.token = self.issue()
        # The proof of a form is good after a second; a test does not wait for it.
        self.patch(tokens, "is_form_ours", lambda *_args: True)

    def issue(self, scope="page"):
        links = self.env["lifecycle.link"]
        return links._issue(self.ana, self.env.company, scope)[self.ana.id]

    def visit(self, token=None, **kwargs):
        self.env.flush_all()
        path = f"/lifecycle/preferences/{token or self.token}"
        return self.url_open(path, allow_redirects=False, **kwargs)

    def form(self, answer=None):
        """Return the fields of the main form as a browser would send them."""
        page = html.fromstring((answer or self.visit()).content)
        (form,) = [
            form for form in page.forms if {"was", "frequency"} <= set(form.fields)
        ]
        return dict(form.form_values())

    def send(self, fields, token=None, **kwargs):
        return self.visit(token, data=fields, **kwargs)

    def said(self, topic=None, channel="email"):
        self.env["lifecycle.consent"]._apply_queue()
        found = self.ana.lifecycle_consent_ids.filtered(
            lambda c: (
                c.topic_id == (topic or self.env["lifecycle.topic"])
                and c.channel == channel
            )
        )
        return found.status

    def test_page_shows_state_and_masks_the_person(self):
        answer = self.visit()

        self.assertEqual(answer.status_code, 200)
        self.assertNotIn("ana.ferrer@example.com", answer.text)
        self.assertNotIn("600000001", answer.text)
        self.assertIn("a•••@e•••.com", answer.text)
        fields = self.form(answer)
        self.assertEqual(fields[f"t{self.news.id}_email"], "1")
        self.assertNotIn(f"t{self.offers.id}_email", fields)

    def test_saving_records_only_what_was_changed(self):
        fields = self.form()
        fields[f"t{self.offers.id}_email"] = "1"
        fields["frequency"] = "monthly"

        answer = self.send(fields)

        self.assertIn("Your choices are saved", answer.text)
        self.assertEqual(self.said(self.offers), "granted")
        self.assertFalse(self.said(self.news))
        self.assertEqual(self.ana.lifecycle_preference_ids.frequency, "monthly")
        event = self.ana.lifecycle_consent_event_ids
        self.assertEqual(event.source, "preference_centre")
        self.assertIn("Offers", event.wording_id.text)

    def test_two_tabs_do_not_undo_each_other(self):
        first, second = self.form(), self.form()
        del first[f"t{self.news.id}_email"]
        second["frequency"] = "weekly"

        self.send(first)
        self.send(second)

        self.assertEqual(self.said(self.news), "withdrawn")
        self.assertEqual(self.ana.lifecycle_preference_ids.frequency, "weekly")

    def test_never_show_me(self):
        fields = self.form()
        fields[f"x{self.meat.id}"] = "1"

        self.send(fields)

        self.assertEqual(self.said(self.meat), "granted")
        self.assertIn(f"x{self.meat.id}", self.form())

    def test_stop_everything_and_undo(self):
        answer = self.send({"do": "stop", "proof": "x"})
        self.assertIn("You get nothing more from us", answer.text)
        self.assertEqual(self.said(), "withdrawn")
        self.assertEqual(self.said(channel="sms"), "withdrawn")

        answer = self.send({"do": "undo", "proof": "x"})

        self.assertIn("as it was before", answer.text)
        self.assertEqual(self.said(), "granted")
        self.assertNotIn("take it back", answer.text)

    def test_undo_grants_nothing_that_was_never_granted(self):
        self.purpose.needs_consent = True

        self.send({"do": "stop", "proof": "x"})
        self.send({"do": "undo", "proof": "x"})

        self.assertEqual(self.said(), "withdrawn")

    def test_undo_puts_back_the_basis_as_well(self):
        self.env["lifecycle.consent"]._record(
            [
                {
                    "company_id": self.env.company.id,
                    "partner_id": self.ana.id,
                    "address": self.ana.email_normalized,
                    "channel": "email",
                    "purpose_id": self.purpose.id,
                    "status": "granted",
                    "lawful_basis": "soft_opt_in",
                    "source": "api",
                    "event_date": self.env.cr.now() - timedelta(days=9),
                }
            ]
        )
        self.send({"do": "stop", "proof": "x"})
        self.send({"do": "undo", "proof": "x"})

        self.assertEqual(self.said(), "granted")
        held = self.ana.lifecycle_consent_ids.filtered(lambda c: c.channel == "email")
        self.assertEqual(held.lawful_basis, "soft_opt_in")

    def test_purpose_that_is_new_is_left_as_well(self):
        self.form()
        self.env["lifecycle.purpose"].create({"name": "Events", "code": "events"})

        self.send({k: v for k, v in self.form().items() if k != "c_email"})

        self.env["lifecycle.consent"]._apply_queue()
        self.env.invalidate_all()
        held = self.ana.lifecycle_consent_ids.filtered(lambda c: c.channel == "email")
        self.assertIn("Events", held.purpose_id.mapped("name"))

    def test_pause_and_its_end(self):
        self.send({**self.form(), "pause": "2w"})
        until = self.ana.lifecycle_preference_ids.pause_until
        self.assertEqual(until, self.env.cr.now().date() + timedelta(weeks=2))

        self.send({**self.form(), "pause": "end"})

        self.env.invalidate_all()
        self.assertFalse(self.ana.lifecycle_preference_ids.pause_until)
        changes = self.env["lifecycle.preference.change"].search(
            [("partner_id", "=", self.ana.id)]
        )
        self.assertEqual(changes.mapped("field_name"), ["pause_until"] * 2)

    def test_bad_pause_is_told_and_the_rest_saved(self):
        for until in ("", "yesterday", "1999-01-01", "9999-12-31", "2026-02-30"):
            fields = {**self.form(), "pause": "date", "pause_until": until}
            fields["frequency"] = "weekly"
            with self.subTest(until=until):
                answer = self.send(fields)
                self.assertIn("Please choose a day", answer.text)
        self.assertEqual(self.ana.lifecycle_preference_ids.frequency, "weekly")

    def test_looking_changes_nothing(self):
        self.env.flush_all()
        with patch.object(type(self.env.cr), "commit", side_effect=AssertionError):
            for method in ("GET", "HEAD"):
                answer = self.url_open(
                    f"/lifecycle/preferences/{self.token}", method=method
                )
                self.assertEqual(answer.status_code, 200)
                self.assertFalse(answer.cookies)
        self.assertFalse(self.ana.lifecycle_consent_event_ids)
        self.assertFalse(self.ana.lifecycle_preference_ids)

    def test_page_keeps_no_secret_and_runs_no_script(self):
        answer = self.visit()

        self.assertNotIn("<script", answer.text)
        policy = answer.headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertIn("frame-ancestors 'none'", policy)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertFalse(re.search(r"\son\w+=", answer.text))

    def test_wrong_links_get_a_helpful_page(self):
        revoked = self.issue()
        self.env["lifecycle.link"]._revoke(self.ana)
        for token in (revoked, "nonsense", self.token[:-1]):
            with self.subTest(token=token):
                answer = self.visit(token)
                self.assertEqual(answer.status_code, 404)
                self.assertIn("Send me a new link", answer.text)

    def test_form_that_is_not_ours_changes_nothing(self):
        self.patch(tokens, "is_form_ours", lambda *_args: False)

        answer = self.send({"do": "stop"})

        self.assertIn("Nothing was changed", answer.text)
        self.assertFalse(self.ana.lifecycle_consent_event_ids)
