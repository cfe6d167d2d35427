"""A random history gives the same answers as the model, now and as of any moment before."""

from pathlib import Path

import pytest
from services.warehouse.tests.model.run import Asked, run

from saola.testing.plugin import World


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_history_with_kills_is_what_it_is_on_paper(
    world: World, tmp_path: Path, seed: int
) -> None:
    found = await run(
        world,
        tmp_path / "warehouse.log",
        Asked(seed, operations=80, moments=2, kills=1),
        lambda _: None,
    )
    assert found.kills
