"""Whoever looks after a site sees what was set aside, and has it done again while it runs."""

import asyncio

import typer
from libs.kit.tests.listener import BAD, Listener, heard, tell
from libs.kit.tests.test_work import Doer, owe
from sqlalchemy import update
from typer.testing import CliRunner

from saola.kit import redrive
from saola.kit.app import App
from saola.kit.owed import work
from saola.testing.world import World


async def run(world: World, app: App, *words: str) -> str:
    """What the command says to `saola WORDS`."""
    command = typer.Typer()
    redrive.commands(command, lambda _: [app])
    platform = world.platform()
    env = {
        "SAOLA_DATABASE": platform.database.get_secret_value(),
        "SAOLA_ISSUER": platform.issuer,
        "SAOLA_SECRETS": str(platform.secrets),
    }
    said = await asyncio.to_thread(CliRunner().invoke, command, words, env=env)
    assert said.exit_code == 0, said.output
    return said.output


async def test_events_set_aside_are_listed_shown_and_driven_again(world: World) -> None:
    listener = Listener()
    await world.run(listener.app)
    await tell(world, "forms/1", BAD, "b")
    await world.settle()

    listed = await run(world, listener.app, "events", "list")
    assert listed.split("\t")[:3] == ["trial", "forms/1", "2"]
    assert listed.strip().endswith("ValueError")
    assert '"code": "bad"' in await run(world, listener.app, "events", "show", "trial", "forms/1")

    listener.mended = True
    said = await run(world, listener.app, "events", "redrive", "trial", "forms/1")
    await world.settle()
    assert said == "trial: 2 asked for.\n"
    assert await heard(world, "forms/1") == [BAD, "b"]
    assert await run(world, listener.app, "events", "list") == ""


async def test_what_is_asked_for_while_the_service_is_away_is_done_when_it_starts(
    world: World,
) -> None:
    listener = Listener()
    await world.prepare(listener.app)
    async with world.serving(listener.app):
        await tell(world, "forms/1", BAD)
        await world.settle()
    listener.mended = True
    await run(world, listener.app, "events", "redrive", "trial", "--all")
    async with world.serving(listener.app):
        await world.settle()
        assert await heard(world, "forms/1") == [BAD]


async def test_own_work_set_aside_is_listed_and_driven_again(world: World) -> None:
    doer = Doer()
    doer.broken = True
    await world.run(doer.app)
    await owe(world, doer, "a", 1)
    await world.settle()
    async with world.unit("trial") as unit:  # as if it had been tried often enough
        await unit.session.execute(update(work).values(parked_at=world.now))
    listed = await run(world, doer.app, "work", "list")
    assert listed.split("\t")[:2] == ["trial", "a"]

    doer.broken, world.now = False, world.now.replace(year=2100)
    await run(world, doer.app, "work", "redrive", "trial", "a")
    await world.settle()
    assert doer.did == [("a", 1)]
