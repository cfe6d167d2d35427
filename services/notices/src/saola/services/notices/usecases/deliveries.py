"""What leaves for an official by a channel: queued with the notice, sent by own work.

A message is claimed in one unit, sent between two, and noted in the next. Who is killed in between
sends it again under the same Message-ID and with the same words: mail knows no better.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import Row, and_, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from saola.kit.call import Call, Unit
from saola.kit.tasks import Tasks
from saola.services.notices import peers
from saola.services.notices.domain import deliveries as domain
from saola.services.notices.domain import preferences as wishing
from saola.services.notices.domain.deliveries import Outcome, State, Waiting
from saola.services.notices.domain.preferences import Channel, Patience, Wishes
from saola.services.notices.formats.deliveries import Line, Parcel
from saola.services.notices.models.deliveries import Delivery
from saola.services.notices.models.notices import Notice
from saola.services.notices.queries import deliveries, preferences
from saola.services.notices.settings import Settings

BATCH: Final = 1000
WHY: Final = "send what officials are told"
tasks = Tasks()


async def queue(unit: Unit, notices: Sequence[Row[Any]], *, urgent: bool) -> None:
    """For each notice a delivery by each channel that its official wants and the site has."""
    settings = unit.settings(Settings)
    patience = Patience(settings.patience, settings.urgent_patience)
    wishes = await preferences.wishes(unit, {notice.official for notice in notices})
    rows = list[dict[str, Any]]()
    for notice in notices:
        wished = wishes[notice.official]
        due = wishing.due(unit.now, wished, patience, urgent=urgent)
        for channel in wished.channels:
            if peers.address(settings, channel):
                rows.append(_row(unit, notice, channel, due, urgent=urgent))
                _later(unit, notice.official, channel, due)
    if rows:
        await unit.session.execute(insert(Delivery).values(rows))


@tasks
async def deliver(call: Call, payload: Mapping[str, Any]) -> None:
    """Sends what is due, as one message; what has been sent meanwhile is nothing to do."""
    official, channel = UUID(payload["official"]), Channel(payload["channel"])
    async with call.unit(system=WHY) as unit:
        parcel = await _claim(unit, official, channel)
    if parcel:
        outcome = await peers.send(call, parcel)
        async with call.unit(system=WHY) as unit:
            await _note(unit, parcel, outcome)


async def retry(unit: Unit, name: str, etag: str) -> Delivery:
    delivery = await unit.get(Delivery, name)
    delivery.check_etag(etag)
    delivery.queue_again(unit.now)
    await unit.save(delivery)
    _later(unit, delivery.official, delivery.channel, unit.now)
    unit.audit("retry", subject=delivery.name, agency=delivery.agency)
    return delivery


async def forget(unit: Unit, read: datetime, every: datetime) -> int:
    """Deletes a batch of what was read before `read` was a day, or came before `every` was."""
    old = select(Notice.id).where(
        or_(Notice.created_at < every, and_(Notice.created_at < read, Notice.read_at < read))
    )
    ids = [row.id for row in await unit.rows(old.limit(BATCH))]
    for table, column in ((Delivery, Delivery.notice), (Notice, Notice.id)):
        gone = delete(table).where(column.in_(ids))
        await unit.session.execute(gone.execution_options(synchronize_session=False))
    return len(ids)


async def _claim(unit: Unit, official: UUID, channel: Channel) -> Parcel | None:
    """What is to leave now: a message that was begun before, else a new one of what is queued."""
    rows = await deliveries.open_to(unit, official, channel)
    wishes = (await preferences.wishes(unit, [official]))[official]
    begun = [row for row in rows if row.state is State.SENDING and row.due_at <= unit.now]
    message = begun[0].message if begun else uuid4()
    ids = [row.id for row in begun if row.message == message]
    if not ids:
        queued = [
            Waiting(row.id, row.due_at, row.urgent) for row in rows if row.state is State.QUEUED
        ]
        await _hold(unit, official, channel, domain.held(queued, unit.now, wishes), wishes)
        ids = domain.leaving(queued, unit.now, wishes)
    if not ids or await _must_wait(unit, official, channel):
        return None
    change = {"state": State.SENDING, "message": message, "attempts": Delivery.attempts + 1}
    await _update(unit, ids, **change)
    mine = [row for row in rows if row.id in set(ids)]
    told = await deliveries.notices(unit, [row.notice for row in mine])
    language = wishes.language
    lines = [Line.of(row, language) for row in told]
    return Parcel(message, official, channel, language, mine[0].attempts + 1, lines, unit.now)


async def _hold(
    unit: Unit, official: UUID, channel: Channel, ids: Sequence[UUID], wishes: Wishes
) -> None:
    """What was to leave before the quiet hours leaves after them."""
    if ids and wishes.quiet:
        morning = wishes.quiet.over(unit.now)
        await _update(unit, ids, due_at=morning)
        _later(unit, official, channel, morning)


async def _must_wait(unit: Unit, official: UUID, channel: Channel) -> bool:
    """Whether the channel has had its measure of this minute; then it is tried when it has not."""
    rate = peers.rate(unit.settings(Settings), channel)
    since = unit.now - timedelta(minutes=1)
    free = domain.free_at(await deliveries.measure_filled(unit, channel, since, rate), unit.now)
    if free > unit.now:
        _later(unit, official, channel, free)
    return free > unit.now


async def _note(unit: Unit, parcel: Parcel, outcome: Outcome) -> None:
    state, code, again = domain.after(outcome, parcel.attempts, unit.now)
    sent = unit.now if state is State.SENT else None
    change = {"state": state, "code": code, "sent_at": sent, "version": Delivery.version + 1}
    given = update(Delivery).where(Delivery.message == parcel.message).values(change)
    if again:
        given = given.values(due_at=again)
        _later(unit, parcel.official, parcel.channel, again)
    await unit.session.execute(given.execution_options(synchronize_session=False))


async def _update(unit: Unit, ids: Sequence[UUID], **change: Any) -> None:
    given = update(Delivery).where(Delivery.id.in_(ids))
    given = given.values(version=Delivery.version + 1, **change)
    await unit.session.execute(given.execution_options(synchronize_session=False))


def _later(unit: Unit, official: UUID, channel: Channel, due: datetime) -> None:
    """One message at a time to one official by one channel."""
    key = f"{channel} officials/{official}"
    unit.task(deliver, key=key, not_before=due, official=official, channel=channel.value)


def _row(
    unit: Unit, notice: Row[Any], channel: Channel, due: datetime, *, urgent: bool
) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "version": 1,
        "created_at": unit.now,
        "notice": notice.id,
        "official": notice.official,
        "agency": notice.agency,
        "channel": channel,
        "state": State.QUEUED,
        "urgent": urgent,
        "attempts": 0,
        "code": "",
        "message": None,
        "due_at": due,
        "sent_at": None,
    }
