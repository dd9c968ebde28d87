from odoo import fields, models

from ...engine.vocabulary import MEMBER_CAUSES


class LifecycleSegmentMember(models.Model):
    """A contact's stay in a segment, from joining to leaving.

    Written by SQL only, and kept when the contact leaves, so that "was in it on day
    D" has an answer.  A stay without ``leave_date`` is a present member.
    ``change_date`` is when the stay began or ended, for the journey; a first fill is
    nothing that a contact did, and leaves it empty.
    """

    _name = "lifecycle.segment.member"
    _description = "Segment Member"
    _order = "join_date desc, id desc"
    _rec_name = "partner_id"
    _log_access = False

    segment_id = fields.Many2one(
        "lifecycle.segment", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    join_date = fields.Datetime(string="Joined", required=True, readonly=True)
    leave_date = fields.Datetime(string="Left", readonly=True)
    join_cause = fields.Selection(
        MEMBER_CAUSES, string="Joined by", required=True, readonly=True
    )
    leave_cause = fields.Selection(MEMBER_CAUSES, string="Left by", readonly=True)
    change_date = fields.Datetime(readonly=True, index="btree_not_null")

    _open_uniq = models.UniqueIndex(
        "(segment_id, partner_id) WHERE leave_date IS NULL",
        "The contact is a member already.",
    )
    _left_idx = models.Index("(segment_id, leave_date) WHERE leave_date IS NOT NULL")
