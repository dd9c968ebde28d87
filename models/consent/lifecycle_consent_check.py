import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.consent import chain

_logger = logging.getLogger(__name__)


class LifecycleConsentCheck(models.Model):
    """One look at all evidence of a company: is it as it was recorded?

    ``broken`` names the first event that does not fit its seal.  ``cut`` means that
    the chain no longer holds the last seal of an earlier check: its end was cut off,
    or all of it was sealed anew.  The log of the server keeps each head as well.
    """

    _name = "lifecycle.consent.check"
    _description = "Check of Consent Evidence"
    _inherit = ("mail.thread", "mail.activity.mixin")
    _mail_post_access = "read"
    _order = "id desc"
    _rec_name = "check_date"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    check_date = fields.Datetime(string="Checked On", required=True, readonly=True)
    result = fields.Selection(
        [
            ("whole", "As It Was Recorded"),
            ("broken", "An Event Was Changed"),
            ("cut", "Seals Are Missing"),
        ],
        required=True,
        readonly=True,
    )
    event_count = fields.Integer(
        string="Events",
        readonly=True,
        help="Sealed events that are as they were recorded",
    )
    head_hash = fields.Char(
        string="Last Seal",
        readonly=True,
        help="Stands for all events up to this check. Kept elsewhere, on paper for "
        "instance, it proves later that nothing before it was changed.",
    )
    broken_event = fields.Integer(
        string="Changed Event", readonly=True, help="Number of the first changed event"
    )

    def action_check_evidence(self):
        """Check the evidence of the user's companies now, and show the result.

        :raise AccessError: for whoever does not administer the contact lifecycle
        """
        if not self.env.user.has_group("contact_lifecycle.group_lifecycle_manager"):
            raise AccessError(
                self.env._(
                    "Only an administrator of Contact Lifecycle checks evidence."
                )
            )
        # sudo: seals and checks are written by the check alone.
        checks = self.sudo()._check(self.env.companies)
        action = self.env["ir.actions.actions"]._for_xml_id(
            "contact_lifecycle.lifecycle_consent_check_action"
        )
        message = self._get_message(checks)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {**message, "next": {**action, "target": "main"}},
        }

    def _get_message(self, checks):
        bad = checks.filtered(lambda check: check.result != "whole")
        if bad:
            return {
                "type": "danger",
                "sticky": True,
                "message": self.env._("Evidence of consent has been tampered with."),
            }
        return {
            "type": "success",
            "message": self.env._(
                "All evidence is as it was recorded (events: %s).",
                sum(checks.mapped("event_count")),
            ),
        }

    @api.model
    def _cron_check_evidence(self):
        """Seal what is new and check the evidence of each company."""
        progress = self.env["ir.cron"]._commit_progress
        companies = self.env["res.company"].search(Domain.TRUE)
        done = self.search([("check_date", ">=", fields.Date.today())]).company_id
        waiting = companies - done
        progress(remaining=len(waiting))
        for company in waiting:
            self._check(company)
            if not progress(1):
                return

    @api.model
    def _check(self, companies):
        """Check the evidence of some companies; return the checks."""
        seals = self.env["lifecycle.consent.seal"]
        seals._seal_new()
        checks = self.create(
            [self._prepare_check_values(company) for company in companies]
        )
        for check in checks:
            _logger.log(
                logging.INFO if check.result == "whole" else logging.ERROR,
                "evidence of consent, company %s: %s, events %s, last seal %s",
                check.company_id.id,
                check.result,
                check.event_count,
                check.head_hash,
            )
        checks._tell_administrators()
        return checks

    def _prepare_check_values(self, company):
        seals = self.env["lifecycle.consent.seal"]
        broken, count, head = seals._find_break(company)
        result = "broken" if broken else "whole"
        if not broken and self._is_cut(company):
            result = "cut"
        return {
            "company_id": company.id,
            "check_date": self.env.cr.now().replace(microsecond=0),
            "result": result,
            "event_count": count,
            "head_hash": head,
            "broken_event": broken or 0,
        }

    def _is_cut(self, company):
        """Tell whether the last seal of an earlier check is no longer there."""
        last = self.search(
            [
                ("company_id", "=", company.id),
                ("result", "=", "whole"),
                ("head_hash", "!=", chain.START),
            ],
            limit=1,
        )
        return bool(last) and not self.env.execute_query(
            SQL(
                """SELECT 1 FROM lifecycle_consent_seal
                    WHERE company_id = %s AND hash = %s LIMIT 1""",
                company.id,
                last.head_hash,
            )
        )

    def _tell_administrators(self):
        """Leave administrators one activity for each break that is new."""
        group = self.env.ref("contact_lifecycle.group_lifecycle_manager")
        users = group.all_user_ids.filtered("active")
        kind = self.env.ref("mail.mail_activity_data_warning").id
        model_id = self.env["ir.model"]._get_id(self._name)
        self.env["mail.activity"].create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": check.id,
                    "activity_type_id": kind,
                    "user_id": user.id,
                    "summary": check._in_words(user),
                }
                for check in self.filtered(lambda check: check._is_news())
                for user in users
                if check.company_id in user.company_ids
            ]
        )

    def _is_news(self):
        """Tell whether the check found something that the one before it had not."""
        if self.result == "whole":
            return False
        before = self.search(
            [("company_id", "=", self.company_id.id), ("id", "<", self.id)], limit=1
        )
        return (before.result, before.broken_event) != (self.result, self.broken_event)

    def _in_words(self, user):
        env = self.with_context(lang=user.lang).env
        if self.result == "cut":
            return env._("Seals of consent evidence are missing")
        return env._(
            "Evidence of consent was changed: event %s", str(self.broken_event)
        )
