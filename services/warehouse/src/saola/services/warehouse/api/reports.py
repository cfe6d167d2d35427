"""The gRPC face of what services report of themselves."""

from saola.apis.warehouse.v1 import reports_pb2 as pb
from saola.apis.warehouse.v1.submissions_pb2 import Submission
from saola.kit.call import Unit
from saola.kit.errors import InvalidField
from saola.kit.rpc import Api
from saola.services.warehouse.api.forms import draft
from saola.services.warehouse.api.indicators import definition
from saola.services.warehouse.api.submissions import written
from saola.services.warehouse.domain.reports import MOST_BEFORE
from saola.services.warehouse.usecases import reports as usecases

reports = Api(pb.DESCRIPTOR.services_by_name["ReportsService"])


@reports
async def DeclareReport(unit: Unit, request: pb.DeclareReportRequest) -> pb.DeclareReportResponse:
    indicators = [(one.code, definition(one)) for one in request.indicators]
    form = request.form
    if not 0 <= request.periods_before <= MOST_BEFORE:
        raise InvalidField(field="periods_before")
    said = usecases.Declaration(
        indicators, form.code, draft(form), list(request.agencies), request.periods_before
    )
    declared = await usecases.declare(unit, said)
    return pb.DeclareReportResponse(
        form=declared.form.name, edition=declared.form.edition, unknown_agencies=declared.unknown
    )


@reports
async def DeliverReport(unit: Unit, request: pb.DeliverReportRequest) -> pb.DeliverReportResponse:
    became = await usecases.deliver(
        unit, request.agency, request.form, request.period, written(request.values)
    )
    state = Submission.State.Value(f"STATE_{became.report.state.name}")
    return pb.DeliverReportResponse(
        submission=became.report.name,
        state=state,
        stored=became.stored,
        corrected=became.corrected,
    )
