from odoo import fields, models
from odoo.tools import SQL

from ...engine.journey import agents
from ...engine.vocabulary import AUTOMATED_REASONS, DEVICES


class LifecycleMailOpen(models.Model):
    """A hit on a mail's pixel: the first of a person and the first of a machine.

    Odoo keeps only that a mail was opened.  The user agent is judged when the hit
    comes and is not kept.
    """

    _name = "lifecycle.mail.open"
    _description = "Mail Open"
    _order = "id desc"
    _rec_name = "trace_id"
    _log_access = False

    trace_id = fields.Many2one("mailing.trace", required=True, ondelete="cascade")
    mailing_id = fields.Many2one(related="trace_id.mass_mailing_id")
    open_date = fields.Datetime(required=True, index=True)
    device = fields.Selection(DEVICES)
    is_automated = fields.Boolean()
    automated_reason = fields.Selection(AUTOMATED_REASONS)

    _trace_uniq = models.UniqueIndex("(trace_id, is_automated)")

    def _record_hit(self, mail_id, user_agent, method):
        """Note a hit on the pixel of a mail, once for people, once for machines.

        To be called before Odoo marks the trace as opened: an open that is known
        already is not a new touchpoint.

        :param mail_id: id that ``mail.mail`` had when it was sent
        """
        reason = agents.automated_reason(user_agent, method)
        self.env.execute_query(
            SQL(
                """INSERT INTO lifecycle_mail_open
                       (trace_id, open_date, device, is_automated, automated_reason)
                SELECT t.id, %(now)s, %(device)s, %(automated)s, %(reason)s
                  FROM mailing_trace t
                 WHERE t.mail_mail_id_int = %(mail)s
                   AND (t.open_datetime IS NULL OR EXISTS (
                        SELECT 1 FROM lifecycle_mail_open o
                         WHERE o.trace_id = t.id AND o.is_automated))
                ON CONFLICT DO NOTHING""",
                now=self.env.cr.now(),
                device=agents.device(user_agent),
                automated=bool(reason),
                reason=reason or None,
                mail=mail_id,
            )
        )
