"""The knobs of the connectors."""

from datetime import timedelta

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SAOLA_CONNECTORS_")

    # Where one may fetch: `api.example.vn` or `https://*.example.vn` by HTTPS, `http://10.1.2.3:8080`
    # as it stands there. Empty: nowhere.
    hosts: list[str] = []
    # Which inside addresses a host's name may lead to, as `10.1.2.0/24`. Empty: none; loopback,
    # link-local and private addresses are never reached then, whatever their name.
    networks: list[str] = []
    # A file with the certificates of those who sign the sources'. Empty: those of the system.
    certificates: str = ""
    # How far back runs are made up for that were missed while the service was down.
    catch_up: timedelta = timedelta(days=35)
    # How long runs are kept, and how long what they fetched is.
    keep_runs: timedelta = timedelta(days=400)
    keep_files: timedelta = timedelta(days=30)
