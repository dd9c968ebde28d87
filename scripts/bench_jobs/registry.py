"""The jobs by name, in the order they are defined in."""

from collections.abc import Callable
from dataclasses import dataclass

JOBS = {}


@dataclass(frozen=True)
class Job:
    """``needs`` are jobs whose result this one starts from; they run first.

    ``leaves`` are tables that have rows when the job has been run: on a database that
    was kept, it is not run again for the sake of others.
    """

    name: str
    title: str
    run: Callable
    needs: tuple[str, ...]
    prepare: Callable | None
    leaves: tuple[str, ...]


def job(title, needs=(), prepare=None, leaves=()):
    """Register the decorated ``function(bench)``; its name is the job's.

    :param prepare: ``function(bench)`` called before the addon is installed, to measure
        what Odoo does without it
    :param leaves: tables that are not empty once the job has been run
    """

    def register(run):
        JOBS[run.__name__] = Job(
            run.__name__, title, run, tuple(needs), prepare, tuple(leaves)
        )
        return run

    return register


def chosen(names):
    """Return the jobs with these names and those they need; all when there are none."""
    wanted = set()

    def add(name):
        if name not in JOBS:
            raise SystemExit(f"There is no job {name}; there are: {', '.join(JOBS)}")
        wanted.add(name)
        for needed in JOBS[name].needs:
            add(needed)

    for name in names or JOBS:
        add(name)
    return [JOBS[name] for name in JOBS if name in wanted]
