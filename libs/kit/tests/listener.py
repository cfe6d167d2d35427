"""A service that remembers what it hears, and fails on what is bad until it is mended."""

from uuid import UUID

from libs.kit.tests import trial
from sqlalchemy import select

from saola.apis.warehouse.v1.events_pb2 import FormChanged
from saola.kit.app import App
from saola.kit.call import Unit
from saola.kit.consumers import Consumers
from saola.testing.plugin import World

BAD = "bad"


class Listener:
    def __init__(self) -> None:
        self.mended, on = False, Consumers()
        self.tries = 0

        @on(FormChanged)
        async def note(unit: Unit, event: FormChanged) -> None:
            self.tries += 1
            note = trial.Note(
                agency=UUID(int=1), about=event.form, text=event.code, created_at=unit.now
            )
            await unit.add(note)
            if event.code == BAD and not self.mended:
                raise ValueError

        self.app = App("trial", trial.Base.metadata, consumers=on, package=trial.PACKAGE)


async def heard(world: World, key: str) -> list[str]:
    """What had effect, in the order of the effects."""
    async with world.unit("trial") as unit:
        rows = await unit.rows(
            select(trial.Note.text).where(trial.Note.about == key).order_by(trial.Note.number)
        )
    return [row.text for row in rows]


async def tell(world: World, key: str, *codes: str) -> None:
    async with world.unit("trial") as unit:
        for code in codes:
            unit.emit(FormChanged(form=key, code=code))
