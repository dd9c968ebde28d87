from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...engine.vocabulary import SEGMENT_KINDS, SEGMENT_STATES

# Marks on the list of segments, as in the tools people come from.
_STALE_HOURS = 30
_SLOW_SECONDS = 30


class LifecycleSegment(models.Model):
    """Contacts alike in some way, kept up to date.

    The members of a dynamic segment follow its ``definition``, evaluated with the
    rights of its owner in its company; those of a static one are put in by hand.
    A held segment would have moved by more than ``alert_percent`` overnight, one in
    error could not be evaluated: both keep their members until somebody looks.
    """

    _name = "lifecycle.segment"
    _description = "Segment"
    _inherit = ("mail.thread", "mail.activity.mixin")
    _order = "name, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    description = fields.Text(translate=True)
    kind = fields.Selection(
        SEGMENT_KINDS, required=True, default="dynamic", tracking=True
    )
    color = fields.Integer()
    active = fields.Boolean(default=True, tracking=True)
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        required=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
        index=True,
        tracking=True,
        help="The conditions are evaluated with this person's rights, and this person "
        "is told when the segment fails or is held.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
        index=True,
        tracking=True,
        help="Contacts of this company and contacts shared by all companies",
    )
    definition = fields.Json(string="Conditions")
    depends_segment_ids = fields.Many2many(
        "lifecycle.segment",
        "lifecycle_segment_depends_rel",
        "segment_id",
        "depends_segment_id",
        string="Built on",
        readonly=True,
        copy=False,
    )
    used_segment_ids = fields.Many2many(
        "lifecycle.segment",
        "lifecycle_segment_depends_rel",
        "depends_segment_id",
        "segment_id",
        string="Used in Segments",
        readonly=True,
        copy=False,
    )
    origin_segment_id = fields.Many2one(
        "lifecycle.segment",
        string="Frozen from",
        ondelete="set null",
        index="btree_not_null",
        copy=False,
        help="The segment whose members these were on the day it was made",
    )
    is_time_driven = fields.Boolean(
        readonly=True,
        copy=False,
        help="Members change as time passes, so the segment is refreshed every hour.",
    )
    alert_percent = fields.Integer(
        string="Hold when the Size Moves by (%)",
        default=50,
        help="Overnight. The members stay as they are until you accept the change. "
        "0 never holds; segments of fewer than 100 contacts are never held.",
    )
    state = fields.Selection(
        SEGMENT_STATES, required=True, default="new", readonly=True, copy=False
    )
    error = fields.Text(readonly=True, copy=False)
    member_count = fields.Integer(string="Members", readonly=True, copy=False)
    wanted_count = fields.Integer(
        string="Members if Accepted", readonly=True, copy=False
    )
    kept_date = fields.Datetime(
        string="Members Kept until",
        readonly=True,
        copy=False,
        help="Refreshes leave the members alone until then.",
    )
    refresh_date = fields.Datetime(
        string="Members as of", readonly=True, copy=False, help="The last full refresh"
    )
    refresh_seconds = fields.Float(
        string="Refresh Took (s)", digits=(16, 2), readonly=True, copy=False
    )
    night_date = fields.Date(readonly=True, copy=False)
    member_date = fields.Datetime(
        string="Members Last Changed", readonly=True, copy=False
    )
    is_stale = fields.Boolean(
        string="Not Refreshed for 30 Hours",
        compute="_compute_is_stale",
        search="_search_is_stale",
    )
    is_slow = fields.Boolean(
        string="Takes More than 30 Seconds",
        compute="_compute_is_slow",
        search="_search_is_slow",
    )
    override_ids = fields.One2many(
        "lifecycle.segment.override", "segment_id", string="Manual Changes"
    )
    snapshot_ids = fields.One2many(
        "lifecycle.segment.snapshot", "segment_id", string="Sizes"
    )

    _alert_check = models.Constraint(
        "CHECK (alert_percent >= 0)", "The percentage cannot be negative."
    )

    @api.depends("refresh_date", "kind")
    def _compute_is_stale(self):
        limit = self._get_stale_limit()
        for segment in self:
            last = segment.refresh_date
            segment.is_stale = bool(segment.kind == "dynamic" and last and last < limit)

    def _search_is_stale(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("kind", "=", "dynamic") & Domain(
            "refresh_date", "<", self._get_stale_limit()
        )

    def _get_stale_limit(self):
        return fields.Datetime.now() - timedelta(hours=_STALE_HOURS)

    @api.depends("refresh_seconds")
    def _compute_is_slow(self):
        for segment in self:
            segment.is_slow = segment.refresh_seconds > _SLOW_SECONDS

    def _search_is_slow(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("refresh_seconds", ">", _SLOW_SECONDS)
