from odoo.exceptions import UserError
from odoo.tests import tagged

from .segment_common import SegmentCase


@tagged("post_install", "-at_install")
class TestSegmentPaste(SegmentCase):
    """Every pasted value is told: found, a member, several, or nobody."""

    def setUp(self):
        super().setUp()
        self.ana = self.make_partner("Ana", email="Ana@Example.com", ref="C-1")
        self.ben = self.make_partner("Ben", email="ben@example.com", vat="ES00000000T")
        self.twin_a = self.make_partner("Twin A", email="twin@example.com")
        self.twin_b = self.make_partner("Twin B", email="twin@example.com")
        self.member = self.make_partner("Mia", email="mia@example.com")
        self.segment = self.make_segment(kind="static", name="Guests")
        self.segment._add_contacts(self.ids_of(self.member))

    def paste(self, text, segment=None, **values):
        paste = self.env["lifecycle.segment.paste"].create(
            {"segment_id": (segment or self.segment).id, "text": text, **values}
        )
        paste.action_check()
        return paste

    def report(self, paste):
        return {
            status: sorted(
                (line.value, line.partner_id.name or "")
                for line in paste.line_ids
                if line.status == status
            )
            for status in set(paste.line_ids.mapped("status"))
        }

    def test_nothing_pasted_is_lost(self):
        paste = self.paste(
            "Ana <ana@example.com>; c-1\nes00000000t\ttwin@example.com,"
            "mia@example.com\nnobody@example.com|X 9"
        )

        self.assertEqual(
            self.report(paste),
            {
                "found": [
                    ("Ana <ana@example.com>", "Ana"),
                    ("c-1", "Ana"),
                    ("es00000000t", "Ben"),
                ],
                "ambiguous": [
                    ("twin@example.com", "Twin A"),
                    ("twin@example.com", "Twin B"),
                ],
                "member": [("mia@example.com", "Mia")],
                "missing": [("X 9", ""), ("nobody@example.com", "")],
            },
        )
        counts = ("found", "ambiguous", "member", "missing")
        told = [paste[f"{status}_count"] for status in counts]
        self.assertEqual((told, paste.value_count), ([3, 1, 1, 2], 7))
        self.assertEqual(paste.missing_text, "nobody@example.com\nX 9")

    def test_a_value_pasted_twice_is_one_line(self):
        paste = self.paste("ana@example.com\nANA@example.com")

        self.assertEqual((paste.value_count, paste.line_ids.times), (1, 2))

    def test_found_contacts_are_added_and_ambiguous_ones_only_when_chosen(self):
        paste = self.paste("ana@example.com, ben@example.com, twin@example.com")
        chosen = paste.line_ids.filtered(lambda line: line.partner_id == self.twin_b)
        chosen.is_added = True

        action = paste.action_add()

        self.assertMembers(self.segment, self.member, self.ana, self.ben, self.twin_b)
        self.assertIn("3", action["params"]["message"])
        self.assertEqual(self.stays(self.segment, self.ana).join_cause, "import")

    def test_looking_up_again_replaces_the_report(self):
        paste = self.paste("ana@example.com")
        paste.text = "ben@example.com"

        paste.action_check()

        self.assertEqual(self.report(paste), {"found": [("ben@example.com", "Ben")]})

    def test_nothing_pasted_is_refused(self):
        with self.assertRaises(UserError):
            self.paste(" \n ; ")

    def test_nobody_found_is_refused(self):
        with self.assertRaises(UserError):
            self.paste("nobody@example.com").action_add()

    def test_contacts_of_another_company_are_not_found(self):
        self.ana.company_id = self.make_company("Theirs")

        paste = self.paste("ana@example.com")

        self.assertEqual(self.report(paste), {"missing": [("ana@example.com", "")]})

    def test_archived_contacts_are_not_found(self):
        self.ana.active = False

        paste = self.paste("ana@example.com")

        self.assertEqual(paste.missing_count, 1)

    def test_a_thousand_values_are_looked_up_in_a_few_statements(self):
        text = "\n".join(f"p{number}@example.com" for number in range(1000))
        paste = self.env["lifecycle.segment.paste"].create(
            {"segment_id": self.segment.id, "text": text}
        )
        self.env.flush_all()

        with self.assertQueryCount(15):
            paste.action_check()

        self.assertEqual(paste.missing_count, 1000)

    def test_a_dynamic_segment_keeps_pasted_contacts_with_the_reason(self):
        romans = self.make_city_segment(name="Romans")
        romans._refresh()
        paste = self.paste("ana@example.com", romans, reason="Guests of the fair")

        paste.action_add()
        romans._refresh()

        self.assertMembers(romans, self.ana)
        self.assertEqual(romans.override_ids.reason, "Guests of the fair")


@tagged("post_install", "-at_install")
class TestSegmentAdd(SegmentCase):
    """Chosen contacts are put in or taken out, and that can be undone."""

    def setUp(self):
        super().setUp()
        self.ana, self.ben = self.make_romans(2, city="Lyon")
        self.static = self.make_segment(kind="static", name="Guests")
        self.romans = self.make_city_segment(name="Romans")
        self.romans._refresh()

    def add(self, segment, *partners, **values):
        wizard = self.env["lifecycle.segment.add"].with_context(
            active_model="res.partner", active_ids=[partner.id for partner in partners]
        )
        wizard = wizard.create({"segment_id": segment.id, **values})
        return wizard, wizard.action_apply()

    def test_contacts_join_a_static_segment_and_undo_takes_out_only_those(self):
        self.static._add_contacts(self.ids_of(self.ana))

        wizard, action = self.add(self.static, self.ana, self.ben)

        self.assertMembers(self.static, self.ana, self.ben)
        self.assertEqual(action["params"]["undo"]["id"], wizard.id)
        wizard.action_undo()
        self.assertMembers(self.static, self.ana)

    def test_contacts_leave_a_static_segment_and_undo_brings_them_back(self):
        self.static._add_contacts(self.ids_of(self.ana, self.ben))

        wizard, _action = self.add(self.static, self.ana, kind="exclude")

        self.assertMembers(self.static, self.ben)
        wizard.action_undo()
        self.assertMembers(self.static, self.ana, self.ben)

    def test_a_dynamic_segment_asks_for_a_reason(self):
        with self.assertRaisesRegex(UserError, "reason"):
            self.add(self.romans, self.ana, reason=" ")

    def test_a_dynamic_segment_keeps_the_change_through_refreshes(self):
        wizard, _action = self.add(self.romans, self.ana, reason="Asked for it")
        self.romans._refresh()
        self.assertMembers(self.romans, self.ana)

        wizard.action_undo()
        self.romans._refresh()

        self.assertMembers(self.romans)

    def test_a_change_of_mind_replaces_the_manual_change(self):
        before = self.override(self.romans, self.ana, kind="exclude")

        wizard, _action = self.add(self.romans, self.ana, reason="After all")

        self.assertFalse(before.active)
        self.assertMembers(self.romans, self.ana)
        wizard.action_undo()
        self.assertTrue(before.active)
        self.assertMembers(self.romans)

    def test_the_same_change_again_is_left_alone(self):
        before = self.override(self.romans, self.ana)

        _wizard, action = self.add(self.romans, self.ana, reason="Again")

        self.assertTrue(before.active)
        self.assertFalse(action["params"]["undo"])

    def test_contacts_of_another_company_stay_out(self):
        self.ben.company_id = self.make_company("Theirs")

        _wizard, action = self.add(self.static, self.ana, self.ben)

        self.assertMembers(self.static, self.ana)
        self.assertIn("company", action["params"]["message"])
