"""Hooks on the documents that the journey is harvested from.

They only wake the harvest, which then reads whatever is new: no document is
slowed down, and a hook that is missed costs an hour, not a touchpoint.
"""

from odoo import api, models
from odoo.tools import SQL


class LifecycleTouchpointSource(models.Model):
    _inherit = "lifecycle.touchpoint.source"

    @api.model
    def _trigger_harvest(self):
        """Wake the harvest within a minute, once however often it is asked."""
        self.env["ir.cron"]._lifecycle_wake("ir_cron_harvest_touchpoints")


class MailingSubscription(models.Model):
    _inherit = "mailing.subscription"

    _lifecycle_write_date_idx = models.Index("(write_date)")

    @api.model_create_multi
    def create(self, vals_list):
        subscriptions = super().create(vals_list)
        self.env["lifecycle.touchpoint.source"]._trigger_harvest()
        return subscriptions

    def write(self, vals):
        result = super().write(vals)
        if "opt_out" in vals:
            self.env["lifecycle.touchpoint.source"]._trigger_harvest()
        return result


class MailingContact(models.Model):
    _inherit = "mailing.contact"

    _lifecycle_email_idx = models.Index(
        "(email_normalized) WHERE email_normalized IS NOT NULL"
    )

    @api.model_create_multi
    def create(self, vals_list):
        contacts = super().create(vals_list)
        contacts._lifecycle_date_subscriptions()
        return contacts

    def write(self, vals):
        result = super().write(vals)
        if "list_ids" in vals:
            self._lifecycle_date_subscriptions()
        return result

    def _lifecycle_date_subscriptions(self):
        """Date the subscriptions that a many2many made without telling when."""
        self.env.flush_all()
        dated = self.env.execute_query(
            SQL(
                """UPDATE mailing_subscription
                      SET create_date = %(now)s, write_date = %(now)s
                    WHERE contact_id = ANY(%(ids)s) AND create_date IS NULL
                RETURNING id""",
                now=self.env.cr.now(),
                ids=self.ids,
            )
        )
        if dated:
            self.env["lifecycle.touchpoint.source"]._trigger_harvest()


class SaleOrder(models.Model):
    _inherit = "sale.order"

    _lifecycle_write_date_idx = models.Index("(write_date)")

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") in ("sent", "sale", "cancel"):
            self.env["lifecycle.touchpoint.source"]._trigger_harvest()
        return result


class AccountMove(models.Model):
    _inherit = "account.move"

    _lifecycle_write_date_idx = models.Index(
        "(write_date) WHERE move_type IN ('out_invoice', 'out_refund', 'out_receipt')"
    )

    def _post(self, soft=True):
        posted = super()._post(soft)
        self.env["lifecycle.touchpoint.source"]._trigger_harvest()
        return posted


class CrmLead(models.Model):
    _inherit = "crm.lead"

    _lifecycle_write_date_idx = models.Index("(write_date)")

    def _handle_won_lost(self, old_status_by_lead, new_status_by_lead):
        self.env["lifecycle.touchpoint.source"]._trigger_harvest()
        return super()._handle_won_lost(old_status_by_lead, new_status_by_lead)


class MailActivity(models.Model):
    _inherit = "mail.activity"

    _lifecycle_done_idx = models.Index("(write_date) WHERE date_done IS NOT NULL")

    def write(self, vals):
        result = super().write(vals)
        # Done activities are archived.
        if vals.get("active") is False:
            self.env["lifecycle.touchpoint.source"]._trigger_harvest()
        return result


class MailMessage(models.Model):
    _inherit = "mail.message"

    _lifecycle_inbound_idx = models.Index("(create_date) WHERE message_type = 'email'")

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        if any(vals.get("message_type") == "email" for vals in vals_list):
            self.env["lifecycle.touchpoint.source"]._trigger_harvest()
        return messages


class SurveyUserInput(models.Model):
    _inherit = "survey.user_input"

    _lifecycle_write_date_idx = models.Index("(write_date) WHERE state = 'done'")

    def _mark_done(self):
        result = super()._mark_done()
        self.env["lifecycle.touchpoint.source"]._trigger_harvest()
        return result


class RatingRating(models.Model):
    _inherit = "rating.rating"

    _lifecycle_write_date_idx = models.Index("(write_date) WHERE consumed")
    _lifecycle_partner_idx = models.Index("(partner_id) WHERE consumed")

    def write(self, vals):
        result = super().write(vals)
        if vals.get("consumed"):
            self.env["lifecycle.touchpoint.source"]._trigger_harvest()
        return result
