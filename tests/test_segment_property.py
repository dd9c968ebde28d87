from dataclasses import replace

from odoo.tests import tagged
from odoo.tools import SQL

from ..engine.segmentation.evaluate import members
from ..engine.segmentation.normalise import simplify
from ..engine.segmentation.plan import fact_test
from ..engine.segmentation.tree import Group, Tree, dump, parse
from .segment_world import SegmentWorld


@tagged("post_install", "-at_install")
class TestSegmentProperty(SegmentWorld):
    """Whatever the conditions, the SQL says what plain Python says of this world."""

    def compile(self, tree, scope=None):
        return self.Segment._compile(tree, self.env.user, self.env.company, scope)

    def ask(self, tree, scope=None):
        query = self.compile(tree, scope).select()
        return {row[0] for row in self.env.execute_query(query)}

    def everybody(self):
        tree = Tree((Group((self.random_sample(),)),))
        return self.ask(tree) | self.ask(_opposite(tree))

    def test_compiled_sql_finds_whom_plain_python_finds(self):
        people, telling = set(self.people.ids), 0
        for number in range(250):
            tree = self.random_tree()
            with self.subTest(number, tree=tree):
                found = self.ask(tree) & people
                self.assertEqual(found, members(tree, self.world, self.today))
                telling += found not in (set(), people)
        # Nobody and everybody would be easy to agree on.
        self.assertGreater(telling, 150)

    def test_scope_gives_the_same_answer_about_fewer_contacts(self):
        some = self.people.ids[::3]
        scope = SQL("SELECT unnest(%s)", some)
        for number in range(60):
            tree = self.random_tree()
            with self.subTest(number, tree=tree):
                self.assertEqual(self.ask(tree, scope), self.ask(tree) & set(some))

    def test_segment_and_its_complement_are_everybody_once(self):
        everybody = self.everybody()
        self.assertGreater(everybody, set(self.people.ids))
        for number in range(80):
            group = self.random_tree().groups[0]
            tree = Tree((group,))
            with self.subTest(number, tree=tree):
                here, there = self.ask(tree), self.ask(_opposite(tree))
                self.assertFalse(here & there)
                self.assertEqual(here | there, everybody)

    def test_condition_and_its_negation_are_everybody_once(self):
        everybody = self.everybody()
        for number in range(120):
            condition = self.random_condition()
            opposite = replace(condition, negated=not condition.negated)
            with self.subTest(number, condition=condition):
                here = self.ask(Tree((Group((condition,)),)))
                there = self.ask(Tree((Group((opposite,)),)))
                self.assertFalse(here & there)
                self.assertEqual(here | there, everybody)

    def test_fact_and_journey_say_the_same_of_a_behaviour(self):
        compared = 0
        for _number in range(600):
            condition = simplify(self.random_behaviour())
            compilation = self.Segment._start_compilation(
                self.env.user, self.env.company
            )
            if not fact_test(condition, compilation.present_types):
                continue
            compared += 1
            fact = self.Segment._condition_sql_behaviour(condition, compilation)
            journey = self.Segment._get_exists_sql(
                replace(condition, negated=False), compilation
            )
            with self.subTest(condition):
                compilation.query.add_where(
                    SQL("(%s) IS DISTINCT FROM ((%s) IS TRUE)", journey, fact)
                )
                self.assertFalse(self.env.execute_query(compilation.query.select()))
        self.assertGreater(compared, 60)

    def test_stored_form_compiles_to_the_same(self):
        for number in range(40):
            tree = self.random_tree()
            with self.subTest(number):
                self.assertEqual(self.ask(parse(dump(tree))), self.ask(tree))

    def test_saved_segment_has_the_members_that_python_finds(self):
        people = set(self.people.ids)
        for number in range(25):
            tree = self.random_tree()
            segment = self.make_segment(name=f"S{number}", definition=dump(tree))
            segment._refresh()
            with self.subTest(number, tree=tree):
                self.assertEqual(segment.state, "ok", segment.error)
                found = set(self.members(segment).ids) & people
                self.assertEqual(found, members(tree, self.world, self.today))

    def test_preview_counts_what_the_segment_finds(self):
        for number in range(40):
            tree = self.random_tree()
            with self.subTest(number, tree=tree):
                answer = self.Segment.preview(dump(tree))
                self.assertFalse(answer["error"])
                self.assertEqual(answer["total"], len(self.ask(tree)))
                self.assertEqual(answer["everybody"], len(self.everybody()))

    def test_why_agrees_with_the_members(self):
        for number in range(15):
            tree = self.random_tree()
            segment = self.make_segment(name=f"W{number}", definition=dump(tree))
            found = members(tree, self.world, self.today)
            for partner in self.people[:6]:
                with self.subTest(number, partner=partner.name):
                    answer = segment.explain(partner.id)
                    self.assertIs(answer["wanted"], partner.id in found)


def _opposite(tree):
    group = tree.groups[0]
    return Tree((replace(group, negated=not group.negated),))
