"""Who asks for public pages: contacts with links, consents and stock tokens."""

import json
from urllib.parse import urlencode

from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry
from odoo.tools import SQL

from ..load import request
from ..server import ask

_TOPICS = ("News", "Offers", "Recipes", "Courses", "Events")
_BATCH = 20_000
_PASSWORD = "bench-of-a-portal-user"
_FORM = {"Content_Type": "application/x-www-form-urlencoded"}
_PRESS = "List-Unsubscribe=One-Click"
_CONTACTS = """
SELECT id, email_normalized, phone_sanitized FROM res_partner
 WHERE name LIKE 'Contact %' ORDER BY id
"""


def stock_name(bench):
    return f"{bench.database}_stock"


def copy_before(bench):
    """Keep a copy of the database as it is without the addon."""
    name = stock_name(bench)
    bench.close()
    for database in (bench.database, name):
        sql_db.close_db(database)
    with sql_db.db_connect("postgres").cursor() as cr:
        cr._cnx.autocommit = True
        cr.execute(SQL("DROP DATABASE IF EXISTS %s", SQL.identifier(name)))
        cr.execute(
            SQL(
                "CREATE DATABASE %s TEMPLATE %s",
                SQL.identifier(name),
                SQL.identifier(bench.database),
            )
        )
    bench.connect()


# Ours


def add_consents(bench):
    """Give every contact a link and some answers; nothing when they are there."""
    if bench.env["lifecycle.topic"].search_count([("code", "=like", "bench-%")]):
        return
    topics = bench.env["lifecycle.topic"].create(
        [
            {"name": name, "code": f"bench-{name}", "kind": kind}
            for name, kind in zip(_TOPICS, ["opt_out", "opt_in"] * 3, strict=False)
        ]
        + [{"name": "Meat", "code": "bench-meat", "is_exclusion": True}]
    )
    contacts = bench.env.execute_query(SQL(_CONTACTS.replace("%", "%%")))
    for start in range(0, len(contacts), _BATCH):
        batch = contacts[start : start + _BATCH]
        bench.env["lifecycle.consent"]._record(
            [answer for contact in batch for answer in _answers(bench, topics, contact)]
        )
        _links(bench, [contact[0] for contact in batch])
        bench.commit()
    bench.vacuum("lifecycle_link", "lifecycle_consent", "lifecycle_consent_event")


def _answers(bench, topics, contact):
    number, address, _phone = contact
    told = {
        "company_id": bench.env.company.id,
        "partner_id": number,
        "address": address,
        "channel": "email",
        "purpose_id": topics.purpose_id.id,
        "lawful_basis": "consent",
        "source": "import",
    }
    yield {**told, "status": "granted"}
    topic = topics[number % len(topics)]
    yield {
        **told,
        "topic_id": topic.id,
        "status": "granted" if number % 3 else "withdrawn",
    }


def come_back(bench, contacts):
    """Let contacts agree to everything once more, so that they can leave again."""
    purpose = bench.env.ref("contact_lifecycle.lifecycle_purpose_marketing")
    bench.env["lifecycle.consent"]._record(
        [
            {
                "company_id": bench.env.company.id,
                "partner_id": number,
                "address": address,
                "channel": channel,
                "purpose_id": purpose.id,
                "status": "granted",
                "source": "import",
            }
            for number, *addresses in contacts
            for channel, address in zip(("email", "sms"), addresses, strict=True)
            if address
        ]
    )
    bench.commit()


def _links(bench, numbers):
    partners = bench.env["res.partner"].browse(numbers)
    return bench.env["lifecycle.link"]._issue(partners, bench.env.company, "page")


def our_requests(bench, contacts):
    """Return requests for the pages, and presses of the button, one of each contact."""
    tokens = _links(bench, [number for number, *_rest in contacts])
    bench.commit()
    return {
        "page": [
            request("GET", f"/lifecycle/preferences/{tokens[number]}")
            for number, *_rest in contacts
        ],
        "one_click": [
            request("POST", f"/lifecycle/unsubscribe/{tokens[number]}", _PRESS, **_FORM)
            for number, *_rest in contacts
        ],
    }


def contacts_of(bench, number, skip=0):
    """Return (id, address, phone) of contacts, spread over the whole table."""
    rows = bench.env.execute_query(SQL(_CONTACTS.replace("%", "%%")))
    step = max(1, len(rows) // (number + skip))
    return rows[::step][skip : skip + number]


# Stock Odoo


def stock_requests(bench, contacts, port):
    """Return requests for the pages of Odoo without the addon."""
    with Registry(stock_name(bench)).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        # Whoever is on the blacklist from a run before would be quick to put there.
        cr.execute("DELETE FROM mail_blacklist")
        mailing = env["mailing.mailing"].create(
            {
                "subject": "Bench",
                "body_html": "<p>Hello</p>",
                "mailing_model_id": env["ir.model"]._get_id("res.partner"),
            }
        )
        user = env["res.users"].create(
            {
                "login": f"bench-{mailing.id}",
                "password": _PASSWORD,
                "partner_id": contacts[0][0],
                "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
            }
        )
        queries = [
            urlencode(
                {
                    "document_id": number,
                    "email": address,
                    "hash_token": mailing._generate_mailing_recipient_token(
                        number, address
                    ),
                }
            )
            for number, address, _phone in contacts
        ]
        login, path = user.login, f"/mailing/{mailing.id}"
    Registry.delete(stock_name(bench))
    cookie = _log_in(bench, port, login)
    return {
        "health": [request("GET", "/web/health")],
        "confirm": [request("GET", f"{path}/confirm_unsubscribe?{q}") for q in queries],
        "my": [request("GET", "/mailing/my", Cookie=cookie)],
        "unsubscribe": [request("GET", f"{path}/unsubscribe?{q}") for q in queries],
        "one_click": [
            request("POST", f"{path}/unsubscribe_oneclick?{q}", _PRESS, **_FORM)
            for q in queries
        ],
    }


def _log_in(bench, port, login):
    params = {"db": stock_name(bench), "login": login, "password": _PASSWORD}
    status, headers, text = ask(
        port,
        "POST",
        "/web/session/authenticate",
        json.dumps({"params": params}),
        {"Content-Type": "application/json"},
    )
    if status != 200 or "error" in json.loads(text):
        raise AssertionError(f"the portal user cannot log in: {text[:200]}")
    return headers["Set-Cookie"].partition(";")[0]
