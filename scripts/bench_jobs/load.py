"""A small load generator: so many requests at a time, each on a connection of its own.

It runs in a process of its own and reads from standard input what to ask::

    {"port": 8069, "at_a_time": 8, "seconds": 5, "requests": ["GET / HTTP/1.0…", …]}

With ``seconds`` it goes round the requests until they are over, without it sends each
once.  It answers with the latencies, the statuses, which requests got no 2xx, and its
own share of a processor: near 1 it would measure itself.
"""

import json
import re
import selectors
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from statistics import quantiles

_CHUNK = 1 << 16
_SIZE = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass
class Load:
    """What came back; latencies are in seconds, in the order of the answers.

    ``work`` are the seconds of work that it was for the server, ``busy`` is the share
    of a processor that the generator took.  ``refused`` are the places in the requests
    of those that were not answered, or not with 2xx.
    """

    seconds: float
    busy: float
    latencies: list[float] = field(repr=False)
    statuses: dict[str, int]
    refused: list[int] = field(repr=False)
    work: float = 0.0

    @property
    def rate(self):
        return len(self.latencies) / self.seconds

    @property
    def cost(self):
        """Return the seconds of work for one answer."""
        return self.work / len(self.latencies)

    @property
    def percentiles(self):
        """Return p50 and p95."""
        cuts = quantiles(self.latencies, n=20)
        return cuts[9], cuts[18]

    @property
    def failed(self):
        return sum(n for status, n in self.statuses.items() if status[0] != "2")


def request(method, path, body="", **headers):
    """Return the text of a request; ``headers`` have _ where HTTP has -."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", body])


def press(server, requests, at_a_time=8, seconds=None):
    """Send requests to a Server from another process; return the Load."""
    asked = {
        "port": server.port,
        "at_a_time": at_a_time,
        "seconds": seconds,
        "requests": requests,
    }
    before = server.work()
    done = subprocess.run(
        [sys.executable, "-m", "bench_jobs.load"],
        input=json.dumps(asked),
        capture_output=True,
        check=True,
        text=True,
    )
    return Load(**json.loads(done.stdout), work=server.work() - before)


class _Generator:
    def __init__(self, port, at_a_time, seconds, requests):
        self.address = ("127.0.0.1", port)
        self.at_a_time = at_a_time
        self.limit = seconds
        self.requests = [text.encode() for text in requests]
        self.selector = selectors.DefaultSelector()
        self.sent = 0
        self.latencies = []
        self.statuses = {}
        self.refused = []

    def run(self):
        worked, begun = time.process_time(), time.perf_counter()
        self.until = begun + self.limit if self.limit else None
        for _ in range(self.at_a_time):
            self.begin()
        while self.selector.get_map():
            for key, _events in self.selector.select():
                self.go_on(key)
        seconds = time.perf_counter() - begun
        return {
            "seconds": seconds,
            "busy": (time.process_time() - worked) / seconds,
            "latencies": self.latencies,
            "statuses": self.statuses,
            "refused": self.refused,
        }

    def begin(self):
        """Open a connection for the next request, if there is one."""
        is_over = (
            time.perf_counter() >= self.until
            if self.until
            else self.sent == len(self.requests)
        )
        if is_over:
            return
        place = self.sent % len(self.requests)
        self.sent += 1
        begun = time.perf_counter()
        connection = socket.socket()
        connection.setblocking(False)
        connection.connect_ex(self.address)
        text = self.requests[place]
        talk = {"begun": begun, "text": text, "place": place, "answer": b""}
        self.selector.register(connection, selectors.EVENT_WRITE, talk)

    def go_on(self, key):
        connection, talk = key.fileobj, key.data
        try:
            if talk["text"]:
                talk["text"] = talk["text"][connection.send(talk["text"]) :]
                if not talk["text"]:
                    self.selector.modify(connection, selectors.EVENT_READ, talk)
                return
            chunk = connection.recv(_CHUNK)
        except OSError as error:
            talk["answer"] = f"- {error.errno}".encode()
            chunk = b""
        talk["answer"] += chunk
        # Odoo's server waits ten milliseconds for whoever does not hang up by itself.
        if not chunk or _is_whole(talk["answer"]):
            self.end(connection, talk)

    def end(self, connection, talk):
        self.selector.unregister(connection)
        connection.close()
        self.latencies.append(time.perf_counter() - talk["begun"])
        words = talk["answer"][:40].split()
        status = words[1].decode() if len(words) > 1 else "none"
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if status[0] != "2":
            self.refused.append(talk["place"])
        self.begin()


def _is_whole(answer):
    """Tell whether all of the answer is there, as far as it says how long it is."""
    head, found, body = answer.partition(b"\r\n\r\n")
    size = _SIZE.search(head)
    return bool(found and size) and len(body) >= int(size[1])


if __name__ == "__main__":
    print(json.dumps(_Generator(**json.load(sys.stdin)).run()))
