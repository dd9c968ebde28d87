"""Reading JSON that anybody may have written: right, or refused with its place."""

import math
from datetime import date

REQUIRED = object()


class DefinitionError(ValueError):
    """A definition that cannot be used.

    ``code`` says what is wrong, ``path`` where (keys and positions), ``detail`` gives
    the offending value.  The words for people are the model's.
    """

    def __init__(self, code, path=(), detail=None):
        """Note what is wrong, where, and the value."""
        super().__init__(code, path, detail)
        self.code, self.path, self.detail = code, tuple(path), detail


class Reader:
    """One JSON object, each key of which is asked for by its type.

    ``finish`` refuses keys that nobody asked for: a misspelt filter that is ignored
    would mail people whom it was to leave out.
    """

    def __init__(self, data, path=()):
        """Begin to read the object at this path."""
        if not isinstance(data, dict):
            raise DefinitionError("not_object", path, data)
        self.data, self.path, self.seen = data, tuple(path), set()

    def fail(self, code, name, detail=None):
        """Refuse the value under a key."""
        raise DefinitionError(code, (*self.path, name), detail)

    def get(self, name, default=REQUIRED):
        """Return a value; null and, unless asked for, false are none."""
        self.seen.add(name)
        value = self.data.get(name)
        if value is None or value is False and default is not False:
            if default is REQUIRED:
                self.fail("missing", name)
            return default
        return value

    def finish(self):
        """Refuse keys that were not asked for."""
        unknown = sorted(set(map(str, self.data)) - self.seen)
        if unknown:
            self.fail("unknown_key", unknown[0], unknown[0])

    def object(self, name, default=REQUIRED):
        """Return a ``Reader`` of an inner object."""
        return Reader(self.get(name, default), (*self.path, name))

    def list(self, name, default=REQUIRED):
        """Return a list of anything."""
        value = self.get(name, default)
        if not isinstance(value, (list, tuple)):
            self.fail("not_list", name, value)
        return value

    def flag(self, name):
        """Return true or false; nothing is false."""
        value = self.get(name, False)
        if not isinstance(value, bool):
            self.fail("not_flag", name, value)
        return value

    def word(self, name, words, default=REQUIRED):
        """Return one of these words."""
        value = self.get(name, default)
        if value not in words:
            self.fail("unknown_word", name, value)
        return value

    def text(self, name, default=REQUIRED):
        """Return text without blanks around it."""
        value = self.get(name, default)
        if not isinstance(value, str):
            self.fail("not_text", name, value)
        return value.strip()

    def number(self, name, default=REQUIRED, least=None, most=None):
        """Return a finite number within limits."""
        value = self.get(name, default)
        if value is default:
            return value
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not is_number or not math.isfinite(value):
            self.fail("not_number", name, value)
        if least is not None and value < least:
            self.fail("negative" if least == 0 else "too_small", name, value)
        if most is not None and value > most:
            self.fail("too_big", name, value)
        return value

    def whole(self, name, default=REQUIRED, least=0, most=2**31 - 1):
        """Return a whole number within limits."""
        value = self.number(name, default, least, most)
        if value is not default and value != int(value):
            self.fail("not_whole", name, value)
        return value if value is default else int(value)

    def date(self, name):
        """Return a date written as 2026-03-01."""
        value = self.get(name)
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.fail("not_date", name, value)

    def ids(self, name, default=REQUIRED):
        """Return ids of records, each once, in order."""
        values = self.list(name, default)
        for value in values:
            if type(value) is not int or not 0 < value < 2**31:
                self.fail("not_id", name, value)
        return tuple(sorted(set(values)))

    def texts(self, name, default=REQUIRED):
        """Return texts, each once, in order, without empty ones."""
        values = self.list(name, default)
        for value in values:
            if not isinstance(value, str):
                self.fail("not_text", name, value)
        return tuple(sorted({value.strip() for value in values} - {""}))
