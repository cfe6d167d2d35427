"""What the tests of loads ask."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from services.warehouse.tests import make

from saola.apis.warehouse.v1 import loads_pb2 as pb
from saola.apis.warehouse.v1.loads_pb2_grpc import LoadsServiceStub
from saola.apis.warehouse.v1.submissions_pb2 import Value
from saola.kit.pb import stamp
from saola.testing.plugin import Person, World

REASON = "Chuyển từ hệ thống báo cáo cũ, theo sổ văn bản đến"
Outcome = pb.LoadReportsResponse.Outcome


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


def stated(period: str, came: str, values: Mapping[str, str]) -> pb.LoadReportsRequest.Report:
    said = [Value(item=item, value=value) for item, value in values.items()]
    when = stamp(local(came)) if came else None
    return pb.LoadReportsRequest.Report(period=period, came_time=when, values=said)


def loading(
    form: str, *reports: pb.LoadReportsRequest.Report, **more: Any
) -> pb.LoadReportsRequest:
    asked = {"agency": make.agency(make.HEALTH), "reason": REASON, **more}
    return pb.LoadReportsRequest(form=form, reports=reports, **asked)


async def load(
    world: World, request: pb.LoadReportsRequest, by: Person | None = None
) -> list[Outcome]:
    stub = (by or make.steward(world)).asks(LoadsServiceStub)
    return list((await stub.LoadReports(request)).outcomes)


async def loaded(
    world: World, form: str, period: str, came: str, values: Mapping[str, str] | None = None
) -> str:
    """The name of a report that was loaded."""
    [one] = await load(world, loading(form, stated(period, came, values or {"1": "7"})))
    assert one.submission, one.message
    return one.submission
