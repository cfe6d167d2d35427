"""The budget service, put together."""

from saola.kit.app import App
from saola.services.budget import consumers, jobs, models
from saola.services.budget.api.allocations import allocations
from saola.services.budget.api.entries import entries, operations
from saola.services.budget.api.execution import execution
from saola.services.budget.api.projects import projects
from saola.services.budget.settings import Settings

app = App(
    "budget",
    models.Base.metadata,
    Settings,
    apis=[entries, allocations, execution, projects],
    consumers=consumers.on,
    jobs=jobs.clock,
    tasks=jobs.tasks,
    operations=operations,
)
