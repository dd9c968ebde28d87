from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.tools import mute_logger

_LONGEST_NOTE = 2000


class LifecycleDataRequest(models.Model):
    """What whoever holds a fresh link, or has an account, asks for on the page.

    These run as superuser: the link gives access to one contact's own requests.
    """

    _inherit = "lifecycle.data.request"

    @api.model
    def _ask(self, link, kind, told, note=""):
        """Keep a request of whoever holds a fresh link or an account, and confirm it.

        :param kind: ``erasure`` or ``correction``
        :param told: ``source`` and ``lang``
        :return: the open request, which may have been there before; empty when another
            press makes it at this moment
        """
        partner, company = link.partner_id, link.company_id
        known = self._find_open(link).filtered(lambda request: request.kind == kind)
        if known:
            return known
        values = {
            "partner_id": partner.id,
            "company_id": company.id,
            "kind": kind,
            "lang": told.get("lang"),
            "source": told["source"],
            "note": (note or "").strip()[:_LONGEST_NOTE],
            "user_id": self._get_responsible(company).id,
            "ask_key": f"{partner.id}-{company.id}-{kind}",
        }
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                request = self.create(values)
        except UniqueViolation:
            return self.browse()
        if request.address:
            request.action_send_receipt()
        return request

    @api.model
    def _find_open(self, link):
        """Return the requests of a contact that wait for an answer."""
        return self.search(
            [
                ("partner_id", "=", link.partner_id.id),
                ("company_id", "=", link.company_id.id),
                ("state", "=", "new"),
            ]
        )

    @api.model
    def _take_back(self, link, kind):
        """Cancel an open request for whoever made it; return whether there was one."""
        found = self._find_open(link).filtered(lambda request: request.kind == kind)
        found.write({"state": "cancelled"})
        return bool(found)

    @api.model
    def _note_download(self, link, told):
        """Keep that the contact got its data now."""
        now = fields.Datetime.now()
        return self.create(
            {
                "partner_id": link.partner_id.id,
                "company_id": link.company_id.id,
                "kind": "download",
                "state": "done",
                "close_date": now,
                "lang": told.get("lang"),
                "source": told["source"],
                "user_id": False,
            }
        )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lifecycle_data_user_id = fields.Many2one(
        related="company_id.lifecycle_data_user_id", readonly=False
    )


class LifecyclePreference(models.Model):
    """The page shows the requests that wait for an answer."""

    _inherit = "lifecycle.preference"

    @api.model
    def _read_sections(self, link, level, lang):
        sections = super()._read_sections(link, level, lang)
        requests = self.env["lifecycle.data.request"]
        waiting = requests._find_open(link) if level > 1 else requests
        return {
            **sections,
            "data_requests": {request.kind: request for request in waiting},
        }
