"""Pages for people without a login, beside those of stock Odoo, in the same run.

Two servers run, one with the addon and one without, each with two workers; they are
asked in turns, one page at a time.
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from statistics import median

from odoo.tools import SQL, config

from ..load import press
from ..measure import Timing
from ..registry import job
from ..server import serving
from . import public_data

_ROUNDS = 3
_SECONDS = 4
_AT_A_TIME = 8
_ASKED = 3_000
_FLOOD = 20_000
_KILLED = 10_000
_KILLS = 20
_EXPECTED = """
SELECT count(DISTINCT (a.channel, a.address, p.id))
  FROM res_partner c
  JOIN lifecycle_purpose p
       ON p.is_marketing AND COALESCE(p.company_id, %(company)s) = %(company)s,
       LATERAL (VALUES ('email', c.email_normalized), ('sms', c.phone_sanitized))
               AS a (channel, address)
 WHERE a.address IS NOT NULL AND c.id = ANY(%(contacts)s)
"""
_RECORDED = """
SELECT count(*), count(DISTINCT (channel, address, purpose_id))
  FROM lifecycle_consent_event WHERE id > %(last)s AND topic_id IS NULL
"""
_MISSING = """
SELECT count(*)
  FROM res_partner c,
       LATERAL (VALUES ('email', c.email_normalized), ('sms', c.phone_sanitized))
               AS a (channel, address)
 WHERE c.id = ANY(%(contacts)s) AND a.address IS NOT NULL
   AND NOT EXISTS (SELECT FROM lifecycle_consent_event e
                    WHERE e.id > %(last)s AND e.topic_id IS NULL
                      AND (e.channel, e.address) = (a.channel, a.address)
                      AND e.status = 'withdrawn')
"""
_BACKENDS = """
SELECT pid FROM pg_stat_activity WHERE datname = %s AND application_name <> %s
"""
_STILL_HOLDS = """
SELECT count(*)
  FROM lifecycle_consent_event e
  LEFT JOIN lifecycle_consent n
         ON (n.address_hash, n.channel, n.company_id, n.purpose_id)
          = (e.address_hash, e.channel, e.company_id, e.purpose_id)
        AND n.topic_id IS NULL AND n.status = 'withdrawn'
 WHERE e.id > %(last)s AND n.id IS NULL
"""


@job(
    "Preference page, seconds a request; bound: bare /web/health; ORM: Odoo's page that"
    " asks to confirm",
    needs=["install"],
    prepare=public_data.copy_before,
)
def public_page(bench):
    public_data.add_consents(bench)
    contacts = public_data.contacts_of(bench, _ASKED)
    with _both(bench) as (stock, ours):
        theirs = public_data.stock_requests(bench, contacts, stock.port)
        mine = public_data.our_requests(bench, contacts)
        loads = _take_turns(
            {
                "/web/health": (stock, theirs["health"]),
                "confirm_unsubscribe": (stock, theirs["confirm"]),
                "/mailing/my": (stock, theirs["my"]),
                "preference page": (ours, mine["page"]),
            }
        )
    _report(bench, loads, "preference page", "confirm_unsubscribe")
    _compare(bench, loads, "preference page", "confirm_unsubscribe", 1)
    _compare(bench, loads, "preference page", "/mailing/my", 2)


@job(
    "Leaving with one click, seconds a request; bound: bare /web/health; ORM: Odoo's",
    needs=["public_page"],
)
def public_one_click(bench):
    contacts = public_data.contacts_of(bench, 3 * _ROUNDS * _ASKED)
    with _both(bench) as (stock, ours):
        theirs = public_data.stock_requests(bench, contacts, stock.port)
        mine = public_data.our_requests(bench, contacts)
        loads = _take_turns(
            {
                "/web/health": (stock, theirs["health"] * _ROUNDS),
                "unsubscribe": (stock, theirs["unsubscribe"][::3]),
                "unsubscribe_oneclick": (stock, theirs["one_click"][1::3]),
                "one click": (ours, mine["one_click"][2::3]),
            },
            is_once=True,
        )
    _report(bench, loads, "one click", "unsubscribe_oneclick")
    _compare(bench, loads, "one click", "unsubscribe", 3)
    _compare(bench, loads, "one click", "unsubscribe_oneclick", 3)


@job(
    "20,000 contacts leave with one click, eight at a time, while the cron applies it",
    needs=["public_page"],
)
def public_flood(bench):
    contacts = public_data.contacts_of(bench, min(_FLOOD, bench.contacts))
    public_data.come_back(bench, contacts)
    presses = public_data.our_requests(bench, contacts)["one_click"]
    last = _last_event(bench)
    bench.rows = len(presses)
    with _serving(bench, bench.database) as ours:
        load = _press_and_apply(bench, ours, presses)
    bench.timings["ours"] = Timing([load.seconds])
    _tell(bench, "one click", [load])
    _must_be_recorded_once(bench, load, contacts, last)


@job(
    "10,000 contacts leave with one click while the workers are killed, 20 times",
    needs=["public_page"],
)
def public_kill(bench):
    contacts = public_data.contacts_of(bench, min(_KILLED, bench.contacts))
    public_data.come_back(bench, contacts)
    presses = public_data.our_requests(bench, contacts)["one_click"]
    last = _last_event(bench)
    bench.rows = len(presses)
    with _serving(bench, bench.database) as ours:
        load, kills = _press_and_kill(ours, presses)
    # What others have written since is seen by another transaction only.
    bench.commit()
    bench.timings["ours"] = Timing([load.seconds])
    refused = set(load.refused)
    heard = [row[0] for place, row in enumerate(contacts) if place not in refused]
    missing = bench.value(SQL(_MISSING, contacts=heard, last=last))
    bench.note(
        f"{len(heard):,} of {len(presses):,} presses got 2xx while {kills} workers were"
        f" killed; {missing:,} of their addresses are not recorded, wanted 0"
    )
    if missing or kills < _KILLS or len(heard) < len(presses) / 2:
        raise AssertionError(f"{missing} missing, {kills} kills, {len(heard)} heard")


def _press_and_kill(server, presses):
    """Send the presses; kill the workers evenly; return the Load and how many died."""
    calm = press(server, presses[:1] * 500, _AT_A_TIME)
    pause = len(presses) / calm.rate / _KILLS
    kills = 0
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(press, server, presses, _AT_A_TIME)
        while not future.done():
            time.sleep(pause)
            kills += server.kill_workers()
        return future.result(), kills


def _last_event(bench):
    return bench.value("SELECT COALESCE(max(id), 0) FROM lifecycle_consent_event")


@contextmanager
def _both(bench):
    """Serve the database without the addon, and the one with it; yield both."""
    with (
        _serving(bench, public_data.stock_name(bench)) as stock,
        _serving(bench, bench.database) as ours,
    ):
        yield stock, ours


def _serving(bench, database):
    def backends():
        # Another cursor: the one of the bench may be at work in another thread.
        with bench.env.registry.cursor() as cr:
            cr.execute(SQL(_BACKENDS, database, f"odoo-{os.getpid()}"))
            return [number for (number,) in cr.fetchall()]

    return serving(database, config["logfile"], backends)


def _take_turns(targets, is_once=False):
    """Return {name: loads}; each target is asked for some seconds, again and again.

    :param is_once: what was asked in one turn is not asked in another
    """
    for server, requests in targets.values():
        press(server, requests[-64:], _AT_A_TIME)
    loads = {name: [] for name in targets}
    for turn in range(_ROUNDS):
        for name, (port, requests) in targets.items():
            mine = (
                requests[turn::_ROUNDS] if is_once and len(requests) > 1 else requests
            )
            loads[name].append(press(port, mine, _AT_A_TIME, _SECONDS))
    return loads


def _press_and_apply(bench, server, presses):
    """Send them all; meanwhile do what the cron does, which starts each minute."""
    press(server, presses[:1] * 64, _AT_A_TIME)
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(press, server, presses, _AT_A_TIME)
        while not future.done():
            bench.env["lifecycle.consent"]._apply_queue()
            bench.commit()
        load = future.result()
    while bench.env["lifecycle.consent"]._apply_queue():
        bench.commit()
    return load


# What came out


def _report(bench, loads, ours, stock):
    for name, turns in loads.items():
        _tell(bench, name, turns)
    bench.rows = sum(len(turn.latencies) for turn in loads[ours])
    for way, name in (("ours", ours), ("bound", "/web/health"), ("orm", stock)):
        bench.timings[way] = Timing(
            [1 / turn.rate for turn in loads[name]],
            cpu=[turn.cost for turn in loads[name]],
        )


def _tell(bench, name, turns):
    failed = sum(turn.failed for turn in turns)
    if failed:
        raise AssertionError(f"{name}: {failed} answers are not 2xx: {turns}")
    p50, p95 = (1000 * median(t.percentiles[place] for t in turns) for place in (0, 1))
    rate, busy, cost = (
        median(getattr(turn, what) for turn in turns)
        for what in ("rate", "busy", "cost")
    )
    bench.details[name] = (
        f"{rate:,.0f} a second, p50 {p50:.1f} ms, p95 {p95:.1f} ms;"
        f" {1000 * cost:.2f} ms of work each (generator: {busy:.0%} of a processor)"
    )


def _compare(bench, loads, ours, stock, wanted):
    """Note how many times faster ours is: the median of the turns, side by side."""
    pairs = list(zip(loads[ours], loads[stock], strict=True))
    cheaper = median(theirs.cost / mine.cost for mine, theirs in pairs)
    faster = median(mine.rate / theirs.rate for mine, theirs in pairs)
    later = median(m.percentiles[1] / theirs.percentiles[1] for m, theirs in pairs)
    bench.note(
        f"{ours}: {faster:.2f} times the throughput of {stock}, wanted {wanted};"
        f" {cheaper:.2f} by work; p95 {later:.2f} times theirs, wanted 1"
    )


def _must_be_recorded_once(bench, load, contacts, last):
    numbers = [number for number, *_rest in contacts]
    told = {"company": bench.env.company.id, "contacts": numbers, "last": last}
    expected = bench.value(SQL(_EXPECTED, **told))
    [(recorded, different)] = bench.env.execute_query(SQL(_RECORDED, **told))
    if not expected == recorded == different:
        raise AssertionError(
            f"{recorded} events, {different} different ones, for {expected} answers"
        )
    bench.must_be_none("answers that do not hold", SQL(_STILL_HOLDS, **told))
    bench.must_be_none("events wait", "SELECT count(*) FROM lifecycle_consent_queue")
    bench.note(
        f"{len(load.latencies):,} presses, {load.failed} not 2xx; {recorded:,} answers"
        f" of {expected:,} recorded, none twice"
    )
