"""What the site says after the faults, against the log of the clients."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from saola.apis.identity.v1 import agencies_pb2 as agencies
from saola.apis.identity.v1.agencies_pb2_grpc import AgenciesServiceStub
from saola.apis.warehouse.v1 import obligations_pb2 as obligations
from saola.apis.warehouse.v1 import observations_pb2 as observations
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1.obligations_pb2_grpc import ObligationsServiceStub
from saola.apis.warehouse.v1.observations_pb2_grpc import ObservationsServiceStub
from saola.apis.warehouse.v1.submissions_pb2_grpc import SubmissionsServiceStub
from saola.client.site import Refusal, request_id
from tests.faults.others import Founder, Uploader
from tests.faults.writer import Acknowledged
from tests.smoke.people import Person, until
from tests.smoke.stage import Duty, Stage

PAGE = 1000


def reports(stage: Stage, duty: Duty, log: Sequence[Acknowledged]) -> list[str]:
    """A sentence for every report that is not as it was acknowledged."""
    item, *_ = duty.invented.values
    found: list[str] = []
    with stage.reporter.asks("warehouse") as channel:
        stub = SubmissionsServiceStub(channel)
        for one in log:
            kept = stub.GetSubmission(pb.GetSubmissionRequest(name=one.name))
            values = {value.item: value.value for value in kept.values}
            if kept.state != one.state:
                found.append(f"{one.period}: it is {pb.Submission.State.Name(kept.state)}")
            if values.get(item) != one.value:
                found.append(f"{one.period}: {values.get(item)} instead of {one.value}")
            found += _history(stub, one)
    doubled = [period for period, n in Counter(one.period for one in log).items() if n > 1]
    return found + [f"{period}: two reports" for period in doubled]


def _history(stub: Any, one: Acknowledged) -> list[str]:  # the stub of a generated module
    """Each thing as often as it was acknowledged, no more and no less."""
    asked = pb.ListChangesRequest(submission=one.name, page_size=PAGE)
    times = Counter(change.action for change in stub.ListChanges(asked).changes)
    return [
        f"{one.period}: {action} {times[action]} times, acknowledged {one.moves[action]} times"
        for action in times.keys() | one.moves.keys()
        if times[action] != one.moves[action]
    ]


def figures(stage: Stage, duty: Duty, log: Sequence[Acknowledged]) -> list[str]:
    """One observation that holds for each report, and it is the last value; what is kept added up
    of each year is the sum of what is observed in it. All duties measure the same."""
    indicator = duty.form.items[0].indicator
    asked = observations.ExportObservationsRequest(indicator=indicator, agency=stage.agency)
    with stage.reporter.asks("warehouse") as channel:
        stub = ObservationsServiceStub(channel)
        batches = stub.ExportObservations(asked)
        said = [one for batch in batches for one in batch.observations]
        values = {one.submission: one.value for one in said}
        times = Counter(one.submission for one in said)
        return [
            *(
                f"{one.period}: {values.get(one.name)} is observed instead of {one.value}"
                for one in log
                if values.get(one.name) != one.value
            ),
            *(f"{name}: observed {n} times" for name, n in times.items() if n > 1),
            *_added_up(stub, stage, indicator, said),
        ]


def _added_up(
    stub: Any, stage: Stage, indicator: str, said: Sequence[observations.Observation]
) -> list[str]:
    sums, found = Counter[str](), list[str]()
    for one in said:
        sums[one.period[:4]] += int(one.value)
    for year, total in sums.items():
        request = observations.ListFiguresRequest(
            indicators=[indicator], agency=stage.agency, period=year
        )
        [figure] = stub.ListFigures(request).figures
        if int(figure.value) != total:
            found.append(f"{year}: added up to {figure.value} instead of {total}")
    return found


def files(stage: Stage, uploader: Uploader) -> list[str]:
    """Every file that was taken is there, byte by byte."""
    site, token = stage.reporter.site, stage.reporter.token
    return [
        f"{file.sha256}: the file is another"
        for file, data in uploader.files
        if site.download("warehouse", token(), file) != data
    ]


def founded(admin: Person, founder: Founder, duty: Duty, today: str) -> list[str]:
    """Every agency is there once, and the warehouse has heard of it."""
    with admin.asks("identity") as channel:
        stub, found, token = AgenciesServiceStub(channel), list[agencies.Agency](), ""
        while True:
            request = agencies.ListAgenciesRequest(page_size=PAGE, page_token=token)
            page = stub.ListAgencies(request)
            found += page.agencies
            if not (token := page.next_page_token):
                break
    codes = Counter(one.code for one in found if one.code.startswith(founder.run_code))
    names = {one.name for one in found}
    flaws = [f"{name}: it is not there" for name in founder.log if name not in names]
    flaws += [f"{code}: there are {n}" for code, n in codes.items() if n > 1]
    return flaws + _unheard(admin, founder.log, duty, today)


def _unheard(admin: Person, names: Sequence[str], duty: Duty, today: str) -> list[str]:
    """Something can be asked of each, once all events have come."""
    if not names:
        return []
    request = obligations.CreateObligationsRequest(
        agencies=names, forms=[duty.form.name], valid_from=today, request_id=request_id()
    )
    with admin.asks("warehouse") as channel:
        stub = ObligationsServiceStub(channel)

        def known() -> bool:
            try:
                stub.CreateObligations(request)
            except Refusal:
                return False
            return True

        try:
            until(known)
        except TimeoutError:
            return ["the warehouse has not heard of all agencies"]
    return []
