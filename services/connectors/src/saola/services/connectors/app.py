"""The connectors service, put together."""

from saola.kit.app import App
from saola.services.connectors import consumers, jobs, models
from saola.services.connectors.api.connectors import connectors
from saola.services.connectors.api.runs import runs
from saola.services.connectors.settings import Settings
from saola.services.connectors.usecases.runs import tasks

app = App(
    "connectors",
    models.Base.metadata,
    Settings,
    apis=[connectors, runs],
    consumers=consumers.on,
    jobs=jobs.clock,
    tasks=tasks,
)
