"""What the realm is made from: the same variables on one machine and in a cluster."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SAOLA_", hide_input_in_errors=True)

    # The address of the realm, as tokens name it.
    issuer: str = "http://127.0.0.1:8080/realms/saola"
    # Where Keycloak answers us, if not there.
    keycloak: str = ""
    # The services and edges that ask for tokens of their own, with commas between.
    clients: str = "identity,portal,warehouse"
    # Where people and browsers reach the portal; and where Keycloak does, if not there.
    portal: str = "http://127.0.0.1:8000"
    portal_inside: str = ""
    # The folder with `keycloak-admin` and `client-<name>`.
    secrets: Path = Path(".data/secrets")
    # The agency of the example of a department's system; empty: without it.
    integrator: str = ""

    def secret(self, name: str) -> str:
        return (self.secrets / name).read_text(encoding="utf-8").strip()

    @property
    def server(self) -> str:
        return self.keycloak or self.issuer.partition("/realms/")[0]
