"""Run the tests of engine/, which need no database, and count them.

Usage: _engine_tests.py COUNTS_FILE [-k EXPR] [engine/tests/test_x.py ...]
"""

import argparse
import sys
import unittest
from pathlib import Path


def load(paths):
    if not paths:
        return unittest.defaultTestLoader.discover("engine/tests", top_level_dir=".")
    names = [".".join(Path(path).with_suffix("").parts) for path in paths]
    return unittest.defaultTestLoader.loadTestsFromNames(names)


def count(result):
    """Return passed, failed and skipped tests; a failed subtest fails its test once."""
    bad = {
        getattr(test, "test_case", test).id()
        for test, _trace in result.failures + result.errors
    }
    failed = len(bad) + len(result.unexpectedSuccesses)
    skipped = len(result.skipped)
    return max(result.testsRun - failed - skipped, 0), failed, skipped


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("counts", type=Path)
    parser.add_argument("-k", dest="pattern")
    parser.add_argument("paths", nargs="*")
    options = parser.parse_args()
    if options.pattern:
        unittest.defaultTestLoader.testNamePatterns = [f"*{options.pattern}*"]
    sys.path.insert(0, ".")
    result = unittest.TextTestRunner().run(load(options.paths))
    options.counts.write_text("{} {} {}\n".format(*count(result)))


if __name__ == "__main__":
    main()
