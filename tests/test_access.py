import types

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import LifecycleCase

# Whatever a logged-in user may call over RPC, with what its name does not say.
PUBLIC_METHODS = {
    "ir.http": {"session_info"},
    "lifecycle.cached": {"unlink"},
    "lifecycle.consent": {
        "action_ask_to_renew",
        "action_print_proof",
        "action_renew",
        "action_view_event",
        "action_withdraw",
    },
    "lifecycle.consent.check": {"action_check_evidence"},
    "lifecycle.consent.entry": {"action_record"},
    "lifecycle.consent.event": {"action_check_evidence"},
    "lifecycle.consent.import": {
        "action_check",
        "action_record",
        "action_undo",
        "action_view_events",
        "action_view_rows",
    },
    "lifecycle.consent.renewal": {"action_apply"},
    "lifecycle.conversion.fit": {"action_fit"},
    "lifecycle.interest": {"unlink"},
    "lifecycle.profile": {"explain_quality"},
    "lifecycle.purpose": {"unlink"},
    "lifecycle.question": {"unlink"},
    "lifecycle.rfm.group": {"action_open", "action_reset", "unlink"},
    "lifecycle.satisfaction": {
        "action_open_contact",
        "action_open_document",
        "action_remove",
        "nps_report",
        "unlink",
    },
    "lifecycle.satisfaction.entry": {"action_save"},
    "lifecycle.data.request": {
        "action_done",
        "action_open_partner",
        "action_privacy_lookup",
        "action_refuse",
        "action_reopen",
        "action_send_receipt",
    },
    "lifecycle.email.change": {"action_merge"},
    "lifecycle.gate": {"ask", "waterfall"},
    "lifecycle.scorecard": {
        "action_backtest",
        "action_refresh",
        "action_suggest_half_points",
        "action_view_scores",
        "backtest",
        "copy",
        "copy_data",
        "explain",
    },
    "lifecycle.scorecard.group": {"unlink"},
    "lifecycle.scorecard.rule": {"unlink"},
    "lifecycle.segment": {
        "action_accept",
        "action_export",
        "action_freeze",
        "action_keep",
        "action_mail",
        "action_overlap",
        "action_paste",
        "action_pin",
        "action_refresh",
        "action_take_over",
        "action_unpin",
        "action_view_members",
        "action_view_memberships",
        "action_view_overrides",
        "combine",
        "copy_data",
        "describe",
        "differentiators",
        "explain",
        "growth",
        "members_on",
        "overlap",
        "preview",
        "unlink",
        "used_in",
    },
    "lifecycle.segment.add": {"action_apply", "action_undo", "default_get"},
    "lifecycle.segment.freeze": {"action_freeze"},
    "lifecycle.segment.member": {"action_open_contact", "action_why"},
    "lifecycle.segment.override": {"action_lift", "unlink"},
    "lifecycle.segment.paste": {"action_add", "action_back", "action_check"},
    "lifecycle.segment.template": {"action_use", "action_use_each"},
    "lifecycle.signup": {"action_discard", "action_resend"},
    "lifecycle.signup.form": {
        "action_close",
        "action_open",
        "action_preview",
        "action_view_signups",
        "action_visit",
        "copy_data",
        "unlink",
    },
    "lifecycle.stage": {"action_preview", "action_view_contacts", "web_resequence"},
    "lifecycle.stage.move": {"action_move", "default_get"},
    "lifecycle.topic": {"action_view_consents", "unlink"},
    "lifecycle.touchpoint": {"action_open_document", "timeline_page"},
    "lifecycle.touchpoint.source": {
        "action_harvest",
        "action_reconcile",
        "action_view_skipped",
        "harvest",
    },
    "lifecycle.touchpoint.type": {"action_view_touchpoints"},
    "lifecycle.wanted.field": {"action_view_missing", "unlink"},
    "lifecycle.value": {
        "action_open_contact",
        "export_predictions",
        "migration_matrix",
        "read_numbers",
        "rfm_matrix",
        "value_distribution",
    },
    "mailing.mailing": {"action_put_in_queue", "action_schedule"},
    "mailing.subscription.optout": {"unlink"},
    "res.partner": {
        "action_lifecycle_consent",
        "action_lifecycle_consent_history",
        "action_lifecycle_consent_proof",
        "action_lifecycle_data_requests",
        "action_lifecycle_gate",
        "action_lifecycle_journey",
        "action_lifecycle_move",
        "action_lifecycle_rate",
        "action_lifecycle_satisfaction",
        "action_lifecycle_scores",
        "action_lifecycle_verifications",
        "action_lifecycle_verify",
        "action_lifecycle_withdrawal",
        "lifecycle_move_to_stage",
        "lifecycle_undo_verification",
        "lifecycle_verify",
        "web_save",
        "action_lifecycle_why_segment",
        "unlink",
    },
}
# Overridden where Odoo already has them public.
INHERITED_METHODS = {"create", "init", "write"}


class AccessCase(LifecycleCase):
    """Users of every kind, and the models and fields that are ours."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = cls.make_user("visitor", "base.group_portal")
        cls.public = cls.env.ref("base.public_user")
        cls.clerk = cls.make_user("clerk", "base.group_user", "base.group_allow_export")
        cls.seller = cls.make_user("seller", "sales_team.group_sale_salesman")
        cls.marketer = cls.make_user(
            "marketer", "contact_lifecycle.group_lifecycle_user"
        )
        cls.manager = cls.make_user(
            "manager", "contact_lifecycle.group_lifecycle_manager"
        )
        cls.ana = cls.make_partner("Ana", email="ana@example.com")
        cls.models = sorted(
            name for name in cls.env.registry if name.startswith("lifecycle.")
        )
        cls.partner_fields = sorted(
            name for name in cls.Partner._fields if name.startswith("lifecycle_")
        )
        # Requests about one's data are for administrators.
        cls.reader_fields = [
            name for name in cls.partner_fields if name != "lifecycle_data_request_ids"
        ]


@tagged("post_install", "-at_install")
class TestAccess(AccessCase):
    """Nobody sees or changes more of the lifecycle than their work needs."""

    # Rows and methods

    def test_every_model_has_an_access_row_for_a_group(self):
        for name in self.models:
            if self.env[name]._abstract:
                continue
            rows = self.env["ir.model.access"].search([("model_id.model", "=", name)])

            with self.subTest(name):
                self.assertTrue(rows)
                self.assertTrue(all(row.group_id for row in rows))

    def test_every_model_with_a_company_has_a_rule_for_it(self):
        for name in self.models:
            if "company_id" not in self.env[name]._fields:
                continue
            rules = self.env["ir.rule"].search([("model_id.model", "=", name)])

            with self.subTest(name):
                self.assertTrue(any(rule["global"] for rule in rules))

    def test_every_partner_field_is_for_a_group(self):
        self.assertGreater(len(self.partner_fields), 30)
        for name in self.partner_fields:
            with self.subTest(name):
                self.assertTrue(self.Partner._fields[name].groups)

    def test_public_methods_are_those_we_decided_on(self):
        found = {}
        for name, model in self.env.registry.items():
            for cls in model.__mro__:
                if not cls.__module__.startswith("odoo.addons.contact_lifecycle."):
                    continue
                for method, value in vars(cls).items():
                    if isinstance(value, types.FunctionType | classmethod):
                        found.setdefault(name, set()).add(method)

        public = {
            name: {method for method in methods if not method.startswith("_")}
            for name, methods in found.items()
        }
        public = {
            name: methods - INHERITED_METHODS
            for name, methods in public.items()
            if methods - INHERITED_METHODS
        }
        self.maxDiff = None
        self.assertEqual(public, PUBLIC_METHODS)

    # Salespeople

    def test_salesperson_sees_journey_stage_and_facts(self):
        self.make_touchpoint(self.ana, "list_joined", name="Letters")
        self.refresh(self.ana)

        ana = self.ana.with_user(self.seller)
        page = self.Touchpoint.with_user(self.seller).timeline_page(self.ana.id)

        self.assertEqual(ana.lifecycle_stage_id.code, "subscriber")
        self.assertEqual(ana.lifecycle_touch_count, 1)
        self.assertEqual(ana.lifecycle_stage_change_ids.cause, "rule")
        self.assertEqual([row["title"] for row in page["rows"]], ["Letters"])
        self.assertEqual(
            set(ana.read(self.reader_fields)[0]) - {"id"}, set(self.reader_fields)
        )
        for name in set(self.partner_fields) - set(self.reader_fields):
            with self.subTest(name), self.assertRaises(AccessError):
                ana.read([name])

    def test_only_administrators_configure(self):
        calls = {
            "stage": lambda env: env["lifecycle.stage"].create({"name": "Fan"}),
            "rule": lambda env: (
                env["lifecycle.stage"]
                .search([], limit=1)
                .write({"is_rule_active": False})
            ),
            "type": lambda env: (
                env["lifecycle.touchpoint.type"]
                .search([], limit=1)
                .write({"active": False})
            ),
            "preview": lambda env: env["lifecycle.stage"].search([]).action_preview(),
            "harvest": lambda env: env["lifecycle.touchpoint.source"].harvest("rating"),
            "order": lambda env: env["lifecycle.stage"].search([]).web_resequence({}),
        }
        for name, call in calls.items():
            for user in (self.seller, self.marketer):
                with (
                    self.subTest(user=user.login, call=name),
                    self.assertRaises(AccessError),
                ):
                    call(self.env(user=user))
            call(self.env(user=self.manager))

        self.assertFalse(self.Stage.search([], limit=1).is_rule_active)

    def test_nobody_edits_what_was_recorded(self):
        touchpoint = self.make_touchpoint(self.ana, "list_joined")
        self.ana.lifecycle_stage_id = self.stage("lead")
        records = (
            touchpoint,
            self.ana.lifecycle_stage_change_ids,
            self.ana.lifecycle_profile_id,
        )
        for user in (self.seller, self.marketer, self.manager):
            for record in records:
                for operation in ("write", "create", "unlink"):
                    with self.subTest(user=user.login, operation=operation):
                        self.assertTrue(record.with_user(user).has_access("read"))
                        self.assertFalse(record.with_user(user).has_access(operation))

    def test_document_opens_with_the_users_own_rights(self):
        foreign = self.make_lead(self.ana, user_id=self.manager.id)
        own = self.make_lead(self.ana, user_id=self.seller.id)
        opened = [
            self.make_touchpoint(
                self.ana, "lead_created", res_model="crm.lead", res_id=lead.id
            ).with_user(self.seller)
            for lead in (foreign, own)
        ]

        with self.assertRaises(AccessError):
            opened[0].action_open_document()
        action = opened[1].action_open_document()

        self.assertEqual((action["res_model"], action["res_id"]), ("crm.lead", own.id))

    def test_document_that_is_gone_is_told_so(self):
        lead = self.make_lead(self.ana)
        touchpoint = self.make_touchpoint(
            self.ana, "lead_created", res_model="crm.lead", res_id=lead.id
        )
        lead.unlink()

        action = touchpoint.with_user(self.seller).action_open_document()

        self.assertEqual(action["tag"], "display_notification")

    def test_profile_does_not_open_hidden_fields_to_searches(self):
        partners = self.Partner.with_user(self.seller)
        for path in (
            "signup_type",
            "lifecycle_profile_id.partner_id.signup_type",
            "lifecycle_first_source_id.create_uid.partner_id.signup_type",
            "lifecycle_stage_change_ids.user_id.partner_id.signup_type",
            "lifecycle_touchpoint_ids.partner_id.signup_type",
        ):
            with self.subTest(path), self.assertRaises(AccessError, msg=path):
                partners.search([(path, "=", "reset")])

    def test_user_without_the_group_may_still_edit_contacts(self):
        editor = self.make_user(
            "editor", "base.group_user", "base.group_partner_manager"
        )
        self.ana.lifecycle_stage_id = self.stage("lead")

        self.ana.with_user(editor).write({"name": "Ana Maria"})
        newcomer = self.Partner.with_user(editor).create({"name": "Eva"})

        self.assertEqual(self.ana.name, "Ana Maria")
        self.assertTrue(newcomer.sudo().lifecycle_profile_id)
