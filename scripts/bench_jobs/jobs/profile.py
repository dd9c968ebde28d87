"""Computing the facts of each contact."""

from odoo.tools import SQL

from ..registry import job
from .harvest import harvest

_SAMPLE = 500
_BATCH = 50_000
_QUEUE_ALL = (
    "INSERT INTO lifecycle_touchpoint_queue (partner_id) SELECT id FROM res_partner"
)
# Facts by hand, without what this database does not need: it has one currency, and no
# order was cancelled after it was confirmed.
_FACTS = {
    "touch_count": "count(*)",
    "first_touch_date": "min(touch_date)",
    "last_touch_date": "max(touch_date)",
    "last_inbound_date": "max(touch_date) FILTER (WHERE is_engagement)",
    "last_sent_date": "max(touch_date) FILTER (WHERE code = 'mail_sent')",
    "last_click_date": "max(touch_date) FILTER (WHERE code = 'mail_clicked')",
    "click_count": "count(*) FILTER (WHERE code = 'mail_clicked')",
    "mail_sent_count": "count(*) FILTER (WHERE code = 'mail_sent')",
    "open_count": "count(*) FILTER (WHERE code = 'mail_opened')",
    "last_open_date": "max(touch_date) FILTER (WHERE code = 'mail_opened')",
    "mail_click_count": "count(*) FILTER (WHERE code = 'mail_clicked')",
    "last_mail_click_date": "max(touch_date) FILTER (WHERE code = 'mail_clicked')",
    "reply_count": "count(*) FILTER (WHERE code = 'mail_replied')",
    "subscribe_count": "count(*) FILTER (WHERE code IN ('list_joined', 'signed_up'))",
    "survey_count": "count(*) FILTER (WHERE code = 'survey_finished')",
    "lead_count": "count(*) FILTER (WHERE code = 'lead_created')",
    "lead_won_count": "count(*) FILTER (WHERE code = 'lead_won')",
    "lead_lost_count": "count(*) FILTER (WHERE code = 'lead_lost')",
    "meeting_count": "count(*) FILTER (WHERE code = 'meeting_held')",
    "quotation_count": "count(*) FILTER (WHERE code = 'quotation_sent')",
    "order_count": "count(*) FILTER (WHERE code = 'order_confirmed')",
    "order_amount": "COALESCE(sum(amount) FILTER (WHERE code = 'order_confirmed'), 0)",
    "first_order_date": "min(touch_date) FILTER (WHERE code = 'order_confirmed')",
    "last_order_date": "max(touch_date) FILTER (WHERE code = 'order_confirmed')",
}
_INBOUND = "t.direction = 'in'"
_FOREIGN = f"{_INBOUND} AND t.source_id NOT IN (SELECT source_id FROM mailing_mailing)"
_ENDS = {
    "first_type_id": ("type_id", "min", "true"),
    "first_campaign_id": ("campaign_id", "min", _INBOUND),
    "first_source_id": ("source_id", "min", _FOREIGN),
    "first_medium_id": ("medium_id", "min", _INBOUND),
    "last_type_id": ("type_id", "max", "true"),
    "last_source_id": ("source_id", "max", _FOREIGN),
}
_END = (
    "(%(end)s(ARRAY[stamp, t.id, %(column)s])"
    " FILTER (WHERE %(column)s IS NOT NULL AND %(only)s))[3]::int4"
)
_NAMES = [*_FACTS, *_ENDS]
_ALL = SQL("true")
# Contacts whose journey has changed and whose profile has not yet.
QUEUED = SQL("SELECT partner_id FROM lifecycle_touchpoint_queue")
# Of these, whose purchases have changed.
BUYING = SQL("%s WHERE has_purchase IS NOT FALSE", QUEUED)
# And who has been asked how satisfied they are, or has answered.
ANSWERING = SQL("%s WHERE has_answer IS NOT FALSE", QUEUED)


@job(
    "Facts of all contacts after the first harvest; bound: one aggregate into a twin",
    needs=["harvest_full"],
    leaves=["bench_lifecycle_profile"],
)
def profile_full(bench):
    bench.rows = bench.contacts
    bench.ours(lambda: refresh(bench), before=lambda: _empty_profiles(bench))
    bench.bound(
        lambda: _insert_facts(bench, _ALL), before=bench.copy_of("lifecycle_profile")
    )
    _compare(bench)
    partners = bench.env["lifecycle.touchpoint"].search([], limit=_SAMPLE).partner_id
    bench.orm(lambda: _refresh_by_orm(partners), len(partners), bench.rows)


@job(
    "The same again, nothing changed; bound: aggregate, and compare with the twin",
    needs=["profile_full"],
)
def profile_unchanged(bench):
    bench.rows = bench.contacts
    bench.ours(lambda: refresh(bench), before=lambda: bench.cr.execute(_QUEUE_ALL))
    bench.bound(lambda: update_facts(bench, _ALL))


@job(
    "Facts of the contacts that 1 % more documents concern; bound: the same for a twin",
    needs=["profile_full"],
)
def profile_incremental(bench):
    def harvest_news():
        bench.add_news()
        harvest(bench)

    bench.ours(lambda: refresh(bench), times=3, before=harvest_news)
    bench.bound(
        lambda: update_facts(bench, SQL("partner_id IN (%s)", QUEUED)),
        before=harvest_news,
    )
    bench.rows = bench.value(SQL("SELECT count(*) FROM (%s GROUP BY 1) q", QUEUED))
    refresh(bench)


def _empty_profiles(bench):
    """Profiles as after installing; the queue is as the first harvest left it."""
    bench.cr.execute("TRUNCATE lifecycle_profile")
    bench.env["lifecycle.profile"]._create_missing()
    bench.vacuum("lifecycle_profile")
    bench.cr.execute(_QUEUE_ALL)


def refresh(bench):
    """What the hourly cron does, without the stage rules that follow each batch."""
    queue, profiles = (
        bench.env["lifecycle.touchpoint.queue"],
        bench.env["lifecycle.profile"],
    )
    while queue._take(_BATCH):
        profiles._refresh_taken()
        bench.commit()


def _select_facts(scope):
    facts = [
        SQL("%s AS %s", SQL(text), SQL.identifier(n)) for n, text in _FACTS.items()
    ]
    for name, (column, end, only) in _ENDS.items():
        expression = SQL(
            _END, end=SQL(end), column=SQL.identifier("t", column), only=SQL(only)
        )
        facts.append(SQL("%s AS %s", expression, SQL.identifier(name)))
    return SQL(
        """SELECT partner_id, %s
             FROM (SELECT *, (1000000 * EXTRACT(epoch FROM touch_date))::int8 AS stamp
                     FROM lifecycle_touchpoint WHERE NOT is_automated AND %s) t
             JOIN lifecycle_touchpoint_type y ON y.id = t.type_id
            GROUP BY partner_id""",
        SQL(", ").join(facts),
        scope,
    )


def _insert_facts(bench, scope):
    bench.cr.execute(
        SQL(
            "INSERT INTO bench_lifecycle_profile (id, partner_id, %s)"
            " SELECT partner_id, f.* FROM (%s) f",
            SQL(", ").join(map(SQL.identifier, _NAMES)),
            _select_facts(scope),
        )
    )


def _columns(alias):
    return SQL(", ").join(SQL.identifier(alias, name) for name in _NAMES)


def update_facts(bench, scope):
    bench.cr.execute(
        SQL(
            "UPDATE bench_lifecycle_profile p SET (%s) = (%s) FROM (%s) f"
            " WHERE f.partner_id = p.id AND (%s) IS DISTINCT FROM (%s)",
            SQL(", ").join(map(SQL.identifier, _NAMES)),
            _columns("f"),
            _select_facts(scope),
            _columns("p"),
            _columns("f"),
        )
    )


def _compare(bench):
    bench.must_be_none(
        "profiles differ from the bare SQL",
        SQL(
            "SELECT count(*) FROM bench_lifecycle_profile p JOIN lifecycle_profile f"
            " USING (id) WHERE (%s) IS DISTINCT FROM (%s)",
            _columns("p"),
            _columns("f"),
        ),
    )


def _refresh_by_orm(partners):
    """Count by type and write, contact by contact; only a part of the facts."""
    touchpoints = partners.env["lifecycle.touchpoint"]
    for partner in partners:
        groups = touchpoints._read_group(
            [("partner_id", "=", partner.id), ("is_automated", "=", False)],
            ["type_id"],
            ["__count", "touch_date:min", "touch_date:max", "amount:sum"],
        )
        partner.sudo().lifecycle_profile_id.write(
            {
                "touch_count": sum(group[1] for group in groups),
                "first_touch_date": min(group[2] for group in groups),
                "last_touch_date": max(group[3] for group in groups),
                "order_amount": sum(group[4] for group in groups),
            }
        )
