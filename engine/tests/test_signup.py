import doctest
import unittest

from hypothesis import given
from hypothesis import strategies as st

from ..consent import signup

ANYTHING = st.none() | st.text()


def load_tests(_loader, tests, _pattern):
    tests.addTests(doctest.DocTestSuite(signup))
    return tests


class TestSignup(unittest.TestCase):
    def test_addresses_of_one_network_are_one(self):
        for first, second in (
            ("203.0.113.1", "203.0.113.254"),
            ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"),
            ("::ffff:203.0.113.9", "203.0.113.10"),
        ):
            with self.subTest(first):
                self.assertEqual(signup.network_of(first), signup.network_of(second))
        self.assertNotEqual(
            signup.network_of("203.0.113.1"), signup.network_of("203.0.114.1")
        )

    def test_only_the_host_of_a_site_is_kept(self):
        host = signup.host_of("https://user:secret@shop.example.com/ana?mail=a@b.c#x")

        self.assertEqual(host, "shop.example.com")
        for text in ("http://[::1", "javascript:alert(1)", "https://<b>.com", "//"):
            with self.subTest(text):
                self.assertEqual(signup.host_of(text), "")

    @given(ANYTHING)
    def test_nothing_fails_and_nothing_grows(self, text):
        self.assertLessEqual(len(signup.clean_word(text)), signup.LONGEST_WORD)
        self.assertTrue(signup.is_code(signup.make_code(text)))
        signup.network_of(text)
        self.assertNotIn("/", signup.host_of(text))
        self.assertNotIn("\n", signup.clean_word(text))
        self.assertLessEqual(len(signup.clean_host(text)), 253)

    def test_labels_of_a_link_are_kept_and_the_rest_is_not(self):
        sent = {"utm_campaign": " Spring\n", "utm_source": "", "utm_term": "tea"}

        self.assertEqual(signup.read_utm(sent), {"campaign": "Spring"})
