import base64
import dataclasses
import unittest
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ..consent import answers, chain, masks, tokens

SECRET = bytes(range(32))
NOW = datetime(2026, 3, 29, 12, 30)
LINK = tokens.Link(7, "page", 2**63 + 5, 42, tokens.minute_of(NOW))


class TestTokens(unittest.TestCase):
    """A link says who and what for, and can be made by nobody else."""

    def test_token_is_read_back(self):
        token = tokens.issue(SECRET, LINK, 1)

        self.assertEqual(len(token), 48)
        self.assertEqual(tokens.read(token), LINK)
        self.assertTrue(tokens.is_genuine(SECRET, token, 1))
        self.assertEqual(LINK.issue_date, NOW)

    def test_other_secret_or_version_is_refused(self):
        token = tokens.issue(SECRET, LINK, 1)

        self.assertFalse(tokens.is_genuine(SECRET, token, 2))
        self.assertFalse(tokens.is_genuine(bytes(32), token, 1))

    def test_every_changed_bit_is_refused(self):
        raw = base64.urlsafe_b64decode(tokens.issue(SECRET, LINK, 1))
        for position in range(len(raw) * 8):
            changed = bytearray(raw)
            changed[position // 8] ^= 1 << position % 8
            token = base64.urlsafe_b64encode(bytes(changed)).decode()
            with self.subTest(bit=position):
                self.assertFalse(tokens.is_genuine(SECRET, token, 1))

    def test_a_scope_never_stands_in_for_another(self):
        made = {
            scope: tokens.issue(SECRET, dataclasses.replace(LINK, scope=scope), 1)
            for scope in tokens.SCOPES
        }

        self.assertEqual(len(set(made.values())), len(made))
        for scope, token in made.items():
            self.assertEqual(tokens.read(token).scope, scope)

    def test_text_that_is_no_token(self):
        token = tokens.issue(SECRET, LINK, 1)
        for text in (
            "",
            None,
            b"bytes",
            token[:-1],
            token + "=",
            token + "\n",
            token[:-1] + "é",
            token[:-1] + "+",
            "A" * 48,
            "/" * 48,
            "x" * 100_000,
        ):
            with self.subTest(text=str(text)[:50]):
                with self.assertRaises(tokens.TokenError):
                    tokens.read(text)
                self.assertFalse(tokens.is_genuine(SECRET, text, 1))

    @given(st.text(max_size=60))
    def test_any_text_is_answered_without_another_error(self, text):
        self.assertFalse(tokens.is_genuine(SECRET, text, 1))

    def test_leaving_works_for_ever_and_the_page_for_90_days(self):
        for scope, days, stands in (
            ("unsubscribe", 4000, True),
            ("page", 89, True),
            ("page", 90, False),
            ("confirm", 6, True),
            ("confirm", 7, False),
            ("fresh", 0, True),
            ("fresh", 1, False),
        ):
            link = dataclasses.replace(LINK, scope=scope)
            with self.subTest(scope=scope, days=days):
                self.assertEqual(link.is_current(NOW + timedelta(days=days)), stands)

    def test_link_of_tomorrow_does_not_stand_yet(self):
        self.assertFalse(LINK.is_current(NOW - timedelta(days=1)))


class TestForms(unittest.TestCase):
    """A form is ours when we showed it, to this person, not just this instant."""

    def test_form_stands_from_a_second_to_a_day(self):
        signature = tokens.sign_form(SECRET, "subject", NOW)
        for seconds, stands in ((0, False), (1, True), (86_400, True), (86_401, False)):
            with self.subTest(seconds=seconds):
                later = NOW + timedelta(seconds=seconds)
                self.assertEqual(
                    tokens.is_form_ours(SECRET, "subject", signature, later), stands
                )

    def test_foreign_form_is_refused(self):
        signature = tokens.sign_form(SECRET, "subject", NOW)
        later = NOW + timedelta(minutes=1)
        for secret, subject, text in (
            (bytes(32), "subject", signature),
            (SECRET, "other", signature),
            (SECRET, "subject", signature[:-1] + "é"),
            (SECRET, "subject", "zz." + "0" * 32),
            (SECRET, "subject", ""),
            (SECRET, "subject", None),
        ):
            with self.subTest(text=given, subject=subject):
                self.assertFalse(tokens.is_form_ours(secret, subject, text, later))


class TestChain(unittest.TestCase):
    """What is done to the past of a chain shows."""

    def setUp(self):
        super().setUp()
        self.contents = [{"id": n, "status": "granted"} for n in range(5)]
        self.hashes = []
        previous = chain.START
        for content in self.contents:
            previous = chain.seal(previous, content)
            self.hashes.append(previous)

    def _find(self, contents, hashes):
        links = [
            (content["id"], content, sealed)
            for content, sealed in zip(contents, hashes, strict=True)
        ]
        return chain.find_break(chain.START, links)

    def test_untouched_chain_holds(self):
        self.assertIsNone(self._find(self.contents, self.hashes))

    def test_changed_event_shows(self):
        self.contents[3] = {"id": 3, "status": "withdrawn"}

        self.assertEqual(self._find(self.contents, self.hashes), 3)

    def test_removed_event_shows_at_the_next(self):
        del self.contents[1], self.hashes[1]

        self.assertEqual(self._find(self.contents, self.hashes), 2)

    def test_order_of_keys_is_of_no_matter(self):
        one, two = {"a": 1, "b": "é"}, {"b": "é", "a": 1}

        self.assertEqual(chain.seal(chain.START, one), chain.seal(chain.START, two))


class TestMasks(unittest.TestCase):
    """Who got a forwarded mail learns nothing from the page."""

    def test_masked_facts(self):
        for mask, text, expected in (
            (masks.mask_email, "ana.ferrer@example.com", "a•••@e•••.com"),
            (masks.mask_email, "a@b", "a•••@b•••"),
            (masks.mask_email, "no address", "•••"),
            (masks.mask_email, "@example.com", "•••"),
            (masks.mask_email, None, ""),
            (masks.mask_phone, "+34 600 11 22 33", "•••33"),
            (masks.mask_phone, "1234", "•••"),
            (masks.mask_phone, "", ""),
            (masks.mask_text, " Madrid ", "M•••"),
            (masks.mask_text, "", ""),
        ):
            with self.subTest(text=text):
                self.assertEqual(mask(text), expected)

    @given(st.emails())
    def test_masked_address_hides_name_and_host(self, address):
        name, host = address.rsplit("@", 1)
        masked = masks.mask_email(address)

        if len(name) > 4:
            self.assertNotIn(name, masked)
        self.assertNotIn(host, masked)


class TestAnswers(unittest.TestCase):
    """Silence means what the topmost topic says, an answer what it says."""

    def test_nearest_answer_counts(self):
        cases = (
            ([3, 2, 1], "opt_out", {}, True),
            ([3, 2, 1], "opt_in", {}, False),
            ([3, 2, 1], "opt_in", {"t1": "granted"}, True),
            ([3, 2, 1], "opt_out", {"t1": "granted", "t2": "withdrawn"}, False),
            ([3, 2, 1], "opt_in", {"t3": "soft", "t2": "withdrawn"}, True),
            ([3], "opt_out", {"t3": "pending"}, False),
        )
        for chain_of_ids, kind, said, expected in cases:
            with self.subTest(said=said, kind=kind):
                self.assertEqual(answers.wants(chain_of_ids, kind, said), expected)

    def test_only_what_the_form_changed_is_a_change(self):
        was = {"a": "1", "b": "0", "gone": "1"}
        now = {"a": "1", "b": "1", "smuggled": "1"}

        self.assertEqual(answers.find_changes(was, now), {"b": "1"})
