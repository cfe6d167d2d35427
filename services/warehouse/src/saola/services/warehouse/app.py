"""The warehouse service, put together."""

from saola.kit.app import App

app = App("warehouse")
