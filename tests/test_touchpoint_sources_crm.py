from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestTouchpointSourcesCrm(LifecycleCase):
    """Leads, meetings, calls, letters, surveys and ratings become touchpoints."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ana = cls.make_partner(email="ana@example.com")

    # Leads

    def test_lead_has_revenue_name_and_utm(self):
        source = self.env["utm.source"].create({"name": "Fair"})
        lead = self.make_lead(self.ana, expected_revenue=900, source_id=source.id)
        created = self.now - timedelta(days=40)
        self.set_columns(lead, create_date=created)

        self.harvest("crm_lead")

        self.assertRecordValues(
            self.journey(self.ana),
            [
                {
                    "type_id": self.touchpoint_type("lead_created").id,
                    "touch_date": created,
                    "channel": "crm",
                    "direction": "in",
                    "name": "Forty teapots",
                    "amount": 900.0,
                    "source_id": source.id,
                    "res_model": "crm.lead",
                    "res_id": lead.id,
                    "company_id": lead.company_id.id,
                }
            ],
        )

    def test_lead_without_contact_is_matched_by_address(self):
        self.make_lead(email_from="Ana <ANA@example.com>")

        self.harvest("crm_lead")

        self.assertJourney(self.ana, ["lead_created"])

    def test_lead_won_and_lead_lost(self):
        won, lost = self.make_lead(self.ana), self.make_lead(self.ana)
        won.action_set_won()
        lost.action_set_lost()

        self.harvest("crm_lead")

        self.assertJourney(
            self.ana, ["lead_created", "lead_created", "lead_won", "lead_lost"]
        )
        ends = {t.type_id.code: t.res_id for t in self.journey(self.ana)}
        self.assertEqual((ends["lead_won"], ends["lead_lost"]), (won.id, lost.id))

    def test_archived_lead_that_is_not_lost_is_only_created(self):
        self.make_lead(self.ana, probability=20).active = False

        self.harvest("crm_lead")

        self.assertJourney(self.ana, ["lead_created"])

    # Meetings and calls

    def make_meeting(self, start, *partners, **values):
        return self.env["calendar.event"].create(
            {
                "name": "Tasting",
                "start": start,
                "stop": start + timedelta(hours=1),
                "partner_ids": [Command.set([partner.id for partner in partners])],
                **values,
            }
        )

    def test_past_meeting_counts_for_guests_and_not_for_colleagues(self):
        ben = self.make_partner("Ben")
        colleague = self.make_user("colleague").partner_id
        start = self.now - timedelta(days=2)
        self.make_meeting(start, self.ana, ben, colleague)

        self.harvest("meeting")

        for guest in (self.ana, ben):
            held = self.journey(guest)
            self.assertEqual(held.type_id.code, "meeting_held")
            self.assertEqual((held.touch_date, held.name), (start, "Tasting"))
        self.assertFalse(self.journey(colleague))

    def test_meeting_to_come_declined_or_archived_does_not_count(self):
        past = self.now - timedelta(days=2)
        self.make_meeting(self.now + timedelta(days=1), self.ana)
        self.make_meeting(past, self.ana, active=False)
        declined = self.make_meeting(past, self.ana)
        declined.attendee_ids.do_decline()

        self.harvest("meeting")

        self.assertFalse(self.journey(self.ana))

    def test_meeting_to_come_counts_once_it_is_over(self):
        start = self.now + timedelta(days=1)
        self.make_meeting(start, self.ana)
        self.harvest("meeting")

        with self.at(start + timedelta(hours=2)):
            self.harvest("meeting")

        self.assertEqual(self.journey(self.ana).touch_date, start)

    def test_calls_done_count_for_the_contact_of_the_document(self):
        call = self.env.ref("mail.mail_activity_data_call")
        lead = self.make_lead(self.ana)
        order = self.make_order(self.ana)
        done = [
            document.activity_schedule(activity_type_id=call.id, summary="Ring back")
            for document in (self.ana, lead, order)
        ]
        for activity in done:
            activity.action_done()
        self.ana.activity_schedule(activity_type_id=call.id, summary="Still to do")

        self.harvest("activity")

        calls = self.journey(self.ana)
        self.assertEqual([t.type_id.code for t in calls], ["call_done"] * 3)
        self.assertEqual(set(calls.mapped("name")), {"Ring back"})
        self.assertEqual(set(calls.mapped("channel")), {"phone"})
        self.assertEqual(set(calls.mapped("res_id")), {a.id for a in done})

    def test_meeting_activity_counts_unless_it_stands_in_the_calendar(self):
        meeting = self.env.ref("mail.mail_activity_data_meeting")
        todo = self.env.ref("mail.mail_activity_data_todo")
        event = self.make_meeting(self.now - timedelta(days=2))
        free = self.ana.activity_schedule(activity_type_id=meeting.id)
        planned = self.ana.activity_schedule(
            activity_type_id=meeting.id, calendar_event_id=event.id
        )
        other = self.ana.activity_schedule(activity_type_id=todo.id)
        (free | planned | other).action_done()

        self.harvest("activity")

        held = self.journey(self.ana)
        self.assertEqual((held.type_id.code, held.res_id), ("meeting_held", free.id))

    # Letters, surveys and ratings

    def test_inbound_mail_counts_wherever_it_is_filed(self):
        lead = self.make_lead(self.ana)
        colleague = self.make_user("colleague", email="colleague@example.com")
        for author in (self.ana, colleague.partner_id):
            lead.message_post(
                author_id=author.id,
                body="When can you deliver?",
                subject="Delivery",
                message_type="email",
            )
        lead.message_post(author_id=self.ana.id, body="Note", message_type="comment")

        self.harvest("inbound_mail")

        letter = self.journey(self.ana)
        self.assertEqual(
            (letter.type_id.code, letter.name), ("email_received", "Delivery")
        )
        self.assertFalse(self.journey(colleague.partner_id))

    def test_finished_survey_has_title_and_score(self):
        survey = self.env["survey.survey"].create(
            {"title": "Our teapots", "scoring_type": "scoring_with_answers"}
        )
        plain = self.env["survey.survey"].create({"title": "Our cups"})
        done = {"state": "done", "end_datetime": self.now - timedelta(hours=1)}
        answers = self.env["survey.user_input"].create(
            [
                {"survey_id": survey.id, "partner_id": self.ana.id, **done},
                {"survey_id": plain.id, "email": "Ana@example.com", **done},
                {
                    "survey_id": plain.id,
                    "partner_id": self.ana.id,
                    "test_entry": True,
                    **done,
                },
                {
                    "survey_id": plain.id,
                    "partner_id": self.ana.id,
                    "state": "in_progress",
                },
            ]
        )
        self.set_columns(answers, scoring_percentage=80)

        self.harvest("survey")

        self.assertEqual(
            {(t.type_id.code, t.name, t.value) for t in self.journey(self.ana)},
            {
                ("survey_finished", "Our teapots", 80),
                ("survey_finished", "Our cups", 0),
            },
        )
        self.assertEqual(len(self.journey(self.ana)), 2)

    def test_rating_given_has_its_value_and_follows_a_correction(self):
        lead = self.make_lead(self.ana)
        rating = {
            "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
            "res_id": lead.id,
            "partner_id": self.ana.id,
        }
        given, _asked, empty = self.env["rating.rating"].create(
            [
                {**rating, "rating": 3, "consumed": True},
                {**rating, "rating": 0},
                {**rating, "rating": 0, "consumed": True},
            ]
        )
        self.harvest("rating")
        first = self.journey(self.ana).value
        given.rating = 5

        added = self.harvest("rating")

        self.assertEqual((first, self.journey(self.ana).value, added), (3, 5, 0))
        self.assertNotEqual(self.journey(self.ana).res_id, empty.id)
