from odoo.exceptions import UserError

from .segment_common import SegmentCase


class CompileCase(SegmentCase):
    """Ana, Bob and Cleo, and who of them a definition finds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ana = cls.make_partner("Ana", email="ana@example.com", city="Rome")
        cls.bob = cls.make_partner("Bob", email="bob@example.com")
        cls.cleo = cls.make_partner("Cleo")
        cls.people = cls.ana | cls.bob | cls.cleo

    def find(self, *conditions, owner=None, company=None, scope=None):
        """Return who of Ana, Bob and Cleo meets all conditions."""
        tree = self.Segment._parse_definition(self.define(conditions))
        query = self.Segment._compile(
            tree, owner or self.env.user, company or self.env.company, scope
        )
        ids = {row[0] for row in self.env.execute_query(query.select())}
        return self.people.filtered(lambda partner: partner.id in ids)

    def assertFinds(self, condition, expected):
        """Check a condition, and that its negation finds exactly the others."""
        self.assertEqual(self.find(condition), expected)
        negated = {**condition, "negated": not condition.get("negated")}
        self.assertEqual(self.find(negated), self.people - expected)

    def assertRefused(self, text, *conditions, **options):
        with self.assertRaises(UserError) as caught:
            self.find(*conditions, **options)
        self.assertIn(text, str(caught.exception))
