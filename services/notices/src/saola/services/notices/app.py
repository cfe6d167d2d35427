"""The notices service, put together."""

from saola.kit.app import App
from saola.services.notices import consumers, jobs, models
from saola.services.notices.api.deliveries import deliveries
from saola.services.notices.api.notices import notices
from saola.services.notices.api.plans import plans
from saola.services.notices.api.preferences import preferences
from saola.services.notices.api.templates import templates
from saola.services.notices.settings import Settings
from saola.services.notices.usecases.deliveries import tasks

app = App(
    "notices",
    models.Base.metadata,
    Settings,
    apis=[notices, deliveries, preferences, templates, plans],
    consumers=consumers.on,
    jobs=jobs.clock,
    tasks=tasks,
)
