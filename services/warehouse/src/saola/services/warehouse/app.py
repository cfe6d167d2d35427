"""The warehouse service, put together."""

from saola.kit.app import App
from saola.services.warehouse import consumers, jobs, models, web
from saola.services.warehouse.api.batches import batches
from saola.services.warehouse.api.editions import editions
from saola.services.warehouse.api.exemptions import exemptions
from saola.services.warehouse.api.figures import figures
from saola.services.warehouse.api.forms import forms
from saola.services.warehouse.api.indicators import indicators
from saola.services.warehouse.api.loads import loads
from saola.services.warehouse.api.obligations import obligations
from saola.services.warehouse.api.observations import observations
from saola.services.warehouse.api.plan_files import plan_files
from saola.services.warehouse.api.plans import plans
from saola.services.warehouse.api.quarantine import quarantine
from saola.services.warehouse.api.rates import rates
from saola.services.warehouse.api.reminders import reminders
from saola.services.warehouse.api.reports import reports
from saola.services.warehouse.api.submissions import operations, submissions
from saola.services.warehouse.api.tables import tables
from saola.services.warehouse.api.unlocks import unlocks
from saola.services.warehouse.settings import Settings

app = App(
    "warehouse",
    models.Base.metadata,
    Settings,
    apis=[
        indicators,
        forms,
        editions,
        obligations,
        exemptions,
        rates,
        submissions,
        tables,
        loads,
        batches,
        unlocks,
        quarantine,
        observations,
        reminders,
        reports,
        figures,
        plans,
        plan_files,
    ],
    consumers=consumers.on,
    jobs=jobs.clock,
    operations=operations,
    web=web.router,
)
