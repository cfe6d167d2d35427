"""The sample service, put together."""

from saola.kit.app import App
from saola.services.sample import api, consumers, jobs, models

app = App(
    "sample",
    models.Base.metadata,
    apis=[api.records],
    consumers=consumers.on,
    jobs=jobs.clock,
)
