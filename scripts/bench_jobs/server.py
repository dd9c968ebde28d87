"""An Odoo server with two workers, for the jobs that are about requests."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from odoo.tools import config

_PATIENCE = 120
_SCRIPT = Path(__file__).parent.parent / "_odoo_server.py"


class Server:
    """A server that runs: where to ask it, and how much work it has done."""

    def __init__(self, process, port, backends):
        self.process = process
        self.port = port
        self.backends = backends

    def kill_workers(self):
        """Kill those who answer, as the kernel does when memory runs out.

        The server itself goes on, and starts others.  Return how many were killed.
        """
        killed = [number for number in _children(self.process.pid) if _answers(number)]
        for number in killed:
            os.kill(int(number), signal.SIGKILL)
        return len(killed)

    def work(self):
        """Return seconds of work so far, of the workers and of PostgreSQL for them."""
        return _seconds_of(_children(self.process.pid)) + _seconds_of(self.backends())


@contextmanager
def serving(database, log, backends):
    """Serve a database on a free port of this machine; yield the Server.

    :param backends: function that returns the numbers of PostgreSQL's processes that
        work for this database
    """
    port = _free_port()
    process = subprocess.Popen(
        [
            *(sys.executable, str(_SCRIPT), "server", "-c", config["config"]),
            *("-d", database, "--workers", "2", "--max-cron-threads", "0"),
            *("--http-interface", "127.0.0.1", "--http-port", str(port)),
            *("--gevent-port", str(_free_port())),
            *("--logfile", log, "--log-level", "warn"),
        ]
    )
    try:
        _wait(process, port)
        yield Server(process, port, backends)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_PATIENCE)


def _stat(number):
    """Return what /proc says of a process, from its state on; nothing if it is gone."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return []


def _children(parent):
    return [
        number
        for number in os.listdir("/proc")
        if number.isdigit() and _stat(number)[1:2] == [str(parent)]
    ]


def _answers(number):
    """Tell whether a process of a server is a worker for pages."""
    try:
        words = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"gevent" not in words


def _seconds_of(numbers):
    ticks = sum(sum(map(int, _stat(number)[11:13])) for number in numbers)
    return ticks / os.sysconf("SC_CLK_TCK")


def _free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _wait(process, port):
    """Wait until both workers are there: the first answers come when one is."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            ask(port, "GET", "/web/health")
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.2)


def ask(port, method, path, body=None, headers=()):
    """Return (status, headers, text) of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()
