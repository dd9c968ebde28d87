from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

_HISTORY = 20


class LifecycleSegment(models.Model):
    """Why a contact is in a segment, or is not."""

    _inherit = "lifecycle.segment"

    @api.readonly
    def explain(self, partner_id):
        """Return why a contact is in this segment or not, condition by condition.

        The answers are those of the refresh: evaluated with the owner's rights.  The
        values found are shown as far as the user who asks may read them.

        :param int partner_id: the contact
        :return: dict with ``is_member`` (now), ``wanted`` (what a refresh would make
            of it; None when that cannot be told), ``override`` (kind, reason, user,
            until, or False), ``outside`` (text when the segment cannot have the contact
            at all), ``error``, ``groups`` (``negated``, ``matched``, ``conditions``:
            ``text``, ``negated``, ``matched``, ``value``, ``error``), ``joined`` and
            ``left`` (ISO), ``history`` (the stays: joined, left, join_cause,
            leave_cause)
        :raise AccessError: when the user may not read the contact
        """
        self.ensure_one()
        self.check_access("read")
        partner = self.env["res.partner"].browse(int(partner_id)).exists()
        if not partner:
            raise UserError(self.env._("The contact no longer exists."))
        partner.check_access("read")
        override = self._explain_override(partner)
        answer = {
            "outside": False,
            "error": False,
            "groups": [],
            "matched": None,
            "override": override,
            **self._explain_stays(partner),
        }
        if self.kind == "dynamic":
            answer.update(self._explain_conditions(partner))
        elif not answer["outside"]:
            answer["matched"] = answer["is_member"]
        answer["wanted"] = answer.pop("matched")
        if override and not answer["outside"]:
            answer["wanted"] = override["kind"] == "include"
        return answer

    def _explain_stays(self, partner):
        stays = self.env["lifecycle.segment.member"].search(
            [("segment_id", "=", self.id), ("partner_id", "=", partner.id)],
            limit=_HISTORY,
        )
        causes = dict(stays._fields["join_cause"]._description_selection(self.env))
        history = [
            {
                "joined": stay.join_date.isoformat(),
                "left": stay.leave_date and stay.leave_date.isoformat(),
                "join_cause": causes.get(stay.join_cause, ""),
                "leave_cause": causes.get(stay.leave_cause, ""),
            }
            for stay in stays
        ]
        last = history[0] if history else {"joined": False, "left": False}
        return {
            "is_member": bool(history) and not last["left"],
            "joined": last["joined"],
            "left": last["left"],
            "history": history,
        }

    def _explain_override(self, partner):
        override = self.env["lifecycle.segment.override"].search(
            [("segment_id", "=", self.id), ("partner_id", "=", partner.id)], limit=1
        )
        return bool(override) and {
            "kind": override.kind,
            "reason": override.reason,
            "user": override.user_id.name or "",
            "until": override.expire_date and override.expire_date.isoformat(),
            "date": override.create_date.isoformat(),
        }

    def _explain_conditions(self, partner):
        try:
            tree = self._parse_definition(self.definition)
            # sudo: whoever may read the segment may know who its owner is.
            owner = self.sudo().user_id
            compilation = self._start_compilation(
                owner, self.company_id, SQL("SELECT %s", partner.id)
            )
        except UserError as error:
            return {"error": str(error)}
        if not self.env.execute_query(compilation.query.select()):
            return {"outside": self._get_outside_words(partner), "matched": False}
        groups = [
            self._explain_group(group, partner, compilation) for group in tree.groups
        ]
        matches = [group["matched"] for group in groups]
        return {"groups": groups, "matched": _any(matches)}

    def _explain_group(self, group, partner, compilation):
        lines = [
            self._explain_condition(condition, partner, compilation)
            for condition in group.conditions
        ]
        matched = _all([line["matched"] for line in lines]) if lines else False
        if group.negated and lines and matched is not None:
            matched = not matched
        return {"negated": group.negated, "matched": matched, "conditions": lines}

    def _explain_condition(self, condition, partner, compilation):
        matched, error = None, False
        try:
            test = self._get_condition_sql(condition, compilation)
            query = compilation.query.select(SQL("(%s) IS TRUE", test))
            matched = self.env.execute_query(query)[0][0]
        except UserError as failure:
            error = str(failure)
        return {
            "text": self._get_condition_words(condition),
            "kind": condition.kind,
            "negated": condition.negated,
            "matched": matched,
            "value": self._get_condition_value(condition, partner),
            "error": error,
        }

    def _get_outside_words(self, partner):
        if not partner.active:
            return self.env._("The contact is archived.")
        # sudo: the name of a company, to say where the contact belongs.
        company = partner.sudo().company_id
        if company and company != self.company_id:
            return self.env._("The contact belongs to %s.", company.name)
        return self.env._("The owner of the segment may not see the contact.")

    @api.model
    def _get_condition_value(self, condition, partner):
        """Return what was found, as text; False when there is nothing to show."""
        value = getattr(self, f"_condition_value_{condition.kind}", None)
        try:
            return bool(value) and (value(condition, partner) or False)
        except AccessError:
            return self.env._("hidden from you")


def _any(matches):
    """Return whether any is true; None when that hangs on an unknown one."""
    if any(matches):
        return True
    return None if None in matches else False


def _all(matches):
    if False in matches:
        return False
    return None if None in matches else True
