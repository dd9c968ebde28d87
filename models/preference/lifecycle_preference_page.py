from odoo import api, fields, models, tools
from odoo.tools import SQL

from ...engine.consent import answers as said_by
from ...engine.consent import masks
from ...engine.consent.codes import FREQUENCIES

_CHANNELS = {"email": "email_normalized", "sms": "phone_sanitized"}
_OWN_SOURCES = ("preference_centre", "portal", "one_click", "unsubscribe_page")


class LifecyclePreference(models.Model):
    """What the preference centre shows, and what becomes of what is sent back.

    All methods are for a genuine ``lifecycle.link`` and run as superuser: the link
    gives access to one contact's own choices, in one company.
    """

    _inherit = "lifecycle.preference"

    @api.model
    @tools.ormcache("company_id", "lang")
    def _get_public_topics(self, company_id, lang):
        """Return the topics of the page, in tree order, as plain dicts."""
        topics = (
            self.env["lifecycle.topic"]
            # sudo: public topics are for everybody who has a link.
            .sudo()
            .with_context(lang=lang)
            .search(
                [("is_public", "=", True), ("company_id", "in", (False, company_id))],
                order="parent_path",
            )
        )
        rows = [topic._prepare_public_values() for topic in topics]
        return tuple(sorted(rows, key=lambda row: row["place"]))

    @api.model
    @tools.ormcache("company_id")
    def _get_marketing_purposes(self, company_id):
        """Return ids of the marketing purposes of a company."""
        purposes = self.env["lifecycle.purpose"].sudo()
        return tuple(
            purposes.search(
                [("is_marketing", "=", True), ("company_id", "in", (False, company_id))]
            ).ids
        )

    @api.model
    def _get_page_fields(self, link):
        """Hook: return the fields of the contact that the page reads, all at once."""
        named = ("name", "lang", "phone", "is_company", "parent_id", "type")
        return [*named, *_CHANNELS.values()]

    @api.model
    def _read_choices(self, link, lang):
        """Return what a contact has chosen, with the choices there are.

        :return: dict with ``name``, ``email``, ``phone`` (masked), ``topics`` (rows
            with ``email`` and ``sms``: True, False, or None where it cannot be had),
            ``exclusions``, ``channels``, ``frequency``, ``pause_until``, ``stopped``,
            ``can_undo`` and ``was`` (what a form must send back, by field name)
        """
        partner = link.partner_id
        said, preference, can_undo = self._read_state(partner, link.company_id)
        purposes = self._get_marketing_purposes(link.company_id.id)
        channels = {
            channel: any(
                said[channel].get(f"p{purpose}") != "withdrawn" for purpose in purposes
            )
            for channel, column in _CHANNELS.items()
            if partner[column]
        }
        topics = [
            {
                **topic,
                **{
                    channel: said_by.wants(topic["chain"], topic["kind"], said[channel])
                    if topic[f"has_{channel}"] and channel in channels
                    else None
                    for channel in _CHANNELS
                },
            }
            for topic in self._get_public_topics(link.company_id.id, lang)
        ]
        choices = {
            "name": masks.mask_text(partner.name),
            "email": masks.mask_email(partner.email_normalized),
            "phone": masks.mask_phone(partner.phone_sanitized),
            "topics": [topic for topic in topics if not topic["is_exclusion"]],
            "exclusions": [topic for topic in topics if topic["is_exclusion"]],
            "channels": channels,
            "frequency": preference["frequency"] or "all",
            "frequencies": self._fields["frequency"]._description_selection(
                self.with_context(lang=lang).env
            ),
            "pause_until": self._get_pause(preference["pause_until"]),
            "stopped": bool(channels) and not any(channels.values()),
            "can_undo": can_undo,
        }
        return {**choices, "was": self._get_shown(choices)}

    @api.model
    def _read_sections(self, link, level, lang):
        """Hook: return values that further sections of the page show.

        :param level: 1 for a link that may have been forwarded, 2 for the owner
        """
        return {}

    def _get_pause(self, until):
        return until if until and until > fields.Date.today() else False

    @api.model
    def _get_shown(self, choices):
        """Return {form field: value} as the form shows it."""
        shown = {"frequency": choices["frequency"]}
        for topic in choices["topics"]:
            for channel in _CHANNELS:
                if topic[channel] is not None:
                    shown[f"t{topic['id']}_{channel}"] = "1" if topic[channel] else ""
        for topic in choices["exclusions"]:
            wanted = any(topic[channel] for channel in _CHANNELS)
            shown[f"x{topic['id']}"] = "1" if wanted else ""
        for channel, is_on in choices["channels"].items():
            shown[f"c_{channel}"] = "1" if is_on else ""
        return shown

    @api.model
    def _read_state(self, partner, company):
        """Return what a contact said, by one query: the page is asked for in bursts.

        :return: ({channel: answers}, dict of ``frequency`` and ``pause_until``, whether
            the contact lowered something within the last day)
        """
        self.flush_model(["frequency", "pause_until"])
        rows = self.env.execute_query(
            SQL(
                """SELECT channel, question, status, NULL::date FROM (%(answers)s) a
                    UNION ALL
                   SELECT NULL, 'frequency', frequency, pause_until
                     FROM lifecycle_preference
                    WHERE partner_id = %(partner)s AND company_id = %(company)s
                    UNION ALL
                   SELECT NULL, 'undo', NULL, NULL FROM (%(undoable)s) u
                    WHERE status = 'withdrawn' AND before IS DISTINCT FROM 'withdrawn'
                """,
                answers=self._get_answers_query(partner, company),
                undoable=self._get_undoable_query(partner, company),
                partner=partner.id,
                company=company.id,
            )
        )
        said = {channel: {} for channel in _CHANNELS}
        own, can_undo = {"frequency": None, "pause_until": None}, False
        for channel, question, status, until in rows:
            if channel:
                said[channel][question] = status
            elif question == "undo":
                can_undo = True
            else:
                own = {"frequency": status, "pause_until": until}
        return said, own, can_undo

    def _get_answers_query(self, partner, company):
        """Return SQL of the answers of one contact, the last minute's as well."""
        return SQL(
            """SELECT DISTINCT ON (channel, purpose_id, COALESCE(topic_id, 0))
                      channel, COALESCE('t' || topic_id, 'p' || purpose_id) AS question,
                      status
                 FROM (SELECT channel, address, purpose_id, topic_id, status,
                              company_id, event_id
                         FROM lifecycle_consent
                        WHERE address = ANY(%(addresses)s)
                        UNION ALL
                       SELECT e.channel, e.address, e.purpose_id, e.topic_id,
                              e.status, e.company_id, e.id
                         FROM lifecycle_consent_queue q
                         JOIN lifecycle_consent_event e ON e.id = q.event_id
                        WHERE e.address = ANY(%(addresses)s)) c
                WHERE company_id = %(company)s
                ORDER BY channel, purpose_id, COALESCE(topic_id, 0), event_id DESC""",
            addresses=self._get_addresses(partner),
            company=company.id,
        )

    def _get_addresses(self, partner):
        return [partner[column] for column in _CHANNELS.values() if partner[column]]

    @api.model
    def _read_undoable(self, partner, company):
        """Return the contact's own withdrawals of the last day, with what was before.

        :return: dicts with ``channel``, ``address``, ``purpose_id``, ``topic_id``,
            ``status``, ``event_id``, ``event_date``, and of what was before:
            ``before`` (state or None) and ``lawful_basis``
        """
        return self.env.execute_query_dict(self._get_undoable_query(partner, company))

    def _get_undoable_query(self, partner, company):
        return SQL(
            """SELECT DISTINCT ON (e.channel, e.address, e.purpose_id,
                                   COALESCE(e.topic_id, 0))
                      e.channel, e.address, e.purpose_id, e.topic_id, e.status,
                      e.id AS event_id, e.event_date, b.status AS before,
                      b.lawful_basis
                 FROM lifecycle_consent_event e
                 LEFT JOIN lifecycle_topic t ON t.id = e.topic_id
                 LEFT JOIN LATERAL (
                      SELECT b.status, b.lawful_basis FROM lifecycle_consent_event b
                       WHERE b.address = e.address AND b.channel = e.channel
                         AND b.company_id = e.company_id
                         AND b.purpose_id = e.purpose_id
                         AND b.topic_id IS NOT DISTINCT FROM e.topic_id
                         AND b.event_date <= %(since)s
                       ORDER BY b.id DESC LIMIT 1) b ON true
                WHERE e.address = ANY(%(addresses)s) AND e.company_id = %(company)s
                  AND e.event_date > %(since)s AND t.is_exclusion IS NOT TRUE
                  AND e.source = ANY(%(sources)s || ARRAY['undo'])
                ORDER BY e.channel, e.address, e.purpose_id,
                         COALESCE(e.topic_id, 0), e.id DESC""",
            addresses=self._get_addresses(partner),
            company=company.id,
            since=self.env.cr.now() - said_by.UNDO,
            sources=list(_OWN_SOURCES),
        )


class LifecycleTopic(models.Model):
    """Topics are read by every page: they are kept in memory until one changes."""

    _name = "lifecycle.topic"
    _inherit = ("lifecycle.topic", "lifecycle.cached")

    def _prepare_public_values(self):
        """Return what the page needs of a topic."""
        above = [int(number) for number in self.parent_path.split("/")[:-1]]
        family = self.browse(above)
        return {
            "id": self.id,
            "name": self.name,
            "description": self.description or "",
            "purpose_id": self.purpose_id.id,
            "kind": family[0].kind,
            "chain": above[::-1],
            "depth": len(above) - 1,
            "place": tuple((topic.sequence, topic.id) for topic in family),
            "is_exclusion": self.is_exclusion,
            "is_double_opt_in": self.is_double_opt_in,
            "has_email": self.has_email,
            "has_sms": self.has_sms,
        }


FREQUENCY_CODES = frozenset(code for code, _label in FREQUENCIES)
