from odoo import api, fields, models

_BATCH_CONTACTS = 50_000


class LifecycleQualityRun(models.Model):
    """One pass over all contacts by id, in batches that commit.

    Open until ``end_date``; one that was stopped goes on after ``position``.  Asked for
    by night, and when what is wanted changes.
    """

    _name = "lifecycle.quality.run"
    _description = "Data Quality Run"
    _order = "id desc"

    position = fields.Integer(readonly=True, help="Contacts up to this id are done")
    changed_count = fields.Integer(string="Contacts Changed", readonly=True)
    end_date = fields.Datetime(string="Finished", readonly=True)

    @api.model
    def _ask(self):
        """Ask for a pass, once in a transaction.

        A new row each time: writing on one that runs would make somebody wait.
        """
        if self.env.cr.precommit.data.get("lifecycle_quality_run"):
            return
        self.env.cr.precommit.data["lifecycle_quality_run"] = True
        # sudo: whoever configures need not see runs.
        self.sudo().create({})
        self.env["ir.cron"]._lifecycle_wake("ir_cron_refresh_quality")

    @api.model
    def _cron_refresh_quality(self):
        """Compute the quality of all contacts, where it was stopped or from new."""
        runs = self.search([("end_date", "=", False)]) or self.create({})
        # The latest pass is of the latest wishes; older ones are done with it.
        (runs - runs[0]).end_date = self.env.cr.now()
        runs[0]._go_on(self.env["ir.cron"]._commit_progress)

    def _go_on(self, commit=None):
        """Do what is left of this pass.

        :param commit: as ``ir.cron._commit_progress``; a falsy answer stops
        :return: whether all contacts are done
        """
        if commit:
            commit(remaining=self._count_batches())
        while last := self.env["lifecycle.profile"]._load_quality_batch(
            self.position, _BATCH_CONTACTS
        ):
            self.changed_count += self.env["lifecycle.profile"]._refresh_quality()
            self.position = last
            if commit and not commit(1):
                return False
        self.end_date = self.env.cr.now()
        return True

    def _count_batches(self):
        contacts = self.env["res.partner"].with_context(active_test=False)
        left = contacts.search_count([("id", ">", self.position)])
        return -(-left // _BATCH_CONTACTS)

    @api.autovacuum
    def _gc_runs(self):
        old = fields.Datetime.subtract(fields.Datetime.now(), months=1)
        self.search([("end_date", "<", old)]).unlink()
