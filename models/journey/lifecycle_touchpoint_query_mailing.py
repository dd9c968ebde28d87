from odoo import api, models
from odoo.tools import SQL

_SPEED_SECONDS = 3
_BURST_SECONDS = 1


class LifecycleTouchpointSource(models.Model):
    """Sources of what was mailed and texted, and what came back."""

    _inherit = "lifecycle.touchpoint.source"

    @api.model
    def _touchpoint_sources(self):
        return {
            **super()._touchpoint_sources(),
            "mail_trace": {"model": "mailing.trace", "stamp": "write_date"},
            "mail_open": {"model": "lifecycle.mail.open", "stamp": "open_date"},
            "sms_trace": {"model": "mailing.trace", "stamp": "write_date"},
            "link_click": {
                "model": "link.tracker.click",
                "stamp": "create_date",
                "is_mutable": True,
            },
            "mailing_list": {"model": "mailing.subscription", "stamp": "write_date"},
        }

    def _match_address(self, email, company=None):
        """Return a lateral join ``m(id)``: the contact who has this address.

        Of several, the one of the same company first, then the active, then the
        oldest.  With a company, contacts of other companies never match.

        :param email: SQL of a normalised address
        :param company: SQL of the company of the document, if it has one
        """
        company = company or SQL("NULL::int4")
        return SQL(
            """LEFT JOIN LATERAL (
                SELECT p.id FROM res_partner p
                 WHERE p.email_normalized = %(email)s
                   AND (p.company_id IS NULL OR %(company)s IS NULL
                        OR p.company_id = %(company)s)
                 ORDER BY p.company_id IS NULL, NOT p.active, p.id LIMIT 1
               ) m ON true""",
            email=email,
            company=company,
        )

    def _trace_tail(self):
        """Return ``FROM`` for traces ``t``, their contact being ``PARTNER``."""
        return SQL(
            """FROM mailing_trace t
               LEFT JOIN mailing_mailing mm ON mm.id = t.mass_mailing_id
               LEFT JOIN crm_lead l ON t.model = 'crm.lead' AND l.id = t.res_id
               %s""",
            self._match_address(
                SQL("CASE WHEN t.model <> 'res.partner' THEN t.email END"),
                SQL("l.company_id"),
            ),
        )

    def _trace_columns(self):
        """Return the columns of a trace.

        Odoo gives each mailing a source of its own; that is no source where a
        contact came from, and ``mailing_id`` says it already.
        """
        return {
            "stamp": SQL("t.write_date"),
            "partner_id": SQL(
                "CASE WHEN t.model = 'res.partner' THEN t.res_id"
                " ELSE COALESCE(l.partner_id, m.id) END"
            ),
            "name": SQL("mm.subject"),
            "mailing_id": SQL("t.mass_mailing_id"),
            "campaign_id": SQL("t.campaign_id"),
            "medium_id": SQL("mm.medium_id"),
            "res_model": SQL("%s", "mailing.trace"),
            "res_id": SQL("t.id"),
        }

    def _touchpoint_query_mail_trace(self):
        """What happened to each mail of a mailing.

        A bounce and a failure have no date of their own: the last change of the
        trace is theirs.  An open is taken from here when no hit of the pixel was
        seen: before this module, and when a click or a reply implies it.
        """
        return self._touchpoint_select(
            SQL("v.code"),
            SQL(
                """%s
                CROSS JOIN LATERAL (VALUES
                    ('mail_sent', t.sent_datetime, NULL),
                    ('mail_opened', CASE WHEN NOT EXISTS (
                        SELECT 1 FROM lifecycle_mail_open o WHERE o.trace_id = t.id
                     ) THEN t.open_datetime END, CASE WHEN EXISTS (
                        SELECT 1 FROM link_tracker_click c
                         WHERE c.mailing_trace_id = t.id
                           AND c.lifecycle_automated_reason IS NOT NULL
                           AND c.create_date BETWEEN t.open_datetime
                               - interval '5 seconds' AND t.open_datetime
                               + interval '5 seconds'
                     ) THEN 'agent' END),
                    ('mail_replied', t.reply_datetime, NULL),
                    ('mail_bounced', CASE WHEN t.trace_status = 'bounce'
                        THEN t.write_date END, NULL),
                    ('mail_failed', CASE WHEN t.trace_status = 'error'
                        THEN t.write_date END, NULL)
                ) AS v(code, date, reason)
                WHERE t.trace_type = 'mail' AND v.date IS NOT NULL
                  AND t.is_test_trace IS NOT TRUE""",
                self._trace_tail(),
            ),
            touch_date=SQL("v.date"),
            automated_reason=SQL("v.reason"),
            **self._trace_columns(),
        )

    def _touchpoint_query_mail_open(self):
        """Hits of the pixel: the first of a person, the first of a machine."""
        columns = self._trace_columns()
        columns.update(
            stamp=SQL("o.open_date"),
            touch_date=SQL("o.open_date"),
            device=SQL("o.device"),
            automated_reason=SQL("o.automated_reason"),
            res_model=SQL("%s", "lifecycle.mail.open"),
            res_id=SQL("o.id"),
        )
        return self._touchpoint_select(
            "mail_opened",
            SQL(
                """%s JOIN lifecycle_mail_open o ON o.trace_id = t.id
                WHERE t.is_test_trace IS NOT TRUE""",
                self._trace_tail(),
            ),
            **columns,
        )

    def _touchpoint_query_sms_trace(self):
        """What happened to each text message of a mailing."""
        columns = self._trace_columns()
        columns["partner_id"] = SQL(
            "CASE WHEN t.model = 'res.partner' THEN t.res_id"
            " ELSE COALESCE(l.partner_id, m.id, n.id) END"
        )
        return self._touchpoint_select(
            SQL("v.code"),
            SQL(
                """%s
                LEFT JOIN LATERAL (
                    SELECT p.id FROM res_partner p
                     WHERE t.model <> 'res.partner'
                       AND p.phone_sanitized = t.sms_number
                     ORDER BY NOT p.active, p.id LIMIT 1
                ) n ON true
                CROSS JOIN LATERAL (VALUES
                    ('sms_sent', t.sent_datetime),
                    ('sms_bounced', CASE WHEN t.trace_status = 'bounce'
                        THEN t.write_date END),
                    ('sms_failed', CASE WHEN t.trace_status = 'error'
                        THEN t.write_date END)
                ) AS v(code, date)
                WHERE t.trace_type = 'sms' AND v.date IS NOT NULL
                  AND t.is_test_trace IS NOT TRUE""",
                self._trace_tail(),
            ),
            touch_date=SQL("v.date"),
            **columns,
        )

    def _touchpoint_query_link_click(self):
        """Each click of a tracked link, with the verdict on who made it.

        A click within seconds of delivery, or together with other links of the
        same mail, is a scanner's, whatever it calls itself.
        """
        columns = self._trace_columns()
        columns.update(
            stamp=SQL("c.create_date"),
            touch_date=SQL("c.create_date"),
            name=SQL("COALESCE(k.label, k.title, k.url)"),
            link_id=SQL("c.link_id"),
            device=SQL("c.lifecycle_device"),
            country_id=SQL("c.country_id"),
            res_model=SQL("%s", "link.tracker.click"),
            res_id=SQL("c.id"),
            automated_reason=SQL(
                """CASE
                    WHEN c.lifecycle_automated_reason IS NOT NULL
                    THEN c.lifecycle_automated_reason
                    WHEN c.create_date < t.sent_datetime
                         + make_interval(secs => %(speed)s) THEN 'speed'
                    WHEN EXISTS (
                        SELECT 1 FROM link_tracker_click other
                         WHERE other.mailing_trace_id = c.mailing_trace_id
                           AND other.link_id <> c.link_id
                           AND other.create_date BETWEEN
                               c.create_date - make_interval(secs => %(burst)s)
                               AND c.create_date + make_interval(secs => %(burst)s)
                    ) THEN 'burst'
                END""",
                speed=_SPEED_SECONDS,
                burst=_BURST_SECONDS,
            ),
        )
        return self._touchpoint_select(
            SQL(
                "CASE t.trace_type WHEN 'sms' THEN 'sms_clicked'"
                " ELSE 'mail_clicked' END"
            ),
            SQL(
                """%s
                JOIN link_tracker_click c ON c.mailing_trace_id = t.id
                JOIN link_tracker k ON k.id = c.link_id
                WHERE t.is_test_trace IS NOT TRUE""",
                self._trace_tail(),
            ),
            **columns,
        )

    def _touchpoint_query_mailing_list(self):
        """Joining and leaving mailing lists; leaving has the date of its press."""
        return self._touchpoint_select(
            SQL("v.code"),
            SQL(
                """FROM mailing_subscription s
                JOIN mailing_contact mc ON mc.id = s.contact_id
                JOIN mailing_list ml ON ml.id = s.list_id
                %s
                CROSS JOIN LATERAL (VALUES
                    ('list_joined', COALESCE(s.create_date, mc.create_date)),
                    ('list_left', CASE WHEN s.opt_out THEN s.opt_out_datetime END)
                ) AS v(code, date)
                WHERE v.date IS NOT NULL""",
                self._match_address(SQL("mc.email_normalized")),
            ),
            stamp=SQL("s.write_date"),
            partner_id=SQL("m.id"),
            touch_date=SQL("v.date"),
            name=SQL("ml.name"),
            res_model=SQL("%s", "mailing.subscription"),
            res_id=SQL("s.id"),
        )
