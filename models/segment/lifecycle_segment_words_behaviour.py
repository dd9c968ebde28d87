from odoo import models

_FILTERS = {
    "mailing_ids": "mailing.mailing",
    "link_ids": "link.tracker",
    "campaign_ids": "utm.campaign",
    "source_ids": "utm.source",
    "medium_ids": "utm.medium",
    "product_ids": "product.product",
    "product_category_ids": "product.category",
    "country_ids": "res.country",
}


class LifecycleSegment(models.Model):
    """Sentences about what a contact did."""

    _inherit = "lifecycle.segment"

    def _condition_words_behaviour(self, condition):
        """Return, say: “Order confirmed” at least 2 times, in the last 30 days."""
        head = self.env._(
            "%(what)s %(times)s",
            what=self._get_types_words(condition.types),
            times=self._get_times_words(condition),
        )
        parts = [head, *self._get_window_words(condition.window)]
        parts += self._get_filter_words(condition.filters)
        if condition.with_automated:
            parts.append(self.env._("machines counted"))
        return ", ".join(parts)

    def _get_types_words(self, codes):
        if not codes:
            return self.env._("Any touchpoint")
        types = self.env["lifecycle.touchpoint.type"].with_context(active_test=False)
        found = {found.code: found.name for found in types.search([])}
        names = [f"“{found.get(code, code)}”" for code in codes]
        return self.env._(" or ").join(names)

    def _get_times_words(self, condition):
        number, is_negated = condition.count, condition.negated
        times = self._get_number_words(number)
        if number == 0 or (condition.operator == ">=" and number == 1):
            # Exactly none, at most none, at least one: it happened or it did not.
            is_done = is_negated == (number == 0)
            return self.env._("at least once") if is_done else self.env._("not once")
        return {
            (">=", False): self.env._("at least %s", times),
            (">=", True): self.env._("less than %s", times),
            ("<=", False): self.env._("at most %s", times),
            ("<=", True): self.env._("more than %s", times),
            ("=", False): self.env._("exactly %s", times),
            ("=", True): self.env._("not exactly %s", times),
        }[condition.operator, is_negated]

    def _get_number_words(self, number):
        return self.env._("once") if number == 1 else self.env._("%s times", number)

    def _get_window_words(self, window):
        start = window.start and self._get_day_words(window.start)
        end = window.end and self._get_day_words(window.end)
        if window.kind == "last":
            if window.days == 1:
                return [self.env._("since yesterday")]
            return [self.env._("in the last %s days", window.days)]
        if window.kind == "between":
            return [
                self.env._("from %(start)s to %(end)s", start=start, end=end),
            ]
        if window.kind == "after":
            return [self.env._("on or after %s", start)]
        return [self.env._("before %s", end)] if window.kind == "before" else []

    def _get_filter_words(self, filters):
        parts = [
            self.env._(
                "%(label)s: %(names)s",
                label=label,
                names=self._get_names_words(_FILTERS[name], ids),
            )
            for name, label in self._get_filter_labels().items()
            if (ids := getattr(filters, name))
        ]
        if filters.devices:
            touchpoints = self.env["lifecycle.touchpoint"]
            labels = dict(
                touchpoints._fields["device"]._description_selection(self.env)
            )
            names = [labels.get(device, device) for device in filters.devices]
            parts.append(
                self.env._("device: %s", self.env._(" or ").join(names)),
            )
        amounts = self._get_range_words(filters.amount_min, filters.amount_max)
        return [*parts, *(self.env._("amount: %s", words) for words in amounts)]

    def _get_filter_labels(self):
        return {
            "mailing_ids": self.env._("mailing"),
            "link_ids": self.env._("link"),
            "campaign_ids": self.env._("campaign"),
            "source_ids": self.env._("source"),
            "medium_ids": self.env._("medium"),
            "product_ids": self.env._("product"),
            "product_category_ids": self.env._("product category"),
            "country_ids": self.env._("country"),
        }
