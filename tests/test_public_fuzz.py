import random
import re
import string
from unittest.mock import patch
from urllib.parse import quote, urlencode

from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.contact_lifecycle.engine.consent import tokens

from .public_client import PublicClientCase
from .public_words import HEADERS, NAMES, SECTIONS, TYPES, VALUES

# Which link a route is for; any other opens preferences.
_SCOPES = {
    "/lifecycle/confirm/": "confirm",
    "/lifecycle/address/": "address",
    "/lifecycle/signup-confirm/": "signup",
    "/lifecycle/renew/": "renew",
}
_QUIET = ("odoo.http", "werkzeug", "odoo.addons.base.models.ir_http", "odoo.sql_db")


@tagged("post_install", "-at_install")
class TestPublicFuzz(PublicClientCase):
    """Whatever is sent to public pages, none fails or does what it must not.

    Ten thousand requests, the same ones every time, of people with and without an
    account; behind each link is something that a press would change.
    """

    def setUp(self):
        super().setUp()
        self.bea = self.make_public_contact("Bea", "bea@example.com")
        self.cleo = self.make_public_contact("Cleo", "cleo@example.com", phone=False)
        self.patterns = sorted({path for path, _verb in self.routes()})
        self.codes = self.make_signup_codes()
        self.links = self.make_links()
        self.tokens = list(self.links.values())
        self.account = self.log_in()
        # Keys that the first link of all makes are no change of a request.
        self.link_of(self.bea)
        self.dice = random.Random(5)

    # Chance

    def mutate(self, word):
        place = self.dice.randrange(len(word))
        other = self.dice.choice(string.printable)
        return self.dice.choice(
            [
                word[:place],
                word[:place] + other + word[place + 1 :],
                word * 10,
                word.swapcase(),
                f"{word}=",
                "\0",
                "A" * 48,
                "é",
                "x" * 5000,
                "..",
                "None",
                "-1",
            ]
        )

    def make_path(self, pattern, is_wrong=False):
        """Return a path of a route, percent-encoded; some with bytes that are no text.

        :param is_wrong: never with a token or code that is good
        """

        def make_word(found):
            word = self.pick_word(found[1], pattern)
            if found[1] != "section" and (is_wrong or self.dice.random() < 0.5):
                word = self.mutate(word)
                if word in (*self.tokens, *self.codes):
                    word = "x"
            return quote(word, safe="")

        path = re.sub(r"<string:(\w+)>", make_word, pattern)
        tail = self.dice.choice(["", "", "", "", "/", "/x", "/%00", "/%ff%fe", "%2f.."])
        return path + tail

    def pick_word(self, name, pattern):
        """Return a word that fits a place of a route, or one that fits elsewhere."""
        if name == "section":
            return self.dice.choice(SECTIONS)
        if name == "code":
            return self.dice.choice(self.codes)
        if self.dice.random() < 0.5:
            return self.dice.choice(self.tokens)
        scopes = [_SCOPES[start] for start in _SCOPES if pattern.startswith(start)]
        return self.links[self.dice.choice(scopes or ["page", "fresh", "unsubscribe"])]

    def make_fields(self):
        names = [*NAMES, f"t{self.news.id}_email", "c_email", f"x{self.meat.id}"]
        names += ["t" + "9" * 5000, "_", "t_", "p1_email", "c_fax", "q1", "q-1", "q"]
        fields = {
            self.dice.choice(names): self.dice.choice(VALUES)
            for _ in range(self.dice.randrange(9))
        }
        if self.dice.random() < 0.5:
            fields["was"] = "&".join(f"{name}=1" for name in names if name)
        return list(fields.items()) * self.dice.choice([1, 1, 1, 2, 30])

    def make_body(self):
        """Return (body, headers): a form, half of the time, or anything."""
        kind = self.dice.randrange(4)
        if kind < 2:
            return self.make_fields(), {}
        content_type = self.dice.choice(TYPES)
        if kind == 2:
            fields = self.make_fields()
            parts = [
                f"--x\r\nContent-Disposition: form-data; name={name!r}"
                f"{'; filename=f' * self.dice.randrange(2)}\r\n\r\n{value}\r\n"
                for name, value in fields
            ]
            body = "".join([*parts, "--x--\r\n"]).encode()
            return body, {"Content_Type": "multipart/form-data; boundary=x"}
        size = self.dice.choice([0, 1, 50, 20_000])
        return self.dice.randbytes(size), {"Content_Type": content_type}

    # Asking

    def fuzz(self, methods, rounds, is_wrong=False):
        """Ask ``rounds`` times; check each answer."""
        answered = 0
        with mute_logger(*_QUIET), self.asking():
            for _ in range(rounds):
                method = self.dice.choice(methods)
                pattern = self.dice.choice(self.patterns)
                path = self.make_path(pattern, is_wrong or self.is_deed(pattern))
                body, headers = self.make_body() if method == "POST" else (b"", {})
                if self.dice.random() < 0.3:
                    path += "?" + urlencode(self.make_fields()[:30])[:3000]
                headers |= self.dice.choice(HEADERS)
                if self.dice.random() < (0.8 if pattern.startswith("/my/") else 0.1):
                    headers["account"] = self.account
                answer = self.ask(method, path, body, **headers)
                self.assertLess(answer.status, 500, answer.asked)
                self.assertDiscreetOrLogin(answer)
                answered += answer.status == 200
        # Not all of them at the door.
        self.assertGreater(answered, rounds / 100)

    def assertDiscreetOrLogin(self, answer):
        """The page of an account sends whoever has none to Odoo's login."""
        if answer.status == 303:
            self.assertIn("/web/login", answer.headers["Location"], answer.asked)
        else:
            self.assertDiscreet(answer, frames=None)

    def is_deed(self, pattern):
        """Tell whether a POST needs no proof there, and so must have no good token."""
        return self.needs_proof and pattern.startswith("/lifecycle/unsubscribe/")

    needs_proof = True

    # What must hold

    def test_looking_changes_no_row_whatever_is_asked(self):
        before = self.checksum()

        self.fuzz(["GET", "GET", "GET", "HEAD", "OPTIONS"], 4000)

        self.assertEqual(self.checksum(), before)

    def test_wrong_verbs_change_nothing(self):
        before = self.checksum()

        with mute_logger(*_QUIET), self.asking():
            for number in range(1000):
                verb = ("PUT", "DELETE", "PATCH", "TRACE", "BREW")[number % 5]
                path = self.make_path(self.dice.choice(self.patterns))
                answer = self.ask(verb, path, {"do": "stop"})
                self.assertIn(answer.status, (400, 404, 405, 501), answer.asked)
                self.assertDiscreetOrLogin(answer)

        self.assertEqual(self.checksum(), before)

    def test_forms_without_a_good_proof_change_nothing(self):
        before = self.checksum()

        self.fuzz(["POST"], 3000)

        self.assertEqual(self.checksum(), before)

    def test_forms_with_a_good_proof_touch_nobody_else(self):
        self.needs_proof = False
        before = self.rows_of_others()

        with patch.object(tokens, "is_form_ours", lambda *_args: True):
            self.fuzz(["POST"], 2000)

        self.assertEqual(self.rows_of_others(), before)
        # What was meant was done: the requests got as far as that.
        self.assertEqual(self.signup.state, "confirmed")
        self.assertIn(self.change.state, ("done", "late", "replaced"))
        sources = set(self.ana.lifecycle_consent_event_ids.mapped("source"))
        self.assertLessEqual({"preference_centre", "portal"}, sources)

    def rows_of_others(self):
        """Return what is known of all but Ana and Cleo: rows, and how many."""
        self.env.flush_all()
        ours = [
            table
            for table in self._tables()
            if table.startswith("lifecycle_")
            and "partner_id" in self.columns(table)
            and table != "lifecycle_link_request"
        ]
        return {
            table: self.env.execute_query(
                SQL(
                    "SELECT count(*), sum(hashtextextended(t::text, 0)) FROM %s t"
                    " WHERE %s <> ALL(%s)",
                    SQL.identifier(table),
                    SQL.identifier("id" if table == "res_partner" else "partner_id"),
                    (self.ana | self.cleo).ids,
                )
            )
            for table in ("res_partner", *ours)
        }

    def columns(self, table):
        return {
            name
            for (name,) in self.env.execute_query(
                SQL(
                    "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass",
                    table,
                )
            )
        }

    def test_numbers_that_python_would_not_read_are_left_out(self):
        path = f"/lifecycle/preferences/{self.issue()}"
        long = "9" * 5000
        before = self.ana.lifecycle_consent_event_ids
        with self.asking():
            answer = self.ask("POST", path, {"proof": "f" * 6000})
            self.assertEqual(answer.status, 200)
            with patch.object(tokens, "is_form_ours", lambda *_args: True):
                answer = self.ask(
                    "POST", path, {"was": f"t{long}_email=1&x{long}=1", "do": "save"}
                )
        self.assertEqual(answer.status, 200)
        self.assertEqual(self.ana.lifecycle_consent_event_ids, before)
