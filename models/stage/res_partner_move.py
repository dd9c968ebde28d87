from datetime import datetime, timezone

from odoo import api, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.tools import SQL

# Moves that somebody answers for: they may go backwards, with a reason.
_PERSONAL_CAUSES = ("manual", "import", "api")
_MOVED_FIELDS = [
    "lifecycle_stage_id",
    "lifecycle_stage_date",
    "lifecycle_stage_held",
    "lifecycle_stage_reason",
    "lifecycle_stage_change_ids",
]


class ResPartner(models.Model):
    """How a contact gets from one stage to another, whoever asks."""

    _inherit = "res.partner"

    def lifecycle_move_to_stage(self, stage_code, reason=None):
        """Move contacts to a stage by its code, for other programs (RPC).

        :param str stage_code: ``code`` of a stage
        :param str reason: needed when a contact moves backwards
        :raise UserError: when no stage has this code, or a reason is missing
        """
        stages = self.env["lifecycle.stage"].search([("code", "=", stage_code)])
        for company, partners in self.grouped("company_id").items():
            # A company's own stage goes before the shared one of the same code.
            own = stages.filtered(lambda stage, own=company: stage.company_id == own)
            stage = (company and own) or stages.filtered(lambda s: not s.company_id)
            if not stage:
                raise UserError(
                    self.env._("There is no lifecycle stage “%s”.", stage_code)
                )
            partners._lifecycle_move(stage, "api", reason)
        return True

    def action_lifecycle_move(self):
        """Open the dialog that moves these contacts to another stage."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Move to stage"),
            "res_model": "lifecycle.stage.move",
            "view_mode": "form",
            "target": "new",
            "context": {"active_model": "res.partner", "active_ids": self.ids},
        }

    def _lifecycle_move(self, stage, cause, reason=None):
        """Move these contacts to a stage, and write it into their history.

        Every move goes through here, whoever asks.  People may move contacts
        anywhere, backwards with a reason; rules and programs only forward, or out
        of a stage that may be left backwards.

        :param stage: the stage to move to; empty takes the contact off the way
        :param cause: one of ``STAGE_CAUSES``
        :param reason: why, in the words of the person who asks
        :return: number of contacts moved
        :raise RedirectWarning: when a person moves contacts back without a reason
        """
        self.check_access("write")
        stage.check_access("read")
        moving = self.filtered(lambda partner: partner.lifecycle_stage_id != stage)
        moving._check_lifecycle_stage_company(stage)
        backward = moving.filtered(
            lambda partner: partner._is_lifecycle_backward(stage)
        )
        if cause in _PERSONAL_CAUSES:
            if backward and not (reason or "").strip():
                backward._raise_reason_needed(stage)
        elif cause != "merge":
            moving -= backward.filtered(
                lambda partner: not partner.sudo().lifecycle_stage_id.may_regress
            )
        return self._lifecycle_apply_moves(
            SQL(
                "SELECT id AS partner_id, %s::int4 AS to_stage_id, NULL AS rule"
                "  FROM res_partner WHERE id = ANY(%s)",
                stage.id or None,
                moving.ids,
            ),
            cause,
            reason,
        )

    def _is_lifecycle_backward(self, stage):
        self.ensure_one()
        # sudo: a contact may stand in a stage of the company it came from.
        current = self.sudo().lifecycle_stage_id
        return bool(current) and (not stage or stage.sequence < current.sequence)

    def _check_lifecycle_stage_company(self, stage):
        strangers = self.filtered(
            lambda partner: stage.company_id and partner.company_id != stage.company_id
        )
        if strangers:
            raise UserError(
                self.env._(
                    "The stage “%(stage)s” belongs to %(company)s, "
                    "%(contact)s does not.",
                    stage=stage.name,
                    company=stage.company_id.name,
                    contact=strangers[:1].display_name,
                )
            )

    def _raise_reason_needed(self, stage):
        target = stage.name or self.env._("No stage")
        if len(self) == 1:
            message = self.env._(
                "%(contact)s would move back from “%(current)s” to “%(stage)s”. "
                "Say why, so that others understand it later.",
                contact=self.display_name,
                current=self.sudo().lifecycle_stage_id.name,
                stage=target,
            )
        else:
            message = self.env._(
                "Contacts would move back to “%(stage)s” (%(count)s of them). "
                "Say why, so that others understand it later.",
                count=len(self),
                stage=target,
            )
        raise RedirectWarning(
            message,
            self.env.ref("contact_lifecycle.lifecycle_stage_move_action").id,
            self.env._("Give a reason"),
            {
                "active_model": "res.partner",
                "active_ids": self.ids,
                "default_stage_id": stage.id,
            },
        )

    @api.model
    def _lifecycle_apply_moves(self, moves, cause, reason=None):
        """Write moves and their history in one statement.

        A contact that a person moves back, or to a stage that may be left
        backwards, is held there: see ``lifecycle_stage_held``.

        :param moves: SQL of ``partner_id, to_stage_id, rule``
        :return: number of contacts moved
        """
        self.env["res.partner"].flush_model()
        is_personal = cause in _PERSONAL_CAUSES
        count = self.env.execute_query(
            SQL(
                """WITH old AS (
                    SELECT p.id, p.lifecycle_stage_id AS from_stage_id, m.to_stage_id,
                           m.rule, p.lifecycle_stage_date AS since, p.company_id,
                           current.id IS NOT NULL AND
                           COALESCE(target.sequence, -1) < current.sequence AS back,
                           target.may_regress IS TRUE AS aside
                      FROM (%(moves)s) m
                      JOIN res_partner p ON p.id = m.partner_id
                      LEFT JOIN lifecycle_stage current
                             ON current.id = p.lifecycle_stage_id
                      LEFT JOIN lifecycle_stage target ON target.id = m.to_stage_id
                     WHERE p.lifecycle_stage_id IS DISTINCT FROM m.to_stage_id
                ), moved AS (
                    UPDATE res_partner p
                       SET lifecycle_stage_id = old.to_stage_id,
                           lifecycle_stage_date = %(now)s,
                           lifecycle_stage_reason = %(reason)s,
                           lifecycle_stage_held =
                               %(personal)s AND (old.back OR old.aside)
                      FROM old WHERE p.id = old.id
                ), noted AS (
                    INSERT INTO lifecycle_stage_change
                           (partner_id, from_stage_id, to_stage_id, change_date, cause,
                            is_automatic, is_backward, reason, rule, user_id,
                            days_in_stage, company_id)
                    SELECT id, from_stage_id, to_stage_id, %(now)s, %(cause)s,
                           NOT %(personal)s, back, %(reason)s, rule, %(user)s,
                           EXTRACT(epoch FROM %(now)s::timestamp - since) / 86400,
                           company_id
                      FROM old
                    RETURNING 1
                )
                SELECT count(*) FROM noted""",
                moves=moves,
                # With fractions, so that what the contact does next is later.
                now=datetime.now(timezone.utc).replace(tzinfo=None),
                reason=(reason or "").strip() or None,
                personal=is_personal,
                cause=cause,
                user=self.env.uid if is_personal else None,
            )
        )[0][0]
        self.env["res.partner"].invalidate_model(_MOVED_FIELDS, flush=False)
        self.env["lifecycle.stage"].invalidate_model(["partner_count"], flush=False)
        return count
