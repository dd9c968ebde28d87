"""Stage histories: the rules ran once, at the end; here they ran all along."""

from datetime import timedelta

# When each contact first met the entry rule of each stage. Deals count as such some
# days after the lead, as nobody is that quick.
_ENTRIES = """
    SELECT t.partner_id, k.code, t.touch_date AS date, t.value
      INTO TEMP demo_touch
      FROM lifecycle_touchpoint t
      JOIN lifecycle_touchpoint_type k ON k.id = t.type_id
     WHERE NOT t.is_automated;

    CREATE TEMP TABLE demo_entry AS
    WITH clicks AS (
        SELECT partner_id, (array_agg(date ORDER BY date))[3] AS date
          FROM demo_touch WHERE code IN ('mail_clicked', 'sms_clicked') GROUP BY 1
    ), interest AS (
        SELECT partner_id, min(date) AS date FROM demo_touch
         WHERE code IN ('lead_created', 'survey_finished') GROUP BY 1
    ), orders AS (
        SELECT partner_id, (array_agg(date ORDER BY date))[2] AS second,
               max(date) AS last
          FROM demo_touch WHERE code = 'order_confirmed' GROUP BY 1
    ), firsts (stage, code) AS (VALUES
        ('subscriber', 'list_joined'), ('lead', 'lead_created'),
        ('lead', 'survey_finished'), ('lead', 'mail_replied'),
        ('lead', 'email_received'), ('sql', 'meeting_held'), ('sql', 'call_done'),
        ('opportunity', 'quotation_sent'), ('customer', 'order_confirmed'),
        ('customer', 'lead_won')
    )
    SELECT partner_id, stage, min(date) AS date
      FROM demo_touch JOIN firsts USING (code) GROUP BY 1, 2
    UNION ALL
    SELECT partner_id, 'mql', greatest(clicks.date, interest.date)
      FROM clicks JOIN interest USING (partner_id) WHERE clicks.date IS NOT NULL
    UNION ALL
    SELECT partner_id, 'opportunity',
           min(date) + (2 + partner_id % 9) * interval '1 day'
      FROM demo_touch WHERE code = 'lead_created' GROUP BY 1
    UNION ALL
    SELECT partner_id, 'repeat', second FROM orders WHERE second IS NOT NULL
    UNION ALL
    SELECT partner_id, 'promoter', greatest(second, min(date))
      FROM demo_touch JOIN orders USING (partner_id)
     WHERE code = 'rating_given' AND value >= 5 GROUP BY 1, second
    UNION ALL
    SELECT partner_id, 'lapsed', last + interval '365 days' FROM orders
    UNION ALL
    SELECT partner_id, 'lost', max(date) FROM demo_touch
     WHERE code = 'lead_lost' GROUP BY 1;
"""

# The way to the stage where the rules left the contact: forward only, no detours.
_PATHS = """
    CREATE TEMP TABLE demo_path AS
    WITH way AS (
        SELECT e.partner_id, s.id AS stage_id, s.sequence, min(e.date) AS date
          FROM demo_entry e
          JOIN lifecycle_stage s ON s.code = e.stage AND NOT s.is_side
          JOIN res_partner p ON p.id = e.partner_id
          JOIN lifecycle_stage final ON final.id = p.lifecycle_stage_id
         WHERE s.sequence < final.sequence AND e.date < %(now)s
         GROUP BY 1, 2, 3
    ), forward AS (
        SELECT *, max(sequence) OVER (
                   PARTITION BY partner_id ORDER BY date, sequence DESC
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
          FROM way
    ), kept AS (
        SELECT partner_id, stage_id, date FROM forward
         WHERE before IS NULL OR sequence > before
    ), ends AS (
        SELECT p.id AS partner_id, s.id AS stage_id, min(e.date) AS date
          FROM res_partner p
          JOIN lifecycle_stage s ON s.id = p.lifecycle_stage_id
          LEFT JOIN demo_entry e ON e.partner_id = p.id AND e.stage = s.code
         GROUP BY 1, 2
    )
    SELECT partner_id, stage_id, date, 0 AS is_end FROM kept
     UNION ALL
    SELECT ends.partner_id, ends.stage_id, least(%(now)s, greatest(ends.date, (
               SELECT max(kept.date) + interval '1 hour' FROM kept
                WHERE kept.partner_id = ends.partner_id))), 1
      FROM ends;
    DELETE FROM demo_path a USING demo_path b
     WHERE b.partner_id = a.partner_id AND b.is_end > a.is_end AND a.date >= b.date;
"""

_WRITE = """
    DELETE FROM lifecycle_stage_change WHERE cause = 'rule';
    INSERT INTO lifecycle_stage_change
           (partner_id, from_stage_id, to_stage_id, change_date, cause, is_automatic,
            is_backward, rule, days_in_stage)
    SELECT partner_id, lag(stage_id) OVER steps, stage_id, date, 'rule', true, false,
           s.entry_domain, EXTRACT(epoch FROM date - lag(date) OVER steps) / 86400
      FROM demo_path JOIN lifecycle_stage s ON s.id = stage_id
    WINDOW steps AS (PARTITION BY partner_id ORDER BY is_end, date)
     ORDER BY date;
    UPDATE res_partner p SET lifecycle_stage_date = d.date
      FROM demo_path d WHERE d.partner_id = p.id AND d.is_end = 1;
    DROP TABLE demo_touch, demo_entry, demo_path;
"""

# (from, to, why): moves that salespeople made by hand.
BY_HAND = [
    ("opportunity", "lead", "Budget postponed to next year"),
    ("opportunity", "mql", "Wanted a price only, keep in touch"),
    ("sql", "lead", "Wrong person: she asked for her sister"),
    ("customer", "opportunity", "Sent everything back, wants a new offer"),
    ("subscriber", "sql", "Met at the fair, wants a visit"),
    ("subscriber", "lead", "Asked for the catalogue on the phone"),
]


def write_histories(story):
    """Date the moves by what caused them, and add some made by hand."""
    env = story.env
    if "lifecycle.stage.change" not in env:
        return
    env.flush_all()
    env.cr.execute(_ENTRIES)
    env.cr.execute(_PATHS, {"now": story.now})
    env.cr.execute(_WRITE)
    env.invalidate_all(flush=False)
    _move_by_hand(story)


def _move_by_hand(story):
    rng = story.dice("by hand")
    stages = {s.code: s for s in story.env["lifecycle.stage"].search([])}
    long_ago = story.now - timedelta(days=40)
    for origin, target, reason in BY_HAND:
        waiting = story.env["res.partner"].search(
            [
                ("lifecycle_stage_id.code", "=", origin),
                ("lifecycle_stage_date", "<", long_ago),
                ("is_company", "=", False),
            ]
        )
        seller = rng.choice(story.sellers)
        for partner in rng.sample(waiting, min(2, len(waiting))):
            partner.with_user(seller)._lifecycle_move(stages[target], "manual", reason)
