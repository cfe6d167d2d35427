"""Keys and secrets change while a service runs, and an issuer that is away takes nobody along."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from saola.kit import tokens
from saola.kit.errors import Unauthenticated
from saola.kit.tokens import Issuer
from saola.testing.issuer import LocalIssuer, issuer


@asynccontextmanager
async def known(local: LocalIssuer, patience: float = 0) -> AsyncIterator[Issuer]:
    one = Issuer(local.url, "notes", lambda: "-", patience=patience)
    try:
        yield one
    finally:
        await one.close()


async def test_a_new_key_is_learned_and_a_withdrawn_one_forgotten() -> None:
    with issuer() as local:
        async with known(local) as ours:
            old = local.token("mai")
            assert (await ours.caller(old)).id == "mai"
            local.renew()
            assert (await ours.caller(local.token("lan"))).id == "lan"
            with pytest.raises(Unauthenticated):
                await ours.caller(old)


async def test_keys_are_not_fetched_for_each_token_that_somebody_makes_up() -> None:
    with issuer() as local:
        async with known(local, patience=60) as ours:
            await ours.caller(local.token("mai"))
            for _ in range(20):
                with pytest.raises(Unauthenticated):
                    await ours.caller(LocalIssuer(local.url).token("mai"))
            assert local.asked["/keys"] == 1


async def test_the_last_keys_stay_while_the_issuer_is_away() -> None:
    with issuer() as local:
        async with known(local) as ours:
            await ours.caller(local.token("mai"))
            local.away = True
            assert (await ours.caller(local.token("lan"))).id == "lan"
            with pytest.raises(Unauthenticated):
                await ours.caller(LocalIssuer(local.url).token("x"))


async def test_before_the_first_keys_an_issuer_that_is_away_is_no_fault_of_the_caller() -> None:
    with issuer() as local:
        local.away = True
        async with known(local) as ours:
            with pytest.raises(httpx.HTTPError):
                await ours.caller(local.token("mai"))
            local.away = False
            assert (await ours.caller(local.token("mai"))).id == "mai"


async def test_a_token_that_was_good_is_not_good_for_ever() -> None:
    with issuer() as local:
        async with known(local) as ours:
            token = local.token("mai", exp=int(time.time()) - tokens.SKEW + 2)
            assert (await ours.caller(token)).id == "mai"
            ours.clock = lambda: time.time() + 3
            with pytest.raises(Unauthenticated):
                await ours.caller(token)


async def test_our_own_token_is_fetched_once_until_it_ends() -> None:
    with issuer() as local:
        async with known(local) as ours:
            first = await ours.own_token()
            assert await ours.own_token() == first
            assert local.asked["/token"] == 1
            assert (await ours.caller(first)).service == "notes"


async def test_a_secret_is_read_anew_each_time() -> None:
    secrets = iter(["old", "new"])
    with issuer() as local:
        local.lifetime = 1
        ours = Issuer(local.url, "notes", lambda: next(secrets))
        for secret in ("old", "new"):
            await ours.own_token()
            assert local.secret == secret
        await ours.close()
