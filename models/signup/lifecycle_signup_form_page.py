import hashlib

from odoo import api, models, tools

_WORDS = ("title", "description", "button_label", "thanks_text", "confirmed_text")
_FACTS = ("is_consent_ticked", "is_double_opt_in")


class LifecycleSignupForm(models.Model):
    """What the page of a form shows: kept in memory until somebody changes a form."""

    _name = "lifecycle.signup.form"
    _inherit = ("lifecycle.signup.form", "lifecycle.cached")

    @api.model
    @tools.ormcache("code", "lang")
    def _get_page(self, code, lang):
        """Return what people see of a form, as a plain dict; None when there is none.

        :param code: text from outside
        :param lang: code of an installed language
        """
        # sudo: what a form says is for everybody.
        forms = self.sudo().with_context(lang=lang)
        form = forms.search([("code", "=", code)], limit=1) if code else forms
        return form._prepare_page_values() if form else None

    def _prepare_page_values(self):
        """Return the values of the page, and the words that sending it agrees to."""
        values = {
            **{name: self[name] or "" for name in _WORDS},
            **{name: self[name] for name in _FACTS},
            "id": self.id,
            "code": self.code,
            "state": self.state,
            "company_id": self.company_id.id,
            "purpose": self.purpose_id.description or self.purpose_id.name,
            "privacy_url": self.privacy_url or "",
            "return_url": self.return_url or "",
            "has_captcha": self.is_captcha_required,
            "topics": self._prepare_page_topics(),
            "is_topic_choice": self.is_topic_choice and len(self.topic_ids) > 1,
            "question_ids": tuple(self.question_ids.ids),
        }
        values["title"] = values["title"] or self.name
        words = self._get_words(values)
        return {
            **values,
            "words": words,
            "digest": hashlib.sha256(words.encode()).hexdigest()[:16],
        }

    def _prepare_page_topics(self):
        chosen = sorted(
            self.topic_ids,
            key=lambda topic: [
                (above.sequence, above.id) for above in topic._get_family()
            ],
        )
        return [
            {
                "id": topic.id,
                "name": topic.name,
                "description": topic.description or "",
            }
            for topic in chosen
        ]

    @api.model
    def _get_words(self, values):
        """Return all that stands on the page above its button, line by line."""
        parts = [values["title"], values["description"]]
        for topic in values["topics"]:
            parts += [topic["name"], topic["description"]]
        parts += [values["purpose"], values["privacy_url"], values["button_label"]]
        return "\n".join(part for part in parts if part)


class LifecyclePurpose(models.Model):
    """The words of a purpose stand on every form."""

    _name = "lifecycle.purpose"
    _inherit = ("lifecycle.purpose", "lifecycle.cached")


class LifecycleTopic(models.Model):
    _inherit = "lifecycle.topic"

    def _get_family(self):
        """Return the topic with all above it, the topmost first."""
        self.ensure_one()
        return self.browse(int(number) for number in self.parent_path.split("/")[:-1])
