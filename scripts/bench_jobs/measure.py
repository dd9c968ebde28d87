"""Stop-watch and memory gauge."""

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

    ``sample`` of ``of`` rows were really done: the seconds are those of all of them.
    """

    seconds: list[float] = field(default_factory=list)
    peak: int = 0
    sample: int = 0
    of: int = 0

    @property
    def median(self):
        return statistics.median(self.seconds)

    def as_dict(self):
        return {
            "median": self.median,
            "seconds": self.seconds,
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


def timed(run, times=1, before=None):
    """Return the Timing of ``run()``; ``before()`` each run is not counted."""
    timing = Timing()
    for _ in range(times):
        if before:
            before()
        reset_peak()
        started = time.perf_counter()
        run()
        timing.seconds.append(time.perf_counter() - started)
        timing.peak = max(timing.peak, peak())
    return timing


def python_noise():
    """A fixed loop: what it takes today tells how busy the machine is."""
    total = 0
    for number in range(2_000_000):
        total += number % 7
    return total


SQL_NOISE = "SELECT sum(i % 7) FROM generate_series(1, 1500000) i"
