from odoo import api, fields, models, tools
from odoo.tools import SQL

from ...engine.consent import answers as said_by
from ...engine.consent.codes import FREQUENCIES, LEAVING_OFFERS

_LONGEST_FEEDBACK = 500
_MENDABLE = ("frequency", "topics", "pause")
_CODES = [code for code, _label in FREQUENCIES]


class MailingSubscriptionOptout(models.Model):
    """Odoo's reasons for leaving, with what may suit whoever gives them."""

    _name = "mailing.subscription.optout"
    _inherit = ("mailing.subscription.optout", "lifecycle.cached")

    lifecycle_offer = fields.Selection(
        LEAVING_OFFERS,
        string="Offer",
        required=True,
        default="none",
        help="What whoever gives this reason is offered instead of leaving, once they "
        "have left",
    )

    @api.model
    @tools.ormcache("lang")
    def _get_lifecycle_reasons(self, lang):
        """Return {id: (name, offer)} in the order in which they are asked."""
        # sudo: the reasons are what a public page asks everybody.
        reasons = self.sudo().with_context(lang=lang).search([("name", "!=", False)])
        return {reason.id: (reason.name, reason.lifecycle_offer) for reason in reasons}


class LifecycleLeaving(models.Model):
    """Why somebody left, in their own words: asked afterwards, and free to answer.

    ``event_id`` is one of the withdrawals of the press that it is about; the others
    bear the same moment.  ``offer`` is what they took instead of leaving, if anything,
    and ``none`` where they were asked enough.
    Whoever says nothing has no row: ``lifecycle.leaving.report`` counts them too.
    """

    _name = "lifecycle.leaving"
    _description = "Reason Given for Leaving"
    _order = "id desc"
    _log_access = False

    event_id = fields.Many2one(
        "lifecycle.consent.event", required=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Contact", index="btree_not_null", ondelete="set null"
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    leaving_date = fields.Datetime(string="Left On", required=True)
    reason_id = fields.Many2one("mailing.subscription.optout", ondelete="set null")
    feedback = fields.Text(help="What they added in their own words")
    offer = fields.Selection(LEAVING_OFFERS, string="Offer Taken")

    _event_uniq = models.UniqueIndex("(event_id)")

    # What the page shows

    @api.model
    def _read_asked(self, link, lang, choices):
        """Return what the page asks whoever left within the last day, or None.

        :param choices: of ``lifecycle.preference._read_choices``
        :return: dict with ``reasons`` [(id, name)], ``reason_id`` given, ``feedback``,
            ``offer`` that fits it, and what that one offers: ``frequencies`` [(code,
            label)] and ``topics``
        """
        press = self._find_press(link)
        if not press:
            return None
        reasons = self.env["mailing.subscription.optout"]._get_lifecycle_reasons(lang)
        given = self.search([("event_id", "=", press["event_id"])])
        if given.offer:
            return None
        offer = reasons.get(given.reason_id.id, ("", "none"))[1]
        rarer = [
            choice
            for choice in choices["frequencies"]
            if self._is_rarer(choice[0], choices["frequency"])
        ]
        if offer == "frequency" and not rarer:
            offer = "pause"
        return {
            "reasons": [(number, name) for number, (name, _offer) in reasons.items()],
            "reason_id": given.reason_id.id,
            "feedback": given.feedback or "",
            "offer": offer,
            "frequencies": rarer,
        }

    @api.model
    def _is_rarer(self, code, current):
        return code in _CODES and _CODES.index(code) > _CODES.index(current)

    @api.model
    def _find_press(self, link):
        """Return the last press of the last day that took something back, or None.

        :return: dict with ``event_id`` and ``leaving_date``
        """
        rows = [
            row
            for row in self.env["lifecycle.preference"]._read_undoable(
                link.partner_id, link.company_id
            )
            if row["status"] == "withdrawn" and row["before"] != "withdrawn"
        ]
        if not rows:
            return None
        last = max(row["event_date"] for row in rows)
        event = min(row["event_id"] for row in rows if row["event_date"] == last)
        return {"event_id": event, "leaving_date": last}

    # What its buttons do

    @api.model
    def _tell(self, link, reason_id, feedback):
        """Keep the reason of the last press; another one given later replaces it.

        :param reason_id: text or number from outside
        :param feedback: text from outside
        :return: whether there was something to give a reason for
        """
        reasons = self.env["mailing.subscription.optout"]._get_lifecycle_reasons(
            "en_US"
        )
        text = str(reason_id or "")
        number = int(text[:10]) if text.isdecimal() else 0
        feedback = (feedback or "").strip()[:_LONGEST_FEEDBACK]
        if number not in reasons and not feedback:
            return False
        return self._keep(
            link, reason_id=number if number in reasons else None, feedback=feedback
        )

    @api.model
    def _keep(self, link, **values):
        """Write what is known of the last press; return whether there was one."""
        press = self._find_press(link)
        if not press:
            return False
        self.env.execute_query(
            SQL(
                """INSERT INTO lifecycle_leaving
                          (partner_id, company_id, %(keys)s)
                   VALUES (%(partner)s, %(company)s, %(values)s)
                       ON CONFLICT (event_id) DO UPDATE SET %(changes)s""",
                partner=link.partner_id.id,
                company=link.company_id.id,
                keys=SQL(", ").join(map(SQL.identifier, (*press, *values))),
                values=SQL(", ").join(
                    SQL("%s", value or None) for value in (press | values).values()
                ),
                changes=SQL(", ").join(
                    SQL("%(n)s = excluded.%(n)s", n=SQL.identifier(name))
                    for name in values
                ),
            )
        )
        self.invalidate_model()
        return True

    @api.model
    def _accept(self, link, offer, sent, told):
        """Take the last press back and do what was offered instead.

        As far as an undo goes and no further: who left more than a day ago is asked
        for consent anew by the page.

        :param offer: ``frequency``, ``topics`` or ``pause``
        :param sent: {field: text} of the form
        :return: set of codes: ``kept``, ``late`` (nothing can be undone any more) or
            ``same`` (the choice was not understood)
        """
        press = self._find_press(link)
        if not press:
            return {"late"}
        preferences = self.env["lifecycle.preference"]
        values = self._read_offer(link, offer, sent)
        if offer not in _MENDABLE or values is None:
            return {"same"}
        self._keep(link, offer=offer)
        preferences._undo(link, told, since=press["leaving_date"])
        if offer == "topics":
            self._keep_topics(link, sent, told)
            given = self.search([("event_id", "=", press["event_id"])])
            # The topics left just now were left for the same reason: ask no more.
            self._keep(link, reason_id=given.reason_id.id, offer="none")
        else:
            preferences._save_values(link, values, told["source"])
        return {"kept"}

    @api.model
    def _read_offer(self, link, offer, sent):
        """Return the preferences that a press chose; None when it is none of ours."""
        if offer == "topics":
            return {}
        if offer == "pause":
            length = said_by.PAUSES.get(sent.get("pause"))
            return length and {"pause_until": fields.Date.today() + length}
        preference = self.env["lifecycle.preference"].search(
            [
                ("partner_id", "=", link.partner_id.id),
                ("company_id", "=", link.company_id.id),
            ]
        )
        wanted = sent.get("frequency")
        rarer = self._is_rarer(wanted, preference.frequency or "all")
        return {"frequency": wanted} if rarer else None

    @api.model
    def _keep_topics(self, link, sent, told):
        """Withdraw the topics whose tick was taken off; none is added here."""
        preferences = self.env["lifecycle.preference"]
        choices = preferences._read_choices(link, told.get("lang"))
        was = {
            f"t{topic['id']}_{channel}": "1"
            for topic in choices["topics"]
            for channel in ("email", "sms")
            if topic[channel] and f"k{topic['id']}" in sent.get("shown", "").split()
        }
        kept = {
            key: "1" for key in was if sent.get(f"k{key[1:].partition('_')[0]}") == "1"
        }
        preferences._save_choices(link, was, kept, told)


class LifecyclePreference(models.Model):
    """The page asks whoever has left why, and offers less instead of nothing."""

    _inherit = "lifecycle.preference"

    @api.model
    def _read_choices(self, link, lang):
        choices = super()._read_choices(link, lang)
        asked = choices["can_undo"] and self.env["lifecycle.leaving"]._read_asked(
            link, lang, choices
        )
        return {**choices, "leaving": asked or None}
