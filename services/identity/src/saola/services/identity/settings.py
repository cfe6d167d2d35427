"""The knobs of identity."""

from pydantic import PositiveInt
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SAOLA_IDENTITY_")

    # The address of the realm inside the site, as the issuer's; empty: that is the issuer's own.
    keycloak: str = ""
    # The client of the realm that may keep users; its secret is `client-<name>`.
    keycloak_client: str = "identity"
    # How long an answer of Keycloak may take, in seconds.
    keycloak_patience: PositiveInt = 20
    # The letters that a first password must have at least.
    least_password: PositiveInt = 12
