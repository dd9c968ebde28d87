import random
import unittest

from ..segmentation.contrast import differences, surprise
from ..segmentation.overlap import overlap


class TestSurprise(unittest.TestCase):
    """The statistic is Dunning's."""

    def test_bigrams_of_dunning_1993_table_1(self):
        # A next to B, A elsewhere, B elsewhere, neither; -2 log lambda.
        published = [
            ("the swiss", 110, 2442, 111, 29114, 270.72),
            ("can be", 29, 13, 123, 31612, 263.90),
            ("previous year", 31, 23, 139, 31584, 256.84),
        ]
        for name, both, only_a, only_b, neither, figure in published:
            with self.subTest(name):
                value = surprise(both, both + only_a, only_b, only_b + neither)
                self.assertAlmostEqual(value, figure, 2)

    def test_equal_shares_are_no_surprise(self):
        self.assertAlmostEqual(surprise(10, 100, 100, 1000), 0)

    def test_it_is_never_negative_and_symmetrical_in_the_groups(self):
        chance = random.Random(4)
        for _ in range(200):
            size, others = chance.randint(1, 500), chance.randint(1, 500)
            count, there = chance.randint(0, size), chance.randint(0, others)
            value = surprise(count, size, there, others)
            self.assertGreaterEqual(value, 0)
            self.assertAlmostEqual(value, surprise(there, others, count, size))


class TestDifferences(unittest.TestCase):
    """Only what is no accident is told, the most surprising first."""

    def test_a_strong_fact_of_many_comes_before_a_lift_of_few(self):
        rows = [("country", "ES", 90, 100), ("tag", "rare", 5, 0)]

        found = differences(rows, 100, 900)

        self.assertEqual([item.value for item in found], ["ES", "rare"])
        self.assertAlmostEqual(found[0].lift, 0.9 / (100 / 900))
        self.assertIsNone(found[1].lift)

    def test_what_is_missing_here_tells_apart_too(self):
        [item] = differences([("stage", "lost", 0, 500)], 100, 900)

        self.assertEqual(item.lift, 0)

    def test_few_contacts_are_guarded(self):
        self.assertEqual(differences([("tag", "x", 4, 0)], 100, 900), [])
        self.assertEqual(differences([("tag", "x", 19, 0)], 19, 900), [])
        self.assertEqual(differences([("tag", "x", 0, 9)], 900, 19), [])

    def test_chance_is_not_told(self):
        self.assertEqual(differences([("gender", "f", 52, 480)], 100, 900), [])

    def test_order_does_not_depend_on_the_order_of_rows(self):
        rows = [("a", str(i), 50, 100 + i % 3) for i in range(10)]

        self.assertEqual(differences(rows, 100, 900), differences(rows[::-1], 100, 900))


class TestOverlap(unittest.TestCase):
    """Pairs are counted from the combinations."""

    def test_it_equals_counting_sets(self):
        chance = random.Random(7)
        sets = [set(chance.sample(range(200), 60)) for _ in range(4)]
        masks = {}
        for contact in set().union(*sets):
            bits = sum(1 << i for i, members in enumerate(sets) if contact in members)
            masks[bits] = masks.get(bits, 0) + 1

        answer = overlap(masks, 4)

        self.assertEqual(answer["sizes"], [60] * 4)
        self.assertEqual(answer["total"], len(set().union(*sets)))
        for pair in answer["pairs"]:
            a, b = sets[pair["a"]], sets[pair["b"]]
            self.assertEqual(pair["count"], len(a & b))
            self.assertAlmostEqual(pair["jaccard"], len(a & b) / len(a | b))
            self.assertAlmostEqual(pair["share_a"], len(a & b) / len(a))
        for i, members in enumerate(sets):
            others = set().union(*(s for j, s in enumerate(sets) if j != i))
            self.assertEqual(answer["alone"][i], len(members - others))

    def test_empty_segments_overlap_nothing(self):
        answer = overlap({}, 2)

        self.assertEqual(answer["sizes"], [0, 0])
        self.assertEqual(answer["pairs"][0]["jaccard"], 0)


if __name__ == "__main__":
    unittest.main()
