"""The gRPC face of batches: a message in, a use case, a message out."""

from collections.abc import Iterable

from saola.apis.warehouse.v1 import batches_pb2 as pb
from saola.apis.warehouse.v1.submissions_pb2 import (
    ApproveSubmissionRequest,
    SubmitSubmissionRequest,
)
from saola.kit.call import Unit
from saola.kit.rpc import Api
from saola.services.warehouse.api.approvals import to_pb
from saola.services.warehouse.domain.batches import Asked, sentence
from saola.services.warehouse.models.submissions import Submission
from saola.services.warehouse.usecases import batches as usecases
from saola.services.warehouse.usecases.batches import Outcome

batches = Api(pb.DESCRIPTOR.services_by_name["BatchesService"])


@batches
async def BatchSubmitSubmissions(
    unit: Unit, request: pb.BatchSubmitSubmissionsRequest
) -> pb.BatchSubmitSubmissionsResponse:
    outcomes = await usecases.submit(unit, _asked(request.requests))
    return pb.BatchSubmitSubmissionsResponse(outcomes=_told(outcomes, unit.language))


@batches
async def BatchApproveSubmissions(
    unit: Unit, request: pb.BatchApproveSubmissionsRequest
) -> pb.BatchApproveSubmissionsResponse:
    outcomes = await usecases.approve(unit, _asked(request.requests))
    return pb.BatchApproveSubmissionsResponse(outcomes=_told(outcomes, unit.language))


def _asked(requests: Iterable[SubmitSubmissionRequest | ApproveSubmissionRequest]) -> list[Asked]:
    return [Asked(one.name, one.etag, one.note) for one in requests]


def _told(outcomes: Iterable[Outcome], language: str) -> Iterable[pb.BatchOutcome]:
    for name, became in outcomes:
        if isinstance(became, Submission):
            yield pb.BatchOutcome(name=name, submission=to_pb(became))
        else:
            message = sentence(became, language)
            yield pb.BatchOutcome(name=name, reason=became.reason, message=message)
