import hashlib
import hmac
import secrets

from odoo import api, fields, models, tools
from odoo.tools import SQL


class LifecycleLinkKey(models.Model):
    """A secret that links are signed with.

    The ring is our own, not Odoo's ``database.secret``: that one changes when a
    database is duplicated, and every link ever mailed would die.  A retired key signs
    nothing more; what it signed still lets people leave.  Neutralising a copy deletes
    the ring, so the copy honours no link of the original.
    """

    _name = "lifecycle.link.key"
    _description = "Key of Signed Links"
    _order = "number desc"
    _log_access = False
    _rec_name = "number"

    number = fields.Integer(required=True, readonly=True)
    secret = fields.Char(required=True, readonly=True, groups="base.group_system")
    create_date = fields.Datetime(string="Made", readonly=True)
    retire_date = fields.Datetime(string="Retired", readonly=True)

    _number_uniq = models.UniqueIndex("(number)")

    @api.model
    @tools.ormcache()
    def _get_ring(self):
        """Return {number: (secret bytes, is retired)}."""
        # sudo: pages sign and verify for whoever has a link; secrets stay in here.
        return {
            key.number: (bytes.fromhex(key.secret), bool(key.retire_date))
            for key in self.sudo().search([])
        }

    @api.model
    def _get_signing_key(self):
        """Return (number, secret bytes) of the newest key, which is made if needed."""
        standing = {n: s for n, (s, retired) in self._get_ring().items() if not retired}
        if not standing:
            self._rotate()
            return self._get_signing_key()
        number = max(standing)
        return number, standing[number]

    @api.model
    def _rotate(self):
        """Sign with a new key from now on; links that are out stay as they are."""
        self.env.execute_query(
            SQL(
                """INSERT INTO lifecycle_link_key (number, secret, create_date)
                   SELECT COALESCE(max(number), 0) + 1, %s, %s
                     FROM lifecycle_link_key""",
                secrets.token_hex(32),
                self.env.cr.now(),
            )
        )
        self.env.execute_query(
            SQL(
                """UPDATE lifecycle_link_key SET retire_date = %s
                    WHERE retire_date IS NULL AND number < (
                          SELECT max(number) FROM lifecycle_link_key)""",
                self.env.cr.now(),
            )
        )
        self.invalidate_model()
        self.env.registry.clear_cache()

    @api.model
    def _hash_address(self, address):
        """Return the keyed hash of a normalised address, the same for all time.

        It is keyed with the first key of the ring, which no rotation changes: an
        erased address is known again when somebody imports it.
        """
        if not self._get_ring():
            self._rotate()
        ring = self._get_ring()
        secret = ring[min(ring)][0]
        return hmac.new(secret, address.encode(), hashlib.sha256).hexdigest()
