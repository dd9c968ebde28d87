import unittest

from ..segmentation.refresh import is_sudden, levels


class TestLevels(unittest.TestCase):
    """Whatever a segment is built on is refreshed before it."""

    def test_segments_come_after_those_they_are_built_on(self):
        found, loop = levels({3: [2], 1: [], 2: [1], 4: [1, 3], 5: []})

        self.assertEqual(found, [[1, 5], [2], [3], [4]])
        self.assertEqual(loop, [])

    def test_segments_that_are_not_asked_for_do_not_matter(self):
        self.assertEqual(levels({2: [1, 7]}), ([[2]], []))

    def test_circle_is_left_out_and_the_rest_goes_on(self):
        found, loop = levels({1: [2], 2: [1], 3: [3], 4: [], 5: [4]})

        self.assertEqual(found, [[4], [5]])
        self.assertEqual(loop, [1, 2, 3])

    def test_nothing_gives_nothing(self):
        self.assertEqual(levels({}), ([], []))


class TestIsSudden(unittest.TestCase):
    """A size may move by so many percent in a night, when it is not small."""

    def test_moves(self):
        cases = [
            (200, 300, 50, False),
            (200, 301, 50, True),
            (200, 100, 50, False),
            (200, 99, 50, True),
            (0, 100, 50, True),
            (100, 0, 50, True),
            (0, 99, 50, False),
            (2, 99, 50, False),
            (99, 100, 50, False),
            (100, 10_000, 0, False),
            (0, 0, 50, False),
        ]
        for before, after, percent, expected in cases:
            with self.subTest(before=before, after=after, percent=percent):
                self.assertEqual(is_sudden(before, after, percent), expected)
