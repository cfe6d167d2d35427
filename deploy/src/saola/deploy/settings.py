"""What may be asked of `make up`, as variables: PORT_BASE, LISTEN, DEMO, SCALE, DATA."""

from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path

import psutil
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from saola.deploy.rows import CannotStart


class Settings(BaseSettings):
    model_config = SettingsConfigDict(hide_input_in_errors=True, env_ignore_empty=True)

    # The first of the ports; 0: the usual ones, see ports.py.
    port_base: int = Field(default=0, ge=0, le=60000)
    # The one address of this machine where people and systems reach the site. The parts below
    # (PostgreSQL, NATS, S3) stay on loopback.
    listen: str = "127.0.0.1"
    # 1: with the demo province and its accounts. 0: empty.
    demo: bool = True
    # Which part of the demo's communes: 0.1 is a tenth.
    scale: float = Field(default=1.0, gt=0, le=1)
    # Where everything is that the site remembers.
    data: Path = Path(".data")
    # The agency at the top of an empty site.
    province: str = "Ủy ban nhân dân tỉnh"

    @field_validator("listen")
    @classmethod
    def _one_address(cls, given: str) -> str:
        if ip_address(given).is_unspecified:
            raise ValueError("name the one address by which others reach this machine")
        return given

    @field_validator("data")
    @classmethod
    def _whole(cls, given: Path) -> Path:
        return given.resolve()


def load() -> Settings:
    """From the environment; CannotStart names the wrong variable."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise CannotStart(f"{str(first['loc'][0]).upper()}: {first['msg']}.") from None


def handed_on(prefixes: Iterable[str] = ("SAOLA_", "OTEL_")) -> dict[str, str]:
    """What whoever starts the site wants its services to be told."""
    given = psutil.Process().environ()
    return {key: value for key, value in given.items() if key.startswith(tuple(prefixes))}
