import logging
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

_BATCH_MAILS = 100
_RESEND = timedelta(hours=1)
# The limits look back a day; after that a confirmed row needs no address of its own.
_ADDRESS_KEPT = timedelta(days=1)
_BLOCKED_KEPT = timedelta(days=30)


class LifecycleSignup(models.Model):
    """What becomes of sign-ups after the page was answered, and while they wait."""

    _inherit = "lifecycle.signup"

    @api.model
    def _cron_run_signups(self):
        """Write to who signed up, remind once, and forget who never confirmed."""
        progress = self.env["ir.cron"]._commit_progress
        for run in (self._welcome_batch, self._remind_batch):
            while count := run():
                if not progress(count, remaining=1):
                    return
        progress(self._forget_overdue() + self._forget_addresses(), remaining=0)

    @api.model
    def _welcome_batch(self):
        """Take the next new ones: admit them, or ask for confirmation."""
        signups = self.search(
            [("state", "=", "waiting"), ("mail_date", "=", False)],
            limit=_BATCH_MAILS,
            order="id",
        )
        if not signups:
            return 0
        signups._replace_older()
        known = signups._find_known()
        for signup in signups:
            is_admitted = not signup.form_id.is_double_opt_in and signup.id not in known
            signup._try(signup._admit if is_admitted else signup._send)
        signups._stamp("mail_date")
        return len(signups)

    @api.model
    def _remind_batch(self):
        """Remind some who have not confirmed, once each."""
        rows = self.env.execute_query(
            SQL(
                """SELECT s.id FROM lifecycle_signup s
                     JOIN lifecycle_signup_form f ON f.id = s.form_id
                    WHERE s.state = 'waiting' AND s.reminder_date IS NULL
                      AND f.active AND f.reminder_days > 0
                      AND s.mail_date < %(now)s - f.reminder_days * interval '1 day'
                      AND NOT EXISTS (
                          SELECT 1 FROM lifecycle_consent c
                           WHERE c.address = s.address AND c.channel = 'email'
                             AND c.company_id = s.company_id
                             AND c.purpose_id = f.purpose_id AND c.topic_id IS NULL
                             AND c.status = 'withdrawn'
                             AND c.since_date > s.request_date)
                    ORDER BY s.id LIMIT %(limit)s""",
                now=self.env.cr.now(),
                limit=_BATCH_MAILS,
            )
        )
        signups = self.browse(i for (i,) in rows)
        for signup in signups:
            signup._try(signup._send, "signup_reminder")
        signups._stamp("reminder_date")
        return len(signups)

    def _try(self, act, *told):
        """Do it for one; a failure is logged and stops no other."""
        try:
            with self.env.cr.savepoint():
                act(*told or ("signup",))
        except Exception:
            _logger.exception("sign-up %s failed", self.id)

    def _stamp(self, column):
        """Note that these were written to, and let the messages leave at once."""
        if not self:
            return
        # Odoo's queue runs hourly; somebody is waiting for these.
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
        self.env.execute_query(
            SQL(
                "UPDATE lifecycle_signup SET %s = %s WHERE id = ANY(%s)",
                SQL.identifier(column),
                self.env.cr.now(),
                self.ids,
            )
        )
        self.invalidate_model()

    def _send(self, name="signup"):
        """Write to the address, in the language of the page."""
        self.ensure_one()
        base = self.company_id.get_base_url()
        template = self.env.ref(f"contact_lifecycle.mail_template_{name}")
        template.with_context(
            lang=self.lang,
            lifecycle_url=f"{base}/lifecycle/signup-confirm/{self._issue_token()}",
        ).send_mail(
            self.id,
            email_values=self.company_id._get_lifecycle_mail_values(self.address),
            email_layout_xmlid="contact_lifecycle.signup_mail_layout",
        )

    def _resend(self):
        """Send the message again; return to how many."""
        latest = self.env.cr.now() - _RESEND
        waiting = self.filtered(
            lambda row: (
                row.state == "waiting" and row.mail_date and row.mail_date < latest
            )
        )
        for signup in waiting:
            signup._send()
        waiting._stamp("mail_date")
        return len(waiting)

    def _find_known(self):
        """Return ids of those whose address says something to us already."""
        self.env["res.partner"].flush_model(["email_normalized", "company_id"])
        rows = self.env.execute_query(
            SQL(
                """SELECT s.id FROM lifecycle_signup s
                    WHERE s.id = ANY(%s) AND (
                          EXISTS (SELECT 1 FROM res_partner p
                                   WHERE p.email_normalized = s.address
                                     AND COALESCE(p.company_id, s.company_id)
                                       = s.company_id)
                       OR EXISTS (SELECT 1 FROM mail_blacklist b
                                   WHERE b.email = s.address AND b.active)
                       OR EXISTS (SELECT 1 FROM lifecycle_consent c
                                   WHERE c.address = s.address
                                     AND c.company_id = s.company_id))""",
                self.ids,
            )
        )
        return {i for (i,) in rows}

    def _replace_older(self):
        """Let the last sign-up of an address by a form stand for those before it."""
        self.env.execute_query(
            SQL(
                """UPDATE lifecycle_signup o SET state = 'replaced', answers = NULL
                     FROM lifecycle_signup n
                    WHERE n.id = ANY(%s) AND o.address = n.address
                      AND o.form_id = n.form_id AND o.id < n.id
                      AND o.state = 'waiting'""",
                self.ids,
            )
        )
        self.invalidate_model()

    # Forgetting

    def _forget(self):
        """Forget these, who have not confirmed; return how many."""
        return self._forget_where(
            SQL("s.state = 'waiting' AND s.id = ANY(%s)", self.ids)
        )

    @api.model
    def _forget_overdue(self):
        """Forget who has not confirmed in time."""
        overdue = SQL(
            "s.request_date < %s - f.purge_days * interval '1 day'", self.env.cr.now()
        )
        return self._forget_where(
            SQL(
                "s.state IN ('waiting', 'replaced') AND s.address IS NOT NULL AND %s",
                overdue,
            )
        )

    @api.model
    def _forget_where(self, condition):
        self.env.cr.execute(
            SQL(
                """UPDATE lifecycle_signup s
                      SET state = CASE s.state WHEN 'waiting' THEN 'expired'
                                               ELSE s.state END,
                          expire_date = %s, address = NULL, answers = NULL,
                          network = NULL
                     FROM lifecycle_signup_form f WHERE f.id = s.form_id AND %s""",
                self.env.cr.now(),
                condition,
            )
        )
        count = self.env.cr.rowcount
        self.invalidate_model()
        return count

    @api.model
    def _forget_addresses(self):
        """Leave a confirmed sign-up its contact only, and old blocks not at all."""
        now = self.env.cr.now()
        self.env.cr.execute(
            SQL(
                """UPDATE lifecycle_signup SET address = NULL, network = NULL
                    WHERE state = 'confirmed' AND address IS NOT NULL
                      AND confirm_date < %s""",
                now - _ADDRESS_KEPT,
            )
        )
        count = self.env.cr.rowcount
        self.env.cr.execute(
            SQL(
                """DELETE FROM lifecycle_signup
                    WHERE state = 'blocked' AND request_date < %s""",
                now - _BLOCKED_KEPT,
            )
        )
        self.invalidate_model()
        return count + self.env.cr.rowcount
