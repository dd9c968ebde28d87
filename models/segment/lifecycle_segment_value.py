from datetime import date, datetime

from odoo import models
from odoo.tools import SQL
from odoo.tools.misc import format_date, format_datetime

from ...engine.segmentation.evaluate import bucket, distance_km
from ...engine.segmentation.normalise import simplify

_FIELDS = 6


class LifecycleSegment(models.Model):
    """What a condition found on a contact, for "why".

    Read with the rights of the user who asks, not with those of the owner.
    """

    _inherit = "lifecycle.segment"

    def _condition_value_profile(self, condition, partner):
        paths = list(dict.fromkeys(leaf[0] for leaf in condition.leaves()))
        parts = []
        for path in paths[:_FIELDS]:
            label = self._get_path_words(path, self.env["res.partner"])[0]
            value = self._get_field_words(path, partner)
            parts.append(self.env._("%(label)s: %(names)s", label=label, names=value))
        return "; ".join(parts)

    def _get_field_words(self, path, partner):
        """Return the value of a field path on a contact, in words."""
        records, field = partner, None
        for name in path.split("."):
            field = records._fields.get(name)
            if field is None or not field.relational:
                break
            records = records.mapped(name)
        if field is None:
            return self.env._("unknown")
        if field.relational:
            names = records.mapped("display_name")
        elif field.type == "properties":
            names = [self._get_property_words(path, record) for record in records]
        else:
            names = [
                self._get_raw_words(record[field.name], field) for record in records
            ]
        return ", ".join(filter(None, names[:_FIELDS])) or self.env._("nothing")

    def _get_property_words(self, path, record):
        _field, name = path.split(".", 1)
        return str(dict(record[_field] or {}).get(name) or "")

    def _get_raw_words(self, value, field):
        if field.type == "boolean":
            return self.env._("yes") if value else self.env._("no")
        if value is False or value is None:
            return ""
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, str(value))
        if isinstance(value, datetime):
            return format_datetime(self.env, value)
        return format_date(self.env, value) if isinstance(value, date) else str(value)

    def _condition_value_behaviour(self, condition, partner):
        """Return how often it happened in the window, and when last."""
        condition = simplify(condition)
        company = self.company_id[:1] or self.env.company
        compilation = self._start_compilation(
            self.env.user, company, SQL("SELECT %s", partner.id)
        )
        self.env["lifecycle.touchpoint"].check_access("read")
        number, last = self.env.execute_query(
            SQL(
                """SELECT count(*), max(t.touch_date) FROM lifecycle_touchpoint t
                    WHERE t.partner_id = %s AND %s""",
                partner.id,
                SQL(" AND ").join(self._get_touchpoint_tests(condition, compilation)),
            )
        )[0]
        if not number:
            return self.env._("never")
        return self.env._(
            "%(times)s, last on %(date)s",
            times=self._get_number_words(number),
            date=format_datetime(self.env, last, dt_format="medium"),
        )

    def _condition_value_segment(self, condition, partner):
        stays = self.env["lifecycle.segment.member"].search(
            [
                ("partner_id", "=", partner.id),
                ("segment_id", "in", list(condition.segment_ids)),
                ("leave_date", "=", False),
            ]
        )
        names = stays.segment_id.mapped("name")
        return ", ".join(names) or self.env._("in none of them")

    def _condition_value_answered(self, condition, partner):
        lines = self.env["survey.user_input.line"].search(
            [
                ("user_input_id.partner_id", "=", partner.id),
                ("user_input_id.state", "=", "done"),
                ("user_input_id.test_entry", "=", False),
                ("survey_id", "=", condition.survey_id),
                ("skipped", "=", False),
                *(
                    [("question_id", "=", condition.question_id)]
                    if condition.question_id
                    else []
                ),
            ],
            limit=_FIELDS,
        )
        return ", ".join(lines.mapped("display_name")) or self.env._("no answer")

    def _condition_value_subscription(self, condition, partner):
        if condition.state == "blacklisted":
            name = (
                "is_blacklisted"
                if condition.channel == "email"
                else "phone_sanitized_blacklisted"
            )
            return self._get_field_words(name, partner)
        address = (
            "email_normalized" if condition.channel == "email" else "phone_sanitized"
        )
        if not partner[address]:
            return self.env._("no address")
        subscriptions = self.env["mailing.subscription"].search(
            [(f"contact_id.{address}", "=", partner[address])]
        )
        if condition.list_ids:
            subscriptions = subscriptions.filtered(
                lambda row: row.list_id.id in condition.list_ids
            )
        return "; ".join(
            self.env._("%s (left)", row.list_id.name)
            if row.opt_out
            else row.list_id.name
            for row in subscriptions[:_FIELDS]
        ) or self.env._("on none of them")

    def _condition_value_place(self, condition, partner):
        there = (partner.partner_latitude, partner.partner_longitude)
        if there == (0, 0):
            return self.env._("no coordinates")
        here = (condition.latitude, condition.longitude)
        return self.env._("%s km away", f"{distance_km(here, there):.1f}")

    def _condition_value_contacts(self, condition, partner):
        values = [partner.email_normalized, partner.ref]
        return ", ".join(filter(None, values)) or self.env._("nothing")

    def _condition_value_sample(self, condition, partner):
        return self.env._("at %s %%", f"{bucket(partner.id, condition.seed):g}")
