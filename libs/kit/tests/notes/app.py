"""The notes service, put together."""

from saola.kit.app import App

from . import api, models

app = App("notes", models.Base.metadata, apis=[api.notes], package=__package__)
