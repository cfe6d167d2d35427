"""The leader's page at millions of observations: how long its questions take, over the RPC.

`python -m benchmarks.dashboard [FORMS [DAYS [AGENCIES]]]`: 30 indicators a form, by day; the usual
2, 740 and 113 make 5 million observations, and 20 forms 50 million.
"""

import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import structlog
import uvloop
from services.warehouse.tests import make

from benchmarks.load import percentile
from benchmarks.province import AGENCIES, PLACE, Province, build
from saola.apis.warehouse.v1 import figures_pb2 as figures
from saola.apis.warehouse.v1 import observations_pb2 as observations
from saola.apis.warehouse.v1.figures_pb2_grpc import FiguresServiceStub
from saola.apis.warehouse.v1.observations_pb2_grpc import ObservationsServiceStub
from saola.kit.pb import stamp
from saola.testing.plugin import World
from saola.testing.site import standing
from saola.testing.world import begun

GOAL = 0.050
CALLS = 120
WHO = ("in PostgreSQL", "in service and client")


def questions(world: World, province: Province) -> dict[str, Callable[[], Awaitable[object]]]:
    """What the pages ask: nine fields at a glance, one field, one indicator in depth."""
    leader = make.leader(world)
    glance = leader.asks(ObservationsServiceStub)
    depth = leader.asks(FiguresServiceStub)
    clerk = make.leader(world, province.agencies[5]).asks(ObservationsServiceStub)
    nine = [*province.monthly[:6], *province.daily[:3]]
    one, area = province.daily[0], f"areas/{PLACE}"
    overview = observations.ListFiguresRequest(indicators=nine, series_length=24)
    whole = observations.ListFiguresRequest(page_size=200, series_length=0)
    field = observations.ListFiguresRequest(field="field3", series_length=0)
    series = figures.GetSeriesRequest(indicator=one, count=30)
    by_agency = figures.ListBreakdownRequest(
        indicator=one, by=figures.ListBreakdownRequest.BY_AGENCY, page_size=200
    )
    by_area = figures.ListBreakdownRequest(
        indicator=one, by=figures.ListBreakdownRequest.BY_AREA, area=area, page_size=200
    )
    month, day = (
        observations.ListFiguresRequest(
            indicators=some[:1], series_length=0, as_of=stamp(world.now)
        )
        for some in (province.monthly, province.daily)
    )
    return {
        "overview: 9 indicators, all comparisons, 24 periods each": lambda: glance.ListFigures(
            overview
        ),
        "the same for one agency": lambda: clerk.ListFigures(overview),
        "one field: all its indicators": lambda: glance.ListFigures(field),
        "every indicator there is": lambda: glance.ListFigures(whole),
        "30 days of one indicator": lambda: depth.GetSeries(series),
        "one indicator by 113 agencies, ranked": lambda: depth.ListBreakdown(by_agency),
        "one indicator by 112 communes, for the map": lambda: depth.ListBreakdown(by_area),
        "one monthly indicator as of a moment": lambda: glance.ListFigures(month),
        "one daily indicator as of a moment": lambda: glance.ListFigures(day),
    }


async def measure(world: World, province: Province) -> None:
    server = await asyncpg.connect(world.site.postgres + "warehouse")
    for name, ask in questions(world, province).items():
        for _ in range(8):  # plans are cached by then
            await ask()
        seconds, rounds = [], CALLS if "every" not in name and "moment" not in name else CALLS // 6
        spent = await cpu(server)
        for _ in range(rounds):
            start = time.perf_counter()
            await ask()
            seconds.append(time.perf_counter() - start)
        used = await cpu(server)
        print(
            f"{province.values:,}: {name}: median {statistics.median(seconds) * 1e3:.0f} ms, "
            f"p95 {percentile(seconds, 0.95) * 1e3:.0f} ms, CPU "
            + ", ".join(
                f"{(now - before) / rounds * 1e3:.0f} ms {who}"
                for who, now, before in zip(WHO, used, spent, strict=True)
            )
            + (f" (goal p95 {GOAL * 1e3:.0f} ms)" if name.startswith("overview") else ""),
            flush=True,
        )
    await server.close()
    print(f"load {os.getloadavg()[0]:.0f}")


async def cpu(server: asyncpg.Connection) -> tuple[float, float]:
    """Seconds that PostgreSQL has used for the warehouse, and this process."""
    rows = await server.fetch("select pid from pg_stat_activity where datname = 'warehouse'")
    return sum(_seconds(row["pid"]) for row in rows), time.process_time()


def _seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def main(forms: int = 2, days: int = 740, units: int = AGENCIES) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with standing() as site:
        async with begun(site) as world:
            await measure(world, await build(world, forms, days, units))


if __name__ == "__main__":
    uvloop.run(main(*map(int, sys.argv[1:])))
