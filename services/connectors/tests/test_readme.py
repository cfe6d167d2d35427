"""What the README shows runs as it stands there."""

import asyncio
import re
from pathlib import Path
from runpy import run_path
from typing import Any

from services.connectors.tests import make
from services.connectors.tests.source import Source

from saola.apis.warehouse.v1 import submissions_pb2 as submissions
from saola.client.site import Site
from saola.testing.plugin import World

README = Path(__file__).parent.parent / "README.md"


def example(name: str, folder: Path) -> Any:
    """The function of that name, out of the block of Python that defines it."""
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    [block] = [one for one in blocks if f"def {name}(" in one]
    file = folder / f"{name}.py"
    file.write_text(block, encoding="utf-8")
    return run_path(str(file))[name]


def site(world: World) -> Site:
    addresses = {name: world.addresses.format(name) for name in ("warehouse", "connectors")}
    return Site(world.site.issuer.url, addresses, "")


async def test_a_connector_is_tried_and_kept(world: World, peer: Source, tmp_path: Path) -> None:
    form = await make.province(world)
    peer.say('{"data": {"khoa": [{"luot": 70}, {"luot": 50}]}}')
    token = world.person("steward-1", "steward", of=make.ROOT).token
    connect, agency = example("connect", tmp_path), make.agency(make.HEALTH)
    url = f"{peer.url}/so-lieu?ngay={{period}}"
    made = await asyncio.to_thread(connect, site(world), lambda: token, agency, form, url)
    run = await make.run(world, made, "2026-11-20")
    assert (run.stored, peer.headers[-1]["authorization"]) == (1, "Bearer khoa-cua-nguon")
    assert await make.reported(world) == {"2026-11-20": {"kham": "120"}}


async def test_a_system_of_an_agency_pushes(world: World, tmp_path: Path) -> None:
    form = await make.province(world)
    system = world.person("integrator", "reporter", of=make.HEALTH, title="system")
    report = submissions.Submission(
        agency=make.agency(make.HEALTH),
        form=form,
        period="2026-11-20",
        values=[submissions.Value(item="kham", value="1204")],
    )
    push = example("push", tmp_path)
    sent = await asyncio.to_thread(push, site(world), lambda: system.token, report)
    assert sent.state == submissions.Submission.STATE_SUBMITTED
    assert await make.reported(world) == {"2026-11-20": {"kham": "1204"}}
