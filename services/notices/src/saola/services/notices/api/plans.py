"""The RPCs of plans, for stewards."""

from typing import Any

from sqlalchemy import Row

from saola.apis.notices.v1 import plans_pb2 as pb
from saola.kit.call import ReadUnit, Unit
from saola.kit.errors import InvalidField, MissingField
from saola.kit.names import name_of
from saola.kit.rpc import Api
from saola.kit.tables import etag_of
from saola.services.notices.domain.plans import Rung, Step
from saola.services.notices.models.plans import Plan, steps_of
from saola.services.notices.queries import plans as queries
from saola.services.notices.usecases import plans as usecases

plans = Api(pb.DESCRIPTOR.services_by_name["PlansService"])


@plans
async def GetPlan(unit: ReadUnit, request: pb.GetPlanRequest) -> pb.Plan:
    return to_pb(await queries.plan(unit, request.name))


@plans
async def ListPlans(unit: ReadUnit, request: pb.ListPlansRequest) -> pb.ListPlansResponse:
    rows, token = await queries.by_code(unit, request.page_size, request.page_token)
    return pb.ListPlansResponse(plans=map(to_pb, rows), next_page_token=token)


@plans
async def UpdatePlan(unit: Unit, request: pb.UpdatePlanRequest) -> pb.Plan:
    asked = request.plan
    for field in ("name", "etag"):
        if not getattr(asked, field):
            raise MissingField(field=f"plan.{field}")
    steps = [_step(one, f"plan.steps[{n}].rungs") for n, one in enumerate(asked.steps)]
    return to_pb(await usecases.set_steps(unit, asked.name, asked.etag, steps))


def to_pb(row: Plan | Row[Any]) -> pb.Plan:
    return pb.Plan(
        name=name_of("plans", row.id),
        code=row.code,
        steps=[
            pb.Plan.Step(
                code=step.code,
                rungs=[pb.Plan.Rung.Value(f"RUNG_{rung.name}") for rung in step.rungs],
                template=step.template,
                urgent=step.urgent,
            )
            for step in steps_of(row.steps)
        ],
        etag=etag_of(row.version),
    )


def _step(step: pb.Plan.Step, field: str) -> Step:
    known = {pb.Plan.Rung.Value(f"RUNG_{rung.name}"): rung for rung in Rung}
    if any(rung not in known for rung in step.rungs):
        raise InvalidField(field=field)
    rungs = tuple(dict.fromkeys(known[rung] for rung in step.rungs))
    return Step(step.code, rungs, step.template, step.urgent)
