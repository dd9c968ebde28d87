from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ...engine.quality import addresses, points

_UNDO = timedelta(days=1)


class LifecycleProfile(models.Model):
    """Why the data of a contact have the quality they have, by the same formulas."""

    _inherit = "lifecycle.profile"

    @api.model
    @api.readonly
    def explain_quality(self, partner_id):
        """Return why a contact has its data quality, as of now.

        :param int partner_id: the contact
        :return: dict with ``quality_score``, ``quality_band``, ``completeness``,
            ``freshness`` (0 to 100, None when nothing is wanted or filled in),
            ``verified_date`` (ISO or False), ``parts`` (name, number and weight of
            what the score is made of), ``fields`` (``id``, ``name``, ``label``,
            ``weight``, ``group_id``, ``is_present``), ``groups`` (``id``, ``code``,
            ``name``, ``freshness``, ``valid_days``, ``verified_date``, ``source``,
            ``user``, ``is_filled``), ``email`` and ``phone`` (``state``, ``label``;
            ``reason`` and ``suggestion`` of an e-mail in doubt), ``skipped`` (fields
            that no longer exist), ``undo`` (a stamp for
            ``res.partner.lifecycle_undo_verification``, or False)
        :raise AccessError: when the user may not read the contact
        """
        self.check_access("read")
        partner = self.env["res.partner"].browse(int(partner_id)).exists()
        if not partner:
            raise AccessError(self.env._("The contact no longer exists."))
        partner.check_access("read")
        self.env.flush_all()
        # sudo: the contact is readable; of its fields only whether they are filled in
        # is told, and what a company asks is no secret to whoever sees its contacts.
        return self.sudo()._explain_quality(partner.sudo(), self.env.user)

    def _explain_quality(self, partner, user):
        every = self.env["lifecycle.wanted.field"].search([("active", "=", True)])
        rows = every.filtered(lambda row: not row._find_error())
        asked = self._explain_fields(partner, rows)
        present = sum(line["weight"] for line in asked if line["is_present"])
        completeness = points.share(present, sum(line["weight"] for line in asked))
        latest = self._get_latest_verifications(partner)
        groups = self._explain_groups(partner, rows.group_id, asked, latest)
        filled = [line for line in groups if line["is_filled"]]
        freshness = points.mean((line["weight"], line["freshness"]) for line in filled)
        email, phone = self._explain_email(partner), self._explain_phone(partner)
        parts = points.parts(completeness, freshness, email["state"], phone["state"])
        score = points.quality(parts)
        days = [line["verified_date"] for line in filled]
        return {
            "quality_score": score,
            "quality_band": points.band(score),
            "completeness": completeness,
            "freshness": freshness,
            "verified_date": bool(days) and all(days) and min(days),
            "parts": [
                {"name": name, "number": number, "weight": points.WEIGHTS[name]}
                for name, number in parts.items()
            ],
            "fields": asked,
            "groups": groups,
            "email": email,
            "phone": phone,
            "skipped": [row.label for row in every - rows],
            "undo": self._get_undo_stamp(latest, user),
        }

    def _explain_fields(self, partner, rows):
        """Return the fields that the contact is asked for and whether it has them."""
        if not rows:
            return []
        states = self.env.execute_query(
            SQL(
                "SELECT %s FROM res_partner p WHERE p.id = %s",
                SQL(", ").join(
                    SQL(
                        "CASE WHEN %s THEN %s END",
                        row._get_applies_sql(rows),
                        row._get_present_sql(),
                    )
                    for row in rows
                ),
                partner.id,
            )
        )[0]
        return [
            {
                "id": row.id,
                "name": row.field_name,
                "label": row.label,
                "weight": row.weight,
                "group_id": row.group_id.id,
                "is_present": is_present,
            }
            for row, is_present in zip(rows, states, strict=True)
            if is_present is not None and row.weight
        ]

    def _get_latest_verifications(self, partner):
        """Return ``{group: its latest verification}``."""
        latest = {}
        for verification in self.env["lifecycle.verification"].search(
            [("partner_id", "=", partner.id)]
        ):
            latest.setdefault(verification.group_id, verification)
        return latest

    def _explain_groups(self, partner, groups, asked, latest):
        today = self.env.cr.now().date()
        created = partner.create_date
        lines = []
        for group in groups.sorted():
            mine = [line for line in asked if line["group_id"] == group.id]
            if not mine:
                continue
            known = latest.get(group, self.env["lifecycle.verification"])
            start = known.verified_date or created
            age = (today - start.date()).days if start else None
            weight = sum(line["weight"] for line in mine if line["is_present"])
            lines.append(
                {
                    "id": group.id,
                    "code": group.code,
                    "name": group.name,
                    "weight": weight,
                    "is_filled": bool(weight),
                    "freshness": points.group_freshness(age, group.valid_days),
                    "valid_days": group.valid_days,
                    "verified_date": bool(known)
                    and known.verified_date.date().isoformat(),
                    "source": dict(
                        known._fields["source"]._description_selection(self.env)
                    ).get(known.source, ""),
                    "user": known.user_id.name or "",
                }
            )
        return lines

    def _explain_email(self, partner):
        state, is_person = self._get_email_state(partner), not partner.is_company
        reason, suggestion = None, None
        if state == "doubtful":
            reason, suggestion = addresses.doubt(
                partner.email_normalized, is_person, self._get_email_lists()
            )
        return {
            "state": state,
            "label": self._get_state_label("email_state", state),
            "reason": reason,
            "suggestion": suggestion,
        }

    def _get_email_state(self, partner):
        one = SQL("t.partner_id = %s", partner.id)
        return addresses.email_state(
            partner.email,
            partner.email_normalized,
            is_person=not partner.is_company,
            has_bounced=bool(self.env.execute_query(self._get_bounced_sql(one))),
            lists=self._get_email_lists(),
        )

    def _explain_phone(self, partner):
        state = addresses.phone_state(partner.phone, partner.phone_sanitized)
        return {"state": state, "label": self._get_state_label("phone_state", state)}

    def _get_state_label(self, name, state):
        return dict(self._fields[name]._description_selection(self.env))[state]

    def _get_undo_stamp(self, latest, user):
        """Return the stamp of what this user confirmed last, while it can be undone."""
        mine = [
            verification.verified_date
            for verification in latest.values()
            if verification.user_id == user
            and verification.source == "manual"
            and verification.verified_date > fields.Datetime.now() - _UNDO
        ]
        return max(mine).isoformat() if mine else False
