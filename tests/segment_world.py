from datetime import timedelta

import pytz

from odoo import fields
from odoo.fields import Command

from odoo.addons.contact_lifecycle.engine.consent.answers import wants

from .segment_trees import TYPES, SegmentTrees

_ZONE = "America/Lima"
_CITIES = ("Rome", "Madrid", "Lima", False)
_DEVICES = ("mobile", "desktop", False)


class SegmentWorld(SegmentTrees):
    """A small random world, in the database and as plain dicts of the same facts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.partner_id.tz = _ZONE
        cls.zone = pytz.timezone(_ZONE)
        lima = cls.env["res.partner"].with_context(tz=_ZONE)
        cls.today = fields.Date.context_today(lima)
        cls.mailings = cls.env["utm.campaign"].create(
            [{"title": f"C{i}", "name": f"C{i}"} for i in range(2)]
        )
        cls.lists = cls.env["mailing.list"].create([{"name": n} for n in "AB"])
        cls.populate()

    @classmethod
    def populate(cls):
        cls.people = cls.Partner.create([cls.random_values(i) for i in range(cls.size)])
        cls.world = [cls.as_dict(partner) for partner in cls.people]
        cls.fill_journeys()
        cls.fill_lists()
        cls.fill_consents()
        cls.fill_surveys()
        cls.fill_segments()
        cls.env.flush_all()
        cls.env["lifecycle.touchpoint.queue"]._add(cls.people.ids)
        cls.env["lifecycle.profile"]._refresh_queue()
        cls.note_facts()

    @classmethod
    def random_values(cls, number):
        chance = cls.chance
        is_somewhere = chance.random() < 0.7
        return {
            "name": f"P{number}",
            "email": f"p{number}@example.com" if chance.random() < 0.8 else False,
            "ref": f"R{number}" if chance.random() < 0.5 else False,
            "city": chance.choice(_CITIES),
            "color": chance.randrange(6),
            "lifecycle_birth_date": chance.choice([False, "1980-05-05", "1990-01-01"]),
            "partner_latitude": is_somewhere and chance.uniform(-80, 80),
            "partner_longitude": is_somewhere and chance.uniform(-179, 179),
        }

    @classmethod
    def as_dict(cls, partner):
        names = ("city", "color", "ref", "email_normalized", "lifecycle_birth_date")
        values = {name: partner[name] or None for name in names}
        for name in ("partner_latitude", "partner_longitude"):
            values[name] = partner[name]
        return {
            "id": partner.id,
            "fields": values,
            "touchpoints": [],
            "segment_ids": [],
            "answers": [],
            "surveys_asked": [],
            "surveys_done": [],
            "subscriptions": {},
            "consents": {},
            "wanted": set(),
            "blacklisted": [],
        }

    @classmethod
    def fill_journeys(cls):
        chance = cls.chance
        types = {t.code: t for t in cls.env["lifecycle.touchpoint.type"].search([])}
        rows = []
        for person in cls.world:
            for number in range(chance.randrange(9)):
                code = chance.choice(TYPES)
                moment = cls.now - timedelta(hours=chance.randrange(24 * 60))
                row = {
                    "partner_id": person["id"],
                    "type_id": types[code].id,
                    "touch_date": moment,
                    "is_automated": chance.random() < 0.2,
                    "amount": chance.choice([False, 10.0, 20.0, 30.0]),
                    "device": chance.choice(_DEVICES),
                    "campaign_id": chance.choice([False, *cls.mailings.ids]),
                    "res_model": "sale.order",
                    "res_id": 10_000_000 + person["id"] * 100 + number,
                }
                rows.append(row)
                is_cancelled = code == "order_confirmed" and chance.random() < 0.3
                if is_cancelled:
                    rows.append(
                        {
                            **row,
                            "type_id": types["order_cancelled"].id,
                            "touch_date": moment + timedelta(minutes=1),
                            "is_automated": False,
                        }
                    )
                cls.note_touchpoint(person, code, row, is_cancelled)
        cls.env["lifecycle.touchpoint"].create(rows)

    @classmethod
    def note_touchpoint(cls, person, code, row, is_cancelled):
        def day(moment):
            return pytz.utc.localize(moment).astimezone(cls.zone).date()

        noted = {
            "type": code,
            "day": day(row["touch_date"]),
            "moment": row["touch_date"],
            "is_automated": row["is_automated"],
            "is_internal": code == "score_rose",
            "is_cancelled": is_cancelled,
            # Odoo writes 0.0 where an amount is missing.
            "amount": row["amount"] or 0.0,
            "device": row["device"],
            "campaign_id": row["campaign_id"],
        }
        person["touchpoints"].append(noted)
        if is_cancelled:
            cancelled = {
                **noted,
                "type": "order_cancelled",
                "day": day(row["touch_date"] + timedelta(minutes=1)),
                "is_automated": False,
                "is_cancelled": False,
            }
            person["touchpoints"].append(cancelled)

    @classmethod
    def fill_lists(cls):
        blacklist = cls.env["mail.blacklist"]
        for person in cls.world:
            email = person["fields"]["email_normalized"]
            if not email:
                continue
            contact = cls.env["mailing.contact"].create({"name": email, "email": email})
            for mailing_list in cls.lists:
                if cls.chance.random() < 0.4:
                    is_out = cls.chance.random() < 0.4
                    cls.env["mailing.subscription"].create(
                        {
                            "list_id": mailing_list.id,
                            "contact_id": contact.id,
                            "opt_out": is_out,
                        }
                    )
                    person["subscriptions"]["email", mailing_list.id] = is_out
            if cls.chance.random() < 0.3:
                blacklist._add(email)
                person["blacklisted"].append("email")
            person["fields"]["is_blacklisted"] = bool(person["blacklisted"])

    @classmethod
    def fill_consents(cls):
        """Answers about a small tree of topics, and about all marketing."""
        new = cls.env["lifecycle.topic"].create
        above = new({"name": "Tea", "kind": "opt_out"})
        below = new({"name": "Green", "parent_id": above.id})
        cls.topics = above | below | new({"name": "Cups", "kind": "opt_in"})
        chains = {t.id: [t.id, *t.parent_id.ids] for t in cls.topics}
        answers = []
        for person in cls.world:
            if not (email := person["fields"]["email_normalized"]):
                continue
            if person["blacklisted"]:
                person["consents"]["email", None] = "withdrawn"
            for topic in (None, *cls.topics):
                if cls.chance.random() < 0.6:
                    continue
                status = cls.chance.choice(
                    ["granted", "granted", "withdrawn", "pending", "expired"]
                )
                person["consents"]["email", topic and topic.id] = status
                answers.append(cls._answer(person["id"], email, topic, status))
            cls._note_wishes(person, chains)
        cls.env["lifecycle.consent"]._record(answers)

    @classmethod
    def _answer(cls, partner_id, email, topic, status):
        purpose = cls.env.ref("contact_lifecycle.lifecycle_purpose_marketing")
        return {
            "company_id": cls.env.company.id,
            "partner_id": partner_id,
            "address": email,
            "channel": "email",
            "purpose_id": purpose.id,
            "topic_id": topic and topic.id,
            "status": status,
            "source": "staff",
        }

    @classmethod
    def _note_wishes(cls, person, chains):
        said = person["consents"]
        if said.get(("email", None)) == "withdrawn":
            return
        person["wanted"].add(("email", None))
        words = {f"t{topic}": state for (_channel, topic), state in said.items()}
        for topic in cls.topics:
            top = topic.parent_id or topic
            if wants(chains[topic.id], top.kind, words):
                person["wanted"].add(("email", topic.id))

    @classmethod
    def fill_surveys(cls):
        cls.survey = cls.env["survey.survey"].create({"title": "Tea"})
        cls.question = cls.env["survey.question"].create(
            {
                "survey_id": cls.survey.id,
                "title": "How many cups?",
                "question_type": "numerical_box",
            }
        )
        for person in cls.world:
            if cls.chance.random() < 0.5:
                continue
            is_done, cups = cls.chance.random() < 0.6, cls.chance.randrange(1, 9)
            line = {
                "question_id": cls.question.id,
                "answer_type": "numerical_box",
                "value_numerical_box": cups,
            }
            cls.env["survey.user_input"].create(
                {
                    "survey_id": cls.survey.id,
                    "partner_id": person["id"],
                    "state": "done" if is_done else "new",
                    "user_input_line_ids": [Command.create(line)] if is_done else [],
                }
            )
            person["surveys_asked"].append(cls.survey.id)
            if is_done:
                person["surveys_done"].append(cls.survey.id)
                answer = {"survey_id": cls.survey.id, "question_id": cls.question.id}
                person["answers"].append({**answer, "answer_id": None, "value": cups})

    @classmethod
    def fill_segments(cls):
        cls.segments = cls.Segment.concat(
            cls.make_segment(cls.profile([("color", "<", 3), ("name", "=like", "P%")])),
            cls.make_segment(cls.profile([("city", "=", "Rome")])),
        )
        cls.segments._refresh()
        for person in cls.world:
            if (person["fields"]["color"] or 0) < 3:
                person["segment_ids"].append(cls.segments[0].id)
            if person["fields"]["city"] == "Rome":
                person["segment_ids"].append(cls.segments[1].id)

    @classmethod
    def note_facts(cls):
        for person in cls.world:
            orders = [
                touchpoint["day"]
                for touchpoint in person["touchpoints"]
                if touchpoint["type"] == "order_confirmed"
                and not touchpoint["is_cancelled"]
                and not touchpoint["is_automated"]
            ]
            person["fields"]["lifecycle_order_count"] = len(orders)
            person["fields"]["lifecycle_last_order_date"] = max(orders, default=None)
