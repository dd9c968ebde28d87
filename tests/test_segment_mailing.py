from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .segment_mailing_common import SegmentMailingCase


@tagged("post_install", "-at_install")
class TestSegmentMailingRecipients(SegmentMailingCase):
    """Contacts in any of these segments and in none of those are mailed."""

    def test_several_in(self):
        mailing = self.mail_to([self.fans, self.buyers])

        self.assertEqual(self.recipients(mailing), self.ana | self.ben | self.eva)

    def test_several_in_and_one_out(self):
        mailing = self.mail_to([self.fans, self.buyers], [self.buyers])

        self.assertEqual(self.recipients(mailing), self.ana)

    def test_only_out(self):
        mailing = self.mail_to([], [self.fans])

        found = self.recipients(mailing)
        self.assertLessEqual(self.eva | self.mia, found)
        self.assertFalse(found & (self.ana | self.ben))

    def test_segments_narrow_the_filter_of_the_mailing(self):
        mailing = self.mail_to([self.fans], mailing_domain="[('name', '=', 'Ben')]")

        self.assertEqual(self.recipients(mailing), self.ben)

    def test_an_empty_segment_mails_nobody(self):
        mailing = self.mail_to([self.make_static("Nobody")])

        self.assertFalse(self.recipients(mailing))
        with self.assertRaises(UserError):
            mailing._action_send_mail()

    def test_without_segments_nothing_changes(self):
        mailing = self.mail_to([], mailing_domain="[('name', '=', 'Mia')]")

        self.assertEqual(self.recipients(mailing), self.mia)

    def test_every_count_is_that_of_the_recipients(self):
        mailing = self.mail_to([self.fans, self.buyers], [self.fans])

        self.assertEqual(mailing.segment_recipient_count, 1)
        self.assertEqual(mailing.total, 1)
        self.assertEqual(mailing._get_remaining_recipients(), self.eva.ids)

    def test_the_count_is_told_before_saving(self):
        form = Form(self.env["mailing.mailing"].with_user(self.env.user))
        form.subject = "Spring letter"
        form.mailing_model_id = self.env["ir.model"]._get("res.partner")
        form.mailing_domain = "[]"
        form.segment_ids.add(self.fans)

        self.assertEqual(form.segment_recipient_count, 2)
        form.excluded_segment_ids.add(self.buyers)
        self.assertEqual(form.segment_recipient_count, 1)

    def test_other_recipients_take_the_segments_away(self):
        form = Form(self.mail_to([self.fans]))

        form.mailing_model_id = self.env["ir.model"]._get("mailing.list")

        self.assertFalse(form.segment_ids)

    def test_segments_choose_among_contacts_only(self):
        with self.assertRaisesRegex(ValidationError, "Contact"):
            self.make_mailing(model="mailing.contact", segment_ids=self.fans.ids)

    def test_a_copy_mails_the_same_segments(self):
        mailing = self.mail_to([self.fans, self.buyers], [self.buyers])

        self.assertEqual(self.recipients(mailing.copy()), self.ana)

    def test_an_ab_sample_and_its_winner_stay_within_the_segments(self):
        many = self.Partner.create(
            [{"name": f"P{n}", "email": f"p{n}@example.com"} for n in range(20)]
        )
        segment = self.make_static("Many", *many)
        mailing = self.mail_to([segment], ab_testing_enabled=True, ab_testing_pc=20)

        sample = self.recipients(mailing)

        self.assertEqual(len(sample), 4)
        self.assertLess(sample, many)
        self.assertEqual(mailing.total, 4)
        mailing._action_send_mail()
        mailing.action_select_as_winner()
        winner = mailing.campaign_id.ab_testing_winner_mailing_id
        rest = self.Partner.browse(winner._get_remaining_recipients())
        self.assertEqual(rest, many - self.mailed(mailing))

    def test_a_new_mailing_is_opened_from_the_segment(self):
        action = self.fans.action_mail()
        mailings = self.env["mailing.mailing"].with_context(**action["context"])

        mailing = mailings.create({"subject": "Hello", "body_html": "<p>Hi</p>"})

        self.assertEqual(self.recipients(mailing), self.ana | self.ben)


@tagged("post_install", "-at_install")
class TestSegmentMailingRights(SegmentMailingCase):
    """Contacts of a company are mailed by that company, whoever starts the queue."""

    def setUp(self):
        super().setUp()
        self.ours = self.make_company("Ours")
        self.theirs = self.make_company("Theirs")
        self.marketer = self.make_user(
            "marketer",
            "contact_lifecycle.group_lifecycle_user",
            company_id=self.ours.id,
            company_ids=[Command.set(self.ours.ids)],
        )
        self.ours_fans = self.make_static(
            "Our fans", self.ana, self.ben, company_id=self.ours.id
        )

    def test_a_contact_that_changed_company_is_not_mailed_by_the_queue(self):
        mailing = self.mail_to([self.ours_fans])
        mailing.action_launch()
        self.set_columns(self.ben, company_id=self.theirs.id)

        self.send_queue()

        self.assertEqual(self.mailed(mailing), self.ana)

    def test_leaving_out_a_segment_does_not_reach_other_companies(self):
        self.eva.company_id = self.theirs
        mailing = self.mail_to([], [self.ours_fans])

        found = self.recipients(mailing)

        self.assertIn(self.mia, found)
        self.assertNotIn(self.eva, found)

    def test_a_marketer_does_not_mail_a_segment_of_another_company(self):
        secret = self.make_static("Secret", self.eva, company_id=self.theirs.id)
        mailings = self.env(user=self.marketer, context={})["mailing.mailing"]
        model_id = self.env["ir.model"]._get_id("res.partner")

        for name in ("segment_ids", "excluded_segment_ids"):
            with self.assertRaises(AccessError):
                mailings.create(
                    {
                        "subject": "Hello",
                        "mailing_model_id": model_id,
                        name: secret.ids,
                    }
                )

    def test_a_segment_that_a_marketer_cannot_see_still_counts(self):
        secret = self.make_static("Secret", self.ben, company_id=self.theirs.id)
        mailing = self.mail_to([self.ours_fans], [secret])
        mine = mailing.with_user(self.marketer).with_context(
            allowed_company_ids=self.ours.ids
        )
        self.env.invalidate_all()

        self.assertFalse(mine.excluded_segment_ids)
        self.assertEqual(mine.segment_recipient_count, 1, "though read as empty")
        self.assertEqual(self.recipients(mine), self.ana)

    def test_the_marketer_counts_what_the_queue_mails(self):
        self.set_columns(self.ben, company_id=self.theirs.id)
        mailing = self.mail_to([self.ours_fans])

        self.assertEqual(mailing.with_user(self.marketer).segment_recipient_count, 1)
        self.assertEqual(self.recipients(mailing.sudo()), self.ana)

    def test_a_mailer_without_the_app_sends_to_the_same_contacts(self):
        mailer = self.make_user("mailer", "mass_mailing.group_mass_mailing_user")
        mailing = self.mail_to([self.fans], user_id=mailer.id)
        theirs = mailing.with_user(mailer)

        self.assertEqual(
            self.Partner.with_user(mailer).search(theirs._get_recipients_domain()),
            self.ana | self.ben,
        )
        with self.assertRaises(AccessError):
            theirs.read(["segment_ids"])
        self.fans.sudo().state = "held"
        with self.assertRaisesRegex(UserError, "Fans"):
            theirs.action_launch()

    def test_the_form_of_a_mailer_without_the_app_opens(self):
        mailer = self.make_user("mailer", "mass_mailing.group_mass_mailing_user")
        mailing = self.mail_to([self.fans])

        with Form(mailing.with_user(mailer)) as form:
            form.subject = "Changed"

        self.assertEqual(mailing.subject, "Changed")
        self.assertEqual(self.recipients(mailing), self.ana | self.ben)
