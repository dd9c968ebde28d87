import unittest

from ..journey import agents

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)
IPAD = (
    "Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
)
ANDROID_TABLET = (
    "Mozilla/5.0 (Linux; Android 14; SM-X910) AppleWebKit/537.36 Chrome/130"
)
ANDROID_PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130 Mobile"
)
GMAIL_PROXY = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"  # noqa: E501


class TestDevice(unittest.TestCase):
    """The device is the family a marketer knows, never a model."""

    def test_device_of_common_agents(self):
        cases = {
            CHROME: "desktop",
            IPHONE: "mobile",
            IPAD: "tablet",
            ANDROID_TABLET: "tablet",
            ANDROID_PHONE: "mobile",
            GMAIL_PROXY: "other",
            "": "other",
            None: "other",
        }
        for agent, expected in cases.items():
            with self.subTest(agent=agent):
                self.assertEqual(agents.device(agent), expected)


class TestAutomatedReason(unittest.TestCase):
    """A machine gives itself away; a person's program is never accused."""

    def test_people_are_not_flagged(self):
        for agent in (CHROME, IPHONE, IPAD, ANDROID_TABLET, ANDROID_PHONE, GMAIL_PROXY):
            with self.subTest(agent=agent):
                self.assertIsNone(agents.automated_reason(agent))

    def test_machines_are_flagged(self):
        machines = (
            "",
            None,
            "Mozilla/5.0",
            "curl/8.5.0",
            "python-requests/2.32.3",
            "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
            CHROME.replace("Chrome/", "HeadlessChrome/"),
            "Barracuda Sentinel (EE)",
            "Microsoft Office Existence Discovery",
        )
        for agent in machines:
            with self.subTest(agent=agent):
                self.assertEqual(agents.automated_reason(agent), "agent")

    def test_head_is_never_a_person(self):
        self.assertEqual(agents.automated_reason(CHROME, method="HEAD"), "head")

    def test_hostile_agent_is_read_in_time_that_does_not_grow(self):
        self.assertIsNone(agents.automated_reason("Mozilla/5.0 (" + "a" * 10_000_000))


if __name__ == "__main__":
    unittest.main()
