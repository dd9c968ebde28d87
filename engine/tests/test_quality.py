import doctest
import unittest

from hypothesis import given
from hypothesis import strategies as st

from ..quality import addresses, points
from ..quality.codes import EMAIL_STATES, PHONE_STATES, QUALITY_BANDS

PERCENT = st.integers(min_value=0, max_value=100)
UNKNOWN = st.none() | PERCENT
WEIGHT = st.integers(min_value=0, max_value=100)
EMAILS = st.sampled_from([code for code, _label in EMAIL_STATES])
PHONES = st.sampled_from([code for code, _label in PHONE_STATES])


def load_tests(_loader, tests, _pattern):
    tests.addTests(doctest.DocTestSuite(points))
    tests.addTests(doctest.DocTestSuite(addresses))
    return tests


class TestEmail(unittest.TestCase):
    def state(self, text, **facts):
        return addresses.email_state(text, text, **facts)

    def test_addresses_that_people_have_are_valid(self):
        for text in (
            "ana@example.com",
            "ana.garcia+news@mail.example.co.uk",
            "o'brien@example.ie",
            "josé@example.es",
            "ana@españa.es",
            "ana@xn--espaa-rta.xn--p1ai",
            "7@example.com",
        ):
            with self.subTest(text):
                self.assertEqual(self.state(text), "valid")

    def test_what_no_server_takes_is_invalid(self):
        for text in (
            "ana",
            "ana@localhost",
            "ana@@example.com",
            "ana@example",
            ".ana@example.com",
            "ana.@example.com",
            "ana..b@example.com",
            "ana@-example.com",
            "ana@example-.com",
            "ana@example.c",
            "ana@example.com\n",
            "ana b@example.com",
            "ana@exa_mple.com",
            "a" * 65 + "@example.com",
            "ana@" + ".".join(["a" * 60] * 5) + ".com",
        ):
            with self.subTest(text):
                self.assertEqual(self.state(text), "invalid")

    def test_text_without_an_address_is_invalid_and_no_text_is_missing(self):
        self.assertEqual(addresses.email_state("ask again", None), "invalid")
        for text in (None, "", "  "):
            self.assertEqual(addresses.email_state(text, None), "missing")

    def test_reasons_for_doubt(self):
        cases = {
            "ana@gmial.com": ("typo", "ana@gmail.com"),
            "ana@example.con": ("typo", "ana@example.com"),
            "ana@mailinator.com": ("disposable", None),
            "noemail@example.com": ("placeholder", None),
            "info@example.com": ("role", None),
            "sales+spring@example.com": ("role", None),
            "ana@gmail.com": (None, None),
        }
        for text, expected in cases.items():
            with self.subTest(text):
                self.assertEqual(addresses.doubt(text), expected)

    def test_company_may_have_an_address_of_a_department(self):
        self.assertEqual(self.state("info@example.com"), "doubtful")
        self.assertEqual(self.state("info@example.com", is_person=False), "valid")

    def test_bounce_outweighs_doubt_but_not_syntax(self):
        self.assertEqual(self.state("ana@gmial.com", has_bounced=True), "bounced")
        self.assertEqual(self.state("ana", has_bounced=True), "invalid")

    def test_lists_can_be_extended(self):
        lists = {**addresses.LISTS, "disposable": {"gone.example"}}

        self.assertEqual(self.state("ana@gone.example", lists=lists), "doubtful")
        self.assertEqual(self.state("ana@gone.example"), "valid")

    def test_no_domain_is_a_misspelling_of_itself(self):
        self.assertFalse(
            set(addresses.LISTS["typos"]) & set(addresses.LISTS["typos"].values())
        )


class TestPhone(unittest.TestCase):
    def test_states(self):
        cases = {
            ("", None): "missing",
            ("  ", None): "missing",
            ("+34 612 345 678", "+34612345678"): "valid",
            ("ask again", None): "invalid",
            ("12", None): "invalid",
            ("000 000 000", "000 000 000"): "invalid",
            ("612 345 678", "612 345 678"): "valid",  # without the library
            ("612345678 ext 4", "612345678 ext 4"): "invalid",
            ("1" * 16 + "2", "1" * 16 + "2"): "invalid",
        }
        for (text, sanitized), expected in cases.items():
            with self.subTest(text):
                self.assertEqual(addresses.phone_state(text, sanitized), expected)


class TestPoints(unittest.TestCase):
    def test_example_of_the_documentation(self):
        completeness = points.share(15, 20)
        freshness = points.mean([(10, 100), (5, 50)])
        found = points.parts(completeness, freshness, "doubtful", "valid")

        self.assertEqual((completeness, freshness), (75, 83))
        self.assertEqual(points.quality(found), 74)

    def test_missing_address_has_no_validity(self):
        found = points.parts(80, None, "missing", "missing")

        self.assertEqual(found, {"completeness": 80})
        self.assertEqual(points.quality(found), 80)

    def test_nothing_wanted_is_no_score(self):
        self.assertIsNone(points.quality(points.parts(None, None, "valid", "valid")))
        self.assertIsNone(points.band(None))

    def test_bands(self):
        scores = (0, 49, 50, 79, 80, 100)

        self.assertEqual(
            [points.band(score) for score in scores],
            ["poor", "poor", "fair", "fair", "good", "good"],
        )

    @given(PERCENT, UNKNOWN, EMAILS, PHONES)
    def test_score_lies_between_its_parts(self, completeness, freshness, email, phone):
        found = points.parts(completeness, freshness, email, phone)
        score = points.quality(found)

        self.assertTrue(min(found.values()) <= score <= max(found.values()))
        self.assertIn(points.band(score), dict(QUALITY_BANDS))

    @given(WEIGHT, WEIGHT)
    def test_share_is_full_only_for_all(self, part, rest):
        share = points.share(part, part + rest)

        if part + rest:
            self.assertTrue(0 <= share <= 100)
            self.assertEqual(share == 100, not rest)

    @given(
        st.integers(min_value=0, max_value=5000),
        st.integers(min_value=0, max_value=100),
        st.integers(min_value=1, max_value=2000),
    )
    def test_freshness_only_falls(self, age, more, days):
        now = points.group_freshness(age, days)

        self.assertTrue(0 <= now <= 100)
        self.assertLessEqual(points.group_freshness(age + more, days), now)
        self.assertEqual(points.group_freshness(days, days), 100)
        self.assertEqual(points.group_freshness(2 * days, days), 0)
