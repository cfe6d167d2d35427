"""The tables of what a service owes: own work, jobs by the clock, operations, events to follow."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID, uuid4

from google.protobuf.any_pb2 import Any as Packed
from google.protobuf.message import Message
from google.rpc.status_pb2 import Status
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Identity,
    Index,
    Integer,
    Row,
    Table,
    Text,
    and_,
    exists,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from saola.kit.access import Caller
from saola.kit.pb import stamp
from saola.kit.tables import Entity, Instant, agency_column, etag_of, kit
from saola.options.v1 import operations_pb2 as pb
from saola.options.v1.access_pb2 import Scope

WAITING, RUNNING, SUCCEEDED = "waiting", "running", "succeeded"
FAILED, CANCELLED = "failed", "cancelled"

work = Table(
    "work",
    kit,
    Column("id", BigInteger, Identity(), primary_key=True),
    # "tasks" or "operations": whose slots it takes.
    Column("queue", Text, nullable=False),
    # The name of the function.
    Column("handler", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("traceparent", Text, nullable=False),
    # When it is to be done. Within a key this is the order, whatever is tried again later.
    Column("due", Instant, nullable=False),
    # When it is tried next.
    Column("retry_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("error", Text, nullable=False, server_default=text("''")),
    Column("parked_at", Instant),
    Index(
        "ix_work_retry_at", "queue", "retry_at", "id", postgresql_where=text("parked_at is null")
    ),
    Index("ix_work_key", "queue", "key", "due", "id"),
)
jobs = Table(
    "jobs",
    kit,
    Column("name", Text, primary_key=True),
    # Up to when its runs are done; null when it is to run once more as if for the first time.
    Column("done_until", Instant),
)
followed = Table(
    "followed",
    kit,
    Column("stream", Text, primary_key=True),
    # Rises with every new leader; a transaction of an older one is refused.
    Column("epoch", BigInteger, nullable=False),
    # Up to which sequence of the stream everything has been seen to.
    Column("position", BigInteger, nullable=False),
    # Which stream of that name it was, see broker.era_of.
    Column("era", BigInteger, nullable=False, server_default=text("0")),
)


def due(now: datetime) -> ColumnElement[bool]:
    """Work that could be done now: neither parked, nor too early, nor behind other of its key."""
    other = work.alias()
    earlier = select(other.c.id).where(
        other.c.queue == work.c.queue,
        other.c.key == work.c.key,
        tuple_(other.c.due, other.c.id) < tuple_(work.c.due, work.c.id),
    )
    return and_(work.c.parked_at.is_(None), work.c.retry_at <= now, ~exists(earlier))


class Kit(DeclarativeBase):
    """The kit's tables that are read as entities: the same in every service."""

    metadata = kit
    type_annotation_map = Entity.type_annotation_map


class Operation(Entity, Kit):
    """What takes long, between the call that began it and its result."""

    __tablename__ = "operations"

    agency: Mapped[UUID] = agency_column()
    # The full name of the RPC that began it, and the name of the function that does it.
    kind: Mapped[str]
    handler: Mapped[str]
    state: Mapped[str]
    request: Mapped[bytes]
    # Who began it and may see what, in which language: never a credential.
    caller: Mapped[dict[str, Any]] = mapped_column(JSONB)
    language: Mapped[str]
    # What the function keeps to go on from.
    memory: Mapped[dict[str, Any]] = mapped_column(JSONB)
    # Which run it is: what an earlier one still says is refused.
    run: Mapped[int]
    cancelling: Mapped[bool]
    done: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)
    result: Mapped[bytes | None]
    error: Mapped[bytes | None]
    ended_at: Mapped[datetime | None]

    @classmethod
    def begin(
        cls, handler: str, request: Message, agency: UUID, who: dict[str, Any], now: datetime
    ) -> Self:
        return cls(
            id=uuid4(),
            created_at=now,
            agency=agency,
            kind=_rpc(request.DESCRIPTOR),
            handler=handler,
            state=WAITING,
            request=request.SerializeToString(deterministic=True),
            caller=who,
            language=who["language"],
            memory={},
            run=0,
            cancelling=False,
            done=0,
            total=0,
        )


def asking(caller: Caller, scope: Scope.ValueType, language: str) -> dict[str, Any]:
    """Who began an operation, as it is kept with it."""
    return {
        "id": caller.id,
        "roles": sorted(caller.roles),
        "agencies": [str(one) for one in caller.agencies],
        "service": caller.service,
        "front": caller.front,
        "scope": scope,
        "language": language,
    }


def message(row: Operation | Row[Any]) -> pb.Operation:
    """An operation, or a row of one, as it is told."""
    told = pb.Operation(
        name=f"operations/{row.id}",
        kind=row.kind,
        agency=f"agencies/{row.agency}",
        state=pb.Operation.State.Value(f"STATE_{row.state.upper()}"),
        done=row.done,
        total=row.total,
        create_time=stamp(row.created_at),
        etag=etag_of(row.version),
    )
    if row.ended_at:
        told.end_time.CopyFrom(stamp(row.ended_at))
    if row.result is not None:
        told.result.CopyFrom(Packed.FromString(row.result))
    if row.error is not None:
        told.error.CopyFrom(Status.FromString(row.error))
    return told


def _rpc(request: Any) -> str:
    """The RPC that takes such a request; where none does, the request itself."""
    for service in request.file.services_by_name.values():
        for method in service.methods:
            if method.input_type is request:
                return str(method.full_name)
    return str(request.full_name)
