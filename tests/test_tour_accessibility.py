from odoo.tests import tagged

from .public_browser import DESKTOP, PHONE, PublicBrowserCase
from .public_pages import LANGUAGES, PublicPages

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_BAD_PAGE = """
document.documentElement.removeAttribute('lang');
document.body.innerHTML = '<main><img src="data:,"><input name="x">' +
    '<p style="color:#bbb;background:#fff">grey</p></main>';
"""


@tagged("post_install", "-at_install")
class TestTourAccessibility(PublicPages, PublicBrowserCase):
    """No public page keeps anybody out: WCAG 2.2 AA, as far as a program can tell."""

    def judge(self, size):
        faults, pages = [], self.paths_of_pages()
        with self.window(size) as window:
            for lang in LANGUAGES:
                for name, path in pages.items():
                    window.open(f"{path}{'&' if '?' in path else '?'}lang={lang}")
                    window.wait_for(f'lang="{lang[:2]}')
                    window.photograph(f"{name}_{lang}_{size[0]}")
                    found = window.judge(self.axe, _TAGS)
                    if window.overflow > 0:
                        found.append(f"{window.overflow} pixels too wide")
                    faults += [f"{name} in {lang}: {fault}" for fault in found]
        self.assertFalse(faults, "\n".join(["", *faults]))

    def test_no_page_keeps_anybody_out_on_a_phone(self):
        self.judge(PHONE)

    def test_no_page_keeps_anybody_out_on_a_desk(self):
        self.judge(DESKTOP)

    def test_a_bad_page_is_found_out(self):
        with self.window() as window:
            window.open("/lifecycle/preferences")
            window.ask("Runtime.evaluate", expression=_BAD_PAGE)
            faults = window.judge(self.axe, _TAGS)

        rules = {fault.partition(":")[0] for fault in faults}
        self.assertLessEqual(
            {"color-contrast", "html-has-lang", "image-alt", "label"}, rules
        )
