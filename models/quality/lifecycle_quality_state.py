from odoo import api, models
from odoo.tools import SQL

from ...engine.quality import addresses

_SIGNS_OF_LIFE = ("mail_clicked", "mail_replied", "email_received")


class LifecycleProfile(models.Model):
    """Whether e-mail and phone are valid, in SQL; ``p`` is the contact."""

    _inherit = "lifecycle.profile"

    @api.model
    def _get_email_lists(self):
        """Hook: what is known of domains and names, as ``addresses.LISTS``."""
        return addresses.LISTS

    def _get_email_state_sql(self):
        """Return SQL of the state; ``b`` has those whose last news is a bounce."""
        return SQL(
            """CASE WHEN btrim(COALESCE(p.email, '')) = '' THEN 'missing'
                    WHEN COALESCE(p.email_normalized, '') !~ %(pattern)s
                      OR length(p.email_normalized) > %(longest)s
                      OR strpos(p.email_normalized, '@') - 1 > %(local)s THEN 'invalid'
                    WHEN b.partner_id IS NOT NULL THEN 'bounced'
                    WHEN %(doubt)s THEN 'doubtful'
                    ELSE 'valid' END""",
            pattern=f"^(?:{addresses.EMAIL_PATTERN})$",
            longest=addresses.LONGEST_EMAIL,
            local=addresses.LONGEST_LOCAL,
            doubt=self._get_doubt_sql(),
        )

    def _get_doubt_sql(self):
        lists = self._get_email_lists()
        domain = SQL("split_part(p.email_normalized, '@', 2)")
        name = SQL("split_part(split_part(p.email_normalized, '@', 1), '+', 1)")
        return SQL(
            """(%(domain)s = ANY(%(domains)s)
                OR substring(%(domain)s from '[^.]+$') = ANY(%(tops)s)
                OR %(name)s = ANY(%(placeholders)s)
                OR (p.is_company IS NOT TRUE AND %(name)s = ANY(%(roles)s)))""",
            domain=domain,
            name=name,
            domains=sorted({*lists["typos"], *lists["disposable"]}),
            tops=sorted(lists["top_typos"]),
            placeholders=sorted(lists["placeholders"]),
            roles=sorted(lists["roles"]),
        )

    def _get_phone_state_sql(self):
        digits = SQL("regexp_replace(p.phone_sanitized, '[^0-9]', '', 'g')")
        return SQL(
            """CASE WHEN btrim(COALESCE(p.phone, '')) = '' THEN 'missing'
                    WHEN p.phone_sanitized ~ %(pattern)s
                     AND length(%(digits)s) BETWEEN %(fewest)s AND %(most)s
                     AND %(digits)s <> repeat(left(%(digits)s, 1), length(%(digits)s))
                    THEN 'valid' ELSE 'invalid' END""",
            digits=digits,
            pattern=f"^(?:{addresses.PHONE_PATTERN})$",
            fewest=addresses.FEWEST_DIGITS,
            most=addresses.MOST_DIGITS,
        )

    def _get_bounced_sql(self, contacts):
        """Return a query of the contacts whose present address bounced last.

        A bounce counts until the contact clicks or writes; that of another address,
        as the trace tells, is of the past.

        :param contacts: SQL that keeps ``t.partner_id`` to the contacts asked for
        """
        types = self._get_type_ids("mail_bounced", *_SIGNS_OF_LIFE)
        return SQL(
            """SELECT b.partner_id
                 FROM (SELECT t.partner_id, max(t.touch_date) AS touch_date
                         FROM lifecycle_touchpoint t
                         JOIN res_partner c ON c.id = t.partner_id
                         LEFT JOIN mailing_trace m
                                ON t.res_model = 'mailing.trace' AND m.id = t.res_id
                        WHERE %(contacts)s AND t.type_id = %(bounced)s
                          AND t.is_automated IS NOT TRUE
                          AND (m.id IS NULL OR strpos(
                               lower(m.email), lower(c.email_normalized)) > 0)
                        GROUP BY t.partner_id) b
                WHERE NOT EXISTS (
                      SELECT 1 FROM lifecycle_touchpoint l
                       WHERE l.partner_id = b.partner_id
                         AND l.touch_date >= b.touch_date
                         AND l.type_id = ANY(%(life)s)
                         AND l.is_automated IS NOT TRUE)""",
            contacts=contacts,
            bounced=types.pop("mail_bounced", 0),
            life=sorted(types.values()),
        )

    def _get_type_ids(self, *codes):
        rows = self.env.execute_query(
            SQL(
                "SELECT code, id FROM lifecycle_touchpoint_type WHERE code = ANY(%s)",
                list(codes),
            )
        )
        return dict(rows)
