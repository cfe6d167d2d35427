"""How a service reports to the warehouse: it declares, sees what is due, and delivers it.

A subsystem that was off makes up for every period that it missed, each once and in order; while the
warehouse is away it waits, and asks again every minute.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import Row

from saola.apis.warehouse.v1.reports_pb2_grpc import ReportsServiceStub
from saola.kit.call import Call
from saola.kit.errors import Code
from saola.kit.jobs import Jobs
from saola.kit.names import id_of
from saola.kit.peers import Silent
from saola.kit.status import Refused
from saola.kit.tasks import Tasks
from saola.periods.periods import Period
from saola.subsystem import keeping, telling
from saola.subsystem.declarations import Report, written

LOOK: Final = timedelta(minutes=1)
# What was refused is asked again: meanwhile somebody may have unlocked it.
PATIENCE: Final = timedelta(hours=1)
# Refusals that say nothing about the report.
PASSING: Final = {Code.RESOURCE_EXHAUSTED, Code.DEADLINE_EXCEEDED, Code.ABORTED}
log = structlog.get_logger()


def report(clock: Jobs, tasks: Tasks, reports: Sequence[Report]) -> None:
    """Adds to a service's clock and tasks what its reports need."""
    by_form = {one.form: one for one in reports}
    if len(by_form) < len(reports):
        raise TypeError("Two reports by one form.")

    async def declare_reports(call: Call) -> None:
        for one in reports:
            await declare(call, one)

    async def deliver_report(call: Call, payload: Mapping[str, Any]) -> None:
        await deliver(call, by_form[payload["report"]], UUID(payload["agency"]))

    async def see_what_is_due(call: Call) -> None:
        async with call.unit(system="see which reports are due") as unit:
            await keeping.take_marks(unit)
            for one in reports:
                await keeping.close(unit, one)
                for agency in await keeping.waiting(unit, one):
                    key = f"{one.form} {agency}"
                    unit.task(deliver_report, key=key, report=one.form, agency=agency)

    async def declare_anew(call: Call) -> None:
        """At the first start, and when `saola resync` asks: the warehouse may have lost some."""
        async with call.unit(system="declare reports anew") as unit:
            await keeping.forget_declared(unit, by_form)
            await keeping.mark_all(unit, by_form)

    clock(every=LOOK)(declare_reports)
    clock(every=LOOK)(see_what_is_due)
    clock(once=True)(declare_anew)
    tasks(deliver_report)


async def declare(call: Call, report: Report) -> None:
    """Tells the warehouse what is reported and by whom, where it does not know it yet."""
    async with call.read(system="find who reports what") as unit:
        agencies = await report.agencies(unit)
        known = await keeping.declared(unit, report)
        before = report.before(unit)
    asked = telling.declaration(report, agencies, before)
    digest = telling.digest(asked)
    if known and known.digest == digest:
        return
    try:
        answer = await call.peer(ReportsServiceStub).DeclareReport(asked)
    except (Silent, Refused) as error:
        reason = error.reason if isinstance(error, Refused) else "away"
        log.warning("a report is not declared", report=report.form, reason=reason)
        return
    unknown = {id_of("agencies", name) for name in answer.unknown_agencies}
    async with call.unit(system="keep what was declared") as unit:
        form, owing = id_of("forms", answer.form), set(agencies) - unknown
        await keeping.keep_declared(unit, report, form, "" if unknown else digest, owing)


async def deliver(call: Call, report: Report, agency: UUID) -> None:
    """All that waits of an agency, oldest first, until nothing waits or the warehouse is away.

    Whoever is killed in between does it again, and says the same: the warehouse gives its first
    answer, and what was noted is not due any more.
    """
    after: date | None = None
    while True:
        async with call.read(system="compute a report") as unit:
            row = await keeping.first_waiting(unit, report, agency, after)
            if row is None:
                return
            period = Period.read(row.period)
            bounds = report.bounds(period)
            values = {
                one.item: written(await one.compute(unit, agency, bounds))
                for one in report.measures
            }
        after = row.begins
        if not await _deliver(call, row, period, values):
            return


async def _deliver(call: Call, row: Row[Any], period: Period, values: Mapping[str, str]) -> bool:
    """Whether the warehouse has answered."""
    asked = telling.delivery(row.agency, row.form, period, values, once=str(row.marked))
    digest = telling.digest(telling.delivery(row.agency, row.form, period, values, once=""))
    became: dict[str, Any] = {"seen": row.marked, "reason": "", "retry_at": None}
    if digest != row.digest:
        try:
            answer = await call.peer(ReportsServiceStub).DeliverReport(asked)
        except Silent:
            return False
        except Refused as error:
            return await _refused(call, row, error)
        became |= {"digest": digest, "submission": answer.submission, "times": row.times + 1}
        became["delivered_at"] = call.now
    async with call.unit(system="keep what was delivered") as unit:
        await keeping.keep(unit, row, **became)
    return True


async def _refused(call: Call, row: Row[Any], error: Refused) -> bool:
    if error.code in PASSING:
        return False
    log.warning("a report is refused", report=row.report, period=row.period, reason=error.reason)
    async with call.unit(system="keep why a report was refused") as unit:
        await keeping.keep(unit, row, reason=error.reason, retry_at=call.now + PATIENCE)
        if error.reason == "NOT_FOUND":  # the warehouse was put back to before it was told
            await keeping.forget_declared(unit, [row.report])
    return True
