from datetime import timedelta
from urllib.parse import urlencode

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from ...engine.consent.facts import merge_choices, squash

_LANG = "write_lang"
# Pressing the button again and again says nothing new.
_ONCE = timedelta(minutes=10)


class LifecyclePreference(models.Model):
    """What the preference page shows and takes of the contact's own data.

    Whoever holds a link out of a mail, which may have been forwarded, sees facts
    masked and fills in what is empty.  Only the owner of the address, who asked for a
    fresh link, sees and changes what is known.
    """

    _inherit = "lifecycle.preference"

    @api.model
    def _get_page_fields(self, link):
        rows = self.env["lifecycle.question"]._read_rows(link.company_id, "en_US")
        known = self.env["res.partner"]._fields
        asked = {row["field"] for row in rows if row["is_on_page"]}
        stored = {n for n in asked if n in known and known[n].column_type}
        # Whether the name is but the address is asked of the address as it was typed.
        return [*{*super()._get_page_fields(link), *stored, "create_date", "email"}]

    @api.model
    def _read_sections(self, link, level, lang):
        sections = super()._read_sections(link, level, lang)
        partner = link.partner_id
        if level > 1:
            sections["email"] = partner.email_normalized or ""
            sections["phone"] = partner.phone or ""
        return {**sections, "profile": self._read_profile(link, level, lang)}

    @api.model
    def _read_profile(self, link, level, lang):
        """Return what the page shows of the contact's data.

        :return: dict of ``asked`` (rows of ``lifecycle.question`` to fill in),
            ``values`` ({key: text} for them), ``facts`` (dicts ``label``, ``text``,
            ``is_stale`` of what is only shown), ``has_stale``, ``langs`` (pairs; empty
            when there is but one), ``write_lang`` and ``was`` (text that a form sends
            back)
        """
        partner = link.partner_id
        questions = self.env["lifecycle.question"].with_context(lang=lang)
        rows = self._get_page_rows(link, lang)
        known = questions._read_values(rows, partner)
        asked, stale = rows, set()
        if level == 1:
            asked, stale = self._pick_questions(rows, known, link)
        values = {row["key"]: known[row["key"]] for row in asked}
        langs = self.env["res.lang"].get_installed()
        return {
            "asked": asked,
            "values": values,
            "facts": [
                {
                    "label": row["label"],
                    "text": questions._mask(row, known[row["key"]]),
                    "is_stale": row["id"] in stale,
                }
                for row in rows
                if level == 1 and known[row["key"]]
            ],
            "has_stale": bool(stale),
            "langs": langs if len(langs) > 1 else [],
            _LANG: partner.lang or "",
            "was": urlencode({**values, _LANG: partner.lang or ""}),
        }

    @api.model
    def _get_page_rows(self, link, lang):
        """Return the questions of the page; the language has a place of its own."""
        questions = self.env["lifecycle.question"]
        rows = [
            row
            for row in questions._read_rows(link.company_id, lang)
            if row["is_on_page"] and row["field"] != "lang"
        ]
        return questions._filter_rows(rows, link.partner_id)

    @api.model
    def _pick_questions(self, rows, known, link):
        """Return (rows to fill in, ids of rows to check), few enough for one visit."""
        old = self._find_stale(rows, known, link.partner_id)
        wanted = [row for row in rows if not known[row["key"]] or row["id"] in old]
        look = self.env["res.company"]._get_lifecycle_look(link.company_id.id)
        wanted = wanted[: look["question_count"]]
        asked = [row for row in wanted if not known[row["key"]]]
        return asked, {row["id"] for row in wanted} & old

    @api.model
    def _find_stale(self, rows, known, partner):
        """Return ids of the rows whose answer is too old to be believed."""
        dated = [row for row in rows if row["stale_months"] and known[row["key"]]]
        if not dated:
            return set()
        said = self._read_said_dates(partner)
        groups = self.env["lifecycle.wanted.field"]._get_groups_of_fields()
        now = self.env.cr.now()
        return {
            row["id"]
            for row in dated
            if max(
                partner.create_date,
                *(
                    said.get(place, partner.create_date)
                    for place in (row["field"], *groups.get(row["field"], ()))
                ),
            )
            < now - relativedelta(months=row["stale_months"])
        }

    @api.model
    def _read_said_dates(self, partner):
        """Return {field name or id of a field group: when it was last right}."""
        rows = self.env.execute_query(
            SQL(
                """SELECT field_name, NULL, max(change_date)
                     FROM lifecycle_preference_change WHERE partner_id = %(partner)s
                    GROUP BY field_name
                    UNION ALL
                   SELECT NULL, group_id, max(verified_date)
                     FROM lifecycle_verification WHERE partner_id = %(partner)s
                    GROUP BY group_id""",
                partner=partner.id,
            )
        )
        return {name or group: date for name, group, date in rows}

    # What comes back

    @api.model
    def _save_profile(self, link, level, was, sent, told):
        """Write what a form changed of the contact's data.

        :param was: {field: text} that the form had shown, as it says itself
        :param sent: {field: text} that came back
        :param told: ``source`` and ``lang``
        :return: (set of codes, values for the page)
        """
        questions = self.env["lifecycle.question"]
        rows = [
            row for row in self._get_page_rows(link, told["lang"]) if row["key"] in was
        ]
        answers, errors, typed = questions._read_form(rows, sent)
        # As staff once typed it, a text may have more white space than a form sends.
        changed = {
            row["id"]
            for row in rows
            if squash(typed[row["key"]]) != squash(was[row["key"]])
        }
        self._merge_choices(rows, changed, was, answers, link.partner_id)
        written = questions._write(
            link.partner_id,
            link.company_id,
            {number: text for number, text in answers.items() if number in changed},
            told,
            only_empty=level == 1,
        )
        outcome = {"profile_saved"} if written else set()
        if self._save_lang(link, was, sent, told):
            outcome.add("saved")
        errors = {
            row["key"]: errors[row["key"]]
            for row in rows
            if row["id"] in changed and row["key"] in errors
        }
        if not errors:
            return outcome or {"same"}, {}
        return outcome | {"profile_bad"}, {"typed": typed, "errors": errors}

    @api.model
    def _merge_choices(self, rows, changed, was, answers, partner):
        """Add and take away what this form did, whatever another one did meanwhile."""
        several = [
            row
            for row in rows
            if row["kind"] == "multi" and row["id"] in changed & answers.keys()
        ]
        known = self.env["lifecycle.question"]._read_values(several, partner)
        for row in several:
            key = row["key"]
            answers[row["id"]] = merge_choices(known[key], was[key], answers[row["id"]])

    @api.model
    def _save_lang(self, link, was, sent, told):
        """Write the language the contact wants to be written to in; tell whether."""
        before, lang = was.get(_LANG), sent.get(_LANG)
        names = dict(self.env["res.lang"].get_installed())
        partner = link.partner_id
        if lang == before or lang not in names or lang == partner.lang:
            return False
        change = ("lang", names.get(partner.lang, partner.lang), names[lang])
        partner.lang = lang
        self._log_facts(partner, link.company_id, [change], told["source"])
        return True

    @api.model
    def _confirm_profile(self, link):
        """Note that the contact says that all its data are right."""
        now = self.env.cr.now()
        partner, company = link.partner_id, link.company_id
        noted = self.env.execute_query(
            SQL(
                """INSERT INTO lifecycle_preference AS p
                          (partner_id, company_id, frequency, create_date, write_date,
                           verify_date)
                   VALUES (%(partner)s, %(company)s, 'all', %(now)s, %(now)s, %(now)s)
                       ON CONFLICT (partner_id, company_id)
                       DO UPDATE SET verify_date = %(now)s
                       WHERE p.verify_date IS NULL OR p.verify_date < %(before)s
                   RETURNING id""",
                partner=partner.id,
                company=company.id,
                now=now,
                before=now - _ONCE,
            )
        )
        self.invalidate_model()
        if noted:
            partner.lifecycle_verify(source="contact")
