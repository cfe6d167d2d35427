"""The database of Keycloak, for itself: what starts slowest must not wait for our tables."""

import asyncio

import asyncpg

from saola.deploy.place import Place


def provide(place: Place) -> None:
    """It may be run again."""
    asyncio.run(
        _provide(
            place.ports["postgres"], place.secrets["postgres"], place.secrets["database-keycloak"]
        )
    )


async def _provide(port: int, superuser: str, password: str) -> None:
    connection = await asyncpg.connect(
        host="127.0.0.1", port=port, user="postgres", password=superuser, database="postgres"
    )
    try:
        if not await connection.fetchval("select 1 from pg_roles where rolname = 'keycloak'"):
            await connection.execute("create role keycloak login")
        quoted = await connection.fetchval("select quote_literal($1::text)", password)
        await connection.execute(f"alter role keycloak password {quoted}")
        known = "select 1 from pg_database where datname = 'keycloak'"
        if not await connection.fetchval(known):
            await connection.execute("create database keycloak owner keycloak")
        await connection.execute("revoke all on database keycloak from public")
    finally:
        await connection.close()
