from odoo import api, models
from odoo.tools.misc import format_date

from ...engine.segmentation.normalise import simplify

# Names after which the rest of a long list is only counted.
_NAMES = 5


class LifecycleSegment(models.Model):
    """Conditions as sentences, in the language of the user.

    A sentence says the condition as it is meant, its negation included.
    """

    _inherit = "lifecycle.segment"

    @api.model
    @api.readonly
    def describe(self, definition):
        """Return a sentence for each condition, as lists by group.

        :param dict definition: JSON as in ``definition``
        :raise UserError: when it cannot be read
        """
        self.check_access("read")
        tree = self._parse_definition(definition)
        return [
            [self._get_condition_words(condition) for condition in group.conditions]
            for group in tree.groups
        ]

    @api.model
    def _get_condition_words(self, condition):
        return getattr(self, f"_condition_words_{condition.kind}")(condition)

    @api.model
    def _get_names_words(self, model, ids, mark="“%s”"):
        """Return names of records joined by "or"; those the user may not see are not.

        :param mark: what a name is put into
        """
        records = self.env[model].with_context(active_test=False).browse(ids).exists()
        records = records._filtered_access("read")
        # A mailing list would show its number of contacts, too.
        name = "name" if model == "mailing.list" else "display_name"
        names = [mark % record[name] for record in records[:_NAMES]]
        hidden = len(ids) - len(names)
        if hidden:
            names.append(self.env._("%s others", hidden))
        return self.env._(" or ").join(names)

    # Kinds

    def _condition_words_segment(self, condition):
        names = self._get_names_words("lifecycle.segment", condition.segment_ids)
        if condition.negated:
            return self.env._("Not in the segment %s", names)
        return self.env._("In the segment %s", names)

    def _condition_words_contacts(self, condition):
        number = len(condition.emails) + len(condition.refs)
        if condition.negated:
            return self.env._("Not in a list of contacts (%s)", number)
        return self.env._("In a list of contacts (%s)", number)

    def _condition_words_sample(self, condition):
        values = {"start": f"{condition.start:g}", "end": f"{condition.end:g}"}
        if condition.negated:
            return self.env._(
                "Outside the random share from %(start)s to %(end)s %%", **values
            )
        return self.env._("In the random share from %(start)s to %(end)s %%", **values)

    def _condition_words_place(self, condition):
        place = condition.name or f"{condition.latitude:g}, {condition.longitude:g}"
        values = {"radius": f"{condition.radius_km:g}", "place": place}
        if condition.negated:
            return self.env._("Not within %(radius)s km of %(place)s", **values)
        return self.env._("Within %(radius)s km of %(place)s", **values)

    def _condition_words_subscription(self, condition):
        condition, state = simplify(condition), condition.state
        if state == "blacklisted":
            return self._get_blacklisted_words(condition)
        names = self.env._("any mailing list")
        if condition.list_ids:
            names = self._get_names_words("mailing.list", condition.list_ids)
        words = {
            ("subscribed", False): self.env._("Subscribed to %s", names),
            ("subscribed", True): self.env._("Not subscribed to %s", names),
            ("opted_out", False): self.env._("Unsubscribed from %s", names),
            ("opted_out", True): self.env._("Has not unsubscribed from %s", names),
            ("listed", False): self.env._("Is or was on %s", names),
            ("listed", True): self.env._("Never was on %s", names),
        }[condition.state, condition.negated]
        return f"{words} (SMS)" if condition.channel == "sms" else words

    def _get_blacklisted_words(self, condition):
        is_mail = condition.channel == "email"
        if condition.negated:
            return (
                self.env._("The e-mail address is not blacklisted")
                if is_mail
                else self.env._("The phone number is not blacklisted")
            )
        return (
            self.env._("The e-mail address is blacklisted")
            if is_mail
            else self.env._("The phone number is blacklisted")
        )

    def _condition_words_answered(self, condition):
        condition = simplify(condition)
        if condition.question_id:
            asked = self._get_names_words("survey.question", [condition.question_id])
        else:
            asked = self._get_names_words("survey.survey", [condition.survey_id])
        answer = self._get_answer_words(condition)
        if condition.state == "silent":
            if condition.negated:
                return self.env._("Was not asked %s, or has answered", asked)
            return self.env._("Was asked %s and has not answered", asked)
        if not answer:
            if condition.negated:
                return self.env._("Has not answered %s", asked)
            return self.env._("Answered %s", asked)
        values = {"question": asked, "answer": answer}
        if condition.negated:
            return self.env._("Has not answered %(question)s with %(answer)s", **values)
        return self.env._("Answered %(question)s with %(answer)s", **values)

    def _get_answer_words(self, condition):
        parts = []
        if condition.answer_ids:
            model = "survey.question.answer"
            parts.append(self._get_names_words(model, condition.answer_ids))
        parts += self._get_range_words(condition.value_min, condition.value_max)
        return ", ".join(parts)

    def _get_range_words(self, least, most):
        if least is not None and most is not None:
            return [
                self.env._(
                    "%(least)s to %(most)s", least=f"{least:g}", most=f"{most:g}"
                )
            ]
        if least is not None:
            return [self.env._("%s or more", f"{least:g}")]
        return [self.env._("%s or less", f"{most:g}")] if most is not None else []

    def _get_day_words(self, day):
        return format_date(self.env, day)
