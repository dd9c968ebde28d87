import hashlib

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime

from ...engine.consent import chain
from .lifecycle_consent_event import HASHED


class ReportConsentProof(models.AbstractModel):
    """Everything somebody has answered, with what proves it, on paper.

    Each seal is computed anew as the paper is made, from the event and the seal that
    stood before it; the last check of the whole chain is named beside it.
    """

    _name = "report.contact_lifecycle.consent_proof"
    _description = "Proof of Consent"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return one document for each contact or address, and each company.

        :param docids: ids of contacts
        :param data: ``{"consent_ids": […]}`` instead, where there may be no contact
        """
        chosen = (data or {}).get("consent_ids") or []
        subjects = self._get_subjects(docids or [], chosen)
        return {
            "doc_ids": docids,
            "doc_model": "res.partner",
            "docs": self.env["res.partner"].browse(docids or []),
            "documents": [
                document
                for partner, addresses in subjects
                for document in self._get_documents(partner, addresses)
            ],
        }

    def _get_subjects(self, docids, consent_ids):
        """Return (contact or none, addresses) without anybody twice."""
        consents = self.env["lifecycle.consent"].browse(map(int, consent_ids)).exists()
        partners = self.env["res.partner"].browse(docids) | consents.partner_id
        partners.check_access("read")
        subjects = [
            (partner, {partner.email_normalized, partner.phone_sanitized} - {False})
            for partner in partners
        ]
        alone = consents.filtered(lambda consent: not consent.partner_id)
        none = self.env["res.partner"]
        return subjects + [(none, {address}) for address in alone.mapped("address")]

    def _get_lang(self, _partner):
        return self.env.lang or "en_US"

    def _get_documents(self, partner, addresses):
        lang = self._get_lang(partner)
        this = self.with_context(lang=lang)
        found = Domain("address", "in", list(addresses))
        if partner:
            found |= Domain("partner_id", "=", partner.id)
        events = this.env["lifecycle.consent.event"].search(found, order="id")
        consents = this.env["lifecycle.consent"].search(found, order="id")
        seals = this._read_seals(events)
        documents = [
            {
                "lang": lang,
                "partner": partner,
                "name": partner.display_name or ", ".join(addresses),
                "addresses": sorted(
                    addresses | set(filter(None, group.mapped("address")))
                ),
                "company": company,
                "made": this._tell_moment(fields.Datetime.now()),
                "user": this.env.user.name,
                "holds": [
                    this._describe_consent(consent)
                    for consent in consents
                    if consent.company_id == company
                ],
                "events": [this._describe_event(e, seals.get(e.id)) for e in group],
                "check": this._describe_check(company),
            }
            for company, group in events.grouped("company_id").items()
        ]
        return documents or [
            {
                "lang": lang,
                "partner": partner,
                "name": partner.display_name or "",
                "addresses": sorted(addresses),
                "company": this.env.company,
                "made": this._tell_moment(fields.Datetime.now()),
                "user": this.env.user.name,
                "holds": [],
                "events": [],
                "check": this._describe_check(this.env.company),
            }
        ]

    def _tell_moment(self, moment):
        return format_datetime(self.env, moment, tz="UTC", dt_format="medium") + " UTC"

    def _label(self, record, name):
        labels = dict(record._fields[name]._description_selection(self.env))
        return labels.get(record[name], "")

    def _describe_consent(self, consent):
        return {
            "about": consent.about,
            "channel": self._label(consent, "channel"),
            "address": consent.address,
            "status": self._label(consent, "status"),
            "since": self._tell_moment(consent.since_date),
            "basis": self._label(consent, "lawful_basis"),
            "expires": consent.expire_date,
        }

    def _describe_event(self, event, seal):
        text = event.wording_text or ""
        digest = hashlib.sha256(text.encode()).hexdigest()
        about = event.topic_id.display_name or self.env._(
            "%(purpose)s (all topics)", purpose=event.purpose_id.display_name
        )
        return {
            "number": event.id,
            "date": self._tell_moment(event.event_date),
            "about": about,
            "status": self._label(event, "status"),
            "channel": self._label(event, "channel"),
            "address": event.address or "",
            "basis": self._label(event, "lawful_basis"),
            "source": self._label(event, "source"),
            "detail": event.source_detail or "",
            "user": event.user_id.sudo().name or "",
            "mailing": event.mailing_id.sudo().subject or "",
            "file": event.evidence_id.sudo().name or "",
            "lang": event.lang or "",
            "ip": event.ip_address or "",
            "wording": text,
            "wording_hash": event.wording_hash or "",
            "is_wording_whole": digest == event.wording_hash,
            "seal": seal and seal["hash"] or "",
            "verdict": self._judge(seal),
        }

    def _judge(self, seal):
        """Return ``whole``, ``broken``, or ``waiting`` for the next minute's seal."""
        if not seal or not seal["hash"]:
            return "waiting"
        content = {name: seal[name] for name in HASHED}
        content["event_date"] = seal["event_date"] and seal["event_date"].isoformat()
        expected = chain.seal(seal["previous"] or chain.START, content)
        return "whole" if expected == seal["hash"] else "broken"

    def _read_seals(self, events):
        """Return {event id: what is sealed, its seal and the one before it}."""
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT %s, s.hash,
                          (SELECT p.hash FROM lifecycle_consent_seal p
                            WHERE p.company_id = s.company_id AND p.id < s.id
                            ORDER BY p.id DESC LIMIT 1) AS previous
                     FROM lifecycle_consent_event e
                     LEFT JOIN lifecycle_consent_seal s ON s.event_id = e.id
                    WHERE e.id = ANY(%s)""",
                SQL(", ").join(SQL.identifier("e", name) for name in HASHED),
                events.ids,
            )
        )
        return {row["id"]: row for row in rows}

    def _describe_check(self, company):
        # sudo: that all evidence is whole is for whoever reads some of it.
        check = (
            self.env["lifecycle.consent.check"]
            .sudo()
            .search([("company_id", "=", company.id)], limit=1)
        )
        return check and {
            "date": self._tell_moment(check.check_date),
            "result": self._label(check, "result"),
            "count": check.event_count,
            "head": check.head_hash,
        }


class ReportConsentProofContact(models.AbstractModel):
    """The same in the language of the contact, to be handed over."""

    _name = "report.contact_lifecycle.consent_proof_contact"
    _inherit = ("report.contact_lifecycle.consent_proof",)
    _description = "Proof of Consent in the Contact's Language"

    def _get_lang(self, partner):
        return partner.lang or super()._get_lang(partner)


class LifecycleConsent(models.Model):
    _inherit = "lifecycle.consent"

    def action_print_proof(self):
        """Print everything that the people behind these consents have answered."""
        self.check_access("read")
        report = self.env.ref("contact_lifecycle.action_report_consent_proof")
        return report.report_action(None, data={"consent_ids": self.ids}, config=False)


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_lifecycle_consent_proof(self):
        """Print everything that the contact has answered, with what proves it."""
        report = self.env.ref("contact_lifecycle.action_report_consent_proof")
        return report.report_action(self, config=False)
