"""The tables are those of the models, and what belongs to an agency is seen by its people only."""

import asyncio
import re
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest
from tools import catalogue

from saola.kit import migrate
from saola.kit.app import App
from saola.testing.plugin import Site
from tests.architecture import tree

APPS = {name: app for name, app in catalogue.apps().items() if app.tables is not None}
MIGRATIONS = {
    app.name: sorted(
        tree.HERE.glob(f"services/{app.name}/src/saola/services/{app.name}/migrations/*.py")
    )
    for app in APPS.values()
} | {"kit": sorted(tree.HERE.glob("libs/kit/src/saola/kit/migrations/*.py"))}
every_app = pytest.mark.parametrize("app", APPS.values(), ids=APPS)
every_owner = pytest.mark.parametrize("owner", MIGRATIONS)


async def asked(site: Site, app: App, statement: str, role: str, *given: str) -> list[str]:
    connection = await asyncpg.connect(site.url(role, app.name).replace("+asyncpg", ""))
    try:
        return [row[0] for row in await connection.fetch(statement, *given)]
    finally:
        await connection.close()


@every_app
async def test_the_tables_are_those_of_the_migrations(site: Site, app: App) -> None:
    await site.database(app)
    assert app.tables is not None
    url = site.url(f"{app.name}_owner", app.name)
    await asyncio.to_thread(migrate.check, url, app.name, app.package, app.tables)


@every_app
async def test_what_belongs_to_an_agency_has_its_policy_and_forces_it(site: Site, app: App) -> None:
    await site.database(app)
    owner = f"{app.name}_owner"
    columns = """select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
        where a.attname = 'agency' and c.relkind in ('r', 'p')
        and c.relnamespace = 'public'::regnamespace
        and has_table_privilege($1::text, c.oid, 'select')"""
    forced = """select c.relname from pg_class c where c.relrowsecurity and c.relforcerowsecurity
        and exists (select from pg_policies p where p.tablename = c.relname)"""
    secured = set(await asked(site, app, forced, owner))
    open_to_all = await asked(site, app, OPEN, owner)
    tree.complain(
        f"{app.name}: the table {table} has an agency; call secure({table!r}) in its migration."
        for table in set(await asked(site, app, columns, owner, app.name)) - secured - {"lineage"}
    )
    tree.complain(f"{app.name}: the policy {it} lets everybody in." for it in open_to_all)


# Policies that say yes to everybody, but for the system's own role.
OPEN = """select tablename || '.' || policyname from pg_policies
    where schemaname = 'public' and coalesce(qual, 'true') = 'true'
    and not exists (select from unnest(roles) r where r like '%\\_system')
    and cmd <> 'INSERT'"""


@every_app
async def test_the_login_owns_nothing_and_no_policy_can_be_passed_by(site: Site, app: App) -> None:
    await site.database(app)
    owned = await asked(
        site,
        app,
        """select relname from pg_class c join pg_roles r on r.oid = c.relowner
        where r.rolname in ($1::text, $1::text || '_system')""",
        app.name,
        app.name,
    )
    assert owned == [], f"{app.name} owns {owned}: only {app.name}_owner creates tables."
    mighty = await asked(
        site,
        app,
        """select rolname from pg_roles where starts_with(rolname, $1::text)
        and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)""",
        app.name,
        app.name,
    )
    assert mighty == []


@every_app
async def test_without_a_scope_no_row_is_seen(site: Site, app: App) -> None:
    await site.database(app)
    forced = "select relname from pg_class where relforcerowsecurity"
    for table in await asked(site, app, forced, app.name):
        with suppress(asyncpg.InsufficientPrivilegeError):  # where it may not even look
            assert await asked(site, app, f"table {table}", app.name) == [], table


@every_owner
def test_migrations_have_four_digits_and_follow_one_another(owner: str) -> None:
    files = [file for file in MIGRATIONS[owner] if file.name != "__init__.py"]
    assert files, f"{owner} has no migration."
    problems, before = [], None
    for number, file in enumerate(files, 1):
        source, wanted = file.read_text(), f"{number:04}"
        if not re.fullmatch(rf"{wanted}_[a-z0-9_]+", file.stem):
            problems.append(f"{where(file)}: call it {wanted}_what_changed.py.")
        if f'revision = "{wanted}"' not in re.sub(r": str( \| None)? =", " =", source):
            problems.append(f'{where(file)}: write revision = "{wanted}".')
        follows = "None" if before is None else f'"{before}"'
        if f"down_revision = {follows}" not in re.sub(r": str( \| None)? =", " =", source):
            problems.append(f"{where(file)}: write down_revision = {follows}; there is one head.")
        if re.search(r"\bdrop_(column|table)\b", source) and "# unused since" not in source:
            problems.append(f"{where(file)}: say `# unused since <version>` beside what it drops.")
        if re.search(r"^def downgrade", source, re.MULTILINE):
            problems.append(f"{where(file)}: there is no way down; take downgrade out.")
        before = wanted
    tree.complain(problems)


def where(file: Path) -> Path:
    return file.relative_to(tree.HERE)
