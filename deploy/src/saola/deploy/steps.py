"""What `make up` does once and never alone: databases, realm, first administrator, demo."""

import sys

import typer

from saola.client.oidc import SignInError
from saola.client.site import Refusal
from saola.deploy import databases as work
from saola.deploy import first, settings
from saola.deploy.place import Place
from saola.deploy.realm import begin
from saola.deploy.realm.settings import Settings
from saola.deploy.rows import CannotStart

steps = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def say(line: str) -> None:
    print(line, flush=True)


@steps.command()
def databases() -> None:
    """Make or bring up to date the databases of this machine's site."""
    work.prepare(Place(settings.load()))
    say("up to date")


@steps.command()
def realm() -> None:
    """Make or bring up to date the realm in Keycloak, on one machine or in a cluster.

    It is told by SAOLA_ISSUER, SAOLA_KEYCLOAK (where Keycloak answers, if not there),
    SAOLA_CLIENTS (names with commas between), SAOLA_PORTAL, SAOLA_PORTAL_INSIDE and SAOLA_SECRETS,
    a folder with `keycloak-admin` (of the client `saola-admin`) and `client-<name>`.
    """
    changes: list[str] = []
    begin.begin(Settings(), changes.append)
    for change in changes:
        say(f"changed: {change}")
    say(f"{len(changes)} changes" if changes else "as it should be")


@steps.command()
def administrator() -> None:
    """Make the first administrator, and the agency at the top."""
    say(first.begin(Place(settings.load())))


@steps.command()
def demo() -> None:
    """Enter what is missing of the demo province."""
    first.demo(Place(settings.load()), say)


def main() -> None:
    try:
        steps()
    except (CannotStart, Refusal, SignInError) as error:
        say(str(error))
        sys.exit(1)


if __name__ == "__main__":
    main()
