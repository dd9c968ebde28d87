from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize

from ..engine.segmentation.pasted import read_values
from ..engine.vocabulary import PASTE_STATUSES

_MAX_VALUES = 200_000


class LifecycleSegmentPaste(models.TransientModel):
    """Put contacts into a segment by a pasted list of addresses or references.

    Every value pasted ends up in one line or more: found, a member already, several
    contacts, or nobody.  Nothing is added before the person has seen that.
    """

    _name = "lifecycle.segment.paste"
    _description = "Pasted List"

    segment_id = fields.Many2one("lifecycle.segment", required=True, ondelete="cascade")
    segment_kind = fields.Selection(related="segment_id.kind")
    text = fields.Text(
        string="E-mails or References",
        help="One a line, or separated by commas, semicolons or tabs. References and "
        "tax numbers are those of the contact.",
    )
    reason = fields.Char(help="Kept with each contact put in by hand")
    expire_date = fields.Date(string="Holds until")
    is_checked = fields.Boolean()
    line_ids = fields.One2many("lifecycle.segment.paste.line", "paste_id")
    found_ids = fields.One2many(
        "lifecycle.segment.paste.line", "paste_id", domain=[("status", "=", "found")]
    )
    ambiguous_ids = fields.One2many(
        "lifecycle.segment.paste.line",
        "paste_id",
        domain=[("status", "=", "ambiguous")],
    )
    member_ids = fields.One2many(
        "lifecycle.segment.paste.line", "paste_id", domain=[("status", "=", "member")]
    )
    missing_ids = fields.One2many(
        "lifecycle.segment.paste.line", "paste_id", domain=[("status", "=", "missing")]
    )
    value_count = fields.Integer(string="Values Pasted", readonly=True)
    found_count = fields.Integer(compute="_compute_report")
    member_count = fields.Integer(compute="_compute_report")
    ambiguous_count = fields.Integer(compute="_compute_report")
    missing_count = fields.Integer(compute="_compute_report")
    missing_text = fields.Text(string="Not Found", compute="_compute_report")

    @api.depends("is_checked", "line_ids.status")
    def _compute_report(self):
        rows = self.env["lifecycle.segment.paste.line"]._read_group(
            [("paste_id", "in", self.ids)],
            ["paste_id", "status"],
            ["place:count_distinct"],
        )
        counts = {(paste, status): count for paste, status, count in rows}
        for paste in self:
            for status, _label in PASTE_STATUSES:
                paste[f"{status}_count"] = counts.get((paste, status), 0)
            missing = paste.line_ids.search(
                [("paste_id", "=", paste.id), ("status", "=", "missing")]
            )
            paste.missing_text = "\n".join(missing.mapped("value"))

    def action_check(self):
        """Look the values up and show what was found; nothing is added yet."""
        self.ensure_one()
        values = read_values(self.text or "", email_normalize)
        if not values:
            raise UserError(self.env._("Paste at least one e-mail or reference."))
        if len(values) > _MAX_VALUES:
            raise UserError(
                self.env._("Paste %s values or fewer at a time.", f"{_MAX_VALUES:,}")
            )
        self.line_ids.unlink()
        self._look_up(values)
        self.write({"is_checked": True, "value_count": len(values)})
        return self._get_dialog()

    def action_back(self):
        self.is_checked = False
        return self._get_dialog()

    def action_add(self):
        """Put the contacts found, and those chosen among several, into the segment."""
        self.ensure_one()
        lines = self.line_ids.search(
            [("paste_id", "=", self.id), ("is_added", "=", True)]
        )
        chosen = lines.partner_id
        if not chosen:
            raise UserError(self.env._("There is no contact to add."))
        adding = self.env["lifecycle.segment.add"].create(
            {
                "segment_id": self.segment_id.id,
                "partner_ids": chosen.ids,
                "reason": self.reason,
                "expire_date": self.expire_date,
                "cause": "import",
            }
        )
        return adding.action_apply()

    def _get_dialog(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Paste a List"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _look_up(self, values):
        """Write a line for each contact found, or one for a value without any."""
        self.env.flush_all()
        segment = self.segment_id
        partners = self.env["res.partner"]
        query = partners._search(
            Domain("company_id", "in", [False, segment.company_id.id])
        )
        contacts = query.select(
            *(
                SQL.identifier(partners._table, name)
                for name in ("id", "email_normalized", "ref", "vat")
            )
        )
        self.env.execute_query(
            SQL(
                """
                WITH pasted AS (
                    SELECT * FROM unnest(%(values)s::text[], %(keys)s::text[],
                                         %(emails)s::bool[], %(times)s::int[])
                             WITH ORDINALITY v(value, key, is_email, times, place)
                ), contact AS MATERIALIZED (%(contacts)s),
                found AS (
                    SELECT v.place, c.id FROM pasted v
                      JOIN contact c ON v.is_email AND c.email_normalized = v.key
                     UNION
                    SELECT v.place, c.id FROM pasted v
                      JOIN contact c ON NOT v.is_email AND lower(trim(c.ref)) = v.key
                     UNION
                    SELECT v.place, c.id FROM pasted v
                      JOIN contact c ON NOT v.is_email AND lower(trim(c.vat)) = v.key
                ), counted AS (
                    SELECT place, id, count(*) OVER (PARTITION BY place) AS number
                      FROM found
                ), told AS (
                    SELECT v.place, v.value, v.times, c.id,
                           CASE WHEN c.id IS NULL THEN 'missing'
                                WHEN m.id IS NOT NULL THEN 'member'
                                WHEN c.number > 1 THEN 'ambiguous'
                                ELSE 'found' END AS status
                      FROM pasted v
                      LEFT JOIN counted c ON c.place = v.place
                      LEFT JOIN lifecycle_segment_member m
                             ON m.partner_id = c.id AND m.segment_id = %(segment)s
                            AND m.leave_date IS NULL
                )
                INSERT INTO lifecycle_segment_paste_line
                       (paste_id, place, value, times, partner_id, status, is_added,
                        create_uid, create_date, write_uid, write_date)
                SELECT %(paste)s, place, value, times, id, status, status = 'found',
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM told ORDER BY place, id""",
                values=[value.text for value in values],
                keys=[value.key for value in values],
                emails=[value.is_email for value in values],
                times=[value.times for value in values],
                contacts=contacts,
                segment=segment.id,
                paste=self.id,
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        self.env.invalidate_all()


class LifecycleSegmentPasteLine(models.TransientModel):
    """One value of a pasted list, with a contact that it may mean."""

    _name = "lifecycle.segment.paste.line"
    _description = "Pasted Value"
    _order = "place, id"

    paste_id = fields.Many2one(
        "lifecycle.segment.paste", required=True, ondelete="cascade", index=True
    )
    place = fields.Integer(string="Line")
    value = fields.Char(string="Pasted", readonly=True)
    times = fields.Integer(readonly=True, help="How often the value was pasted")
    partner_id = fields.Many2one(
        "res.partner", string="Contact", readonly=True, ondelete="cascade"
    )
    partner_email = fields.Char(related="partner_id.email", string="Contact's E-mail")
    partner_city = fields.Char(related="partner_id.city")
    status = fields.Selection(PASTE_STATUSES, readonly=True)
    is_added = fields.Boolean(string="Add")
