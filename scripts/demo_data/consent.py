"""Consent: topics, what people agreed to or took back, how often they want to hear."""

from collections import defaultdict
from datetime import timedelta

from odoo import Command

from .personas import is_hero
from .topics import write_topics

# How many people do what, of those who are in the mailing lists or buy.
CURIOUS, CHOOSY, LEAVERS, QUITTERS = 90, 45, 26, 14
WAITING, TOLD, IMPORTED, RUN_OUT = 9, 12, 60, 11
PREFERENCES = [
    ("weekly", 42),
    ("fortnightly", 17),
    ("monthly", 25),
    ("important", 12),
]
BREAKS = 16
LANGUAGES = {"ES": "es_ES", "IT": "it_IT"}


def write_consents(story):
    """Topics on what was sent, and the answers of two years, day after day."""
    write_topics(story)
    _label_mailings(story)
    _draft_offer(story)
    _Answers(story).tell()
    _write_preferences(story)


def _label_mailings(story):
    pairs = []
    for mailing in story.mailings:
        key = mailing.list_key if mailing.kind == "list" else "offers"
        pairs.append((mailing.mailing_id, story.topics[key].id))
    story.link("mailing.mailing", "lifecycle_topic_ids", pairs)
    story.env["mailing.mailing"].invalidate_model(["lifecycle_topic_ids"])


def _draft_offer(story):
    """One to everybody that is not sent yet: who would get it?"""
    body = (
        "<h1>A case of cava for the terrace</h1>"
        "<p>Six bottles at the price of five, until Sunday.</p>"
        '<p style="font-size: 12px"><a href="/lifecycle/preferences">'
        "What we write to you about</a></p>"
    )
    topics = story.topics["offers"] | story.topics["no_wine"]
    story.env["mailing.mailing"].create(
        {
            "subject": "A case of cava for the terrace",
            "mailing_model_id": story.env["ir.model"]._get_id("res.partner"),
            "mailing_domain": "[('parent_id', '=', False), ('email', '!=', False)]",
            "lifecycle_topic_ids": [Command.set(topics.ids)],
            "user_id": story.marketer.id,
            "body_arch": body,
            "body_html": body,
        }
    )


class _Answers:
    """Answers, kept by the day on which they were given."""

    def __init__(self, story):
        self.story, self.rng = story, story.dice("consent")
        self.by_day = defaultdict(list)
        self.words = {}
        self.known = [p for p in story.people if p.partner_id and not p.company]
        self.addresses = self._read_addresses()

    def tell(self):
        self._follow_lists()
        self._follow_blacklist()
        self._ask_for_topics()
        self._tick_exclusions()
        self._leave()
        self._talk_to_staff()
        self._import_fair()
        self._record()

    def _read_addresses(self):
        partners = self.story.env["res.partner"].browse(
            person.partner_id for person in self.known
        )
        return {
            partner.id: {
                "email": partner.email_normalized,
                "sms": partner.phone_sanitized,
            }
            for partner in partners
        }

    # What happened

    def _follow_lists(self):
        for person in self.story.people + self.story.strangers:
            for key, (since, until) in person.subscriptions.items():
                told = {"source_detail": self.story.lists[key].name}
                self._say(person, since, "granted", "mailing_list", key, **told)
                if until:
                    self._say(person, until, "withdrawn", "mailing_list", key, **told)

    def _follow_blacklist(self):
        for person in self.story.people:
            if person.blocked_from:
                self._say(person, person.blocked_from, "withdrawn", "blacklist")

    def _ask_for_topics(self):
        """Most press the link in the confirmation; the last ones still may."""
        chosen = self._draw(CURIOUS + WAITING)
        for number, person in enumerate(chosen):
            keys = self.rng.sample(["fish", "baking", "vegetables", "workshops"], 2)
            asked = self._moment(person, 9 if number < WAITING else 0)
            source = "preference_centre" if number < WAITING else "signup"
            for key in keys[: self.rng.randrange(1, 3)]:
                self._say(person, asked, "pending", source, key)
                if number >= WAITING:
                    pressed = asked + timedelta(minutes=self.rng.randrange(2, 300))
                    self._say(person, pressed, "granted", "double_opt_in", key)

    def _tick_exclusions(self):
        for person in self._draw(CHOOSY):
            key = self.rng.choices(["no_wine", "no_meat"], [2, 1])[0]
            for channel in ("email", "sms"):
                self._say(
                    person,
                    self._moment(person),
                    "granted",
                    "preference_centre",
                    key,
                    channel,
                )

    def _leave(self):
        letters = [m for m in self.story.mailings if m.kind == "partner"]
        for number, person in enumerate(self._draw(LEAVERS + QUITTERS)):
            got = [m for m in letters if m.sent > person.joined]
            if not got:
                continue
            letter = self.rng.choice(got)
            left = letter.sent + timedelta(minutes=self.rng.randrange(4, 2000))
            for channel in ("email", "sms"):
                if number < LEAVERS:
                    told = {"mailing_id": letter.mailing_id}
                    source, key = "one_click", "offers"
                else:
                    told, source, key = {}, "preference_centre", None
                self._say(person, left, "withdrawn", source, key, channel, **told)

    def _talk_to_staff(self):
        fond = [p for p in self.known if p.persona == "champion"]
        for person in fond[:TOLD]:
            self._say(
                person,
                self._moment(person),
                "granted",
                "staff",
                "friends",
                source_detail="Told in the shop",
                user_id=self.story.marketer.id,
            )

    def _import_fair(self):
        """A list of paper cards; some of the consents have run out since."""
        day = self.story.start + timedelta(days=200)
        told = {"source_detail": "fair-of-valencia.csv"}
        people = [p for p in self.known if p.joined < day and self._has(p, "sms")]
        chosen = self.rng.sample(people, min(IMPORTED, len(people)))
        for number, person in enumerate(chosen):
            asked = day + timedelta(minutes=number)
            self._say(person, asked, "granted", "import", "offers", "sms", **told)
            if number < RUN_OUT:
                end = asked + timedelta(days=365)
                self._say(person, end, "expired", "expiry", "offers", "sms")

    # How it is told

    def _has(self, person, channel):
        return bool(self.addresses.get(person.partner_id, {}).get(channel))

    def _draw(self, count):
        """People nobody else draws, so that one story does not spoil another."""
        free = [p for p in self.known if not is_hero(p) and not p.blocked_from]
        chosen = self.rng.sample(free, count)
        taken = {id(person) for person in chosen}
        self.known = [p for p in self.known if id(p) not in taken]
        return chosen

    def _moment(self, person, days=0):
        """A moment since they joined, or in the last days."""
        now = self.story.now
        begin = now - timedelta(days=days) if days else person.joined
        return self.story.season_day(self.rng, begin, now - timedelta(hours=6))

    def _say(self, person, moment, status, source, key=None, channel="email", **told):
        addresses = self.addresses.get(person.partner_id, {})
        address = addresses.get(channel)
        if channel == "email":
            address = address or person.email.lower()
        if not address or moment >= self.story.now:
            return
        lang = LANGUAGES.get(person.country, "en_US")
        answer = {
            "company_id": self.story.env.company.id,
            "partner_id": person.partner_id or None,
            "address": address,
            "channel": channel,
            "purpose_id": self.story.purpose.id,
            "topic_id": self.story.topics[key].id if key else None,
            "status": status,
            "lawful_basis": "consent" if status == "granted" else None,
            "source": source,
            "lang": lang,
            **told,
        }
        if status in ("pending", "granted") and source != "mailing_list":
            answer["wording_id"] = self._get_wording(key, lang)
        self.by_day[moment.date()].append((moment, answer))

    def _get_wording(self, key, lang):
        if (key, lang) not in self.words:
            topics = self.story.topics[key] if key else self.story.topics["offers"][:0]
            wording = self.story.env["lifecycle.wording"]._get(
                self.story.purpose, topics, lang
            )
            self.words[key, lang] = wording.id
        return self.words[key, lang]

    def _record(self):
        consents = self.story.env["lifecycle.consent"]
        for day in sorted(self.by_day):
            told = sorted(self.by_day[day], key=lambda one: one[0])
            with self.story.at(told[-1][0]):
                consents._record([answer for _moment, answer in told])


def _write_preferences(story):
    """How often, and breaks; each choice leaves its line in the log."""
    rng = story.dice("preferences")
    people = [p for p in story.people if p.partner_id and not p.company]
    chosen = iter(rng.sample(people, sum(n for _f, n in PREFERENCES) + BREAKS))
    rows, changes = [], []
    for frequency, count in [*PREFERENCES, ("all", BREAKS)]:
        for _number in range(count):
            person = next(chosen)
            moment = story.season_day(rng, person.joined, story.now)
            until = False
            if frequency == "all":
                until = (story.now + timedelta(days=rng.randrange(-20, 80))).date()
                moment = story.now - timedelta(days=rng.randrange(21, 40))
            rows.append(_preference(story, person, moment, frequency, until))
            changes.append(_change(story, person, moment, frequency, until))
    story.insert("lifecycle.preference", rows)
    story.insert("lifecycle.preference.change", changes)


def _preference(story, person, moment, frequency, until):
    return {
        "partner_id": person.partner_id,
        "company_id": story.env.company.id,
        "frequency": frequency,
        "pause_until": until,
        "visit_date": moment,
        "create_date": moment,
        "write_date": moment,
    }


def _change(story, person, moment, frequency, until):
    return {
        "partner_id": person.partner_id,
        "company_id": story.env.company.id,
        "field_name": "pause_until" if until else "frequency",
        "old_value": False if until else "all",
        "new_value": str(until) if until else frequency,
        "change_date": moment,
        "source": "preference_centre",
    }
