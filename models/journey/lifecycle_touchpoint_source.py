from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...engine.vocabulary import SOURCE_STATES


class LifecycleTouchpointSource(models.Model):
    """A kind of document the journey is harvested from, and how that goes.

    ``watermark`` is how far the incremental harvest has come.  A source fails
    alone: its error stays here until it works again, the others go on.
    """

    _name = "lifecycle.touchpoint.source"
    _description = "Touchpoint Source"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    is_available = fields.Boolean(
        string="App Installed", compute="_compute_is_available"
    )
    overlap_minutes = fields.Integer(
        default=15,
        help="Each harvest looks this far back again, for rows that were written "
        "before the last harvest but committed after it. The nightly "
        "reconciliation finds whatever came later still.",
    )
    watermark = fields.Datetime(
        readonly=True, copy=False, help="Changes up to here have been harvested"
    )
    reconcile_position = fields.Datetime(readonly=True, copy=False)
    last_run_date = fields.Datetime(string="Last Harvest", readonly=True, copy=False)
    last_reconcile_date = fields.Datetime(
        string="Last Reconciliation", readonly=True, copy=False
    )
    last_rows = fields.Integer(
        string="Rows Added",
        readonly=True,
        copy=False,
        help="Touchpoints that the last harvest added",
    )
    last_seconds = fields.Float(string="Seconds", readonly=True, copy=False)
    total_rows = fields.Integer(string="Total Rows Added", readonly=True, copy=False)
    unmatched_rows = fields.Integer(
        string="Without Contact",
        readonly=True,
        copy=False,
        help="Rows of the last reconciliation whose address belongs to no contact. "
        "They join the journey by themselves once a contact has the address.",
    )
    skipped_count = fields.Integer(
        string="Rows Skipped", compute="_compute_skipped_count"
    )
    state = fields.Selection(SOURCE_STATES, compute="_compute_state")
    last_error = fields.Text(readonly=True, copy=False)
    last_error_date = fields.Datetime(readonly=True, copy=False)

    _code_uniq = models.UniqueIndex("(code)", "Another source has this code.")

    @api.depends("code")
    def _compute_is_available(self):
        registry = self._touchpoint_sources()
        for source in self:
            entry = registry.get(source.code, {})
            model = self.env.get(entry.get("model"))
            field = entry.get("field", "id")
            source.is_available = model is not None and field in model._fields

    @api.depends("is_available", "last_error", "last_run_date")
    def _compute_state(self):
        for source in self:
            if not source.is_available:
                source.state = "unavailable"
            elif source.last_error:
                source.state = "error"
            else:
                source.state = "ok" if source.last_run_date else "new"

    def _compute_skipped_count(self):
        counts = dict(
            self.env["lifecycle.touchpoint.skip"]._read_group(
                [("touchpoint_source_id", "in", self.ids)],
                ["touchpoint_source_id"],
                ["__count"],
            )
        )
        for source in self:
            source.skipped_count = counts.get(source, 0)

    @api.constrains("code")
    def _check_code(self):
        registry = self._touchpoint_sources()
        for source in self:
            if source.code not in registry:
                raise ValidationError(
                    self.env._(
                        "There is no touchpoint source “%(code)s”. Known sources: "
                        "%(known)s.",
                        code=source.code,
                        known=", ".join(sorted(registry)),
                    )
                )

    @api.constrains("overlap_minutes")
    def _check_overlap_minutes(self):
        if any(source.overlap_minutes < 0 for source in self):
            raise ValidationError(self.env._("The overlap cannot be negative."))

    @api.model
    def _touchpoint_sources(self):
        """Return ``{code: {...}}``: the sources that have a query.

        Keys of the inner dict: ``model`` whose table is read, and ``field`` of it when
        that alone shows that the app is installed; ``stamp``, the
        column of that table that grows with each change, when long histories
        shall be taken in pieces; ``is_mutable``, when a row once harvested may
        change afterwards (the amount of an order, the verdict on a click).
        Another addon adds its own with ``super()`` and a method
        ``_touchpoint_query_<code>``.
        """
        return {}

    def action_harvest(self):
        """Harvest now what is new in these sources."""
        rows = sum(source._harvest_safely() or 0 for source in self)
        self._after_harvest()
        return self._notify_result(rows)

    def action_reconcile(self):
        """Compare these sources with the journey from their beginning, now."""
        rows = 0
        for source in self:
            source.reconcile_position = False
            rows += source._harvest_safely(is_reconcile=True) or 0
        self._after_harvest()
        return self._notify_result(rows)

    def action_view_skipped(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "contact_lifecycle.lifecycle_touchpoint_skip_action"
        )
        return {**action, "domain": [("touchpoint_source_id", "=", self.id)]}

    def _notify_result(self, rows):
        failed = self.filtered(lambda source: source.state == "error")
        if failed:
            message = self.env._(
                "%(rows)s touchpoints added; failed: %(names)s.",
                rows=rows,
                names=", ".join(failed.mapped("name")),
            )
        else:
            message = self.env._("%s touchpoints added.", rows)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if failed else "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def harvest(self, code):
        """Harvest one source by its code, for other programs (RPC).

        :return: number of touchpoints added
        :raise UserError: when no source has this code
        """
        self.check_access("write")
        source = self.search([("code", "=", code)])
        if not source:
            raise UserError(self.env._("There is no touchpoint source “%s”.", code))
        if not source.is_available:
            raise UserError(
                self.env._(
                    "The app that “%s” reads from is not installed.", source.name
                )
            )
        rows = source._harvest_safely()
        self._after_harvest()
        return rows or 0
