from odoo import api, models


class LifecycleSegment(models.Model):
    """What is wrong with a definition, in words."""

    _inherit = "lifecycle.segment"

    @api.model
    def _definition_error_words(self, error):
        """Return the sentence for an engine's ``DefinitionError``."""
        words = self._get_definition_errors().get(error.code, error.code)
        detail = "" if error.detail is None else str(error.detail)[:200]
        text = words % {"name": self._get_key_words(error.path), "detail": detail}
        place = self._get_error_place(error.path)
        return f"{place}: {text}" if place else text

    def _get_error_place(self, path):
        places = [part + 1 for part in path if isinstance(part, int)]
        if len(places) > 1:
            return self.env._(
                "Group %(group)s, condition %(condition)s",
                group=places[0],
                condition=places[1],
            )
        return self.env._("Group %s", places[0]) if places else ""

    def _get_definition_errors(self):
        return {
            "empty": self.env._(
                "Add a condition: a segment without one has no members."
            ),
            "too_many": self.env._(
                "%(detail)s conditions are too many; 1,000 are allowed."
            ),
            "domain": self.env._(
                "The condition on the contact cannot be read: %(detail)s"
            ),
            "domain_empty": self.env._("The condition on the contact is empty."),
            "unknown_kind": self.env._("There is no kind of condition “%(detail)s”."),
            "unknown_key": self.env._("A condition of this kind has no “%(detail)s”."),
            "unknown_word": self.env._("“%(name)s” cannot be “%(detail)s”."),
            "missing": self.env._("“%(name)s” is missing."),
            "negative": self.env._("“%(name)s” cannot be negative."),
            "too_small": self.env._("“%(name)s” is too small: %(detail)s."),
            "too_big": self.env._("“%(name)s” is too big: %(detail)s."),
            "at_least_nothing": self.env._(
                "“At least 0 times” is true of everybody. Ask for 1 or more."
            ),
            "not_whole": self.env._("“%(name)s” must be a whole number."),
            "not_number": self.env._("“%(name)s” must be a number, not “%(detail)s”."),
            "not_date": self.env._("“%(name)s” must be a date, not “%(detail)s”."),
            "date_order": self.env._("The first day comes after the last one."),
            "range_order": self.env._("The least is more than the most."),
            "not_id": self.env._("“%(name)s” holds something that is no record."),
            "not_text": self.env._("“%(name)s” must be text."),
            "not_flag": self.env._("“%(name)s” must be yes or no."),
            "not_list": self.env._("“%(name)s” must be a list."),
            "not_object": self.env._(
                "The conditions are not in the form of a segment."
            ),
        }

    def _get_key_words(self, path):
        """Return what the builder calls the part of a condition that is wrong."""
        names = [part for part in path if isinstance(part, str)]
        name = names[-1] if names else ""
        return {
            "count": self.env._("Times"),
            "days": self.env._("Days"),
            "from": self.env._("From"),
            "to": self.env._("To"),
            "amount_min": self.env._("Least amount"),
            "amount_max": self.env._("Most amount"),
            "value_min": self.env._("Least value"),
            "value_max": self.env._("Most value"),
            "radius_km": self.env._("Kilometres"),
            "latitude": self.env._("Latitude"),
            "longitude": self.env._("Longitude"),
            "segment_ids": self.env._("Segments"),
            "survey_id": self.env._("Survey"),
            "question_id": self.env._("Question"),
            "emails": self.env._("Addresses"),
            "domain": self.env._("Conditions on the contact"),
            "state": self.env._("Status"),
        }.get(name, name)
