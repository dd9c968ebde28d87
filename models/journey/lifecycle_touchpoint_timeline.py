from datetime import datetime

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import formatLang

_PAGE_LIMIT = 200


class LifecycleTouchpoint(models.Model):
    """The journey of one contact, page by page, as the form's timeline shows it."""

    _inherit = "lifecycle.touchpoint"

    @api.model
    @api.readonly
    def timeline_page(
        self, partner_id, kinds=None, before=None, limit=40, with_automated=False
    ):
        """Return a page of a contact's journey, newest first.

        :param int partner_id: the contact
        :param list kinds: codes of touchpoint types; None and empty take all
        :param before: ``next`` of the page before; None for the first page
        :param int limit: rows wanted, 200 at most
        :param bool with_automated: also what machines did
        :raise UserError: when an argument is not of its kind
        :return: dict with ``rows`` (list of dicts), ``next`` (cursor or False) and,
            on the first page, ``kinds`` (with their counts) and ``total``
        """
        try:
            limit = max(1, min(int(limit), _PAGE_LIMIT))
            base = Domain("partner_id", "=", int(partner_id))
            kinds = [str(kind) for kind in kinds or []]
            older = self._get_timeline_cursor_domain(before)
        except (TypeError, ValueError, LookupError) as error:
            raise UserError(
                self.env._("This page of the journey cannot be read.")
            ) from error
        if not with_automated:
            base &= Domain("is_automated", "=", False)
        domain = base
        if kinds:
            domain &= Domain("type_id.code", "in", kinds)
        touchpoints = self.search(domain & older, limit=limit + 1)
        page = touchpoints[:limit]
        answer = {
            "rows": [touchpoint._get_timeline_row() for touchpoint in page],
            "next": len(touchpoints) > limit and page[-1]._get_timeline_cursor(),
        }
        if not before:
            answer["kinds"] = self._get_timeline_kinds(base)
            answer["total"] = sum(
                kind["count"]
                for kind in answer["kinds"]
                if not kinds or kind["code"] in kinds
            )
        return answer

    def _get_timeline_cursor(self):
        return [self.touch_date.isoformat(sep=" "), self.id]

    @api.model
    def _get_timeline_cursor_domain(self, before):
        if not before:
            return Domain.TRUE
        date, last_id = datetime.fromisoformat(before[0]), int(before[1])
        older = Domain("touch_date", "<", date)
        return older | (Domain("touch_date", "=", date) & Domain("id", "<", last_id))

    @api.model
    def _get_timeline_kinds(self, domain):
        groups = self._read_group(domain, ["type_id"], ["__count"])
        return [
            {
                "code": touchpoint_type.code,
                "name": touchpoint_type.name,
                "icon": touchpoint_type.icon,
                "count": count,
            }
            for touchpoint_type, count in groups
        ]

    def _get_timeline_row(self):
        self.ensure_one()
        labels = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in ("channel", "automated_reason")
        }
        return {
            "id": self.id,
            "date": self.touch_date.isoformat(timespec="seconds") + "Z",
            "type": self.type_id.code,
            "type_name": self.type_id.name,
            "icon": self.type_id.icon or "fa-circle-o",
            "color": self.type_id.color,
            "direction": self.direction,
            "channel": labels["channel"].get(self.channel, ""),
            "title": self.name or "",
            "detail": self._get_timeline_detail(),
            "amount": self._get_timeline_amount(),
            "is_automated": self.is_automated,
            "automated_label": labels["automated_reason"].get(
                self.automated_reason, ""
            ),
            "res_model": self.res_model,
            "res_id": self.res_id,
            "can_open": self._has_readable_page(),
        }

    def _has_readable_page(self):
        """Whether the user may read pages such as this one's at all."""
        if self.res_model not in self.env:
            return False
        link = self._document_links().get(self.res_model)
        model = self.env[self.res_model]
        target = model._fields[link].comodel_name if link else self.res_model
        return self.env[target].has_access("read")

    def _get_timeline_detail(self):
        """Return where it came from: campaign, source, medium, device, country."""
        devices = dict(self._fields["device"]._description_selection(self.env))
        parts = [
            # sudo: names of marketing channels, which salespeople may see here.
            self.campaign_id.sudo().title,
            self.source_id.sudo().name,
            devices.get(self.device, ""),
            self.country_id.name,
        ]
        if self.value and self.type_id.code == "rating_given":
            digits = 0 if self.value.is_integer() else 1
            parts.insert(0, f"{formatLang(self.env, self.value, digits=digits)} / 5")
        elif self.value and self.type_id.code == "survey_finished":
            score = formatLang(self.env, self.value, digits=0)
            parts.insert(0, self.env._("%s%%", score))
        return " · ".join(filter(None, parts))

    def _get_timeline_amount(self):
        if not self.amount:
            return ""
        currency = self.currency_id or self.env.company.currency_id
        return formatLang(self.env, self.amount, currency_obj=currency)
