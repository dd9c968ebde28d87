from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...engine.quality.codes import VERIFICATION_SOURCES

# More than this are computed by the cron, not while somebody waits.
_MOST_AT_ONCE = 1_000
_UNDO = timedelta(days=1)


class ResPartner(models.Model):
    """Saying that the data of a contact are right."""

    _inherit = "res.partner"

    def lifecycle_verify(self, group_codes=None, source="manual"):
        """Record that the data of these contacts are right as of now.

        :param list group_codes: codes of field groups, such as ``["contact",
            "address"]``; None is all groups
        :param str source: who says so: ``manual``, ``contact``, ``order``, ``call``,
            ``import`` or ``api``
        :return: a stamp for ``lifecycle_undo_verification``
        :raise AccessError: when the user may not edit one of the contacts
        :raise UserError: when a group or the source does not exist
        """
        self.check_access("write")
        self.env["lifecycle.verification"].check_access("read")
        if source not in dict(VERIFICATION_SOURCES):
            raise UserError(self.env._("“%s” cannot verify contacts.", source))
        groups = self._lifecycle_get_groups(group_codes)
        self.env["lifecycle.verification"]._add(self.ids, groups.ids, source)
        self._lifecycle_show_quality()
        return self.env.cr.now().isoformat()

    @api.model
    def _lifecycle_get_groups(self, codes):
        # sudo: whoever may verify, such as the contact itself, need not see the setup.
        groups = (
            self.env["lifecycle.field.group"].sudo().search([("code", "!=", False)])
        )
        if codes is None:
            return groups
        unknown = set(codes) - set(groups.mapped("code"))
        if unknown:
            raise UserError(
                self.env._("There is no field group “%s”.", ", ".join(sorted(unknown)))
            )
        return groups.filtered(lambda group: group.code in codes)

    def lifecycle_undo_verification(self, stamp):
        """Take back what the user verified by hand, within a day.

        Of these contacts; of all that were verified together when there are none.

        :param str stamp: as ``lifecycle_verify`` returned it
        :return: number of contacts whose verification was taken back
        :raise UserError: when there is nothing, or no longer anything, to take back
        """
        moment = self._lifecycle_parse_stamp(stamp)
        # sudo: nobody deletes verifications; these are the user's own, of a moment ago.
        undone = (
            self.env["lifecycle.verification"]
            .sudo()
            .search(
                [
                    ("user_id", "=", self.env.uid),
                    ("source", "=", "manual"),
                    ("verified_date", "=", moment),
                    *([("partner_id", "in", self.ids)] if self else []),
                ]
            )
        )
        if not undone or moment < fields.Datetime.now() - _UNDO:
            raise UserError(
                self.env._("This verification can no longer be taken back.")
            )
        partners = undone.partner_id.with_env(self.env)
        partners.check_access("write")
        undone.unlink()
        partners._lifecycle_show_quality()
        return len(partners)

    @api.model
    def _lifecycle_parse_stamp(self, stamp):
        try:
            return datetime.fromisoformat(stamp)
        except (TypeError, ValueError) as error:
            raise UserError(self.env._("“%s” is not a moment.", stamp)) from error

    def _lifecycle_show_quality(self):
        """Compute the quality now, or within a minute where the contacts are many."""
        if len(self) > _MOST_AT_ONCE:
            self.env["lifecycle.quality.queue"]._add(self.ids)
            return
        # sudo: profiles are written by the system only.
        profiles = self.env["lifecycle.profile"].sudo()
        profiles._load_quality(SQL("SELECT unnest(%s::int[])", self.ids))
        profiles._refresh_quality()

    def action_lifecycle_verify(self):
        """Mark as verified, and offer to undo it."""
        stamp = self.lifecycle_verify()
        return {
            "type": "ir.actions.client",
            "tag": "lifecycle_verified",
            "params": {
                "stamp": stamp,
                "message": self.env._("%s is verified.", self.display_name)
                if len(self) == 1
                else self.env._("Contacts verified: %s", len(self)),
            },
        }

    def action_lifecycle_verifications(self):
        """Open who verified what and when."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "contact_lifecycle.lifecycle_verification_action"
        )
        return {**action, "domain": [("partner_id", "in", self.ids)], "context": {}}

    def web_save(self, vals, specification, next_id=None):
        """Take what a person saves in a form or a list as verified by that person."""
        result = super().web_save(vals, specification, next_id)
        edited = self or self.browse(() if next_id else [result[0]["id"]])
        edited._lifecycle_note_edit(vals if self else _filled(vals))
        return result

    def _lifecycle_note_edit(self, names):
        """Record a verification of the groups that these fields are of, if any."""
        watched = self.env["lifecycle.wanted.field"]._get_groups_of_fields()
        groups = {group for name in names for group in watched.get(name, ())}
        if groups:
            for partner in self:
                self.env["lifecycle.verification"]._add_edit(partner, groups)


def _filled(vals):
    return [name for name, value in vals.items() if value]
