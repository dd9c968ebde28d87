import hashlib

from odoo import api, fields, models
from odoo.tools import SQL


class LifecycleWording(models.Model):
    """The exact words somebody agreed to, in the language they read.

    A row is never changed: other words are another row.  Events name the row and keep
    its hash, so the words are proved even if this table were touched.
    """

    _name = "lifecycle.wording"
    _description = "Wording of a Consent"
    _order = "id desc"
    _log_access = False

    text = fields.Text(required=True, readonly=True)
    hash = fields.Char(string="SHA-256", required=True, readonly=True)
    lang = fields.Char(string="Language", required=True, readonly=True)
    create_date = fields.Datetime(string="First Shown", readonly=True)

    _hash_uniq = models.UniqueIndex("(hash, lang)")

    @api.depends("text", "lang")
    def _compute_display_name(self):
        for wording in self:
            wording.display_name = f"{wording.lang} · {wording.hash[:12]}"

    @api.model
    def _get(self, purpose, topics, lang):
        """Return the wording of a purpose, with topics, in a language.

        :param topics: empty when the purpose as a whole was agreed to
        """
        shown = purpose.with_context(lang=lang)
        parts = [shown.name, shown.description]
        for topic in topics.with_context(lang=lang):
            parts += [topic.name, topic.description]
        return self._get_text("\n".join(part for part in parts if part), lang)

    @api.model
    def _get_text(self, text, lang):
        """Return the row of these words, which is made the first time."""
        digest = hashlib.sha256(text.encode()).hexdigest()
        rows = self.env.execute_query(
            SQL(
                """WITH made AS (
                    INSERT INTO lifecycle_wording (text, hash, lang, create_date)
                    VALUES (%(text)s, %(hash)s, %(lang)s, %(now)s)
                        ON CONFLICT DO NOTHING RETURNING id)
                   SELECT id FROM made UNION ALL
                   SELECT id FROM lifecycle_wording
                    WHERE hash = %(hash)s AND lang = %(lang)s LIMIT 1""",
                text=text,
                hash=digest,
                lang=lang,
                now=self.env.cr.now(),
            )
        )
        return self.browse(rows[0][0])
