"""After a storm: what the site says, against what it has acknowledged."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from benchmarks.units import Evening
from saola.apis.warehouse.v1 import observations_pb2 as observations
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1.obligations_pb2 import GetBoardRequest
from saola.apis.warehouse.v1.obligations_pb2_grpc import ObligationsServiceStub
from saola.apis.warehouse.v1.observations_pb2_grpc import ObservationsServiceStub
from saola.apis.warehouse.v1.submissions_pb2_grpc import SubmissionsServiceStub


def flaws(evening: Evening, acknowledged: Mapping[str, pb.Submission], times: int) -> list[str]:
    """A sentence for everything that is not as it was acknowledged; each was sent so many times."""
    with evening.admin.asks("warehouse") as channel:
        found = _board(channel, acknowledged)
        for said in acknowledged.values():
            found += _report(channel, said, times)
        found += _figures(channel, evening, acknowledged)
    silent = {unit.agency for unit in evening.units} - acknowledged.keys()
    return found + [f"{agency}: nothing was acknowledged" for agency in silent]


def _board(channel: Any, acknowledged: Mapping[str, pb.Submission]) -> list[str]:
    board = ObligationsServiceStub(channel).GetBoard(GetBoardRequest())
    shown = {cell.agency: (cell.expected, cell.submitted) for cell in board.cells}
    return [
        f"{agency}: {shown.get(agency)} on the board"
        for agency in acknowledged
        if shown.get(agency) != (1, 1)
    ]


def _report(channel: Any, said: pb.Submission, times: int) -> list[str]:
    stub, found = SubmissionsServiceStub(channel), list[str]()
    kept = stub.GetSubmission(pb.GetSubmissionRequest(name=said.name))
    for what in ("state", "values", "etag", "submit_time"):
        if getattr(kept, what) != getattr(said, what):
            found.append(f"{said.name}: its {what} is not as it was acknowledged")
    asked = pb.ListChangesRequest(submission=said.name, page_size=1000)
    lines = Counter(line.action for line in stub.ListChanges(asked).changes)
    expected = {"created": 1, "submitted": times, "returned": times - 1, "entered": times - 1}
    return found if lines == expected else [*found, f"{said.name}: its history has {dict(lines)}"]


def _figures(
    channel: Any, evening: Evening, acknowledged: Mapping[str, pb.Submission]
) -> list[str]:
    request = observations.ListFiguresRequest(
        indicators=list(evening.measures.values()), period=evening.today, page_size=1000
    )
    figures = ObservationsServiceStub(channel).ListFigures(request).figures
    shown = {figure.indicator: (figure.value, figure.reporters) for figure in figures}
    sums = Counter[str]()
    for said in acknowledged.values():
        for one in said.values:
            sums[evening.measures[one.item]] += int(one.value)
    return [
        f"{indicator}: {shown.get(indicator)} instead of {total} of {len(acknowledged)}"
        for indicator, total in sums.items()
        if shown.get(indicator) != (f"{total}", len(acknowledged))
    ]
