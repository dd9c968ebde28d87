import random
import string
from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.contact_lifecycle.engine.consent import tokens

from .common import LifecycleCase

_ROUNDS = 300
_TABLES = (
    "lifecycle_consent",
    "lifecycle_consent_event",
    "lifecycle_consent_queue",
    "lifecycle_link",
    "lifecycle_link_request",
    "lifecycle_preference",
    "lifecycle_preference_change",
    "lifecycle_wording",
    "mail_mail",
    "res_partner",
)
_NAMES = (
    "do",
    "was",
    "lang",
    "proof",
    "email",
    "pause",
    "pause_until",
    "frequency",
    "company_name",
    "self",
    "token",
    "endpoint",
    "args",
    "List-Unsubscribe",
    "é",
    "",
)
_VALUES = (
    "",
    "save",
    "stop",
    "undo",
    "\0",
    "a\0b",
    "é" * 300,
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "' OR 1=1 --",
    "9" * 5000,
    "f" * 5000,
    "date",
    "2w",
    "0000-00-00",
    "weekly",
    "always",
    "xx_XX",
    "es",
    "../../etc/passwd",
    "ana@example.com",
    "%00%ff",
    "\ufdd0\u202e",
)


@tagged("post_install", "-at_install")
class TestPublicFuzz(LifecycleCase, HttpCase):
    """Whatever is sent to public pages, none fails or does what it must not."""

    def setUp(self):
        super().setUp()
        self.ana = self.make_partner(email="ana@example.com", phone="+34600000001")
        self.bea = self.make_partner("Bea", email="bea@example.com")
        self.topic = self.env["lifecycle.topic"].create({"name": "Offers"})
        links = self.env["lifecycle.link"]
        self.tokens = [
            links._issue(self.ana, self.env.company, scope)[self.ana.id]
            for scope in tokens.SCOPES
        ]
        self.dice = random.Random(5)
        self.env.flush_all()

    def paths(self):
        rules = self.env["ir.http"]._generate_routing_rules(["contact_lifecycle"], {})
        return sorted(
            {url for url, end in rules if end.routing.get("is_lifecycle_page")}
        )

    def make_token(self):
        dice = self.dice
        token = dice.choice(self.tokens)
        position = dice.randrange(len(token))
        return dice.choice(
            [
                token,
                token[:position],
                token[:position]
                + dice.choice(string.printable)
                + token[position + 1 :],
                "%00",
                "%ff%fe",
                "A" * 48,
                "é",
                "x" * 5000,
            ]
        )

    def make_path(self):
        path = self.dice.choice(self.paths())
        head, found, _tail = path.partition("<")
        token = self.make_token() if found else ""
        return head + "".join(c for c in token if c not in "/?#\\\r\n\t ")

    def make_fields(self):
        names = [*_NAMES, f"t{self.topic.id}_email", "c_email", "t" + "9" * 5000]
        names += [f"x{self.topic.id}", "_", "t_", "p1_email", "c_fax"]
        fields = {
            self.dice.choice(names): self.dice.choice(_VALUES)
            for _ in range(self.dice.randrange(9))
        }
        if self.dice.random() < 0.5:
            fields["was"] = "&".join(f"{name}={1}" for name in names if name)
        return list(fields.items()) * self.dice.choice([1, 1, 2, 30])

    def state(self):
        self.env.flush_all()
        return {
            table: self.env.execute_query(
                SQL(
                    "SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t.id))"
                    " FROM %s t",
                    SQL.identifier(table),
                )
            )
            for table in _TABLES
        }

    @mute_logger("odoo.http", "werkzeug", "odoo.addons.base.models.ir_http")
    def fuzz(self, method, rounds):
        for number in range(rounds):
            path, fields = self.make_path(), self.make_fields()
            kind = number % 4
            sent = {"data": fields}
            if method != "POST":
                sent = {"params": [(n[:200], v[:200]) for n, v in fields[:30]]}
            if method == "POST" and kind == 1:
                sent = {"files": {name or "x": ("f", "x\0") for name, _v in fields}}
            if method == "POST" and kind == 2:
                raw = self.dice.randbytes(self.dice.choice([0, 50, 100_000]))
                content_type = self.dice.choice(
                    ["application/json", "multipart/form-data", "text/plain", "x"]
                )
                sent = {"data": raw, "headers": {"Content-Type": content_type}}
            with self.subTest(path=path[:120], fields=str(fields)[:200], kind=kind):
                answer = self.url_open(
                    path, method=method, allow_redirects=False, **sent
                )
                self.assertLess(answer.status_code, 500)
                self.assertFalse(answer.cookies)
                self.assertEqual(answer.headers["Cache-Control"], "no-store")
                self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")

    def test_looking_changes_no_row_whatever_is_asked(self):
        before = self.state()

        self.fuzz("GET", _ROUNDS // 3)
        self.fuzz("HEAD", _ROUNDS // 6)

        self.assertEqual(self.state(), before)

    def test_wrong_verbs_are_refused_and_change_nothing(self):
        before = self.state()
        for path in self.paths():
            path = path.partition("<")[0] + self.tokens[1] * ("<" in path)
            for method in ("PUT", "DELETE", "PATCH", "TRACE", "BREW"):
                with self.subTest(path=path, method=method):
                    answer = self.url_open(path, method=method, data={"do": "stop"})
                    self.assertIn(answer.status_code, (400, 404, 405, 501))
                    self.assertFalse(answer.cookies)
        self.assertEqual(self.state(), before)

    def test_forms_never_fail_and_touch_nobody_else(self):
        self.fuzz("POST", _ROUNDS // 2)

        events = self.env["lifecycle.consent.event"].search([])
        self.assertFalse(self.bea.lifecycle_consent_event_ids)
        self.assertLessEqual(events.partner_id, self.ana)

    def test_numbers_that_python_would_not_read_are_left_out(self):
        path = f"/lifecycle/preferences/{self.tokens[1]}"
        long = "9" * 5000
        answer = self.url_open(path, data={"proof": "f" * 6000})
        self.assertEqual(answer.status_code, 200)
        with patch.object(tokens, "is_form_ours", lambda *_args: True):
            answer = self.url_open(
                path, data={"was": f"t{long}_email=1&x{long}=1", "do": "save"}
            )
        self.assertEqual(answer.status_code, 200)
        self.assertFalse(self.ana.lifecycle_consent_event_ids)

    def test_forms_with_a_good_proof_never_fail(self):
        with patch.object(tokens, "is_form_ours", lambda *_args: True):
            self.fuzz("POST", _ROUNDS // 2)

        self.assertFalse(self.bea.lifecycle_consent_event_ids)
        self.assertFalse(self.bea.lifecycle_preference_ids)
        self.assertEqual(self.ana.name, "Ana")
