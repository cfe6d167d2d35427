"""The gRPC face of editions: a message in, a use case or a query, a message out."""

from saola.apis.warehouse.v1 import editions_pb2 as pb
from saola.apis.warehouse.v1.forms_pb2 import Form
from saola.kit.call import ReadUnit, Unit
from saola.kit.rpc import Api
from saola.services.warehouse.api.forms import to_pb
from saola.services.warehouse.queries import forms as queries
from saola.services.warehouse.usecases import forms as usecases

editions = Api(pb.DESCRIPTOR.services_by_name["EditionsService"])


@editions
async def ListEditions(unit: ReadUnit, request: pb.ListEditionsRequest) -> pb.ListEditionsResponse:
    rows, token = await queries.editions_of(
        unit, request.form, request.page_size, request.page_token
    )
    return pb.ListEditionsResponse(editions=map(to_pb, rows), next_page_token=token)


@editions
async def ReviseForm(unit: Unit, request: pb.ReviseFormRequest) -> Form:
    form = await usecases.revise(unit, request.name, request.etag)
    return to_pb(await queries.edition(unit, form.name, form.draft_edition))
