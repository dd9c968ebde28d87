import secrets

from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.consent import tokens


class LifecycleLink(models.Model):
    """The random number that stands for a contact, and a company, in links.

    Raising ``version`` revokes every link that was sent.  When contacts are merged
    the numbers of both lead to the one that is left.
    """

    _name = "lifecycle.link"
    _description = "Links of a Contact"
    _log_access = False

    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    # A bigint below 2**63 as text of 16 hexadecimal digits: Odoo has no such integer.
    subject = fields.Char(required=True, groups="base.group_system")
    version = fields.Integer(required=True, default=1)

    _subject_uniq = models.UniqueIndex("(subject)")
    _partner_idx = models.Index("(partner_id, company_id)")

    @api.model
    def _issue(self, partners, company, scope, campaign=0):
        """Return {partner id: token}, three statements however many contacts.

        :param partners: contacts, who must have been saved
        :param scope: of ``engine.consent.tokens.SCOPES``
        :param campaign: id of the mailing the link is for, 0 for none
        """
        number, secret = self.env["lifecycle.link.key"]._get_signing_key()
        minute = tokens.minute_of(self.env.cr.now())
        return {
            partner_id: tokens.issue(
                secret,
                tokens.Link(number, scope, int(subject, 16), campaign, minute),
                version,
            )
            for partner_id, subject, version in self._get_subjects(partners, company)
        }

    @api.model
    def _get_row(self, partner, company):
        """Return the row of one contact, which is made if needed; none for none."""
        if not partner:
            return self.browse()
        subjects = self._get_subjects(partner, company)
        return self.search([("subject", "=", subjects[0][1])])

    @api.model
    def _find_partner(self, address, company):
        """Return the contact that a company knows by an e-mail address, if any."""
        return self.env["res.partner"].search(
            [
                ("email_normalized", "=", address or ""),
                ("company_id", "in", (False, company.id)),
            ],
            order="id",
            limit=1,
        )

    @api.model
    def _get_subjects(self, partners, company):
        have = self._read_subjects(partners, company)
        missing = set(partners.ids) - {row[0] for row in have}
        if missing:
            self.env.execute_query(
                SQL(
                    """INSERT INTO lifecycle_link
                              (partner_id, company_id, subject, version)
                       VALUES %s ON CONFLICT DO NOTHING""",
                    SQL(", ").join(
                        SQL("(%s, %s, %s, 1)", one, company.id, secrets.token_hex(8))
                        for one in missing
                    ),
                )
            )
            have = self._read_subjects(partners, company)
        return have

    @api.model
    def _read_subjects(self, partners, company):
        return self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (partner_id) partner_id, subject, version
                     FROM lifecycle_link
                    WHERE partner_id = ANY(%s) AND company_id = %s
                    ORDER BY partner_id, id""",
                partners.ids,
                company.id,
            )
        )

    @api.model
    def _open(self, token, scopes):
        """Return (link row, what the token says), or None for whatever is wrong.

        :param token: text from outside, of any kind
        :param scopes: names of the scopes that are good for this page
        :return: None also when the link has run out; ask ``_read_expired`` then
        """
        found = self._find(token)
        if found and found[1].scope in scopes:
            return found if found[1].is_current(self.env.cr.now()) else None
        return None

    @api.model
    def _find(self, token):
        """Return (link row, what a genuine token says) whatever its age, or None."""
        try:
            said = tokens.read(token)
        except tokens.TokenError:
            return None
        key = self.env["lifecycle.link.key"]._get_ring().get(said.key)
        # sudo: the token is what gives access, to this row alone.
        row = self.sudo().search_fetch(
            [("subject", "=", f"{said.subject:016x}")],
            ["partner_id", "company_id", "version"],
            limit=1,
        )
        # An unknown subject costs the same time as a wrong signature.
        version = row.version or 1
        if not tokens.is_genuine(key[0] if key else b"-", token, version):
            return None
        return (row, said) if row and key else None

    @api.model
    def _revoke(self, partners):
        """Make every link that was sent to these contacts useless."""
        self.env.execute_query(
            SQL(
                "UPDATE lifecycle_link SET version = version + 1"
                " WHERE partner_id = ANY(%s)",
                partners.ids,
            )
        )
        self.invalidate_model(["version"])
