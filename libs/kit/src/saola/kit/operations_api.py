"""What every service with operations answers about them."""

from saola.kit.call import ReadUnit, Unit
from saola.kit.errors import OperationEnded
from saola.kit.owed import CANCELLED, FAILED, RUNNING, WAITING, Operation, message
from saola.kit.paging import page
from saola.kit.rpc import Api
from saola.options.v1 import operations_pb2 as pb

api = Api(pb.DESCRIPTOR.services_by_name["OperationsService"])


@api
async def GetOperation(unit: ReadUnit, request: pb.GetOperationRequest) -> pb.Operation:
    return message(await unit.find(Operation, request.name))


@api
async def ListOperations(
    unit: ReadUnit, request: pb.ListOperationsRequest
) -> pb.ListOperationsResponse:
    rows, token = await page(unit, Operation, request.page_size, request.page_token)
    return pb.ListOperationsResponse(operations=map(message, rows), next_page_token=token)


@api
async def CancelOperation(unit: Unit, request: pb.CancelOperationRequest) -> pb.Operation:
    operation = await unit.get(Operation, request.name)
    operation.check_etag(request.etag)
    if operation.state == WAITING:
        operation.state, operation.ended_at = CANCELLED, unit.now
    elif operation.state == RUNNING:
        operation.cancelling = True
    else:
        raise OperationEnded(state=operation.state)
    return message(await unit.save(operation))


@api
async def ResumeOperation(unit: Unit, request: pb.ResumeOperationRequest) -> pb.Operation:
    operation = await unit.get(Operation, request.name)
    operation.check_etag(request.etag)
    if operation.state not in {FAILED, CANCELLED}:
        raise OperationEnded(state=operation.state)
    operation.state, operation.ended_at, operation.error = WAITING, None, None
    await unit.save(operation)
    unit.resume(operation)
    return message(operation)
