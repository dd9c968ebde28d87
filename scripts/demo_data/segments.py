"""Segments of the shop, and four months in which contacts came and went."""

from odoo.tools import SQL

DAYS = 120

GALLERY = (
    "at_risk",
    "champions",
    "one_shot",
    "promotion_only",
    "birthday",
    "never_opened",
    "silent_180",
    "top_value",
    "missing_data",
)

# Members joined one by one after the first fill; some who are not in were once.
_STAYS = """
    UPDATE lifecycle_segment_member m
       SET join_date = %(now)s - (random() * %(days)s * interval '1 day'),
           join_cause = 'refresh'
     WHERE m.leave_date IS NULL AND random() < 0.35;
    UPDATE lifecycle_segment_member m
       SET join_date = %(now)s - %(days)s * interval '1 day'
     WHERE m.leave_date IS NULL AND join_cause = 'first';
    INSERT INTO lifecycle_segment_member
           (segment_id, partner_id, join_date, join_cause, leave_date, leave_cause)
    SELECT s.id, p.id, %(now)s - %(days)s * interval '1 day', 'first',
           %(now)s - (random() * (%(days)s - 1) * interval '1 day'), 'refresh'
      FROM lifecycle_segment s
      JOIN res_partner p ON p.active
       AND random() < 0.25 * s.member_count / (SELECT count(*) FROM res_partner)
     WHERE s.kind = 'dynamic'
       AND NOT EXISTS (SELECT FROM lifecycle_segment_member m
                        WHERE m.segment_id = s.id AND m.partner_id = p.id);
"""

_SIZES = """
    DELETE FROM lifecycle_segment_snapshot;
    INSERT INTO lifecycle_segment_snapshot
           (segment_id, snapshot_date, joined_count, left_count, member_count)
    SELECT segment_id, day, sum(joined), sum(gone),
           sum(sum(joined) - sum(gone)) OVER (PARTITION BY segment_id ORDER BY day)
      FROM (SELECT segment_id, join_date::date AS day, 1 AS joined, 0 AS gone
              FROM lifecycle_segment_member
             UNION ALL
            SELECT segment_id, leave_date::date, 0, 1
              FROM lifecycle_segment_member WHERE leave_date IS NOT NULL) moves
     GROUP BY segment_id, day;
"""


def write_segments(story):
    """Make the segments as the marketer, fill them and tell their past."""
    marketer = story.env["res.users"].search([("login", "=", "marketer")])
    segments = story.env["lifecycle.segment"].with_user(marketer)
    made = segments.create([*_from_gallery(story), _quiet_spaniards(story)])
    made._refresh()
    _tell_past(story)
    _make_exceptions(made)
    _invite_by_hand(story, segments)


def _from_gallery(story):
    prefix = "contact_lifecycle.lifecycle_segment_template_"
    templates = [story.env.ref(prefix + code) for code in GALLERY]
    return [template._prepare_segment_values() for template in templates]


def _quiet_spaniards(story):
    """The example of the handbook: bought twice, then nothing, but still reading."""

    def did(*types, **values):
        return {
            "kind": "behaviour",
            "negated": False,
            "types": list(types),
            "operator": ">=",
            "count": 1,
            "window": {"kind": "ever"},
            **values,
        }

    spain = story.env.ref("base.es")
    conditions = [
        {"kind": "profile", "domain": f"[('country_id', 'in', [{spain.id}])]"},
        did("order_confirmed", count=2),
        did("order_confirmed", negated=True, window={"kind": "last", "days": 180}),
        did("mail_clicked", window={"kind": "last", "days": 365}),
    ]
    return {
        "name": "Spanish customers gone quiet, but still reading",
        "description": "Bought twice or more, nothing for half a year, and clicked "
        "in a mailing within the last year.",
        "color": 2,
        "definition": {"version": 1, "groups": [{"conditions": conditions}]},
    }


def _tell_past(story):
    story.env.flush_all()
    story.env.cr.execute("SELECT setseed(0.19)")
    story.env.cr.execute(SQL(_STAYS, now=story.now, days=DAYS))
    story.env.cr.execute(_SIZES)
    story.env.invalidate_all()


def _make_exceptions(segments):
    """Two contacts whom a person put in, or keeps out."""
    quiet = segments[-1]
    partners = quiet.env["res.partner"].search(
        [("country_id.code", "=", "ES"), ("email", "!=", False)], limit=2, order="id"
    )
    for partner, kind, reason in zip(
        partners,
        ("include", "exclude"),
        ("Asked at the counter to be told", "Has an open complaint"),
        strict=True,
    ):
        quiet.env["lifecycle.segment.override"].create(
            {
                "segment_id": quiet.id,
                "partner_id": partner.id,
                "kind": kind,
                "reason": reason,
            }
        )


def _invite_by_hand(story, segments):
    """A list somebody kept on paper."""
    guests = segments.create(
        {
            "name": "Guests of the oil tasting",
            "description": "Whoever signed the list at the door.",
            "kind": "static",
            "color": 4,
        }
    )
    guests._add_contacts(
        SQL(
            """SELECT id FROM res_partner
                WHERE active AND NOT is_company AND email IS NOT NULL
                ORDER BY hashint4(id) LIMIT 24"""
        ),
        "hand",
    )
