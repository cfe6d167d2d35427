"""What one can do with a connector: one verb, one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from sqlalchemy import delete, select

from saola.apis.connectors.v1 import events_pb2 as events
from saola.directory import queries as directory
from saola.kit.call import Call, Unit
from saola.kit.errors import DomainError, InvalidField, NotFound
from saola.kit.names import name_of
from saola.periods.local import local_day
from saola.services.connectors.domain.connectors import Secret, Spec, check, check_secret
from saola.services.connectors.domain.findings import Found
from saola.services.connectors.domain.runs import Form, Judged, read_period
from saola.services.connectors.domain.schedules import Schedule
from saola.services.connectors.models.connectors import Connector, secret_of
from saola.services.connectors.models.runs import Run
from saola.services.connectors.peers import warehouse
from saola.services.connectors.queries import connectors as asking
from saola.services.connectors.settings import Settings
from saola.services.connectors.usecases import runs

LONGEST_TEST = 20  # seconds of a source's time, while somebody waits


@dataclass(frozen=True)
class Asked:
    """All that somebody says of a connector."""

    agency: UUID
    form: UUID
    spec: Spec
    secret: str


@dataclass(frozen=True)
class Preview:
    """What a connector would do now for a period: what came, and what each row would report."""

    found: Found
    rows: Sequence[Judged] = ()
    refusal: DomainError | None = None


async def create(unit: Unit, asked: Asked) -> Connector:
    known = await warehouse.form(unit.call, asked.form)
    seal, said = runs.seal_of(unit.call), checked(unit, asked.spec, known)
    if await directory.agency(unit, asked.agency) is None:
        raise NotFound(name=name_of("agencies", asked.agency))
    connector = Connector.begin(asked.agency, asked.form, unit.now)
    connector.id = uuid4()
    connector.keep_secret(said, asked.secret, seal)
    connector.say(said, known, unit.now)
    await unit.add(connector)
    _tell(unit, connector)
    return connector


async def update(unit: Unit, name: str, etag: str, asked: Asked) -> Connector:
    """Whose report it is and by which form stays."""
    known = await warehouse.form(unit.call, asked.form)
    seal, said = runs.seal_of(unit.call), checked(unit, asked.spec, known)
    connector = await unit.get(Connector, name)
    connector.check_etag(etag)
    for field in ("agency", "form"):
        if getattr(connector, field) != getattr(asked, field):
            raise InvalidField(field=f"connector.{field}")
    connector.keep_secret(said, asked.secret, seal)
    connector.say(said, known, unit.now)
    await unit.save(connector)
    _tell(unit, connector)
    return connector


async def remove(unit: Unit, name: str, etag: str) -> None:
    """With its runs, and what they have kept."""
    connector = await unit.get(Connector, name)
    connector.check_etag(etag)
    its = Run.connector == connector.id
    kept = select(Run.sha256).where(its, Run.file_name != "").distinct()
    for row in await unit.rows(kept):
        runs.release_later(unit, connector.id, connector.agency, row.sha256)
    for gone in (delete(Run).where(its), delete(Connector).where(Connector.id == connector.id)):
        await unit.session.execute(gone.execution_options(synchronize_session=False))
    unit.session.expunge(connector)
    _tell(unit, connector, deleted=True)


async def pause(unit: Unit, name: str, etag: str) -> Connector:
    connector = await unit.get(Connector, name)
    connector.check_etag(etag)
    connector.pause()
    await unit.save(connector)
    _tell(unit, connector)
    return connector


async def resume(unit: Unit, name: str, etag: str) -> Connector:
    connector = await unit.get(Connector, name)
    connector.check_etag(etag)
    if connector.next_at is None:
        connector.go_on(unit.now)
        await unit.save(connector)
        _tell(unit, connector)
    return connector


async def preview(call: Call, name: str, asked: Asked, period: str) -> Preview:
    """Keeps nothing. `name` is of the connector whose secret is used where none is given."""
    known = await warehouse.form(call, asked.form)
    said = check(asked.spec, known.holds.keys(), call.settings(Settings).hosts)
    given = asked.secret
    secret = Secret.given(given) if given else await _kept_secret(call, name, said)
    check_secret(said, there=secret is not None)
    found = Found(Schedule(said.schedule, said.lag, known.type, known.window).period(call.now))
    if period:
        found.period = read_period(period, known, local_day(call.now))
    brief = replace(said, seconds=min(said.seconds, LONGEST_TEST))
    try:
        rows = await runs.look(call, brief, secret, known, found)
    except DomainError as refusal:
        return Preview(found, refusal=refusal)
    return Preview(found, rows)


async def _kept_secret(call: Call, name: str, said: Spec) -> Secret | None:
    if not name:
        return None
    async with call.read() as unit:
        row = await asking.connector(unit, name)
    same = (row.origin, row.method) == (said.origin, said.method)
    return secret_of(row, runs.seal_of(call)) if same else None


def checked(unit: Unit, spec: Spec, form: Form) -> Spec:
    return check(spec, form.holds.keys(), unit.settings(Settings).hosts)


def _tell(unit: Unit, connector: Connector, *, deleted: bool = False) -> None:
    unit.emit(
        events.ConnectorChanged(
            connector=name_of("connectors", connector.id),
            agency=name_of("agencies", connector.agency),
            deleted=deleted,
            paused=connector.next_at is None,
        )
    )
