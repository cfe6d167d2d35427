"""What connectors asks of the warehouse: what a form is, and to take a report over."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID, uuid5

import httpx

from saola.apis.warehouse.v1.forms_pb2 import Form as Told
from saola.apis.warehouse.v1.forms_pb2 import GetFormRequest
from saola.apis.warehouse.v1.forms_pb2_grpc import FormsServiceStub
from saola.apis.warehouse.v1.reports_pb2 import DeliverReportRequest
from saola.apis.warehouse.v1.reports_pb2_grpc import ReportsServiceStub
from saola.apis.warehouse.v1.submissions_pb2 import Value
from saola.kit.call import Call
from saola.kit.errors import Code, NotFound
from saola.kit.names import name_of
from saola.kit.peers import Silent
from saola.kit.status import Refused
from saola.periods.periods import PeriodType
from saola.periods.windows import Window
from saola.services.connectors.domain.answers import WarehouseAway
from saola.services.connectors.domain.connectors import FormNotInUse
from saola.services.connectors.domain.runs import Count, Flaw, Form, Judged

VALUE: Final = re.compile(r"values\[([0-9]+)\]")
AWAY: Final = (Silent, httpx.HTTPError)
# What the warehouse says of itself, and not of a report.
BUSY: Final = {Code.DEADLINE_EXCEEDED, Code.RESOURCE_EXHAUSTED, Code.ABORTED}


@dataclass(frozen=True)
class Said:
    """A refusal of the warehouse, as it says it in both languages."""

    reason: str
    vi: str
    en: str

    def text(self, language: str) -> str:
        return self.en if language == "en" else self.vi


async def form(call: Call, id: UUID) -> Form:
    """What a mapping has to know of a form in use: FormNotInUse, WarehouseAway."""
    own = Call.own(call.service)
    try:
        asked = GetFormRequest(name=name_of("forms", id))
        told = await own.peer(FormsServiceStub).GetForm(asked)
    except AWAY as error:
        raise WarehouseAway from error
    except Refused as error:
        if error.code is Code.NOT_FOUND:
            raise NotFound(name=name_of("forms", id)) from error
        raise
    if told.state != Told.STATE_PUBLISHED:
        raise FormNotInUse(field="connector.form")
    kind = Told.PeriodType.Name(told.period_type).removeprefix("PERIOD_TYPE_")
    holds = {
        item.code: Told.ValueType.Name(item.value_type).removeprefix("VALUE_TYPE_").lower()
        for item in told.items
    }
    return Form(PeriodType[kind], Window(told.window.first_day or 1), holds)


async def deliver(
    call: Call, run: UUID, agency: UUID, form: UUID, row: Judged
) -> tuple[Count, list[Flaw]]:
    """What became of a row: how many values are new, or why none is. The same row of a run gets
    the same answer, however often it is told."""
    request = DeliverReportRequest(
        agency=name_of("agencies", agency),
        form=name_of("forms", form),
        period=row.period,
        values=[Value(item=item, value=said) for item, said in row.values.items()],
        request_id=str(uuid5(run, f"{row.number} {row.period} {sorted(row.values.items())}")),
    )
    try:
        answer = await call.peer(ReportsServiceStub).DeliverReport(request)
    except AWAY as error:
        raise WarehouseAway from error
    except Refused as error:
        if error.code in BUSY:
            raise WarehouseAway from error
        flaws = await _flaws(call, request, error, list(row.values))
        return Count(refused=len(row.values)), flaws
    return Count(stored=answer.stored, unchanged=len(row.values) - answer.stored), []


async def _flaws(
    call: Call, request: DeliverReportRequest, said: Refused, items: list[str]
) -> list[Flaw]:
    """A refusal comes in the language of the call, so it is asked for in English too."""
    english = said
    try:
        await replace(call, language="en").peer(ReportsServiceStub).DeliverReport(request)
    except Refused as error:
        english = error
    except AWAY:
        pass
    other: Mapping[tuple[str, str], str] = {
        (one.field, one.reason): one.description for one in english.violations
    }
    flaws = list[Flaw]()
    for one in said.violations:
        found = VALUE.match(one.field)
        item = items[int(found[1])] if found and int(found[1]) < len(items) else ""
        en = other.get((one.field, one.reason), one.description)
        flaws.append(Flaw(item, Said(reason=one.reason, vi=one.description, en=en)))
    whole = Said(reason=said.reason, vi=said.text("vi"), en=english.text("en"))
    return flaws or [Flaw("", whole)]
