"""What one can do with several reports at once: each is moved or refused for itself."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from saola.kit.call import Unit
from saola.kit.errors import DeadlineExceeded, DomainError, NotFound
from saola.kit.names import id_of
from saola.services.warehouse.domain.batches import Asked, check_batch
from saola.services.warehouse.models.submissions import Submission
from saola.services.warehouse.usecases import approvals, figures, submissions


class Outcome(NamedTuple):
    """The report as it became, or why it stays as it was."""

    name: str
    became: Submission | DomainError


async def submit(unit: Unit, asked: Sequence[Asked]) -> list[Outcome]:
    async def one(it: Asked) -> Submission:
        return await submissions.send(unit, it.name, it.etag, word=it.word)

    outcomes = await _each(unit, asked, one)
    sent = [became for _, became in outcomes if isinstance(became, Submission)]
    if sent:
        await figures.recount(unit, [(report.agency, report.id) for report in sent])
    return outcomes


async def approve(unit: Unit, asked: Sequence[Asked]) -> list[Outcome]:
    async def one(it: Asked) -> Submission:
        return await approvals.approve(unit, it.name, it.etag, it.word)

    return await _each(unit, asked, one)


async def _each(
    unit: Unit, asked: Sequence[Asked], move: Callable[[Asked], Awaitable[Submission]]
) -> list[Outcome]:
    """A move refuses before it writes, and loses no race for what is locked: so what is refused
    has left nothing behind."""
    check_batch(asked)
    await _lock(unit, asked)
    return [Outcome(one.name, await _attempt(move, one)) for one in asked]


async def _attempt(
    move: Callable[[Asked], Awaitable[Submission]], one: Asked
) -> Submission | DomainError:
    try:
        return await move(one)
    except DeadlineExceeded:
        raise
    except DomainError as refusal:
        return refusal


async def _lock(unit: Unit, asked: Sequence[Asked]) -> None:
    """Always in the same order, so that two batches of the same reports do not block each other."""
    ids = Submission.id.in_(_ids(asked))
    await unit.rows(select(Submission.id).where(ids).order_by(Submission.id).with_for_update())


def _ids(asked: Sequence[Asked]) -> Iterator[UUID]:
    for one in asked:
        with suppress(NotFound):  # its turn to be refused comes
            yield id_of("submissions", one.name)
