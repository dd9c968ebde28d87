import base64
import json
import os
import time
from contextlib import contextmanager
from pathlib import Path

from odoo.tests import HttpCase
from odoo.tests.common import (
    ChromeBrowser,
    ChromeBrowserException,
    save_test_file,
)

from .common import LifecycleCase

PHONE = (390, 844)
DESKTOP = (1366, 768)
_PATIENCE = 10
# A picture of a long page takes its time where other things run.
_LONG = 60


class Window:
    """A window of Chromium that does what a hand does: it points, presses and types.

    Nothing here runs a script in the page, so it works where scripts are off, too.
    """

    def __init__(self, browser, base_url):
        self.browser = browser
        self.base_url = base_url

    def ask(self, method, **params):
        return self.browser._websocket_request(method, params=params, timeout=_LONG)

    def open(self, path):
        self.browser.navigate_to(self.base_url + path, wait_stop=True)

    # Looking

    def find_all(self, selector):
        """Return the numbers of the elements that a selector of CSS finds."""
        root = self.ask("DOM.getDocument", depth=0)["root"]["nodeId"]
        return self.ask("DOM.querySelectorAll", nodeId=root, selector=selector)[
            "nodeIds"
        ]

    def find(self, selector):
        found = self.find_all(selector)
        if not found:
            raise AssertionError(f"there is no {selector} in: {self.text}")
        return found[0]

    @property
    def text(self):
        """Return the words of the page, as HTML has them."""
        root = self.ask("DOM.getDocument", depth=0)["root"]["nodeId"]
        return self.ask("DOM.getOuterHTML", nodeId=root)["outerHTML"]

    def wait_for(self, words):
        until = time.monotonic() + _PATIENCE
        while words not in (text := self._text_or_nothing()):
            if time.monotonic() > until:
                raise AssertionError(f"no {words!r} in: {text}")
            time.sleep(0.05)

    def _text_or_nothing(self):
        """Between two pages there may be nothing to read."""
        try:
            return self.text
        except (ChromeBrowserException, KeyError):
            return ""

    @property
    def overflow(self):
        """Return by how many pixels the page is wider than the window."""
        size = self.ask("Page.getLayoutMetrics")
        return (
            size["cssContentSize"]["width"] - size["cssLayoutViewport"]["clientWidth"]
        )

    def photograph(self, name):
        """Keep a picture of the whole page among the logs."""
        size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
        shot = self.ask(
            "Page.captureScreenshot",
            captureBeyondViewport=True,
            clip={**{k: size[k] for k in ("x", "y", "width", "height")}, "scale": 1},
        )
        save_test_file(name, base64.b64decode(shot["data"]), "page_")

    # Doing

    def press(self, selector):
        """Press the middle of an element, after bringing it into view."""
        node = self.find(selector)
        self.ask("DOM.scrollIntoViewIfNeeded", nodeId=node)
        quad = self.ask("DOM.getContentQuads", nodeId=node)["quads"][0]
        place = {"x": sum(quad[::2]) / 4, "y": sum(quad[1::2]) / 4}
        for kind in ("mousePressed", "mouseReleased"):
            self.ask(
                "Input.dispatchMouseEvent",
                type=kind,
                button="left",
                clickCount=1,
                **place,
            )

    def type(self, selector, text):
        self.ask("DOM.focus", nodeId=self.find(selector))
        self.ask("Input.insertText", text=text)

    def set(self, selector, name, value=""):
        """Change an attribute of the page, to get past what a browser looks after."""
        node = self.find(selector)
        self.ask("DOM.setAttributeValue", nodeId=node, name=name, value=value)

    # Judging

    def judge(self, script, tags, within="html"):
        """Return what axe-core finds wrong, in lines that say where and why."""
        self.ask("Runtime.evaluate", expression=script)
        run = f"axe.run({json.dumps(within)}, {{runOnly: {json.dumps(tags)}}})"
        answer = self.ask(
            "Runtime.evaluate",
            expression=f"{run}.then(found => JSON.stringify(found.violations))",
            awaitPromise=True,
            returnByValue=True,
        )
        return [
            f"{fault['id']}: {fault['help']}: {place['html'][:200]}"
            for fault in json.loads(answer["result"]["value"])
            for place in fault["nodes"]
        ]


class PublicBrowserCase(LifecycleCase, HttpCase):
    """Looking at public pages as people do: on a phone, with and without scripts."""

    @contextmanager
    def window(self, size=PHONE, has_scripts=True):
        """Yield a Window onto this database, without a login."""
        width, height = size
        self.browser_size = f"{width}x{height}"
        browser = ChromeBrowser(self)
        window = Window(browser, self.base_url())
        try:
            with self.allow_requests(browser=browser):
                # Axe is put into the page, whose own policy allows no script.
                window.ask("Page.setBypassCSP", enabled=True)
                # A phone has no bar to scroll with, which would take up room.
                window.ask("Emulation.setScrollbarsHidden", hidden=size == PHONE)
                if not has_scripts:
                    window.ask("Emulation.setScriptExecutionDisabled", value=True)
                self.cr.flush()
                self.cr.clear()
                yield window
                self._wait_remaining_requests()
        finally:
            browser.stop()

    @property
    def axe(self):
        """Return the script of axe-core, which ``scripts/test`` brings."""
        path = os.environ.get("LIFECYCLE_AXE")
        self.assertTrue(path, "LIFECYCLE_AXE is not set: run scripts/test")
        return Path(path).read_text(encoding="utf-8")
