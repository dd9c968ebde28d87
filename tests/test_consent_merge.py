from datetime import date

from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_consent_keep import ConsentCase


@tagged("post_install", "-at_install")
class TestConsentMerge(ConsentCase):
    """Of two contacts that are one, the stricter wish holds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twin = cls.make_partner("Ana again", email="ana.b@example.com")
        cls.preferences = cls.env["lifecycle.preference"]

    def merge(self):
        wizard = self.env["base.partner.merge.automatic.wizard"]
        with mute_logger("odoo.addons.base.wizard.base_partner_merge"):
            wizard._merge((self.ana | self.twin).ids, self.ana)
        self.env.invalidate_all()

    def prefer(self, partner, frequency, pause_until=False):
        return self.preferences.create(
            {
                "partner_id": partner.id,
                "frequency": frequency,
                "pause_until": pause_until,
            }
        )

    def test_rarest_frequency_and_longest_pause_hold(self):
        kept = self.prefer(self.ana, "monthly", date(2030, 1, 1))
        self.prefer(self.twin, "weekly", date(2031, 1, 1))

        self.merge()

        self.assertEqual(self.ana.lifecycle_preference_ids, kept)
        self.assertEqual(kept.frequency, "monthly")
        self.assertEqual(kept.pause_until, date(2031, 1, 1))

    def test_preferences_of_the_one_that_goes_follow(self):
        self.prefer(self.twin, "important")

        self.merge()

        self.assertEqual(self.ana.lifecycle_preference_ids.frequency, "important")

    def test_preferences_of_each_company_are_joined_by_themselves(self):
        other = self.make_company("Other")
        self.prefer(self.ana, "weekly")
        self.prefer(self.twin, "monthly").company_id = other

        self.merge()

        found = self.ana.lifecycle_preference_ids
        self.assertEqual(
            {row.company_id: row.frequency for row in found},
            {self.env.company: "weekly", other: "monthly"},
        )

    def test_links_of_both_lead_to_the_one_that_is_left(self):
        links = self.env["lifecycle.link"]
        tokens = links._issue(self.ana | self.twin, self.env.company, "unsubscribe")

        self.merge()

        for token in tokens.values():
            link, _said = links._open(token, {"unsubscribe"})
            self.assertEqual(link.partner_id, self.ana)

    def test_withdrawal_at_the_address_that_goes_holds_at_the_one_that_stays(self):
        self.record("granted")
        self.record("withdrawn", partner=self.twin)
        self.record("granted", partner=self.twin, topic_id=self.topic.id)

        self.merge()

        self.assertEqual(self.held(), {self.purpose: "withdrawn"})
        self.assertEqual(len(self.ana.lifecycle_consent_event_ids), 4)
        self.assertEqual(self.ana.lifecycle_consent_event_ids[0].source, "merge")

    def test_merging_the_same_address_adds_no_answer(self):
        self.twin.email = "ana@example.com"
        self.record("withdrawn", partner=self.twin)

        self.merge()

        self.assertEqual(self.held(), {self.purpose: "withdrawn"})
        self.assertEqual(len(self.ana.lifecycle_consent_event_ids), 1)
        self.assertEqual(self.ana.lifecycle_consent_ids.partner_id, self.ana)

    def test_withdrawal_that_waits_to_be_applied_counts(self):
        link = self.env["lifecycle.link"]._get_row(self.twin, self.env.company)
        self.consents._leave(link, 0, "one_click")

        self.merge()

        self.assertEqual(self.held(), {self.purpose: "withdrawn"})

    def test_chain_is_whole_after_a_merge(self):
        self.record("withdrawn", partner=self.twin)
        seals = self.env["lifecycle.consent.seal"]
        seals._seal_new()

        self.merge()
        seals._seal_new()

        self.assertIsNone(seals._find_break(self.env.company)[0])
