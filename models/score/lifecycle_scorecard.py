from odoo import api, fields, models

# A change of these makes scores jump for other reasons than the contact's.
_SCORING_FIELDS = {
    "active",
    "company_id",
    "fit_weight",
    "starting_points",
    "half_points",
    "patience",
    "rise_score",
    "fall_score",
}
# More contacts than this are scored by the cron, not while somebody waits.
_MOST_AT_ONCE = 50_000
_UNKNOWN = {"baseline_date": False, "refresh_date": False, "refresh_position": 0}


class LifecycleScorecard(models.Model):
    """How points are given, and what a score of 0 to 100 is made of.

    The fit is the points of the fit rules; the engagement is p / (p + ``half_points``)
    of the engagement points p, decayed by age, so that it nears 100 and never ends.
    A scorecard of a company scores that company's contacts, a shared one all of them;
    the main one is shown on the contact.
    """

    _name = "lifecycle.scorecard"
    _description = "Scorecard"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        help="Leave empty to score the contacts of all companies",
    )
    is_main = fields.Boolean(
        string="Shown on Contacts",
        help="The score that contacts show. A company's own comes before a shared one.",
    )
    description = fields.Text(translate=True)
    rule_ids = fields.One2many("lifecycle.scorecard.rule", "scorecard_id", copy=True)
    group_ids = fields.One2many("lifecycle.scorecard.group", "scorecard_id", copy=True)
    # What the form shows, with the rules that are switched off.
    fit_rule_ids = fields.One2many(
        "lifecycle.scorecard.rule",
        "scorecard_id",
        domain=[("kind", "=", "fit")],
        context={"active_test": False},
    )
    behaviour_rule_ids = fields.One2many(
        "lifecycle.scorecard.rule",
        "scorecard_id",
        domain=[("kind", "!=", "fit")],
        context={"active_test": False},
    )
    fit_weight = fields.Integer(
        string="Weight of the Fit (%)",
        default=40,
        help="Share of the fit in the score; the rest is the engagement's",
    )
    starting_points = fields.Float(
        default=5,
        help="Engagement points of everybody who ever got or did something, so that "
        "ignoring messages can cost points",
    )
    half_points = fields.Float(
        string="Points for an Engagement of 50",
        default=30,
        help="Best the median of your engaged contacts; see “Suggest”",
    )
    patience = fields.Integer(
        string="Patience in Messages",
        default=10,
        help="Rules marked “relative” count in full for whoever answers every message. "
        "This many messages are forgiven before silence weighs.",
    )
    fit_a = fields.Integer(string="A from a Fit of", default=70)
    fit_b = fields.Integer(string="B from a Fit of", default=40)
    engagement_1 = fields.Integer(string="1 from an Engagement of", default=60)
    engagement_2 = fields.Integer(string="2 from an Engagement of", default=30)
    rise_score = fields.Integer(
        string="Rises at",
        default=60,
        help="A score that reaches this is recorded in the journey",
    )
    fall_score = fields.Integer(
        string="Falls below",
        default=50,
        help="A score that had risen and drops below this is recorded. Keep it lower "
        "than the other, so that a trembling score is recorded once.",
    )
    above_count = fields.Integer(
        string="Contacts Above",
        compute="_compute_threshold_counts",
        help="Contacts that stand above, by their scores of today",
    )
    rising_count = fields.Integer(
        string="Contacts That Would Rise", compute="_compute_threshold_counts"
    )
    falling_count = fields.Integer(
        string="Contacts That Would Fall", compute="_compute_threshold_counts"
    )
    baseline_date = fields.Datetime(
        string="Crossings Recorded since",
        readonly=True,
        copy=False,
        help="After a change of rules the first full refresh records no crossings: "
        "the rules moved, not the contacts.",
    )
    refresh_date = fields.Datetime(string="Last Refresh", readonly=True, copy=False)
    refresh_position = fields.Integer(readonly=True, copy=False)
    snapshot_date = fields.Date(readonly=True, copy=False)
    error_count = fields.Integer(compute="_compute_error_count")
    score_count = fields.Integer(
        string="Scored Contacts", compute="_compute_score_count"
    )

    _main_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0)) WHERE is_main AND active",
        "Another scorecard is already shown on contacts.",
    )
    _points_check = models.Constraint(
        "CHECK (half_points > 0 AND patience >= 0 AND starting_points >= 0)",
        "Points for an engagement of 50 must be more than 0, patience and starting "
        "points not less.",
    )
    _scores_check = models.Constraint(
        "CHECK (0 <= fall_score AND fall_score <= rise_score AND rise_score <= 100"
        " AND fit_weight BETWEEN 0 AND 100)",
        "A score falls at or below where it rises, both within 0 and 100.",
    )
    _borders_check = models.Constraint(
        "CHECK (fit_b <= fit_a AND engagement_2 <= engagement_1)",
        "A band starts higher than the one after it.",
    )

    @api.depends("rule_ids.error")
    def _compute_error_count(self):
        for scorecard in self:
            scorecard.error_count = len(scorecard.rule_ids.filtered("error"))

    def _compute_score_count(self):
        counts = dict(
            self.env["lifecycle.score"]._read_group(
                [("scorecard_id", "in", self.ids)], ["scorecard_id"], ["__count"]
            )
        )
        for scorecard in self:
            scorecard.score_count = counts.get(scorecard, 0)

    def copy_data(self, default=None):
        values = super().copy_data(default)
        return [
            {**vals, "is_main": False, "name": self.env._("%s (copy)", scorecard.name)}
            for scorecard, vals in zip(self, values, strict=True)
        ]

    def copy(self, default=None):
        """Copy with rules and groups; the copied rules are in the copied groups."""
        copies = super().copy(default)
        for scorecard, copied in zip(self, copies, strict=True):
            groups = dict(zip(scorecard.group_ids, copied.group_ids, strict=True))
            for group, rules in copied.rule_ids.grouped("group_id").items():
                rules.group_id = groups.get(group)
        return copies

    def write(self, vals):
        if _SCORING_FIELDS & set(vals):
            vals = {**vals, **_UNKNOWN}
        result = super().write(vals)
        if {"is_main", "active"} & set(vals):
            self.env["lifecycle.profile"]._show_all_scores()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_hide_scores(self):
        self.filtered("is_main").is_main = False

    def _forget_baseline(self):
        """Let the next full refresh record no crossings, as the rules changed."""
        stale = self.filtered(lambda card: card.baseline_date or card.refresh_date)
        stale.write(_UNKNOWN)

    def _as_read_by_rules(self, partners):
        """Return contacts as the rules read them: alike, whoever asks.

        What depends on the company, its language or its clock is the scorecard's
        company's, or the main company's.
        """
        company = self.company_id or self.env.ref("base.main_company")
        # sudo: rules are set by administrators and hold for every contact of the
        # scorecard's companies.
        settings = company.sudo().partner_id
        return (
            partners.sudo()
            .with_company(company)
            .with_context(tz=settings.tz or "UTC", lang=settings.lang, active_test=True)
        )

    def action_refresh(self):
        """Score all contacts now, or within a minute where they are many."""
        self.check_access("write")
        contacts = self.env["res.partner"].sudo()
        if contacts.search_count([], limit=_MOST_AT_ONCE + 1) > _MOST_AT_ONCE:
            return self._refresh_soon()
        for scorecard in self:
            self.env["lifecycle.score"]._refresh_scorecard(scorecard)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _refresh_soon(self):
        self.refresh_date = False
        self.env.ref("contact_lifecycle.ir_cron_refresh_scores").sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("All contacts are being scored; reload later."),
            },
        }

    def action_suggest_half_points(self):
        """Set the points for an engagement of 50 to the median of the engaged."""
        self.ensure_one()
        self.check_access("write")
        median = self.env["lifecycle.score"]._get_median_points(self)
        if median:
            self.half_points = median
        message = (
            self.env._("Set to %s, the median of your engaged contacts.", median)
            if median
            else self.env._("No contact has points yet.")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if median else "warning",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_view_scores(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "contact_lifecycle.lifecycle_score_action"
        )
        return {
            **action,
            "domain": [("scorecard_id", "=", self.id)],
            "context": {},
        }
