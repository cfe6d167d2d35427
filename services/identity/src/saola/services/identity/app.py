"""The identity service, put together."""

from saola.kit.app import App
from saola.services.identity import jobs
from saola.services.identity.api import agencies, areas, calendar, delegations, officials
from saola.services.identity.models import Base
from saola.services.identity.settings import Settings
from saola.services.identity.usecases.officials import tasks

app = App(
    "identity",
    Base.metadata,
    Settings,
    apis=[
        agencies.agencies,
        areas.areas,
        calendar.calendar,
        officials.officials,
        delegations.delegations,
    ],
    jobs=jobs.clock,
    tasks=tasks,
    operations=agencies.operations,
)
