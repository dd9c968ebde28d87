import unittest
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from ..clv import bands, rfm
from ..clv.codes import RFM_SEGMENTS, VALUE_BANDS
from .clv_cases import cdnow

SCORES = range(1, 6)

seeded = settings(derandomize=True, database=None, deadline=None, max_examples=100)


def cdnow_scores():
    """Return ``(customer, recency, frequency, money score)`` at the cut-off."""
    customers = cdnow()
    recency = rfm.rank_scores(Counter(c.T - c.t_x for c in customers).items(), True)
    frequency = rfm.rank_scores(Counter(c.x + 1 for c in customers).items())
    money = rfm.rank_scores(Counter(c.total for c in customers).items())
    return [
        (c, recency[c.T - c.t_x], frequency[c.x + 1], money[c.total]) for c in customers
    ]


class TestCdnow(unittest.TestCase):
    """The CDNOW sample on 30 September 1997."""

    def test_customers_by_score(self):
        """Those who bought once share a score, so frequency has no 2."""
        expected = {
            1: [480, 478, 459, 475, 465],
            2: [1411, 0, 439, 214, 293],
            3: [480, 464, 470, 471, 472],
        }
        rows = cdnow_scores()
        for column, counts in expected.items():
            found = Counter(row[column] for row in rows)
            with self.subTest(column=column):
                self.assertEqual([found[score] for score in SCORES], counts)

    def test_copied_grid_cannot_lose_one_time_buyers(self):
        """245 of them without the guard, and all of them bought once."""
        rows = cdnow_scores()
        unguarded = [
            customer
            for customer, r, f, m in rows
            if rfm.segment_of_rfm(r, f, m, 99) == "cannot_lose"
        ]

        self.assertEqual(len(unguarded), 245)
        self.assertEqual({customer.x for customer in unguarded}, {0})
        for customer, r, f, m in rows:
            segment = rfm.segment_of_rfm(r, f, m, customer.x + 1)
            self.assertNotEqual(segment, "cannot_lose")

    def test_default_grid_ranks_by_what_came_after(self):
        later = {}
        for customer, r, f, _m in cdnow_scores():
            later.setdefault(rfm.segment_of_rf(r, f), []).append(customer.later)
        mean = {segment: sum(n) / len(n) for segment, n in later.items()}

        self.assertEqual(len(later["cannot_lose"]), 6)
        self.assertAlmostEqual(mean["cannot_lose"], 3.0)
        self.assertGreater(mean["champions"], mean["need_attention"])
        self.assertGreater(mean["need_attention"], mean["hibernating"])


class TestRankScores(unittest.TestCase):
    """Scores by percent rank."""

    @seeded
    @given(
        st.dictionaries(
            st.integers(-50, 50), st.integers(1, 40), min_size=1, max_size=30
        )
    )
    def test_scores_rise_with_values_and_stay_in_range(self, counts):
        scores = rfm.rank_scores(counts.items())

        self.assertEqual(set(scores), set(counts))
        self.assertLessEqual(set(scores.values()), set(SCORES))
        ordered = [scores[value] for value in sorted(scores)]
        self.assertEqual(ordered, sorted(ordered))

    def test_reversed_scores_favour_few_days(self):
        scores = rfm.rank_scores([(1, 10), (20, 10), (400, 10)], best_is_low=True)

        self.assertGreater(scores[1], scores[400])
        self.assertEqual(scores[400], 1)

    def test_hundred_different_values_split_evenly(self):
        scores = rfm.rank_scores((value, 1) for value in range(100))

        self.assertEqual(sorted(Counter(scores.values()).values()), [20] * 5)

    def test_all_alike_share_the_lowest_score(self):
        self.assertEqual(rfm.rank_scores([(7, 5_000)]), {7: 1})

    def test_one_customer_and_none(self):
        self.assertEqual(rfm.rank_scores([(7, 1)]), {7: 1})
        self.assertEqual(rfm.rank_scores([]), {})


class TestCutOffs(unittest.TestCase):
    """Fixed cut-offs do not move with the customer base."""

    def test_recency(self):
        days = {0: 5, 30: 5, 31: 4, 90: 4, 180: 3, 181: 2, 365: 2, 366: 1, 9999: 1}
        for value, score in days.items():
            with self.subTest(days=value):
                self.assertEqual(rfm.recency_score(value), score)

    def test_frequency(self):
        for orders, score in {
            1: 1,
            2: 2,
            3: 3,
            4: 3,
            5: 4,
            9: 4,
            10: 5,
            500: 5,
        }.items():
            with self.subTest(orders=orders):
                self.assertEqual(rfm.amount_score(orders), score)

    def test_own_cutoffs(self):
        self.assertEqual(rfm.amount_score(99.99, (100, 500, 1000, 5000)), 1)
        self.assertEqual(rfm.amount_score(100, (100, 500, 1000, 5000)), 2)


class TestSegments(unittest.TestCase):
    """Each customer belongs to one segment, and every name is known."""

    def test_default_grid_is_complete_and_disjoint(self):
        listed = " ".join(rfm._GRID_25.values()).split()

        self.assertEqual(len(listed), len(set(listed)))
        self.assertEqual(set(listed), {f"{r}{f}" for r in SCORES for f in SCORES})

    def test_eleven_names_are_complete_and_disjoint(self):
        listed = " ".join(rfm._GRID_125.values()).split()
        codes = {f"{r}{f}{m}" for r in SCORES for f in SCORES for m in SCORES}

        self.assertEqual(len(listed), len(set(listed)))
        self.assertEqual(set(listed), codes)

    def test_every_code_has_a_label(self):
        labelled = set(dict(RFM_SEGMENTS))

        self.assertEqual(set(rfm._GRID_125), labelled)
        self.assertEqual(set(rfm._GRID_25), labelled - {"lost"})

    def test_cells(self):
        self.assertEqual(rfm.segment_of_rf(5, 5), "champions")
        self.assertEqual(rfm.segment_of_rf(1, 5), "cannot_lose")
        self.assertEqual(rfm.segment_of_rf(5, 1), "new")
        self.assertEqual(rfm.segment_of_rfm(1, 1, 1, 1), "lost")

    def test_guard_of_customers_we_cannot_lose(self):
        self.assertEqual(rfm.segment_of_rfm(1, 5, 5, 3), "cannot_lose")
        self.assertEqual(rfm.segment_of_rfm(1, 1, 5, 2), "hibernating")

    def test_scores_out_of_range_are_refused(self):
        for scores in ((0, 1), (6, 1), (1, 11)):
            with self.subTest(scores=scores), self.assertRaises(ValueError):
                rfm.segment_of_rf(*scores)


class TestBands(unittest.TestCase):
    """Coarse answers, with and without a model."""

    def test_band_of_churn(self):
        cases = {0: "active", 0.29: "active", 0.3: "cooling", 0.6: "at_risk"}
        cases |= {0.85: "at_risk", 0.86: "lapsed", 1: "lapsed"}
        for churn, band in cases.items():
            with self.subTest(churn=churn):
                self.assertEqual(bands.band_of_churn(churn), band)

    def test_band_of_churn_by_the_limits_of_a_company(self):
        cases = {0.09: "active", 0.1: "cooling", 0.2: "at_risk", 0.31: "lapsed"}
        for churn, band in cases.items():
            with self.subTest(churn=churn):
                self.assertEqual(bands.band_of_churn(churn, (0.1, 0.2, 0.3)), band)

    def test_band_of_silence(self):
        cases = {0: "active", 44: "active", 45: "cooling", 90: "at_risk"}
        cases |= {180: "at_risk", 181: "lapsed"}
        for days, band in cases.items():
            with self.subTest(days=days):
                self.assertEqual(bands.band_of_silence(days, 180), band)

    def test_days_until_inactive(self):
        self.assertEqual(bands.days_until_inactive(mean_gap_days=30), 180)
        self.assertEqual(bands.days_until_inactive(mean_gap_days=100), 300)
        self.assertEqual(bands.days_until_inactive(usual_gap_days=75), 75)
        self.assertEqual(bands.days_until_inactive(), 180)

    def test_new_is_who_bought_once_and_lately(self):
        self.assertTrue(bands.is_new(1, 30))
        self.assertFalse(bands.is_new(1, 31))
        self.assertFalse(bands.is_new(2, 5))

    def test_every_code_has_a_label(self):
        self.assertEqual({"new", *bands._BANDS}, set(dict(VALUE_BANDS)))


if __name__ == "__main__":
    unittest.main()
