from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

_COUNTS = (
    "row_count",
    "granted_count",
    "withdrawn_count",
    "other_count",
    "older_count",
    "known_count",
    "repeated_count",
    "stranger_count",
    "bad_count",
)


class LifecycleConsentImport(models.Model):
    """The buttons of an import: check, record, undo."""

    _inherit = "lifecycle.consent.import"

    def action_check(self):
        """Read every row and count what would become of it; nothing is recorded.

        :raise UserError: for a file that cannot be read, saying what to do
        """
        self.ensure_one()
        self._check_may_import()
        if not self.column_ids:
            self._read_columns()
        self._check_columns()
        self._load_rows()
        self._judge_rows()
        self._keep_bad_rows()
        # sudo: what became of the file is said by these methods alone.
        self.sudo().write({"state": "checked", **self._count_rows()})
        return True

    def action_record(self):
        """Record what the check has shown."""
        self.ensure_one()
        self._check_may_import()
        self._lock("checked")
        # Answers may have come since the check.
        self._judge_rows()
        values = self._count_rows()
        if not values["row_count"] - values["bad_count"]:
            raise UserError(self.env._("There is nothing to record in this file."))
        self._keep_bad_rows()
        count = self._record_rows()
        # sudo: as above.
        self.sudo().write(
            {
                **values,
                "state": "done",
                "event_count": count,
                "import_date": fields.Datetime.now(),
                "import_user_id": self.env.uid,
            }
        )
        self._drop_rows()
        return True

    def action_undo(self):
        """Take back what this import granted and nobody has answered since."""
        self.ensure_one()
        self._check_may_import()
        self._lock("done")
        count = self._undo_events()
        # sudo: whoever recorded it must not change it, and undoing is checked above.
        self.sudo().write(
            {
                "state": "undone",
                "undone_count": count,
                "undo_date": fields.Datetime.now(),
                "undo_user_id": self.env.uid,
            }
        )
        return True

    def action_view_events(self):
        """Open the evidence that came from this file."""
        self.ensure_one()
        return {
            **self.env["ir.actions.actions"]._for_xml_id(
                "contact_lifecycle.lifecycle_consent_event_action"
            ),
            "domain": [("import_id", "=", self.id)],
            "context": {},
        }

    def action_view_rows(self):
        """Open all rows, as they were read."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Rows of the File"),
            "res_model": "lifecycle.consent.import.row",
            "views": [(False, "list")],
            "domain": [("import_id", "=", self.id)],
        }

    def _check_may_import(self):
        self.check_access("read")
        self.company_id.check_access("read")
        if not self.env.user.has_group("contact_lifecycle.group_lifecycle_user"):
            raise AccessError(
                self.env._("Only users of Contact Lifecycle import consents.")
            )

    def _lock(self, state):
        """Let no second press, nor anybody else, do the same at the same time."""
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        if self.state != state:
            raise UserError(
                self.env._("Somebody else was faster: reload the page and look.")
            )

    def _count_rows(self):
        rows = self.env["lifecycle.consent.import.row"]
        groups = rows._read_group(
            [("import_id", "=", self.id)], ["outcome", "status"], ["__count"]
        )
        counts = dict.fromkeys(_COUNTS, 0)
        for outcome, status, count in groups:
            counts["row_count"] += count
            if outcome == "new":
                name = status if status in ("granted", "withdrawn") else "other"
                counts[f"{name}_count"] += count
            else:
                counts[f"{outcome}_count"] += count
        counts["stranger_count"] = rows.search_count(
            [
                ("import_id", "=", self.id),
                ("outcome", "in", ("new", "older")),
                ("partner_id", "=", False),
            ]
        )
        return counts

    def _drop_rows(self):
        """Forget the rows: what they said is recorded, or in the file to correct."""
        self.env.cr.execute(
            "DELETE FROM lifecycle_consent_import_row WHERE import_id = ANY(%s)",
            [self.ids],
        )
        self.env["lifecycle.consent.import.row"].invalidate_model()

    @api.autovacuum
    def _gc_unfinished(self):
        """Delete files that nobody recorded for a month: they are full of addresses."""
        old = fields.Datetime.subtract(fields.Datetime.now(), days=30)
        self.search(
            [("state", "in", ("draft", "checked")), ("write_date", "<", old)], limit=100
        ).unlink()
