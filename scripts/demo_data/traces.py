"""What became of each letter: sent, opened, clicked, answered, bounced."""

from datetime import timedelta

from .personas import PERSONAS, is_keen

PER_SECOND = 6  # letters that leave the queue
BOUNCES_ALLOWED = 5
HUMAN_NETWORK = "203.0.113."
SCANNER_NETWORK = "198.51.100."


def write_traces(story):
    """Traces, opens and clicks of all mailings, and what they lead to."""
    rng = story.dice("traces")
    post = _Post(story, rng)
    for mailing in story.mailings:
        seen = set()
        recipients = mailing.recipients(story)
        rng.shuffle(recipients)
        for place, person in enumerate(recipients):
            if person.email not in seen:
                seen.add(person.email)
                post.deliver(mailing, person, place)
    post.send_to_the_gone()
    post.finish()


class _Post:
    """Collects rows of traces, opens and clicks, then writes them."""

    def __init__(self, story, rng):
        self.story, self.rng = story, rng
        self.traces, self.opens, self.clicks = [], [], []
        self.bounces = {}
        self.countries = {
            country.code: country.id for country in story.env["res.country"].search([])
        }

    def deliver(self, mailing, person, place):
        """One letter to one person."""
        sent = mailing.sent + timedelta(seconds=5 + place // PER_SECOND)
        trace = self._trace(mailing, person, sent)
        if mailing.kind == "sms":
            self._text_message(trace, mailing, person, sent)
        elif person.blocked_from and person.blocked_from < sent:
            trace.update(trace_status="cancel", failure_type="mail_bl")
            trace["sent_datetime"] = False
        elif person.bounces_from and person.bounces_from < sent:
            self._bounce(trace, person, sent)
        elif self.rng.random() < 0.003:
            trace.update(trace_status="error", failure_type="mail_smtp")
            trace["sent_datetime"] = False
            trace["failure_reason"] = "Connection timed out"
        else:
            self._arrive(trace, mailing, person, sent)

    def _trace(self, mailing, person, sent):
        on_list = mailing.kind == "list"
        created = mailing.sent + timedelta(seconds=2)
        trace = {
            "trace_type": "sms" if mailing.kind == "sms" else "mail",
            "model": "mailing.contact" if on_list else "res.partner",
            "res_id": person.list_contact_id if on_list else person.partner_id,
            "mass_mailing_id": mailing.mailing_id,
            "campaign_id": mailing.campaign_id,
            "trace_status": "sent",
            "sent_datetime": sent,
            "create_date": created,
            "write_date": max(sent, created),
        }
        if mailing.kind != "sms":
            trace["email"] = person.email.lower()
            number = len(self.traces)
            trace["message_id"] = f"<demo.{number}@casaoliva.example.com>"
        self.traces.append(trace)
        return trace

    def _text_message(self, trace, mailing, person, sent):
        trace["sms_number"] = person.phone.replace(" ", "")
        trace["sms_code"] = f"{self.rng.randrange(1000):03d}"
        chance = self.rng.random()
        if chance < 0.02:
            trace.update(trace_status="bounce", failure_type="sms_invalid_destination")
        elif chance < 0.03:
            trace.update(trace_status="error", failure_type="sms_server")
            trace["sent_datetime"] = False
        elif chance < 0.06:
            trace["trace_status"] = "pending"
        elif chance < 0.22 or is_keen(person):
            delay = 60 + self.rng.expovariate(1 / 2400)
            self._click(trace, mailing, person, sent + timedelta(seconds=delay))

    def _bounce(self, trace, person, sent):
        count = self.bounces[person] = self.bounces.get(person, 0) + 1
        if count == BOUNCES_ALLOWED:
            person.blocked_from = sent + timedelta(hours=1)
        trace.update(
            trace_status="bounce",
            failure_type="mail_bounce",
            failure_reason=f"550 5.1.1 <{person.email}>: User unknown in virtual "
            "mailbox table",
            write_date=sent + timedelta(seconds=self.rng.randrange(20, 5000)),
        )

    def _arrive(self, trace, mailing, person, sent):
        rng = self.rng
        if person.is_scanned:
            self._scan(trace, mailing, person, sent)
        elif person.prefetches:
            moment = sent + timedelta(seconds=rng.randrange(4, 120))
            self._open(trace, moment, "other", "agent")
        opens, clicks = PERSONAS[person.persona].opens, PERSONAS[person.persona].clicks
        order = self._order_after(mailing, person, sent)
        if order:
            before = timedelta(seconds=rng.randrange(200, 3000))
            moment = max(order.date - before, sent + timedelta(seconds=90))
            if order.date > moment:
                order.mailing = mailing
                self._click(trace, mailing, person, moment)
        elif rng.random() < opens:
            moment = sent + timedelta(seconds=150 + rng.expovariate(1 / 32000))
            self._read(trace, mailing, person, moment, clicks / opens)

    def _order_after(self, mailing, person, sent):
        """The order that this letter brings about, if any."""
        for order in person.orders:
            if sent < order.date < sent + timedelta(days=3) and not order.mailing:
                return order if self.rng.random() < 0.8 else None
        return None

    def _read(self, trace, mailing, person, moment, clicks):
        rng = self.rng
        if moment >= self.story.now:
            return
        device = rng.choice(person.devices)
        self._open(trace, moment, device)
        if rng.random() < clicks or is_keen(person):
            for _ in range(rng.choices([1, 2, 3], [7, 2, 1])[0]):
                moment += timedelta(seconds=rng.randrange(6, 240))
                self._click(trace, mailing, person, moment, device)
        elif rng.random() < 0.02:
            reply = moment + timedelta(seconds=rng.randrange(120, 9000))
            if reply < self.story.now:
                trace.update(trace_status="reply", reply_datetime=reply)
                trace["write_date"] = max(trace["write_date"], reply)

    def _open(self, trace, moment, device, reason=False):
        """Odoo keeps the first open only; this addon a human and a machine one."""
        if moment >= self.story.now:
            return
        if not trace.get("open_datetime"):
            trace.update(trace_status="open", open_datetime=moment)
            trace["write_date"] = max(trace["write_date"], moment)
        self.opens.append(
            (
                trace,
                {
                    "open_date": moment,
                    "device": device,
                    "is_automated": bool(reason),
                    "automated_reason": reason,
                },
            )
        )

    def _click(self, trace, mailing, person, moment, device=None):
        rng = self.rng
        device = device or rng.choice(person.devices)
        if moment >= self.story.now:
            return
        if not any(opened is trace for opened, _values in self.opens[-3:]):
            self._open(trace, moment, device)
        self._add_click(trace, mailing, rng.choice(mailing.link_ids), moment)
        person.clicks.append(moment)
        country = self.countries.get(person.country)
        self.clicks[-1][1].update(
            ip=f"{HUMAN_NETWORK}{rng.randrange(1, 255)}",
            country_id=country,
            lifecycle_device=device,
        )

    def _scan(self, trace, mailing, person, sent):
        """A mail gateway follows every link within one second."""
        moment = sent + timedelta(seconds=self.rng.randrange(2, 7))
        self._open(trace, moment, "other", "speed")
        address = f"{SCANNER_NETWORK}{len(person.company.name)}"
        for link in mailing.link_ids:
            self._add_click(trace, mailing, link, moment)
            self.clicks[-1][1].update(ip=address, lifecycle_device="other")

    def _add_click(self, trace, mailing, link, moment):
        last = trace.get("links_click_datetime") or moment
        trace["links_click_datetime"] = max(last, moment)
        trace["write_date"] = max(trace["write_date"], moment)
        click = {
            "link_id": link,
            "campaign_id": mailing.campaign_id,
            "mass_mailing_id": mailing.mailing_id,
            "create_date": moment,
            "write_date": moment,
        }
        self.clicks.append((trace, click))

    def send_to_the_gone(self):
        """Three letters whose contact was deleted since."""
        mailing = next(m for m in self.story.mailings if m.kind == "partner")
        names = [{"name": name} for name in ("Gone One", "Gone Two", "Gone Three")]
        gone = self.story.env["res.partner"].create(names)
        for partner in gone:
            sent = mailing.sent + timedelta(seconds=30)
            person = self.story.people[0]
            trace = self._trace(mailing, person, sent)
            trace.update(res_id=partner.id, email=False)
        gone.unlink()

    def finish(self):
        story = self.story
        ids = story.insert("mailing.trace", self.traces)
        by_trace = dict(zip(map(id, self.traces), ids, strict=True))
        clicks = []
        for trace, click in self.clicks:
            clicks.append({**click, "mailing_trace_id": by_trace[id(trace)]})
        story.insert("link.tracker.click", clicks)
        story.env.cr.execute(
            """UPDATE link_tracker t SET count = c.count
                 FROM (SELECT link_id, count(*) FROM link_tracker_click GROUP BY 1) c
                WHERE c.link_id = t.id"""
        )
        self._write_opens(by_trace)
        self._write_bounces()

    def _write_opens(self, by_trace):
        """At most one human and one machine row a trace."""
        if "lifecycle.mail.open" not in self.story.env:
            return
        rows = {}
        for trace, values in self.opens:
            key = (by_trace[id(trace)], values["is_automated"])
            rows.setdefault(key, {**values, "trace_id": key[0]})
        self.story.insert("lifecycle.mail.open", list(rows.values()))

    def _write_bounces(self):
        story = self.story
        story.update(
            "res.partner",
            {
                person.partner_id: {"message_bounce": count}
                for person, count in self.bounces.items()
            },
        )
        story.update(
            "mailing.contact",
            {
                person.list_contact_id: {"message_bounce": count}
                for person, count in self.bounces.items()
                if person.list_contact_id
            },
        )
        blocked = [person for person in story.people if person.blocked_from]
        story.insert(
            "mail.blacklist",
            [
                {
                    "email": person.email.lower(),
                    "active": True,
                    "create_date": person.blocked_from,
                    "write_date": person.blocked_from,
                }
                for person in blocked
            ],
        )
