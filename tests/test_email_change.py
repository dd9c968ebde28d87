from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .preference_common import PreferenceCase


@tagged("post_install", "-at_install")
class TestEmailChange(PreferenceCase):
    """An address changes when its new owner says so, and takes consent along."""

    def change(self, address="ana@new.example.com", token=None):
        answer = self.send(token or self.fresh, {"do": "email", "email": address})
        return answer, self.env["lifecycle.email.change"].search([], limit=1)

    def confirm(self, change):
        self.env.flush_all()
        answer = self.url_open(
            f"/lifecycle/address/{self.issue('address', change.id)}",
            data={"proof": "x"},
        )
        self.env.invalidate_all()
        return answer

    def said(self, address, topic=None):
        self.env["lifecycle.consent"]._apply_queue()
        return self.env["lifecycle.consent"].search(
            [("address", "=", address), ("topic_id", "=", topic and topic.id)]
        )

    def say(self, status, topic=None, address="ana@example.com", **values):
        purpose = self.env.ref("contact_lifecycle.lifecycle_purpose_marketing")
        self.env["lifecycle.consent"]._record(
            [
                {
                    "company_id": self.env.company.id,
                    "partner_id": self.ana.id,
                    "address": address,
                    "channel": "email",
                    "purpose_id": purpose.id,
                    "topic_id": topic and topic.id,
                    "status": status,
                    "source": "staff",
                    **values,
                }
            ]
        )

    def test_address_changes_only_by_a_press_from_the_new_one(self):
        self.env.company.write({"name": "Tea Ltd", "email": "tea@example.com"})
        answer, change = self.change()
        self.assertIn("One more step", answer.text)
        self.assertEqual(self.ana.email, "ana@example.com")

        self.run_cron()
        mail = self.mails("ana@new.example.com")
        self.assertEqual(len(mail), 1)
        token = mail.body_html.partition("/lifecycle/address/")[2][:48]
        for method in ("GET", "HEAD"):
            self.url_open(f"/lifecycle/address/{token}", method=method)
        self.env.invalidate_all()
        self.assertEqual(change.state, "waiting")

        answer = self.url_open(f"/lifecycle/address/{token}", data={"proof": "x"})

        self.env.invalidate_all()
        self.assertIn("From now on we write to", answer.text)
        self.assertEqual(self.ana.email, "ana@new.example.com")
        self.assertEqual(change.state, "done")
        notice = self.mails("ana@example.com")
        self.assertIn("a•••@n•••.com", notice.body_html)
        self.assertEqual(notice.email_from, '"Tea Ltd" <tea@example.com>')
        self.assertEqual(notice.reply_to, notice.email_from)
        again = self.url_open(f"/lifecycle/address/{token}", data={"proof": "x"})
        self.assertIn("From now on we write to", again.text)
        self.assertEqual(len(self.mails("ana@example.com")), 1)

    def test_forwarded_link_cannot_change_the_address(self):
        answer, change = self.change(token=self.page)

        self.assertFalse(change)
        self.assertIn("make sure that it is you", answer.text)

    def test_other_scopes_confirm_no_address(self):
        _answer, change = self.change()
        for scope in ("page", "fresh", "confirm", "unsubscribe"):
            with self.subTest(scope=scope):
                answer = self.url_open(
                    f"/lifecycle/address/{self.issue(scope, change.id)}",
                    data={"proof": "x"},
                )
                self.assertEqual(answer.status_code, 404)
        self.env.invalidate_all()
        self.assertEqual(self.ana.email, "ana@example.com")

    def test_link_for_a_new_address_opens_nothing_else(self):
        _answer, change = self.change()
        token = self.issue("address", change.id)

        self.assertEqual(self.visit(token).status_code, 404)
        self.assertEqual(self.url_open(f"/lifecycle/confirm/{token}").status_code, 404)

    def test_change_of_another_contact_is_not_confirmed(self):
        bea = self.make_partner("Bea", email="bea@example.com")
        change = self.env["lifecycle.email.change"].create(
            {
                "partner_id": bea.id,
                "company_id": self.env.company.id,
                "new_address": "thief@example.com",
                "request_date": self.now,
            }
        )

        self.assertEqual(self.confirm(change).status_code, 404)

        self.assertEqual(bea.email, "bea@example.com")

    def test_bad_addresses_are_refused(self):
        for address in ("", "ana", "a@b@c", "a@x.com, b@x.com", "x" * 300 + "@x.com"):
            with self.subTest(address=address):
                answer, change = self.change(address)
                self.assertIn("Please write one e-mail address", answer.text)
                self.assertFalse(change)
        answer, change = self.change("Ana@Example.com")
        self.assertIn("already", answer.text)
        self.assertFalse(change)

    def test_last_request_counts_and_three_a_day(self):
        first = self.change("one@example.com")[1]
        second = self.change("two@example.com")[1]
        self.assertIn("asked again", self.confirm(first).text)
        self.assertEqual(self.ana.email, "ana@example.com")

        self.change("three@example.com")
        answer, last = self.change("four@example.com")

        self.assertIn("One more step", answer.text)
        self.assertEqual(last.new_address, "three@example.com")
        self.assertEqual(second.state, "replaced")

    def test_address_that_was_changed_meanwhile_is_left_alone(self):
        _answer, change = self.change()
        self.ana.email = "ana@office.example.com"

        answer = self.confirm(change)

        self.assertIn("no longer possible", answer.text)
        self.assertEqual(self.ana.email, "ana@office.example.com")

    def test_somebody_elses_address_gets_the_same_answer_and_staff_see_it(self):
        free = self.change("free1@example.com")[0].text
        bea = self.make_partner("Bea", email="bea01@example.com")
        taken, change = self.change("bea01@example.com")
        self.assertEqual(
            len(free.replace("free1", "")), len(taken.text.replace("bea01", ""))
        )

        self.confirm(change)

        self.assertEqual(change.state, "done")
        self.assertEqual(change.other_partner_id, bea)
        found = self.env["lifecycle.email.change"].search([("has_other", "=", True)])
        self.assertEqual(found, change)
        self.assertIn("Bea", "".join(self.ana.message_ids.mapped("body")))

    def test_consent_goes_along_and_withdrawals_stay(self):
        tea, hike, meat = self.env["lifecycle.topic"].create(
            [{"name": "Tea"}, {"name": "Hikes"}, {"name": "Meat", "is_exclusion": True}]
        )
        last_year = self.now - timedelta(days=365)
        self.say("granted", tea, event_date=last_year, lawful_basis="consent")
        self.say("withdrawn", hike)
        self.say("granted", hike, address="ana@new.example.com")
        self.say("granted", meat)
        self.say("withdrawn")
        self.say("granted", address="ana@new.example.com")

        self.confirm(self.change()[1])

        new = "ana@new.example.com"
        carried = self.said(new, tea)
        self.assertEqual(carried.status, "granted")
        self.assertEqual(carried.since_date, last_year)
        self.assertEqual(carried.lawful_basis, "consent")
        self.assertEqual(carried.source, "address_change")
        self.assertIn("a•••@e•••.com #", carried.event_id.source_detail)
        self.assertEqual(self.said(new, hike).status, "withdrawn")
        self.assertEqual(self.said(new, meat).status, "granted")
        self.assertEqual(self.said(new).status, "withdrawn")
        self.assertEqual(self.said("ana@example.com", tea).status, "granted")

    def test_new_address_that_said_no_is_not_overruled(self):
        tea = self.env["lifecycle.topic"].create({"name": "Tea"})
        self.say("granted", tea)
        self.say("withdrawn", tea, address="ana@new.example.com")

        self.confirm(self.change()[1])

        self.assertEqual(self.said("ana@new.example.com", tea).status, "withdrawn")

    def test_staff_see_changes_of_their_company_and_edit_none(self):
        change = self.change()[1]
        theirs = self.make_company("Theirs")
        reader = self.make_user("reader", "contact_lifecycle.group_lifecycle_reader")
        stranger = self.make_user(
            "stranger",
            "contact_lifecycle.group_lifecycle_manager",
            company_id=theirs.id,
            company_ids=[Command.set(theirs.ids)],
        )
        seen = self.env["lifecycle.email.change"].with_user(reader).search([])
        self.assertEqual(seen.mapped("new_address"), ["ana@new.example.com"])
        self.assertFalse(seen.has_other)
        with self.assertRaises(AccessError):
            seen.new_address = "thief@example.com"
        self.assertFalse(self.env[change._name].with_user(stranger).search([]))
