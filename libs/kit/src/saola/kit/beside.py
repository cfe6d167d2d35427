"""What runs beside the answers of a service: its relay, its follower, its own work and workers."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Self

from saola.kit import purge, tasks
from saola.kit.audit import Sealer
from saola.kit.call import Call
from saola.kit.consumers import Follower
from saola.kit.depths import Depths
from saola.kit.jobs import Jobs, Timekeeper
from saola.kit.loops import Loop
from saola.kit.operations import Runner
from saola.kit.relay import Relay
from saola.kit.service import Service
from saola.kit.start import until_there

if TYPE_CHECKING:
    from saola.kit.app import App


@dataclass(frozen=True)
class Beside:
    """The loops by name; and the follower, which tests and operators may touch."""

    loops: dict[str, Loop]
    follower: Follower | None

    @classmethod
    def of(cls, app: "App", service: Service, ails: MutableMapping[str, str]) -> Self:
        call = Call.own(service)
        loops: dict[str, Loop] = {worker.__name__: partial(worker, call) for worker in app.workers}
        follower = None
        if app.tables is not None:
            loops["objects"] = partial(until_there, "objects", service.store.there, ails)
            loops["audit"] = Sealer(service).run
            loops["news"] = partial(service.news.run, service)
            loops["relay"] = Relay(service).run
            loops["jobs"] = Timekeeper(service, _jobs(app)).run
            loops["depths"] = Depths(service, follows=app.consumers is not None).run
        if app.tasks:
            loops["tasks"] = tasks.worker(service, app.tasks).run
        if app.operations:
            loops["operations"] = Runner(service, app.operations).run
        if app.consumers:
            follower = Follower(service, app.consumers)
            loops["consumers"] = follower.run
        return cls(loops, follower)


def _jobs(app: "App") -> Jobs:
    """Its own, and what the kit does by the clock for every service."""
    jobs = Jobs()
    jobs.jobs = purge.clock.jobs | (app.jobs.jobs if app.jobs else {})
    return jobs
