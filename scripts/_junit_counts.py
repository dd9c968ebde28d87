"""Print what a JUnit file of pytest says: passed, failed, skipped, and how many of the
skipped ones wanted a browser that is not there."""

import sys
from xml.etree import ElementTree


def main(path):
    cases = list(ElementTree.parse(path).iter("testcase"))
    failed = sum(
        case.find("failure") is not None or case.find("error") is not None
        for case in cases
    )
    reasons = [
        case.find("skipped").get("message", "")
        for case in cases
        if case.find("skipped") is not None
    ]
    browserless = sum("chrom" in reason.lower() for reason in reasons)
    print(len(cases) - failed - len(reasons), failed, len(reasons), browserless)


if __name__ == "__main__":
    main(sys.argv[1])
