from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_access import AccessCase


@tagged("post_install", "-at_install")
class TestAccessStrangers(AccessCase):
    """Portal, public and plain internal users learn nothing of the lifecycle."""

    def test_portal_public_and_plain_users_read_none_of_our_models(self):
        for user in (self.portal, self.public, self.clerk):
            for name in self.models:
                model = self.env[name].with_user(user)
                with self.subTest(user=user.login, model=name):
                    for operation in ("read", "write", "create", "unlink"):
                        self.assertFalse(model.has_access(operation), operation)
                    with self.assertRaises(AccessError):
                        model.search_read([], limit=1)

    def test_strangers_read_no_field_of_ours(self):
        for user in (self.portal, self.public, self.clerk):
            partner = user.partner_id.with_user(user)
            self.assertTrue(partner.read(["name"]), "can read the contact itself")
            self.assertFalse(set(self.partner_fields) & set(partner.fields_get()))
            for name in self.partner_fields:
                with self.subTest(user=user.login, field=name):
                    with self.assertRaises(AccessError):
                        partner.read([name])
                    with self.assertRaises(
                        AccessError if user == self.clerk else UserError
                    ):
                        partner.export_data([name])

    def search_by_our_fields(self, user):
        """Return {search: ids of contacts of ours it finds, or refused}."""
        answers = {}
        for name in self.partner_fields:
            field = self.Partner._fields[name]
            if not field._description_searchable:
                continue
            terms = [(name, "=", False), (name, "!=", False)]
            if field.type in ("integer", "float", "monetary"):
                terms += [(name, ">", 0), (name, "in", [1, 2]), (name, "<=", 1)]
            if field.type in ("date", "datetime"):
                terms += [(name, ">", "1900-01-01")]
            for term in terms:
                domain = [("id", "in", (self.ana | user.partner_id).ids), term]
                try:
                    found = self.Partner.with_user(user).search(domain).ids
                except AccessError:
                    found = "refused"
                answers[term[:2] + (str(term[2]),)] = found
        return answers

    def test_strangers_learn_nothing_by_searching_our_fields(self):
        users = (self.portal, self.clerk, self.seller)
        before = [self.search_by_our_fields(user) for user in users]
        for partner in self.ana | self.portal.partner_id | self.clerk.partner_id:
            partner.write(
                {
                    "lifecycle_stage_id": self.stage("customer").id,
                    "lifecycle_kind": "customer",
                    "lifecycle_birth_date": "1980-05-17",
                    "lifecycle_gender": "female",
                    "lifecycle_gender_text": "Herself",
                }
            )
            self.set_columns(partner, lifecycle_stage_date=self.now - timedelta(days=9))
            for code in (
                "order_confirmed",
                "mail_clicked",
                "lead_created",
                "call_done",
            ):
                self.make_touchpoint(partner, code, amount=10)
            self.refresh(partner)

        after = [self.search_by_our_fields(user) for user in users]

        for user, old, new in zip(users[:2], before, after, strict=False):
            learnt = {term: new[term] for term in new if new[term] != old[term]}
            self.assertFalse(learnt, user.login)
        seen = [term for term in after[2] if after[2][term] != before[2][term]]
        self.assertGreater(len(seen), 40, "a salesperson does learn it")

    def test_strangers_do_not_sort_group_or_sum_by_fields_of_ours(self):
        for user in (self.portal, self.clerk):
            partners = self.Partner.with_user(user)
            for name in self.partner_fields:
                field = self.Partner._fields[name]
                if not (field._description_sortable and field._description_groupable):
                    continue
                group = f"{name}:month" if field.type in ("date", "datetime") else name
                calls = {
                    "sort": lambda model, name=name: model.search([], order=name),
                    "group": lambda model, group=group: model._read_group([], [group]),
                    "web": lambda model, group=group: model.web_read_group([], [group]),
                    "sum": lambda model, name=name: model._read_group(
                        [], [], [f"{name}:count_distinct"]
                    ),
                }
                for kind, call in calls.items():
                    with (
                        self.subTest(user=user.login, field=name, call=kind),
                        self.assertRaises(AccessError, msg=(name, kind)),
                    ):
                        call(partners)

    def test_strangers_cannot_write_stages_or_move_contacts(self):
        lead = self.stage("lead").id
        for user in (self.portal, self.public, self.clerk):
            partner = user.partner_id.with_user(user)
            calls = {
                "write": lambda p: p.write({"lifecycle_stage_id": lead}),
                "create": lambda p: p.create({"name": "X", "lifecycle_stage_id": lead}),
                "kind": lambda p: p.write({"lifecycle_kind": "customer"}),
                "move": lambda p: p.lifecycle_move_to_stage("lead"),
                "default": lambda p: p.with_context(
                    default_lifecycle_stage_id=lead
                ).create({"name": "X"}),
            }
            for name, call in calls.items():
                with (
                    self.subTest(user=user.login, call=name),
                    self.assertRaises(AccessError),
                ):
                    call(partner)
            self.assertFalse(user.partner_id.lifecycle_stage_id)
