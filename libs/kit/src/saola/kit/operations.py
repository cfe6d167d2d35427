"""An operation is a function of a call, a run and a request: what takes longer than a call may."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

import structlog
from google.protobuf.any_pb2 import Any as Packed
from google.protobuf.message import Message
from google.rpc.status_pb2 import Status
from sqlalchemy import select, update

from saola.kit.access import Caller
from saola.kit.call import Call, Unit
from saola.kit.errors import DomainError
from saola.kit.names import id_of
from saola.kit.owed import CANCELLED, FAILED, RUNNING, SUCCEEDED, WAITING, Operation
from saola.kit.service import Service
from saola.kit.status import to_status
from saola.kit.work import Deadly, Worker

Function = Callable[..., Awaitable[Message]]
SLOTS, TRIES = 2, 4
KILLS = 8  # so often may its process end in the middle of it
UNKNOWN = 2  # as in google.rpc.Code
WHY = "keep the state of an operation"
log = structlog.get_logger()


class Cancelled(Exception):
    """Somebody has asked the operation to end, or another process does it by now."""


class Run:
    """One go at an operation. `state` is what an earlier go has kept, to go on from."""

    def __init__(self, call: Call, row: Operation) -> None:
        self._call, self._id, self._number = call, row.id, row.run
        self.name = row.name
        self.state: dict[str, Any] = dict(row.memory)

    async def progress(self, done: int, total: int, *, unit: Unit | None = None) -> None:
        """Tells how much is done, and keeps `state`; raises Cancelled if it is to end.

        With `unit` it is kept if and only if what the unit has written is: what is done is then
        not done again, whenever the process is killed. Without, the batch before may be repeated.
        """
        if unit:
            return await self._keep(unit, done, total)
        async with self._call.unit(system=WHY) as own:
            return await self._keep(own, done, total)

    async def _keep(self, unit: Unit, done: int, total: int) -> None:
        mine = (Operation.id == self._id) & (Operation.run == self._number)
        kept = update(Operation).where(mine, Operation.state == RUNNING, ~Operation.cancelling)
        kept = kept.values(done=done, total=total, memory=self.state)
        kept = kept.execution_options(synchronize_session=False)
        if not (await unit.session.execute(kept.returning(Operation.id))).scalar():
            raise Cancelled


class Operations:
    """The functions that do what takes long, each by its own name."""

    def __init__(self) -> None:
        self.handlers: dict[str, tuple[type[Message], Function]] = {}

    def __call__(self, function: Function) -> Function:
        name = function.__name__
        given = list(inspect.get_annotations(function, eval_str=True).values())
        if len(given) != 4 or given[:2] != [Call, Run] or not issubclass(given[2], Message):
            raise TypeError(f"{name} must take a Call, a Run and a request, and return a message.")
        self.handlers[name] = given[2], function
        return function


class Runner:
    """Does the operations that wait."""

    def __init__(self, service: Service, operations: Operations) -> None:
        self._service, self._handlers = service, operations.handlers
        self._own = Call.own(service)
        self.run = Worker(service, "operations", SLOTS, self._do).run

    async def _do(self, work: Mapping[str, Any]) -> None:
        name = work["key"]
        row = await self._begin(name)
        if not row:
            return
        call = self._call(row)
        try:
            if work["attempts"] > KILLS:
                raise Deadly
            kind, function = self._handlers[row.handler]
            result = await function(call, Run(call, row), kind.FromString(row.request))
        except Cancelled:
            await self._end(row, CANCELLED)
        except DomainError as refusal:
            await self._end(row, FAILED, error=to_status(refusal, row.language))
        except Exception as error:
            if work["attempts"] < TRIES:
                raise  # and again, from what it has kept
            log.exception("an operation failed", operation=name)
            status = Status(code=UNKNOWN, message=type(error).__name__)
            await self._end(row, FAILED, error=status)
        else:
            await self._end(row, SUCCEEDED, result=result)

    async def _begin(self, name: str) -> Operation | None:
        async with self._own.unit(system=WHY) as unit:
            asked = select(Operation).where(Operation.id == id_of("operations", name))
            row = await unit.session.scalar(asked.with_for_update())
            if not row or row.state not in {WAITING, RUNNING}:
                return None
            if row.cancelling:
                row.state, row.ended_at, row.cancelling = CANCELLED, unit.now, False
                return None
            row.state, row.run = RUNNING, row.run + 1
            return row

    async def _end(
        self,
        begun: Operation,
        state: str,
        result: Message | None = None,
        error: Status | None = None,
    ) -> None:
        async with self._own.unit(system=WHY) as unit:
            asked = select(Operation).where(Operation.id == begun.id).with_for_update()
            row = (await unit.session.scalars(asked)).one()
            if row.run != begun.run or row.state != RUNNING:
                return  # another process does it by now
            row.state, row.ended_at, row.cancelling = state, unit.now, False
            row.error = error.SerializeToString() if error else None
            if result is not None:
                packed = Packed()
                packed.Pack(result)
                row.result = packed.SerializeToString()

    def _call(self, row: Operation) -> Call:
        """As whoever began it, without the token that is over by now: peers are asked by us."""
        kept = row.caller
        caller = Caller(
            id=kept["id"],
            roles=frozenset(kept["roles"]),
            agencies=tuple(map(UUID, kept["agencies"])),
            service=kept["service"],
            front=kept["front"],
        )
        return Call(self._service, caller, row.language, rpc=row.kind, scope=kept["scope"])
