import csv
import io
from base64 import b64encode
from itertools import islice

import pytz
from psycopg2.extras import Json

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL, email_normalize

from odoo.addons.phone_validation.tools.phone_validation import phone_format

from ...engine.consent.import_dates import find_order
from ...engine.consent.import_row import Reading, RowError, disarm, read_row
from ...engine.consent.import_words import fold
from ...engine.consent.table import TableError

_BATCH_ROWS = 5_000
# What one request can do before the server stops it.
_MAX_ROWS = 200_000
_DATE_SAMPLES = 5_000
_TYPES = {
    "line": "int",
    "cells": "jsonb",
    "purpose_id": "int",
    "topic_id": "int",
    "wording_id": "int",
    "event_date": "timestamp",
}
_COLUMNS = (
    "line",
    "cells",
    "problem",
    "outcome",
    "address",
    "address_hash",
    "channel",
    "purpose_id",
    "topic_id",
    "status",
    "lawful_basis",
    "event_date",
    "source",
    "wording",
    "wording_id",
    "lang",
    "request_key",
)


class LifecycleConsentImport(models.Model):
    """Reading the file: each row becomes an answer, or says why it cannot."""

    _inherit = "lifecycle.consent.import"

    def _load_rows(self):
        """Read the whole file into rows, in batches."""
        self._drop_rows()
        reading = self._prepare_reading()
        rows, total = self._open_table().rows, 0
        while batch := self._take(rows):
            total += len(batch)
            if total > _MAX_ROWS:
                raise UserError(
                    self.env._("Split the file: at most %s rows.", f"{_MAX_ROWS:,}")
                )
            self._insert_rows(
                [self._read(number, row, reading) for number, row in batch]
            )
        if not total:
            raise UserError(self.env._("The file has headers and no rows."))
        self.env.cr.execute("ANALYZE lifecycle_consent_import_row")

    def _take(self, rows):
        try:
            return list(islice(rows, _BATCH_ROWS))
        except TableError as error:
            raise UserError(self._explain_file(error)) from error

    def _read(self, number, cells, reading):
        row = {"line": number, "cells": [cell.replace("\0", "") for cell in cells]}
        try:
            told = read_row(cells, reading)
        except RowError as error:
            return {**row, "problem": error.code, "outcome": "bad"}
        digest = self.env["lifecycle.link.key"]._hash_address
        return {
            **row,
            **told,
            "event_date": told["event_date"].isoformat(),
            "source": self._tell_source(told),
            "address_hash": digest(told["address"]),
            "request_key": digest(self._get_key(told)),
        }

    def _tell_source(self, told):
        parts = [told["source"], told["reference"]]
        if told["version"]:
            parts.append(self.env._("wording %s", told["version"]))
        return " · ".join(part for part in parts if part)

    def _get_key(self, told):
        """Return what makes two rows the same answer, whatever file they are in.

        Without a date of its own, a row is the same in the same file only.
        """
        moment = told["event_date"] if told["is_dated"] else self.file_hash
        names = ("channel", "address", "purpose_id", "topic_id", "status", "reference")
        return "|".join(
            str(part)
            for part in ("import", self.company_id.id, moment, *map(told.get, names))
        )

    def _insert_rows(self, rows):
        self.env.execute_query(
            SQL(
                """INSERT INTO lifecycle_consent_import_row (import_id, %(names)s)
                   SELECT %(import)s, %(names)s
                     FROM jsonb_to_recordset(%(rows)s) AS r (%(types)s)""",
                names=SQL(", ").join(map(SQL.identifier, _COLUMNS)),
                types=SQL(", ").join(
                    SQL("%s %s", SQL.identifier(name), SQL(_TYPES.get(name, "text")))
                    for name in _COLUMNS
                ),
                rows=Json(rows),
                **{"import": self.id},
            )
        )

    # What the reader must know

    def _prepare_reading(self):
        columns = {c.role: c.place for c in self.column_ids if c.role}
        topics = self._get_readable("lifecycle.topic")
        purposes = self._get_readable("lifecycle.purpose")
        return Reading(
            columns=columns,
            defaults=self._prepare_defaults(),
            topics=self._index_names(topics),
            purposes=self._index_names(purposes),
            purpose_of={
                topic.id: topic.purpose_id.id
                for topic in topics | self.default_topic_id
            },
            languages=self._index_languages(),
            versions=self._read_versions(columns),
            normalize_email=email_normalize,
            normalize_phone=self._normalize_phone,
            date_order=self.date_order or self._find_date_order(columns.get("date")),
            zone=pytz.timezone(self.env.user.tz or "UTC"),
            now=self.env.cr.now(),
            width=len(self.column_ids),
        )

    def _prepare_defaults(self):
        return {
            "channel": self.default_channel,
            "status": self.default_status,
            "basis": self.default_basis,
            "purpose": self.default_purpose_id.id,
            "topic": self.default_topic_id.id,
            "date": self.default_date,
            "source": (self.source_detail or "").strip(),
            "lang": self.default_lang,
            "wording": (self.default_wording or "").strip(),
        }

    def _get_readable(self, model):
        return self.env[model].search(
            [("company_id", "in", (False, self.company_id.id))]
        )

    def _index_names(self, records):
        """Return {folded code or name: id, or None where several have it}."""
        names = {}
        langs = [code for code, _name in self.env["res.lang"].get_installed()]
        for lang in langs:
            for record in records.with_context(lang=lang):
                for text in (record.name, record.display_name):
                    names.setdefault(fold(text), set()).add(record.id)
        known = {
            name: next(iter(ids)) if len(ids) == 1 else None
            for name, ids in names.items()
        }
        # A code names one record, whatever others are called.
        return known | {fold(r.code): r.id for r in records if r.code}

    def _index_languages(self):
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        short = {fold(code.split("_")[0]): code for code in reversed(installed)}
        return short | {fold(code): code for code in installed}

    def _read_versions(self, columns):
        if "version" not in columns:
            return {}
        return dict(
            self.env.execute_query(
                SQL("SELECT left(hash, 12), max(id) FROM lifecycle_wording GROUP BY 1")
            )
        )

    def _normalize_phone(self, text):
        country = self.company_id.country_id
        number = phone_format(
            text,
            country.code,
            country.phone_code,
            force_format="E164",
            raise_exception=False,
        )
        return number if number[:1] == "+" and number[1:].isdigit() else False

    def _find_date_order(self, place):
        """Return the order that the dates of the file show, or the user's own."""
        if place is not None:
            rows = islice(self._open_table().rows, _DATE_SAMPLES)
            found = find_order(row[place] for _number, row in rows if place < len(row))
            if found:
                return found
        lang = self.env["res.lang"]._get_data(code=self.env.user.lang or "en_US")
        return "mdy" if lang.date_format.lstrip("%").startswith("m") else "dmy"

    # Rows to correct

    def _keep_bad_rows(self):
        """Keep what was left out as a file, the reason in its last column."""
        rows = self._read_bad_rows()
        if not rows:
            self.bad_file = False
            return
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=self.separator or ",")
        headers = [column.name for column in self.column_ids]
        writer.writerow([*map(disarm, headers), self.env._("Row"), self.env._("Why")])
        reasons = self.env["lifecycle.consent.import.row"]._get_reasons()
        width = len(headers)
        for line, cells, problem in rows:
            padded = [*cells, *[""] * (width - len(cells))]
            writer.writerow([*map(disarm, padded), line, reasons[problem]])
        # The mark at the start is what spreadsheets know UTF-8 by.
        self.bad_file = b64encode(out.getvalue().encode("utf-8-sig"))

    def _read_bad_rows(self):
        return self.env.execute_query(
            SQL(
                """SELECT line, cells, problem FROM lifecycle_consent_import_row
                    WHERE import_id = %s AND problem IS NOT NULL ORDER BY line""",
                self.id,
            )
        )
