"""Installing the addon, in a process of its own, as an administrator would."""

import os
import subprocess
import sys
import time

from .measure import Timing


def install(bench, options):
    """Install into the filled database, and for comparison into an empty one."""
    bench.kept["install"] = _install(bench.database, options)
    if options.empty_database:
        bench.kept["install_empty"] = _install(options.empty_database, options)


def _install(database, options):
    command = [sys.executable, "-m", "odoo", "server", "-c", options.config]
    command += ["-d", database, "-i", "contact_lifecycle", "--stop-after-init"]
    command += ["--no-http", "--logfile", options.log]
    started = time.perf_counter()
    process = subprocess.Popen(command)
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"The addon cannot be installed, see {options.log}")
    return Timing([time.perf_counter() - started], usage.ru_maxrss // 1024)
