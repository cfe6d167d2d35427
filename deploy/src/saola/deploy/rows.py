"""A row of the table of what runs: a process that is looked after, or a step that is done once."""

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from saola.parts.part import Part

MIB = 1 << 20
LEAST = 1024 * MIB  # free disk, below which nothing is started


class CannotStart(Exception):
    """One sentence for whoever runs the site; nothing will help but them."""


@dataclass(frozen=True)
class Process:
    """Started when all that it `needs` is ready; `make` may take its time, and runs once."""

    name: str
    make: Callable[[], Part]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """Done once when all that it `needs` is ready. The site is up without an `aside` step."""

    name: str
    do: Callable[[], str | None]
    needs: tuple[str, ...] = ()
    aside: bool = False


Row = Process | Step


def waves(rows: Sequence[Row]) -> list[list[str]]:
    """The names in the order of their needs; those of one wave do not need each other."""
    sorter = TopologicalSorter({row.name: row.needs for row in rows})
    try:
        sorter.prepare()
    except CycleError as error:
        raise ValueError(f"These need each other: {error.args[1]}") from None
    found = []
    while sorter.is_active():
        found.append(sorted(sorter.get_ready()))
        sorter.done(*found[-1])
    return found


def needed(rows: Iterable[Row], names: Iterable[str]) -> set[str]:
    """These, and all that they need."""
    needs: Mapping[str, tuple[str, ...]] = {row.name: row.needs for row in rows}
    seen: set[str] = set()
    queue = list(names)
    while queue:
        name = queue.pop()
        if name not in seen:
            seen.add(name)
            queue += needs[name]
    return seen


def check_disk(folder: Path, least: int = LEAST) -> None:
    """Refuses to begin what a full disk would end."""
    free = shutil.disk_usage(folder).free
    if free < least:
        raise CannotStart(
            f"Only {free // MIB} MiB are free on the disk of {folder}; {least // MIB} are needed."
        )
