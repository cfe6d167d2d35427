"""What the site says after the faults, against the log of the clients."""

from collections import Counter
from collections.abc import Sequence

from saola.apis.warehouse.v1 import observations_pb2 as observations
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1.observations_pb2_grpc import ObservationsServiceStub
from saola.apis.warehouse.v1.submissions_pb2_grpc import SubmissionsServiceStub
from tests.faults.writer import Acknowledged
from tests.smoke.stage import Duty, Stage


def flaws(stage: Stage, duty: Duty, log: Sequence[Acknowledged]) -> list[str]:
    """A sentence for everything that is not as it was acknowledged."""
    item, *_ = duty.invented.values
    found: list[str] = []
    with stage.reporter.asks("warehouse") as channel:
        stub = SubmissionsServiceStub(channel)
        for one in log:
            kept = stub.GetSubmission(pb.GetSubmissionRequest(name=one.name))
            values = {value.item: value.value for value in kept.values}
            if kept.state != pb.Submission.STATE_SUBMITTED:
                found.append(f"{one.period}: lost, it is {pb.Submission.State.Name(kept.state)}")
            if values.get(item) != one.value:
                found.append(f"{one.period}: {values.get(item)} instead of {one.value}")
            found += _twice(stub, one)
        found += _observed(ObservationsServiceStub(channel), stage, duty, log)
    doubled = [period for period, n in Counter(one.period for one in log).items() if n > 1]
    return found + [f"{period}: two reports" for period in doubled]


def _twice(stub: SubmissionsServiceStub, one: Acknowledged) -> list[str]:
    changes = stub.ListChanges(pb.ListChangesRequest(submission=one.name, page_size=100)).changes
    times = Counter(change.action for change in changes)
    return [
        f"{one.period}: {action} {n} times"
        for action, n in times.items()
        if action == "submitted" and n > 1
    ]


def _observed(
    stub: ObservationsServiceStub, stage: Stage, duty: Duty, log: Sequence[Acknowledged]
) -> list[str]:
    """One observation that holds for each report, and it is the last value."""
    indicator = duty.form.items[0].indicator
    asked = observations.ExportObservationsRequest(indicator=indicator, agency=stage.agency)
    said = Counter(
        (one.period, one.value)
        for batch in stub.ExportObservations(asked)
        for one in batch.observations
    )
    expected = Counter((one.period, one.value) for one in log)
    lost = [f"{period}: {value} is not observed" for period, value in expected - said]
    times = Counter(period for period, _ in said.elements())
    return lost + [f"{period}: observed {n} times" for period, n in times.items() if n > 1]
