import random
import unittest

from ..segmentation.pasted import read_values


def normalise(text):
    bare = text.rpartition("<")[2].strip("> ").lower()
    return bare if bare.count("@") == 1 and "." in bare.partition("@")[2] else None


class TestReadValues(unittest.TestCase):
    """Nothing that was pasted is lost."""

    def keys(self, text):
        return [value.key for value in read_values(text, normalise)]

    def test_every_separator_of_every_spreadsheet_is_understood(self):
        self.assertEqual(
            self.keys("a@x.com\r\nb@x.com;C-1,c-2\td@x.com|“E 5”"),
            ["a@x.com", "b@x.com", "c-1", "c-2", "d@x.com", "e 5"],
        )

    def test_names_around_an_address_do_not_matter(self):
        [value] = read_values("Ana Ruiz <Ana@X.com>\n ana@x.com ", normalise)

        self.assertEqual((value.key, value.times), ("ana@x.com", 2))
        self.assertEqual(value.text, "Ana Ruiz <Ana@X.com>")
        self.assertTrue(value.is_email)

    def test_what_is_no_address_is_kept_as_a_reference(self):
        [value] = read_values("ana@@x", normalise)

        self.assertEqual((value.key, value.is_email), ("ana@@x", False))

    def test_times_add_up_to_the_pieces_pasted(self):
        chance = random.Random(1)
        pieces = [f"r{chance.randint(1, 40)}" for _ in range(500)]
        text = "".join(piece + chance.choice("\n,;\t|") for piece in pieces)

        values = read_values(text, normalise)

        self.assertEqual(sum(value.times for value in values), 500)
        self.assertEqual({value.key for value in values}, set(pieces))

    def test_nothing_pasted_is_nothing(self):
        self.assertEqual(self.keys(" \n;;, \t"), [])


if __name__ == "__main__":
    unittest.main()
