"""Tables that people upload: CSV in any usual encoding, or XLSX.

Rows keep the number they have in a spreadsheet, so that whoever is told of a bad one
finds it.
"""

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime

import openpyxl

MAX_COLUMNS = 60
# What an XLSX may grow to when it is unpacked: a small file can hold gigabytes.
_MAX_UNPACKED = 400 * 1024 * 1024
_MARKS = (",", ";", "\t", "|")
_SAMPLE = 50_000
# More in one cell is half a file behind a quotation mark that is never closed.
_LONGEST_CELL = 100_000
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_STRANGERS = {b"\xd0\xcf\x11\xe0": "old_excel", b"%PDF": "not_table"}


class TableError(ValueError):
    """The file cannot be read; ``code`` says why and ``line`` where, if known."""

    def __init__(self, code, line=None):
        """Keep the code, and the number of the line."""
        super().__init__(code)
        self.code, self.line = code, line


@dataclass(frozen=True)
class Table:
    """The headers of a file, and an iterator over (row number, texts).

    ``has_headers`` is false when the first row is data already.
    """

    headers: list
    rows: object
    has_headers: bool


def open_table(content, encoding=None, mark=None):
    """Return the Table in a file.

    Args:
        content: bytes
        encoding: name of a codec; guessed unless told
        mark: what separates the cells of a CSV; guessed unless told

    Raises:
        TableError: for what is no table, or an empty one; rows raise it as well
    """
    for magic, code in _STRANGERS.items():
        if content.startswith(magic):
            raise TableError(code)
    if content.startswith(b"PK\x03\x04"):
        rows = _read_xlsx(content)
    else:
        rows = _read_csv(content, encoding, mark)
    numbered = ((n, row) for n, row in enumerate(rows, 1) if any(map(str.strip, row)))
    number, first = next(numbered, (0, None))
    if first is None:
        raise TableError("empty")
    return _head(number, first, numbered)


def _head(number, first, rows):
    cells = [cell.strip() for cell in first]
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MAX_COLUMNS:
        raise TableError("too_wide")
    if not any("@" in cell or cell[:1] == "+" for cell in cells):
        headers = [text or f"#{at}" for at, text in enumerate(cells, 1)]
        return Table(headers, rows, True)
    headers = [f"#{at}" for at in range(1, len(cells) + 1)]
    return Table(headers, _prepend((number, first), rows), False)


def _prepend(first, rows):
    yield first
    yield from rows


# CSV


def _read_csv(content, encoding, mark):
    text = _decode(content, encoding)
    if "\0" in text:
        raise TableError("encoding" if encoding else "not_table")
    if text[:4].lower() == "sep=" and text[5:6] in ("\r", "\n"):
        # The first line with which Excel names the separator of its own files.
        mark, text = mark or text[4], text[5:].lstrip("\r\n")
    stream = io.StringIO(text, newline="")
    reader = csv.reader(stream, delimiter=mark or _guess_mark(text))
    return _guard(reader)


def _guard(reader):
    try:
        for row in reader:
            if any(len(cell) > _LONGEST_CELL for cell in row):
                raise TableError("huge_cell", reader.line_num)
            yield row
    except csv.Error as error:
        # Python's own limit of a cell, where nobody has raised it.
        raise TableError("huge_cell", reader.line_num) from error


def _decode(content, encoding):
    try:
        return content.decode(encoding or _guess_encoding(content))
    except (LookupError, UnicodeError) as error:
        raise TableError("encoding") from error


def _guess_encoding(content):
    for bom, name in _BOMS:
        if content.startswith(bom):
            return name
    start = content[:_SAMPLE]
    if start.count(0) * 4 > len(start):
        return "utf-16-le" if start[1:2] == b"\0" else "utf-16-be"
    for name in ("utf-8", "cp1252"):
        try:
            content.decode(name)
        except UnicodeError:
            continue
        return name
    return "latin-1"


def _guess_mark(text):
    """Return the mark that cuts most rows of the beginning like the first one."""
    start = text[:_SAMPLE].rpartition("\n")[0] or text[:_SAMPLE]

    def judge(mark):
        try:
            rows = list(csv.reader(io.StringIO(start, newline=""), delimiter=mark))
        except csv.Error:
            return (0, 0)
        width = len(rows[0]) if rows else 0
        alike = sum(len(row) == width for row in rows) if width > 1 else 0
        return (alike / max(1, len(rows)), width)

    return max(_MARKS, key=judge)


# XLSX


def _read_xlsx(content):
    stream = io.BytesIO(content)
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile as error:
        raise TableError("broken") from error
    if any(member.filename == "mimetype" for member in members):
        raise TableError("open_document")
    if sum(member.file_size for member in members) > _MAX_UNPACKED:
        raise TableError("too_large")
    try:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        sheets = [s for s in book.worksheets if s.sheet_state == "visible"]
        yield from _read_sheet(sheets[0]) if sheets else ()
    except TableError:
        raise
    except Exception as error:
        # openpyxl raises whatever a broken part of the file makes it raise.
        raise TableError("broken") from error


def _read_sheet(sheet):
    # The size that a program wrote into the file may be wrong.
    sheet.reset_dimensions()
    for row in sheet.iter_rows(values_only=True):
        yield [_tell(value) for value in row]


def _tell(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
