from datetime import date, timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.consent import answers as said_by
from .lifecycle_preference_page import FREQUENCY_CODES

_CHANNELS = ("email", "sms")
_LONGEST_PAUSE = timedelta(days=731)


class LifecyclePreference(models.Model):
    """What becomes of a form of the preference centre."""

    _inherit = "lifecycle.preference"

    @api.model
    def _save_choices(self, link, was, sent, told):
        """Save what a form changed; what it did not change is left as it is now.

        :param link: a genuine row of ``lifecycle.link``
        :param was: {field: value} that the form had shown, as it says itself
        :param sent: {field: value} that came back; a box that is not ticked is missing
        :param told: what to note with each answer: ``source``, ``lang``, …
        :return: set of codes: ``saved``, ``confirm`` (a mail waits to be confirmed),
            ``bad_date`` (the pause was not understood; the rest is saved)
        """
        now = {key: sent.get(key, "") for key in was}
        changes = said_by.find_changes(was, now)
        answers = self._get_changed_answers(link, changes, told)
        outcome = set()
        if answers:
            self.env["lifecycle.consent"]._record_light(answers)
            outcome.add("saved")
        if any(answer["status"] == "pending" for answer in answers):
            outcome.add("confirm")
        values = {}
        if changes.get("frequency") in FREQUENCY_CODES:
            values["frequency"] = changes["frequency"]
        pause = self._read_pause(sent)
        if pause == "bad":
            outcome.add("bad_date")
        elif pause is not None:
            values["pause_until"] = pause
        if values and self._save_values(link, values, told["source"]):
            outcome.add("saved")
        return outcome

    @api.model
    def _read_pause(self, sent):
        """Return a date, False to end the pause, None for no change, or "bad"."""
        choice = sent.get("pause", "")
        today = fields.Date.today()
        if choice in said_by.PAUSES:
            return today + said_by.PAUSES[choice]
        if choice == "end":
            return False
        if choice != "date":
            return None
        try:
            until = date.fromisoformat(sent.get("pause_until", ""))
        except ValueError:
            return "bad"
        return until if today < until <= today + _LONGEST_PAUSE else "bad"

    @api.model
    def _save_values(self, link, values, source):
        """Write preferences that differ, and log each; return whether any did."""
        names = list(values)
        columns = {"frequency": "all", **values}
        rows = self.env.execute_query(
            SQL(
                """WITH written AS (
                    INSERT INTO lifecycle_preference
                           (partner_id, company_id, create_date, write_date,
                            %(columns)s)
                    VALUES (%(partner)s, %(company)s, %(now)s, %(now)s, %(values)s)
                        ON CONFLICT (partner_id, company_id)
                        DO UPDATE SET write_date = %(now)s, %(changes)s
                )
                SELECT %(names)s FROM lifecycle_preference
                 WHERE partner_id = %(partner)s AND company_id = %(company)s""",
                names=SQL(", ").join(map(SQL.identifier, names)),
                columns=SQL(", ").join(map(SQL.identifier, columns)),
                values=SQL(", ").join(SQL("%s", v or None) for v in columns.values()),
                changes=SQL(", ").join(
                    SQL("%(n)s = excluded.%(n)s", n=SQL.identifier(name))
                    for name in names
                ),
                partner=link.partner_id.id,
                company=link.company_id.id,
                now=self.env.cr.now(),
            )
        )
        self.invalidate_model()
        # A statement sees what was there before it, not what it writes itself.
        old = dict(zip(names, rows[0], strict=True)) if rows else {"frequency": "all"}
        return self._log_changes(link, old, values, source)

    @api.model
    def _log_changes(self, link, old, new, source, user_id=None):
        changed = [
            (name, old.get(name), value)
            for name, value in new.items()
            if (old.get(name) or None) != (value or None)
        ]
        if changed:
            self.env.execute_query(
                SQL(
                    """INSERT INTO lifecycle_preference_change
                              (partner_id, company_id, field_name, old_value,
                               new_value, change_date, source, user_id)
                       VALUES %s""",
                    SQL(", ").join(
                        SQL(
                            "%s",
                            (
                                link.partner_id.id,
                                link.company_id.id,
                                name,
                                str(before) if before else None,
                                str(after) if after else None,
                                self.env.cr.now(),
                                source,
                                user_id,
                            ),
                        )
                        for name, before, after in changed
                    ),
                )
            )
            self.env["lifecycle.touchpoint.source"]._trigger_harvest()
        return bool(changed)

    # Answers

    @api.model
    def _get_changed_answers(self, link, changes, told):
        """Return the answers that changed boxes are, for ``lifecycle.consent``."""
        partner = link.partner_id
        addresses = {"email": partner.email_normalized, "sms": partner.phone_sanitized}
        topics = {
            topic["id"]: topic
            for topic in self._get_public_topics(link.company_id.id, told.get("lang"))
        }
        answers = []
        for key, value in changes.items():
            for channel, topic, purposes in self._read_field(key, topics, link):
                if not addresses.get(channel):
                    continue
                answers += [
                    {
                        "company_id": link.company_id.id,
                        "partner_id": partner.id,
                        "address": addresses[channel],
                        "channel": channel,
                        "purpose_id": purpose,
                        "topic_id": topic and topic["id"],
                        "status": self._get_status(topic, value, channel),
                        "lawful_basis": "consent" if value else None,
                        **told,
                    }
                    for purpose in purposes
                ]
        return self._add_wording(answers, told.get("lang"))

    @api.model
    def _read_field(self, key, topics, link):
        """Return (channel, topic or None, purpose ids) that a box stands for."""
        kind, _separator, channel = key.partition("_")
        number = int(kind[1:10]) if kind[1:].isdecimal() else 0
        if kind == "c" and channel in _CHANNELS:
            return [(channel, None, self._get_marketing_purposes(link.company_id.id))]
        topic = topics.get(number)
        if not topic or kind[0] not in "tx":
            return []
        if kind[0] == "x":
            return [(c, topic, [topic["purpose_id"]]) for c in _CHANNELS]
        if channel in _CHANNELS and topic[f"has_{channel}"]:
            return [(channel, topic, [topic["purpose_id"]])]
        return []

    @api.model
    def _get_status(self, topic, is_on, channel):
        if not is_on:
            return "withdrawn"
        # Whoever got a forwarded mail could tick a box: the owner confirms it.
        waits = topic and topic["is_double_opt_in"] and not topic["is_exclusion"]
        return "pending" if waits and channel == "email" else "granted"

    @api.model
    def _add_wording(self, answers, lang):
        for answer in answers:
            if answer["status"] != "withdrawn":
                purpose = self.env["lifecycle.purpose"].browse(answer["purpose_id"])
                topic = self.env["lifecycle.topic"].browse(answer["topic_id"] or [])
                wording = self.env["lifecycle.wording"]._get(purpose, topic, lang)
                answer["wording_id"] = wording.id
        return answers

    @api.model
    def _undo(self, link, told, since=None):
        """Take back what the contact lowered within the last day.

        :param since: moment of the first press to take back; all of the day without
        :return: number of answers that were put back
        """
        answers = [
            {
                "company_id": link.company_id.id,
                "partner_id": link.partner_id.id,
                "address": row["address"],
                "channel": row["channel"],
                "purpose_id": row["purpose_id"],
                "topic_id": row["topic_id"],
                # Who had said nothing could be written to: that is put back.
                "status": row["before"] or "granted",
                "lawful_basis": row["lawful_basis"],
                **told,
                "source": "undo",
            }
            for row in self._read_undoable(link.partner_id, link.company_id)
            if row["status"] == "withdrawn"
            and row["before"] != "withdrawn"
            and (row["before"] or self._is_silence_yes(row))
            and (not since or row["event_date"] >= since)
        ]
        return self.env["lifecycle.consent"]._record_light(answers) if answers else 0

    @api.model
    def _is_silence_yes(self, row):
        """Tell whether who has not answered gets it, or what is above decides."""
        if row["topic_id"]:
            topic = self.env["lifecycle.topic"].browse(row["topic_id"])
            return bool(topic.parent_id) or topic.kind == "opt_out"
        purpose = self.env["lifecycle.purpose"].browse(row["purpose_id"])
        return not purpose.needs_consent
