"""What takes long: it is followed, ended, gone on with, and seen by its agency alone."""

import asyncio
from datetime import timedelta
from uuid import UUID

from google.protobuf.wrappers_pb2 import Int64Value, StringValue
from google.rpc.error_details_pb2 import ErrorInfo
from libs.kit.tests import trial
from sqlalchemy import update

from saola.kit.app import App
from saola.kit.call import Call
from saola.kit.errors import InvalidField
from saola.kit.operations import Operations, Run
from saola.kit.owed import work
from saola.options.v1 import operations_pb2 as pb
from saola.options.v1.operations_pb2_grpc import OperationsServiceStub
from saola.testing.plugin import World, refused

STEPS = 5


class Counter:
    """A service that counts the letters of a word, and stops where it is told to."""

    def __init__(self) -> None:
        self.steps, operations = list[int](), Operations()
        self.stop_at, self.fail_with = -1, Exception()
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()

        @operations
        async def count(call: Call, run: Run, request: StringValue) -> Int64Value:
            for step in range(run.state.get("step", 0), STEPS):
                self.steps.append(step)
                if step == self.stop_at:
                    self.reached.set()
                    await self.go_on.wait()
                    if type(self.fail_with) is not Exception:
                        raise self.fail_with
                run.state["step"] = step + 1
                await run.progress(step + 1, STEPS)
            return Int64Value(value=len(request.value))

        self.count = count
        self.app = App("trial", trial.Base.metadata, operations=operations, package=trial.PACKAGE)


async def begin(world: World, counter: Counter, agency: UUID = trial.AGENCY) -> pb.Operation:
    async with world.unit("trial") as unit:
        return await unit.operate(counter.count, StringValue(value="saola"), agency=agency)


def asking(world: World, of: UUID = trial.AGENCY) -> OperationsServiceStub:
    return world.person("lan", "reporter", of=of).asks(OperationsServiceStub, of="trial")


async def look(world: World, operation: pb.Operation, of: UUID = trial.AGENCY) -> pb.Operation:
    answer: pb.Operation = await asking(world, of).GetOperation(
        pb.GetOperationRequest(name=operation.name)
    )
    return answer


async def test_it_tells_its_progress_and_then_its_result(world: World) -> None:
    counter = Counter()
    counter.stop_at = 3
    await world.run(counter.app)
    begun = await begin(world, counter)
    await counter.reached.wait()
    midway = await look(world, begun)
    counter.go_on.set()
    await world.settle()
    ended, result = await look(world, begun), Int64Value()

    assert begun.state == pb.Operation.STATE_WAITING
    assert (midway.state, midway.done, midway.total) == (pb.Operation.STATE_RUNNING, 3, 5)
    assert ended.state == pb.Operation.STATE_SUCCEEDED
    assert ended.result.Unpack(result)
    assert result.value == len("saola")


async def test_another_agency_sees_nothing_of_it(world: World) -> None:
    counter = Counter()
    await world.run(counter.app)
    begun = await begin(world, counter)
    await world.settle()

    with refused("NOT_FOUND", name=begun.name):
        await look(world, begun, of=UUID(int=8))
    listed = await asking(world, UUID(int=8)).ListOperations(pb.ListOperationsRequest())
    assert not listed.operations
    listed = await asking(world).ListOperations(pb.ListOperationsRequest())
    assert [one.name for one in listed.operations] == [begun.name]


async def test_it_ends_after_the_step_in_hand_and_goes_on_from_there(world: World) -> None:
    counter = Counter()
    counter.stop_at = 2
    await world.run(counter.app)
    begun = await begin(world, counter)
    await counter.reached.wait()
    midway = await look(world, begun)
    await asking(world).CancelOperation(
        pb.CancelOperationRequest(name=begun.name, etag=midway.etag)
    )
    counter.go_on.set()
    await world.settle()
    cancelled = await look(world, begun)
    resumed = await asking(world).ResumeOperation(
        pb.ResumeOperationRequest(name=begun.name, etag=cancelled.etag)
    )
    await world.settle()

    assert (cancelled.state, cancelled.done) == (pb.Operation.STATE_CANCELLED, 2)
    assert resumed.state == pb.Operation.STATE_WAITING
    assert (await look(world, begun)).state == pb.Operation.STATE_SUCCEEDED
    assert counter.steps == [0, 1, 2, 2, 3, 4]


async def test_what_has_ended_cannot_be_ended_again(world: World) -> None:
    counter = Counter()
    await world.run(counter.app)
    begun = await begin(world, counter)
    await world.settle()
    etag = (await look(world, begun)).etag

    with refused("OPERATION_ENDED", state="succeeded"):
        await asking(world).CancelOperation(pb.CancelOperationRequest(name=begun.name, etag=etag))
    with refused("OPERATION_ENDED", state="succeeded"):
        await asking(world).ResumeOperation(pb.ResumeOperationRequest(name=begun.name, etag=etag))


async def test_a_refusal_is_its_end_and_says_why(world: World) -> None:
    counter = Counter()
    counter.stop_at, counter.fail_with = 1, InvalidField(field="word")
    counter.go_on.set()
    await world.run(counter.app)
    begun = await begin(world, counter)
    await world.settle()
    failed, info = await look(world, begun), ErrorInfo()

    assert (failed.state, failed.done) == (pb.Operation.STATE_FAILED, 1)
    assert failed.error.details[0].Unpack(info)
    assert (info.reason, info.metadata["field"]) == ("INVALID_FIELD", "word")


async def test_what_breaks_is_tried_again_from_where_it_stood(world: World) -> None:
    counter = Counter()
    counter.stop_at, counter.fail_with = 1, ZeroDivisionError()
    counter.go_on.set()
    await world.run(counter.app)
    begun = await begin(world, counter)
    await counter.reached.wait()
    await world.settle()
    counter.stop_at = -1
    world.now += timedelta(minutes=1)
    await world.wake()
    await world.settle()

    assert (await look(world, begun)).state == pb.Operation.STATE_SUCCEEDED
    assert counter.steps == [0, 1, 1, 2, 3, 4]


async def test_what_ends_its_process_again_and_again_fails(world: World) -> None:
    counter = Counter()
    await world.prepare(counter.app)
    async with world.serving(trial.idle):
        begun = await begin(world, counter)
        async with world.unit("trial") as unit:  # each try was counted, and none came to its end
            await unit.session.execute(update(work).values(attempts=8))
    async with world.serving(counter.app):
        await world.settle()
        failed = await look(world, begun)

    assert (failed.state, failed.error.message) == (pb.Operation.STATE_FAILED, "Deadly")
    assert counter.steps == []
