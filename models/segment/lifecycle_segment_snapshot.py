from odoo import fields, models


class LifecycleSegmentSnapshot(models.Model):
    """The size of a segment at the end of a day, and who came and went on it.

    The size of a day is the one of the day before, plus joined, less left.  Days on
    which nothing changed have no row.
    """

    _name = "lifecycle.segment.snapshot"
    _description = "Segment Size"
    _order = "snapshot_date desc, id desc"
    _rec_name = "snapshot_date"
    _log_access = False

    segment_id = fields.Many2one(
        "lifecycle.segment",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    snapshot_date = fields.Date(string="Day", required=True, readonly=True)
    member_count = fields.Integer(string="Members", readonly=True, aggregator="max")
    joined_count = fields.Integer(string="Joined", readonly=True)
    left_count = fields.Integer(string="Left", readonly=True)

    _day_uniq = models.UniqueIndex("(segment_id, snapshot_date)")
