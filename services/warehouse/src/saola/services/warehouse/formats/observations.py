"""Observations as SDMX data messages: CSV 1.0 and 2.0, JSON 1.0 and 2.0.

SDMX-CSV field guide 2.0; SDMX-JSON data message 1.0 and 2.0. No library writes them in pieces, and
a message may hold millions of observations: CSV is written as it is read.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from io import StringIO
from typing import Any, Final, NamedTuple

import orjson

from saola.services.warehouse.domain.numbers import CANONICAL
from saola.services.warehouse.domain.series import DIMENSIONS, TIME
from saola.services.warehouse.domain.structures import AGENCY, VERSION
from saola.services.warehouse.domain.values import Status

# CL_OBS_STATUS; what it does not tell apart, STATEMENT does.
OBS_STATUS: Final = {
    Status.VALUE: "A",
    Status.TRUE_ZERO: "A",
    Status.NOTHING_OCCURRED: "A",
    Status.MISSING: "M",
    Status.ESTIMATED: "E",
    Status.PRELIMINARY: "P",
    Status.REVISED: "A",
}
ATTRIBUTES: Final = (
    "OBS_STATUS",
    "STATEMENT",
    "UNIT_MEASURE",
    "COMMENT",
    "LAST_UPDATE",
    "REF_AREA",
)
HEADS: Final = {"1.0.0": ("DATAFLOW",), "2.0.0": ("STRUCTURE", "STRUCTURE_ID", "ACTION")}


class Observed(NamedTuple):
    """One observation: the codes of its series, its time, and what was said."""

    series: tuple[str, ...]
    time: str
    value: str
    status: Status
    unit: str
    note: str
    recorded_at: datetime
    # Where the reporter is today; empty where the directory does not say.
    area: str = ""

    @property
    def figure(self) -> str:
        """Where nothing occurred, the figure is nought: so statistics read it."""
        return "0" if self.status is Status.NOTHING_OCCURRED else self.value

    @property
    def attributes(self) -> tuple[str, ...]:
        """In the order of ATTRIBUTES."""
        status, at = self.status, self.recorded_at.isoformat(timespec="microseconds")
        return OBS_STATUS[status], status.upper(), self.unit, self.note, at, self.area


def csv_piece(batch: Iterable[Observed], flow: str, version: str, *, head: bool) -> bytes:
    """Some lines of a message; `head` on the first call, even where nothing was found."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    if head:
        writer.writerow((*HEADS[version], *DIMENSIONS, TIME, "OBS_VALUE", *ATTRIBUTES))
    said = f"{AGENCY}:{flow}({VERSION})"
    target = (said,) if version == "1.0.0" else ("dataflow", said, "I")
    for one in batch:
        writer.writerow((*target, *one.series, one.time, one.figure, *one.attributes))
    return out.getvalue().encode()


class JsonMessage:
    """Gathers observations, which come series by series, into one message."""

    def __init__(self) -> None:
        self._values: dict[str, dict[str, int]] = {
            name: {} for name in (*DIMENSIONS, TIME, *ATTRIBUTES)
        }
        self._series: dict[str, dict[str, list[Any]]] = {}
        self.observations = 0

    def add(self, batch: Iterable[Observed]) -> None:
        for one in batch:
            parts = zip(DIMENSIONS, one.series, strict=True)
            key = ":".join(str(self._index(name, code)) for name, code in parts)
            time = str(self._index(TIME, one.time))
            said = zip(ATTRIBUTES, one.attributes, strict=True)
            notes = [self._index(name, text) if text else None for name, text in said]
            self._series.setdefault(key, {})[time] = [_literal(one.figure), *notes]
            self.observations += 1

    def _index(self, name: str, code: str) -> int:
        known = self._values[name]
        return known.setdefault(code, len(known))

    def written(self, version: str, prepared: datetime) -> bytes:
        """The whole message, as of version 1.0.0 or 2.0.0 of the format."""
        series = {key: {"observations": seen} for key, seen in self._series.items()}
        structure = {
            "dimensions": {
                "dataSet": [],
                "series": self._components(DIMENSIONS, 0),
                "observation": self._components((TIME,), len(DIMENSIONS)),
            },
            "attributes": {
                "dataSet": [],
                "series": [],
                "observation": self._components(ATTRIBUTES, -1),
            },
        }
        header = {
            "id": f"{prepared:%Y%m%d%H%M%S%f}",
            "test": False,
            "prepared": prepared.isoformat(),
            "sender": {"id": AGENCY, "name": "Saola"},
        }
        found = {"action": "Information", "series": series}
        if version == "1.0.0":
            return orjson.dumps({"header": header, "structure": structure, "dataSets": [found]})
        measures = {"observation": [{"id": "OBS_VALUE", "name": "OBS_VALUE"}]}
        data = {"structures": [structure | {"measures": measures}]}
        sets = {"dataSets": [found | {"structure": 0}]}
        return orjson.dumps({"meta": header, "data": data | sets})

    def _components(self, names: Sequence[str], first: int) -> list[Mapping[str, Any]]:
        return [
            {"id": name, "name": name, "values": [{"id": c, "name": c} for c in self._values[name]]}
            | ({"keyPosition": first + place} if first >= 0 else {})
            for place, name in enumerate(names)
        ]


def _literal(figure: str) -> Any:  # a decimal is written as it is: a float would round it
    return orjson.Fragment(figure.encode()) if CANONICAL.fullmatch(figure) else figure or None
