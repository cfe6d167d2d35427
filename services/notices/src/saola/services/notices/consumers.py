"""What the events of other services mean here: the copies, and what is to be told."""

from saola.apis.connectors.v1 import events_pb2 as connectors
from saola.apis.identity.v1 import events_pb2 as identity
from saola.apis.warehouse.v1 import events_pb2 as warehouse
from saola.directory import following
from saola.directory.copies import revision
from saola.kit.call import Unit
from saola.kit.consumers import Consumers
from saola.kit.names import id_of
from saola.kit.pb import instant
from saola.services.notices.domain.notices import Both, Form, Kind, Report, Run
from saola.services.notices.models.plans import row_of
from saola.services.notices.usecases import notices, plans

on = Consumers()
following.follow(on)


@on(identity.OfficialChanged)
async def official_changed(unit: Unit, event: identity.OfficialChanged) -> None:
    agencies = [id_of("agencies", agency) for agency in event.agencies]
    newest = revision(event.etag) if event.etag else 0  # one that says none is from long ago
    official = id_of("officials", event.official)
    row = row_of(official, agencies, event.roles, newest, disabled=event.disabled)
    await plans.keep_officials(unit, [row])


@on(warehouse.ReportRemindable)
async def remindable(unit: Unit, event: warehouse.ReportRemindable) -> None:
    due = instant(event.due_time, "due_time")
    await notices.remind(unit, event.step, _report(event), _form(event), due)


@on(warehouse.SubmissionReturned)
async def returned(unit: Unit, event: warehouse.SubmissionReturned) -> None:
    await notices.tell_reporters(unit, Kind.RETURNED, _report(event), _form(event))


@on(warehouse.SubmissionApproved)
async def approved(unit: Unit, event: warehouse.SubmissionApproved) -> None:
    await notices.tell_reporters(unit, Kind.APPROVED, _report(event), _form(event))


@on(warehouse.UnlockRequested)
async def unlock_requested(unit: Unit, event: warehouse.UnlockRequested) -> None:
    report, form = _report(event), _form(event)
    await notices.tell_deciders(unit, report, form, event.actor, above=event.above)


@on(warehouse.SubmissionUnlocked)
async def unlocked(unit: Unit, event: warehouse.SubmissionUnlocked) -> None:
    until = instant(event.end_time, "end_time")
    await notices.tell_reporters(unit, Kind.UNLOCKED, _report(event), _form(event), until=until)


@on(warehouse.UnlockRefused)
async def unlock_refused(unit: Unit, event: warehouse.UnlockRefused) -> None:
    await notices.tell_reporters(unit, Kind.UNLOCK_REFUSED, _report(event), _form(event))


@on(warehouse.SubmissionSubmitted)
async def submitted(unit: Unit, event: warehouse.SubmissionSubmitted) -> None:
    await notices.spare(unit, _report(event))


@on(connectors.ConnectorRan)
async def connector_ran(unit: Unit, event: connectors.ConnectorRan) -> None:
    if not event.title:
        return  # one from before they said what is needed to tell of them
    if event.taken_over:
        await notices.tell_working(unit, _run(event, event.former_failures))
    elif not event.paused:
        await notices.tell_failing(unit, _run(event, event.failures))


@on(connectors.ConnectorChanged)
async def connector_changed(unit: Unit, event: connectors.ConnectorChanged) -> None:
    if event.deleted or event.paused:
        await notices.spare_connector(unit, event.connector)


def _run(event: connectors.ConnectorRan, failures: int) -> Run:
    connector, agency = id_of("connectors", event.connector), id_of("agencies", event.agency)
    form, after = id_of("forms", event.form), event.good_run or "none"
    return Run(connector, event.title, agency, form, event.period, failures, after)


def _report(
    event: warehouse.ReportRemindable
    | warehouse.SubmissionReturned
    | warehouse.SubmissionApproved
    | warehouse.UnlockRequested
    | warehouse.SubmissionUnlocked
    | warehouse.UnlockRefused
    | warehouse.SubmissionSubmitted,
) -> Report:
    agency, form = id_of("agencies", event.agency), id_of("forms", event.form)
    return Report(agency, form, event.period, event.submission)


def _form(
    event: warehouse.ReportRemindable
    | warehouse.SubmissionReturned
    | warehouse.SubmissionApproved
    | warehouse.UnlockRequested
    | warehouse.SubmissionUnlocked
    | warehouse.UnlockRefused,
) -> Form:
    """Events from before they named forms have no title: then the report is just a report."""
    if not event.form_title_vi:
        return Form("–", Both("Báo cáo", "Report"))
    return Form(event.form_code, Both(event.form_title_vi, event.form_title_en))
