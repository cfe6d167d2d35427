"""What becomes of obligations when agencies are closed: they end, and the successor goes on."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import or_, select

from saola.apis.warehouse.v1 import events_pb2 as events
from saola.kit.call import Unit
from saola.kit.names import id_of
from saola.services.warehouse.domain.obligations import Cause
from saola.services.warehouse.domain.reorganisations import Closing, inherited
from saola.services.warehouse.models.obligations import Obligation
from saola.services.warehouse.queries import forms, obligations
from saola.services.warehouse.queries.obligations import closings
from saola.services.warehouse.usecases.obligations import keep, lock, make


async def take(unit: Unit, agency: str) -> None:
    """What follows once an agency is here as identity has it."""
    await settle(unit, [id_of("agencies", agency)])
    unit.emit(events.AgencyTaken(agency=agency))


async def settle(unit: Unit, agencies: Collection[UUID] | None = None) -> None:
    """Ends what these agencies, or all, would owe after they are closed, and has their successors
    go on with it. It may be called any number of times: only what goes on beyond the end of its
    agency is touched, so that whatever people decide later stays decided.

    A successor may have been closed too, and told of sooner: then it is its turn next.
    """
    waiting = list(await closings.of(unit, agencies))
    while waiting:
        closed = waiting.pop(0)
        left = await _left_behind(unit, closed)
        for obligation in left:
            await _pass_on(unit, obligation, closed)
        if left and closed.successor:
            waiting += await closings.of(unit, [closed.successor])


async def _left_behind(unit: Unit, closed: Closing) -> Sequence[Obligation]:
    """What goes on after the end of its agency, under the locks of its forms."""
    wanted = select(Obligation).where(
        Obligation.agency == closed.agency,
        or_(
            Obligation.valid_to.is_(None),
            (Obligation.valid_to > closed.on) & (Obligation.valid_to > Obligation.valid_from),
        ),
    )
    await lock(unit, {one.form for one in await unit.session.scalars(wanted)})
    fresh = wanted.order_by(Obligation.id).execution_options(populate_existing=True)
    return list(await unit.session.scalars(fresh))


async def _pass_on(unit: Unit, obligation: Obligation, closed: Closing) -> None:
    whole, form = obligation.term, obligation.form
    obligation.close(closed.on)
    await keep(unit, obligation, Cause.CLOSED)
    if closed.successor is None or not await forms.is_published(unit, form):
        return
    owed = [term for _, term in await obligations.terms(unit, closed.successor, form)]
    for term in inherited(whole, closed.on, owed):
        heir = Obligation.oblige(closed.successor, form, term, unit.now, obligation.id)
        await make(unit, heir, Cause.TAKEN_OVER)
