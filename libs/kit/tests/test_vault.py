"""What an edge remembers: sealed, shared, and only for a while."""

import asyncio
from datetime import timedelta

import pytest

from saola.kit.vault import Seal, Vault, VaultSilent
from saola.testing.plugin import World

HOUR = timedelta(hours=1)


def vault(world: World, key: str = "one", bucket: str = "tests") -> Vault:
    return Vault(world.site.nats, bucket, lambda: key, HOUR)


async def test_what_is_kept_is_there_for_every_replica(world: World) -> None:
    one, other = vault(world), vault(world)
    await one.put("a", b"value")
    kept = await other.get("a")
    assert kept is not None
    assert kept.value == b"value"
    assert await other.get("b") is None
    await one.drop("a")
    assert await other.get("a") is None
    await one.close()
    await other.close()


async def test_of_many_who_replace_the_same_revision_one_does(world: World) -> None:
    store = vault(world)
    revision = await store.put("claim", b"0")
    tries = [store.replace("claim", str(n).encode(), revision) for n in range(20)]
    won = [got for got in await asyncio.gather(*tries) if got]
    assert len(won) == 1
    await store.close()


async def test_the_bucket_shows_neither_names_nor_values(world: World) -> None:
    store = vault(world, bucket="plain")
    await store.put("session/somebody", b"a token")
    kept = await world.stream.key_value("plain")
    (key,) = await kept.keys()
    assert "somebody" not in key
    assert b"token" not in ((await kept.get(key)).value or b"")
    await store.close()


async def test_with_another_secret_nothing_is_there(world: World) -> None:
    one, other = vault(world, "one"), vault(world, "two")
    await one.put("c", b"value")
    assert await other.get("c") is None
    await one.close()
    await other.close()


def test_a_sealed_value_is_bound_to_its_place() -> None:
    seal = Seal(lambda: "one")
    sealed = seal.close(b"value", "here")
    assert seal.open(sealed, "here") == b"value"
    assert seal.open(sealed, "there") is None
    assert seal.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), "here") is None
    assert seal.open(b"", "here") is None


async def test_a_broker_that_is_away_is_told_from_a_value_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("saola.kit.vault.PATIENCE", 0.2)
    with pytest.raises(VaultSilent):
        await Vault("nats://127.0.0.1:1", "tests", lambda: "one", HOUR).get("a")
