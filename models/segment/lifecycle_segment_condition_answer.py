from odoo import models
from odoo.tools import SQL


class LifecycleSegment(models.Model):
    """Conditions on surveys answered and mailing lists subscribed to."""

    _inherit = "lifecycle.segment"

    def _condition_query_answered(self, condition, compilation):
        if condition.state == "silent":
            return SQL(
                "%s EXCEPT %s",
                self._get_asked_query(condition, compilation),
                self._get_done_query(condition, compilation),
            )
        return self._get_done_query(condition, compilation)

    def _get_asked_query(self, condition, compilation):
        return SQL(
            """SELECT i.partner_id FROM survey_user_input i
                WHERE i.survey_id = %s AND i.test_entry IS NOT TRUE
                  AND i.partner_id IS NOT NULL AND %s""",
            condition.survey_id,
            compilation.within(SQL("i.partner_id")),
        )

    def _get_done_query(self, condition, compilation):
        """Return SQL of the contacts who finished the survey with such an answer.

        Who answered without being known then is known to the journey, by address.
        """
        partner = SQL("COALESCE(i.partner_id, t.partner_id)")
        return SQL(
            """SELECT %(partner)s AS partner_id FROM survey_user_input i
                 LEFT JOIN lifecycle_touchpoint t
                        ON t.type_id = %(finished)s AND t.res_id = i.id
                       AND t.res_model = 'survey.user_input'
                WHERE i.survey_id = %(survey)s AND i.state = 'done'
                  AND i.test_entry IS NOT TRUE AND %(partner)s IS NOT NULL
                  AND %(scope)s %(answer)s""",
            partner=partner,
            finished=compilation.types.get("survey_finished", 0),
            survey=condition.survey_id,
            scope=compilation.within(partner),
            answer=self._get_answer_test(condition),
        )

    def _get_answer_test(self, condition):
        if not condition.question_id:
            return SQL("")
        value = SQL("COALESCE(l.value_numerical_box, l.value_scale::float8)")
        if condition.state != "silent":
            tests = [
                condition.answer_ids
                and SQL("l.suggested_answer_id = ANY(%s)", list(condition.answer_ids)),
                condition.value_min is not None
                and SQL("%s >= %s", value, condition.value_min),
                condition.value_max is not None
                and SQL("%s <= %s", value, condition.value_max),
            ]
        else:
            tests = []
        return SQL(
            """AND EXISTS (SELECT FROM survey_user_input_line l
                            WHERE l.user_input_id = i.id AND l.question_id = %s
                              AND l.skipped IS NOT TRUE %s)""",
            condition.question_id,
            SQL("").join(SQL(" AND %s", test) for test in tests if test),
        )

    def _condition_query_subscription(self, condition, compilation):
        is_mail = condition.channel == "email"
        address = SQL.identifier("email_normalized" if is_mail else "phone_sanitized")
        if condition.state == "blacklisted":
            return self._get_blacklisted_query(is_mail, compilation)
        tests = [compilation.within(SQL("p.id"))]
        if condition.list_ids:
            tests.append(SQL("s.list_id = ANY(%s)", list(condition.list_ids)))
        if condition.state != "listed":
            is_out = SQL("IS TRUE" if condition.state == "opted_out" else "IS NOT TRUE")
            tests.append(SQL("s.opt_out %s", is_out))
        return SQL(
            """SELECT p.id AS partner_id FROM res_partner p
                 JOIN mailing_contact mc ON mc.%(address)s = p.%(address)s
                 JOIN mailing_subscription s ON s.contact_id = mc.id
                WHERE %(tests)s""",
            address=address,
            tests=SQL(" AND ").join(tests),
        )

    def _get_blacklisted_query(self, is_mail, compilation):
        return SQL(
            """SELECT p.id AS partner_id FROM res_partner p JOIN %s b ON b.%s = p.%s
                WHERE b.active AND %s""",
            SQL.identifier("mail_blacklist" if is_mail else "phone_blacklist"),
            SQL.identifier("email" if is_mail else "number"),
            SQL.identifier("email_normalized" if is_mail else "phone_sanitized"),
            compilation.within(SQL("p.id")),
        )
