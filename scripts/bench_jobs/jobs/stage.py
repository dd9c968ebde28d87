"""Moving contacts to the stage that the rules name."""

from odoo.tools import SQL

from ..registry import job
from . import score, value_bound
from .harvest import harvest, insert_new
from .profile import QUEUED, refresh, update_facts

_SAMPLE = 1_000
_ALL = SQL("true")
# The rules that the addon comes with, by hand.
_STAGES = """
SELECT p.id, (SELECT s.id FROM lifecycle_stage s WHERE s.code = CASE
       WHEN f.lead_lost_count > 0 AND f.order_count = 0 AND f.lead_won_count = 0
            AND l.partner_id IS NULL THEN 'lost'
       WHEN f.order_count > 0
            AND f.last_order_date < (now() AT TIME ZONE 'UTC') - interval '365 days'
            THEN 'lapsed'
       WHEN f.order_count > 1 AND r.partner_id IS NOT NULL THEN 'promoter'
       WHEN f.order_count > 1 THEN 'repeat'
       WHEN f.order_count > 0 OR f.lead_won_count > 0 THEN 'customer'
       WHEN l.partner_id IS NOT NULL OR f.quotation_count > 0 THEN 'opportunity'
       WHEN f.meeting_count > 0 THEN 'sql'
       WHEN f.click_count >= 3 AND (f.lead_count > 0 OR f.survey_count > 0) THEN 'mql'
       WHEN f.lead_count > 0 OR f.survey_count > 0 OR f.reply_count > 0 THEN 'lead'
       WHEN f.subscribe_count > 0 THEN 'subscriber' END) AS stage_id
  FROM lifecycle_profile f
  JOIN res_partner p ON p.id = f.id AND p.active
  LEFT JOIN (SELECT DISTINCT partner_id FROM crm_lead
              WHERE won_status = 'pending' AND type = 'opportunity' AND active) l
         ON l.partner_id = f.id
  LEFT JOIN (SELECT DISTINCT partner_id FROM lifecycle_touchpoint
              WHERE value >= 5 AND type_id = (SELECT id FROM lifecycle_touchpoint_type
                                               WHERE code = 'rating_given')) r
         ON r.partner_id = f.id
 WHERE %(scope)s
"""
_MOVE = """
WITH moved AS (
    UPDATE bench_res_partner p
       SET lifecycle_stage_id = s.stage_id,
           lifecycle_stage_date = now() AT TIME ZONE 'UTC'
      FROM (%(stages)s) s
     WHERE s.id = p.id AND s.stage_id IS NOT NULL
       AND p.lifecycle_stage_id IS DISTINCT FROM s.stage_id
    RETURNING p.id, p.lifecycle_stage_id, p.lifecycle_stage_date
)
INSERT INTO bench_lifecycle_stage_change (partner_id, to_stage_id, change_date, cause)
SELECT id, lifecycle_stage_id, lifecycle_stage_date, 'rule' FROM moved
"""
_DIFFERENT = """
SELECT count(*) FROM res_partner p JOIN bench_res_partner b USING (id)
 WHERE p.lifecycle_stage_id IS DISTINCT FROM b.lifecycle_stage_id
"""


@job(
    "All rules, no contact has a stage yet; bound: one UPDATE with a CASE, history",
    needs=["profile_full"],
)
def stage_rules_first(bench):
    bench.ours(lambda: _run_rules(bench), before=lambda: _forget_stages(bench))
    bench.rows = bench.count("lifecycle_stage_change")
    bench.details.update(_counts(bench))
    bench.bound(lambda: _move(bench), before=lambda: _copy_partners(bench))
    bench.must_be_none("stages differ from the bare SQL", _DIFFERENT)
    partners = bench.env["res.partner"].search(
        [("lifecycle_stage_id", "!=", False)], limit=_SAMPLE
    )
    bench.orm(lambda: _move_by_orm(partners), _SAMPLE, bench.rows)
    bench.note("ORM: write() of a plain field and create() of the history")


@job(
    "The same again, nobody moves; bound: the same UPDATE", needs=["stage_rules_first"]
)
def stage_rules_unchanged(bench):
    bench.rows = bench.contacts
    bench.ours(lambda: _run_rules(bench), times=3)
    bench.bound(lambda: _move(bench), times=3)


@job(
    "The hourly cron after 1 % more documents; bound: new rows, and the facts, values,"
    " scores and stages of whom they concern",
    needs=["stage_rules_first", "value_scoring_full", "score_full"],
)
def hourly(bench):
    bench.ours(lambda: _hourly(bench), times=3, before=bench.add_news)
    insert_new(bench)

    def harvest_news():
        bench.add_news()
        harvest(bench)
        value_bound.load_det(bench)

    def bare():
        insert_new(bench)
        bench.rows = bench.cr.rowcount
        update_facts(bench, SQL("partner_id IN (%s)", QUEUED))
        value_bound.write_taken(bench, QUEUED)
        score.write_taken(bench)
        _move(bench, SQL("p.id IN (%s)", QUEUED))

    bench.bound(bare, before=harvest_news)
    refresh(bench)


def _run_rules(bench):
    bench.env["lifecycle.stage"]._run_rules(commit=bench.commit)


def _hourly(bench):
    harvest(bench)
    bench.env["lifecycle.touchpoint.source"]._after_harvest(commit=bench.commit)


def _forget_stages(bench):
    bench.cr.execute("TRUNCATE lifecycle_stage_change")
    bench.cr.execute(
        "UPDATE res_partner SET lifecycle_stage_id = NULL, lifecycle_stage_date = NULL"
        " WHERE lifecycle_stage_id IS NOT NULL"
    )
    bench.vacuum("res_partner")


def _copy_partners(bench):
    bench.copy_of("res_partner")()
    bench.copy_of("lifecycle_stage_change")()
    bench.cr.execute("INSERT INTO bench_res_partner SELECT * FROM res_partner")
    bench.cr.execute("UPDATE bench_res_partner SET lifecycle_stage_id = NULL")
    bench.vacuum("bench_res_partner")


def _move(bench, scope=_ALL):
    bench.cr.execute(SQL(_MOVE, stages=SQL(_STAGES, scope=scope)))


def _counts(bench):
    bench.cr.execute(
        """SELECT s.code, count(*) FROM res_partner p
             JOIN lifecycle_stage s ON s.id = p.lifecycle_stage_id
            GROUP BY s.code, s.sequence ORDER BY s.sequence"""
    )
    return dict(bench.cr.fetchall())


def _move_by_orm(partners):
    changes = []
    for stage in partners.lifecycle_stage_id:
        moving = partners.filtered(lambda p, stage=stage: p.lifecycle_stage_id == stage)
        moving.write({"function": stage.code})
        changes += [
            {
                "partner_id": partner.id,
                "to_stage_id": stage.id,
                "change_date": partners.env.cr.now(),
                "cause": "rule",
            }
            for partner in moving
        ]
    partners.env["lifecycle.stage.change"].create(changes)
