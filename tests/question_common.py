from .common import LifecycleCase

_TOLD = {"source": "preference_centre", "lang": "en_US"}


class QuestionCase(LifecycleCase):
    """A contact, no questions but those a test asks, and answers as forms give them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Question = cls.env["lifecycle.question"]
        cls.Question.search([]).active = False
        cls.ana = cls.make_partner(email="ana@example.com")
        cls.definition = cls.env["properties.base.definition"].browse(
            cls.env["properties.base.definition"]._get_definition_id_for_property_field(
                "res.partner", "properties"
            )
        )

    def ask(self, field, name="Tell us", **values):
        return self.Question.create({"name": name, "field_name": field, **values})

    def rows(self, lang="en_US"):
        return self.Question._read_rows(self.env.company, lang)

    def row(self, question):
        (row,) = [row for row in self.rows() if row["id"] == question.id]
        return row

    def tell(self, answers, partner=None, **kwargs):
        """Write {question: text} as a form would."""
        return self.Question._write(
            partner or self.ana,
            self.env.company,
            {question.id: text for question, text in answers.items()},
            _TOLD,
            **kwargs,
        )

    def known(self, question, partner=None):
        row = self.row(question)
        return self.Question._read_values([row], partner or self.ana)[row["key"]]
