from datetime import timedelta

from odoo.tools import SQL

from .common import LifecycleCase

NUMBERS = (
    "quality_score",
    "quality_band",
    "completeness",
    "email_state",
    "phone_state",
    "verified_date",
)


class QualityCase(LifecycleCase):
    """Wanted fields of our own, and what a refresh makes of a contact."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Wanted = cls.env["lifecycle.wanted.field"]
        cls.Verification = cls.env["lifecycle.verification"]
        cls.Profile = cls.env["lifecycle.profile"]
        cls.Run = cls.env["lifecycle.quality.run"]
        cls.Wanted.search([]).active = False

    @classmethod
    def group(cls, code):
        return cls.env.ref(f"contact_lifecycle.lifecycle_field_group_{code}")

    @classmethod
    def want(cls, name, group="contact", **values):
        known = cls.Wanted.with_context(active_test=False).search(
            [
                ("field_name", "=", name),
                ("company_id", "=", values.get("company_id", False)),
            ]
        )
        values = {"group_id": cls.group(group).id, "active": True, **values}
        values = {"applies_to": "both", "weight": 1, **values}
        if known:
            known.write(values)
            return known
        return cls.Wanted.create({"field_name": name, **values})

    def days_ago(self, days):
        return self.now - timedelta(days=days)

    def verified(self, partner, days, *codes, source="manual"):
        """Let groups of the contact have been verified some days ago."""
        groups = [self.group(code).id for code in codes or ("contact",)]
        return self.Verification.create(
            [
                {
                    "partner_id": partner.id,
                    "group_id": group,
                    "verified_date": self.days_ago(days),
                    "source": source,
                }
                for group in groups
            ]
        )

    def assess(self, *partners):
        """Compute the quality of these contacts, as the queue does."""
        ids = [partner.id for partner in partners]
        self.Profile._load_quality(SQL("SELECT unnest(%s::int[])", ids))
        changed = self.Profile._refresh_quality()
        self.env.invalidate_all()
        return changed

    def run_all(self):
        """Do a whole pass, as by night; return how many contacts changed."""
        run = self.Run.create({})
        self.assertTrue(run._go_on())
        self.env.invalidate_all()
        return run.changed_count

    def numbers(self, partner):
        return {name: partner.lifecycle_profile_id[name] for name in NUMBERS}

    def explain(self, partner, user=None):
        profiles = self.Profile.with_user(user) if user else self.Profile
        return profiles.explain_quality(partner.id)

    def bounce(self, partner, days=1, email=None):
        trace = self.make_trace(partner, trace_status="bounce")
        if email:
            trace.email = email
        return self.make_touchpoint(
            partner,
            "mail_bounced",
            date=self.days_ago(days),
            res_model="mailing.trace",
            res_id=trace.id,
        )


class QualityContactCase(QualityCase):
    """Three wanted fields, a contact that has two, and people of every right."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.want("email", weight=3)
        cls.want("city", "address", weight=1)
        cls.want("lifecycle_birth_date", "personal", applies_to="person")
        cls.seller = cls.make_user(
            "seller", "sales_team.group_sale_salesman", "base.group_partner_manager"
        )
        cls.reader = cls.make_user("reader", "contact_lifecycle.group_lifecycle_reader")
        cls.clerk = cls.make_user("clerk", "base.group_user")
        cls.manager = cls.make_user(
            "manager", "contact_lifecycle.group_lifecycle_manager"
        )
        cls.ana = cls.make_partner("Ana", email="ana@example.com", city="Lugo")
        cls.eva = cls.make_partner("Eva")
