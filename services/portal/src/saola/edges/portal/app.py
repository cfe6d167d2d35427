"""The portal service, put together."""

from saola.kit.app import App

app = App("portal")
