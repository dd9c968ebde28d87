from datetime import timedelta

from odoo.tests import tagged

from .rights_common import LeavingCase


@tagged("post_install", "-at_install")
class TestOldLink(LeavingCase):
    """An unsubscribe link leaves for ever, and does nothing else after 90 days."""

    def old(self, days=91):
        return self.issue_at(self.env.cr.now() - timedelta(days=days))

    def test_young_link_opens_the_whole_page(self):
        for days in (0, 59, 61, 89):
            with self.subTest(days=days):
                answer = self.look(self.old(days))
                self.assertIn("How often?", answer.text)

    def test_old_link_shows_leaving_only(self):
        for path in ("preferences", "unsubscribe"):
            for days in (91, 400):
                answer = self.visit(f"/lifecycle/{path}/{self.old(days)}")
                with self.subTest(path=path, days=days):
                    self.assertEqual(answer.status_code, 200)
                    self.assertIn("Stop everything", answer.text)
                    self.assertNotIn("How often?", answer.text)
                    self.assertNotIn("News", answer.text)
                    self.assertNotIn("Your data", answer.text)
                    self.assertNotIn("ana.ferrer", answer.text)

    def test_old_link_leaves_and_takes_it_back(self):
        self.token = self.old(400)
        answer = self.stop()
        self.assertEqual(self.said(), "withdrawn")
        self.assertIn("You get nothing more from us", answer.text)
        self.assertIn("Would you tell us why", answer.text)

        self.tell(self.often)
        self.assertEqual(self.rows().reason_id, self.often)
        self.press(self.token, do="undo")

        self.assertEqual(self.said(), "granted")

    def test_old_link_by_the_button_of_the_mailbox_leaves(self):
        self.visit(f"/lifecycle/unsubscribe/{self.old(400)}", data={"x": "1"})

        self.assertEqual(self.said(), "withdrawn")

    def test_old_link_changes_nothing_else(self):
        self.token = self.old()
        self.stop()
        was = f"t{self.news.id}_email=1&frequency=all"
        for section, fields in (
            ("", {"do": "save", "was": was, "frequency": "weekly"}),
            ("/reason", {"do": "frequency", "frequency": "weekly"}),
            ("/reason", {"do": "pause", "pause": "2w"}),
            ("/profile", {"do": "correct"}),
            ("/data", {"do": "json"}),
            ("/data", {"do": "ask", "kind": "erasure"}),
        ):
            with self.subTest(section=section, **fields):
                answer = self.press(self.token, section, **fields)
                self.assertIn("too old for that", answer.text)
        self.assertNotIn("Withdrawn", self.look(self.token, "/history").text)
        self.assertFalse(self.ana.lifecycle_preference_ids)
        self.assertFalse(self.said(self.news))
        self.assertFalse(self.env["lifecycle.data.request"].search([]))

    def test_old_link_has_a_new_one_sent_to_the_address_on_file(self):
        answer = self.press(self.old(), do="link")

        self.assertIn("A message with a new link is on its way", answer.text)
        request = self.env["lifecycle.link.request"].search([], limit=1)
        self.assertEqual(request.address, "ana.ferrer@example.com")
        self.assertEqual((request.kind, request.partner_id), ("page", self.ana))
