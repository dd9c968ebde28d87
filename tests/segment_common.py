from datetime import timedelta

from odoo.tools import SQL

from .common import LifecycleCase


class SegmentCase(LifecycleCase):
    """Factories for segments, and reading who is in them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Segment = cls.env["lifecycle.segment"]
        cls.Member = cls.env["lifecycle.segment.member"]
        cls.Override = cls.env["lifecycle.segment.override"]

    # Definitions

    @staticmethod
    def define(*groups):
        """Return a definition: any of the groups, each a list of conditions."""
        return {
            "version": 1,
            "groups": [
                {"negated": False, "conditions": list(group)} for group in groups
            ],
        }

    @staticmethod
    def profile(domain, negated=False):
        return {"kind": "profile", "negated": negated, "domain": repr(domain)}

    @staticmethod
    def in_segments(*segments, negated=False):
        ids = [segment.id for segment in segments]
        return {"kind": "segment", "negated": negated, "segment_ids": ids}

    @staticmethod
    def did(*types, days=None, count=1, negated=False):
        window = {"kind": "last", "days": days} if days else {"kind": "ever"}
        return {
            "kind": "behaviour",
            "negated": negated,
            "types": list(types),
            "operator": ">=",
            "count": count,
            "window": window,
        }

    @classmethod
    def make_segment(cls, *conditions, name="Fans", **values):
        """Return a segment of contacts that meet all conditions."""
        if conditions:
            values["definition"] = cls.define(conditions)
        return cls.env["lifecycle.segment"].create({"name": name, **values})

    @classmethod
    def make_city_segment(cls, city="Rome", **values):
        return cls.make_segment(cls.profile([("city", "=", city)]), **values)

    @classmethod
    def make_romans(cls, count, city="Rome"):
        return cls.Partner.create(
            [{"name": f"{city} {number}", "city": city} for number in range(count)]
        )

    def override(self, segment, partner, kind="include", **values):
        return self.Override.create(
            {
                "segment_id": segment.id,
                "partner_id": partner.id,
                "kind": kind,
                "reason": "Asked for it",
                **values,
            }
        )

    # Running and reading

    @staticmethod
    def ids_of(*partners):
        return SQL("SELECT unnest(%s)", [partner.id for partner in partners])

    def follow_edits(self):
        """Do what the cron does for contacts that were edited."""
        self.env.flush_all()
        queue = self.env["lifecycle.segment.queue"]
        while queue._take(1000):
            queue._widen_taken()
            self.Segment._get_edited()._refresh_contacts(
                SQL("SELECT partner_id FROM lifecycle_taken")
            )
        self.env.invalidate_all()

    def night(self, days=1):
        with self.at(self.now + timedelta(days=days)):
            self.run_cron("ir_cron_refresh_segments")

    def run_cron(self, name):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(f"contact_lifecycle.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def members(self, segment):
        """Return the contacts that are members now, as the table has them."""
        self.env.flush_all()
        rows = self.env.execute_query(segment._get_members_sql())
        return self.Partner.with_context(active_test=False).browse(
            sorted(row[0] for row in rows)
        )

    def stays(self, segment, partner=None):
        domain = [("segment_id", "=", segment.id)]
        if partner:
            domain.append(("partner_id", "=", partner.id))
        return self.Member.search(domain, order="id")

    def read_stays(self):
        """Return the whole table of members as rows, with where each row lies."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL("SELECT ctid::text, m.* FROM lifecycle_segment_member m ORDER BY id")
        )

    def assertMembers(self, segment, *partners):
        found = self.members(segment)
        self.assertCountEqual(found.mapped("name"), [p.name for p in partners])
        self.assertEqual(set(found.ids), {p.id for p in partners})
        self.assertEqual(segment.member_count, len(partners), "the number shown")
