"""Stop-watch and memory gauge."""

import os
import resource
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")


@dataclass
class Timing:
    """Seconds of each run, and the most memory that the Python process had, in MB.

    ``cpu`` are the seconds of work in them, which other work on the machine does not
    change much.  ``sample`` of ``of`` rows were really done: the seconds are those of
    all of them.
    """

    seconds: list[float] = field(default_factory=list)
    peak: int = 0
    sample: int = 0
    of: int = 0
    cpu: list[float] = field(default_factory=list)

    @property
    def median(self):
        return statistics.median(self.seconds)

    def as_dict(self):
        return {
            "median": self.median,
            "seconds": self.seconds,
            **({"cpu_median": statistics.median(self.cpu)} if self.cpu else {}),
            "peak_mb": self.peak,
            **({"sample": self.sample, "of": self.of} if self.sample else {}),
        }


def reset_peak():
    """Forget the high-water mark of the memory, where the system can (Linux)."""
    if _CLEAR.exists():
        _CLEAR.write_text("5")


def peak():
    """Return the high-water mark of the resident memory in MB."""
    if _STATUS.exists():
        for line in _STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def cpu_seconds(backend):
    """Return the seconds of work so far: of this process and of a PostgreSQL backend.

    None when the backend is on another machine.  The helpers it starts to work in
    parallel are not counted.
    """
    stat = Path(f"/proc/{backend}/stat")
    if not stat.exists():
        return None
    name, rest = stat.read_text().rsplit(")", 1)
    if "postgres" not in name:
        return None
    user, system = rest.split()[11:13]
    ticks = os.sysconf("SC_CLK_TCK")
    return time.process_time() + (int(user) + int(system)) / ticks


def timed(run, times=1, before=None, cpu=lambda: None):
    """Return the Timing of ``run()``; ``before()`` each run is not counted.

    :param cpu: function that returns the seconds of work so far, or None
    """
    timing = Timing()
    for _ in range(times):
        if before:
            before()
        reset_peak()
        started, worked = time.perf_counter(), cpu()
        run()
        timing.seconds.append(time.perf_counter() - started)
        if worked is not None:
            timing.cpu.append(cpu() - worked)
        timing.peak = max(timing.peak, peak())
    return timing


def python_noise():
    """A fixed loop: what it takes today tells how busy the machine is."""
    total = 0
    for number in range(2_000_000):
        total += number % 7
    return total


SQL_NOISE = "SELECT sum(i % 7) FROM generate_series(1, 1500000) i"
