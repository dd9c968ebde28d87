from odoo import fields, models


class ResCompany(models.Model):
    """When consents are to be renewed, and who is told."""

    _inherit = "res.company"

    lifecycle_renewal_days = fields.Integer(
        string="Days Before a Consent Expires",
        default=30,
        required=True,
        help="So many days before its end a consent is in the list of those to renew",
    )
    lifecycle_review_months = fields.Integer(
        string="Months Until Own Customers Are Reviewed",
        default=24,
        required=True,
        help="Who is written to as an own customer is listed so long after the last "
        "purchase, or the last evidence; 0 for never",
    )
    lifecycle_renewal_user_id = fields.Many2one(
        "res.users",
        string="Who Looks After Renewals",
        help="Gets an activity on the contact of the company while there is something "
        "to renew",
    )

    _lifecycle_renewal_check = models.Constraint(
        "CHECK (lifecycle_renewal_days BETWEEN 0 AND 3660"
        " AND lifecycle_review_months BETWEEN 0 AND 600)",
        "Choose 0 to 3,660 days and 0 to 600 months.",
    )

    def _tell_renewals(self):
        """Keep one activity for whoever looks after it, as long as there is reason."""
        kind = self.env.ref("contact_lifecycle.mail_activity_type_renewal")
        for company in self:
            consents = self.env["lifecycle.consent"].with_company(company)
            count = consents.with_context(allowed_company_ids=company.ids).search_count(
                [("renewal_reason", "!=", False), ("company_id", "=", company.id)]
            )
            company._keep_renewal_activity(kind, count)

    def _keep_renewal_activity(self, kind, count):
        partner, user = self.partner_id, self.lifecycle_renewal_user_id
        activities = partner.activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )
        if not count or not user:
            activities.unlink()
            return
        env = self.with_context(lang=user.lang).env
        summary = env._("Consents to renew: %s", count)
        if not activities:
            partner.activity_schedule(
                activity_type_id=kind.id, user_id=user.id, summary=summary
            )
        elif activities[0].summary != summary:
            activities[0].summary = summary


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lifecycle_renewal_days = fields.Integer(
        related="company_id.lifecycle_renewal_days", readonly=False
    )
    lifecycle_review_months = fields.Integer(
        related="company_id.lifecycle_review_months", readonly=False
    )
    lifecycle_renewal_user_id = fields.Many2one(
        related="company_id.lifecycle_renewal_user_id", readonly=False
    )
