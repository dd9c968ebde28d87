"""Mailings: when what was written to whom."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from odoo import Command

from .catalogue import NEWSLETTERS, OFFERS, RECIPES, TEXT_MESSAGES
from .shop import campaign

# Campaigns that go to all contacts instead of a list.
TO_EVERYBODY = ("Black Friday", "Christmas", "Summer Sale")


@dataclass(eq=False)
class Mailing:
    """One letter or text message; ids are known once it is written."""

    kind: str  # list, partner or sms
    subject: str
    sent: datetime
    list_key: str = ""
    campaign: str = ""
    links: list = field(default_factory=list)
    body: str = ""
    mailing_id: int = 0
    campaign_id: int = 0
    source_id: int = 0
    medium_id: int = 0
    link_ids: list = field(default_factory=list)
    extra: dict = field(default_factory=dict)

    @property
    def utm(self):
        return {
            "campaign_id": self.campaign_id,
            "source_id": self.source_id,
            "medium_id": self.medium_id,
        }

    def recipients(self, story):
        """Whom it goes to, in the order of the queue."""
        if self.kind == "list":
            return [p for p in story.people + story.strangers if self._subscribed(p)]
        known = [p for p in story.people if p.joined < self.sent and not p.company]
        if self.kind == "partner":
            return known
        buyers = ("occasional", "loyal", "champion")
        return [p for p in known if p.phone and p.persona in buyers]

    def _subscribed(self, person):
        since, until = person.subscriptions.get(self.list_key, (None, None))
        return since and since < self.sent and not (until and until < self.sent)


def plan_mailings(story):
    """The calendar of mailings, without any record yet."""
    months = [_month(story, number) for number in range(25)]
    for month in months:
        _plan(story, "list", month, NEWSLETTERS[month.month - 1], "newsletter")
    for number, month in enumerate(months[1::3]):
        day = month + timedelta(days=16)
        _plan(story, "list", day, RECIPES[number % len(RECIPES)], "recipes")
    for year in range(story.start.year, story.now.year + 1):
        for month, day, subject, title in OFFERS:
            sent = datetime(year, month, day, 9, 30)
            kind = "partner" if title in TO_EVERYBODY else "list"
            list_key = "" if kind == "partner" else "offers"
            _plan(story, kind, sent, subject, list_key, f"{title} {year}")
        for month, day, text, title in TEXT_MESSAGES:
            sent = datetime(year, month, day, 10, 15)
            _plan(story, "sms", sent, text, "", f"{title} {year}")
    story.mailings.sort(key=lambda mailing: mailing.sent)


def _month(story, number):
    """The first Tuesday of the month that many months after the start, at nine."""
    index = story.start.month - 1 + number
    first = datetime(story.start.year + index // 12, index % 12 + 1, 1, 9)
    return first + timedelta(days=(1 - first.weekday()) % 7)


def _plan(story, kind, sent, subject, list_key, title=""):
    if story.start + timedelta(days=2) < sent < story.now - timedelta(days=1):
        story.mailings.append(Mailing(kind, subject, sent, list_key, title))


def write_mailings(story):
    """The records: mailings with their campaigns and tracked links."""
    _invent_contents(story)
    _create_mailings(story)
    _create_links(story)
    ages = {m.mailing_id: (m.sent - timedelta(days=2), m.sent) for m in story.mailings}
    story.backdate("mailing.mailing", ages)
    _draft_next(story)


def _invent_contents(story):
    rng = story.dice("letters")
    shelves = list(story.shelves)
    for mailing in story.mailings:
        month = f"{mailing.sent:%Y-%m}"
        shop = "https://casaoliva.example.com"
        picks = rng.sample(shelves, 3)
        mailing.links = [
            (name, f"{shop}/shop/{name.lower().replace(' ', '-')}?w={month}")
            for name in (picks[:1] if mailing.kind == "sms" else picks)
        ]
        if mailing.list_key == "recipes":
            mailing.links.insert(0, ("The recipe", f"{shop}/recipes/{month}"))
        elif mailing.kind != "sms":
            mailing.links.append(("Workshops", f"{shop}/workshops/{month}"))
        mailing.body = "".join(
            f'<p><a href="{url}">{label}</a></p>' for label, url in mailing.links
        )


def _create_mailings(story):
    models = {
        "list": story.env["ir.model"]._get_id("mailing.list"),
        "partner": story.env["ir.model"]._get_id("res.partner"),
    }
    models["sms"] = models["partner"]
    rows = []
    for mailing in story.mailings:
        title = mailing.campaign or f"Newsletter {mailing.sent.year}"
        mailing.campaign_id = campaign(story, title).id
        rows.append(_mailing_values(story, mailing, models))
    for mailing, record in zip(
        story.mailings, story.env["mailing.mailing"].create(rows), strict=True
    ):
        mailing.mailing_id = record.id
        mailing.source_id = record.source_id.id
        mailing.medium_id = record.medium_id.id


def _mailing_values(story, mailing, models):
    values = {
        "subject": mailing.subject,
        "mailing_type": "sms" if mailing.kind == "sms" else "mail",
        "mailing_model_id": models[mailing.kind],
        "state": "done",
        "sent_date": mailing.sent,
        "campaign_id": mailing.campaign_id,
        "user_id": story.marketer.id,
    }
    if mailing.kind == "sms":
        url = mailing.links[0][1]
        return {**values, "body_plaintext": f"Casa Oliva: {mailing.subject} {url}"}
    body = f"<h1>{mailing.subject}</h1>{mailing.body}<p>Casa Oliva, València</p>"
    values.update(
        {
            "body_arch": body,
            "body_html": body,
            "email_from": '"Casa Oliva" <hola@casaoliva.example.com>',
            "reply_to_mode": "new",
            "reply_to": "hola@casaoliva.example.com",
            "medium_id": story.mediums["Email"].id,
        }
    )
    if mailing.kind == "list":
        values["contact_list_ids"] = [Command.set(story.lists[mailing.list_key].ids)]
    else:
        values["mailing_domain"] = "[('parent_id', '=', False), ('email', '!=', False)]"
    return values


def _create_links(story):
    rows, owners = [], []
    for mailing in story.mailings:
        for label, url in mailing.links:
            owners.append(mailing)
            rows.append(
                {
                    "url": url,
                    "label": label,
                    "title": label,  # given, or Odoo would fetch the page
                    "mass_mailing_id": mailing.mailing_id,
                    **mailing.utm,
                }
            )
    for mailing, link in zip(
        owners, story.env["link.tracker"].create(rows), strict=True
    ):
        mailing.link_ids.append(link.id)
    ages = {link: (m.sent, m.sent) for m in story.mailings for link in m.link_ids}
    story.backdate("link.tracker", ages)


def _draft_next(story):
    """One that still waits to be sent."""
    body = "<h1>Coming soon</h1><p>What shall we cook next month?</p>"
    story.env["mailing.mailing"].create(
        {
            "subject": "What shall we cook next month?",
            "mailing_model_id": story.env["ir.model"]._get_id("mailing.list"),
            "contact_list_ids": [Command.set(story.lists["newsletter"].ids)],
            "body_arch": body,
            "body_html": body,
        }
    )
