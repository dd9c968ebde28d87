from unittest.mock import patch

from odoo.sql_db import Cursor
from odoo.tests import tagged

from .public_client import PublicClientCase

# A mail to everybody brings many readers within minutes: each query counts.
_PAGE = 6
# Tests have cursors that stand on savepoints; servers have none of them.
_OF_TESTS = ("SAVEPOINT", "RELEASE", "ROLLBACK")


@tagged("post_install", "-at_install")
class TestPublicQueries(PublicClientCase):
    """How often a page asks the database, once what all share is in memory."""

    def queries(self, path, **headers):
        """Return the statements that a page takes when it is asked for again."""
        found = []
        execute = Cursor.execute

        def note(cursor, query, *args, **kwargs):
            text = getattr(query, "code", query)
            if not text.lstrip().startswith(_OF_TESTS):
                found.append(text)
            return execute(cursor, query, *args, **kwargs)

        with self.asking():
            self.ask("GET", path, **headers)
        with self.asking(), patch.object(Cursor, "execute", note):
            answer = self.ask("GET", path, **headers)
        self.assertEqual(answer.status, 200)
        return found

    def test_preference_page_of_a_contact_takes_few_queries(self):
        self.env["lifecycle.interest"].create({"name": "Green tea"})
        self.ana.write({"city": "Girona", "function": "Cook"})
        self.answer(self.ana)
        self.answer(self.ana, self.offers)
        self.env["lifecycle.consent"]._apply_queue()
        for scope in ("page", "unsubscribe", "fresh"):
            with self.subTest(scope=scope):
                found = self.queries(f"/lifecycle/preferences/{self.issue(scope)}")
                self.assertEqual(len(found), _PAGE, "\n\n".join(["", *found]))
