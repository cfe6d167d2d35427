"""What a chart does not take, and the sentence with which it says so."""

import secrets
from typing import Any

import helm_python as helm
import pytest
from tools import render

from tests.charts import site
from tests.charts.site import of

GLOBAL = {"secrets": "existing", "issuer": "https://login.example/realms/saola"}
GIVEN = GLOBAL | {"secrets": "given"}


def strong() -> dict[str, str]:
    return {key: secrets.token_hex(16) for key in ("client", "database", "owner")}


def identity(**values: Any) -> list[site.Object]:
    return render.rendered(site.charts() / "identity", {"global": GLOBAL} | values)


def test_who_signs_the_tokens_must_be_said() -> None:
    with pytest.raises(helm.HelmError, match=r"global.issuer: say which realm signs the tokens"):
        identity(**{"global": {"secrets": "existing"}})


def test_where_the_secrets_come_from_must_be_said() -> None:
    with pytest.raises(
        helm.HelmError, match=r"global.secrets: say `existing` if the Secrets of id"
    ):
        identity(**{"global": GLOBAL | {"secrets": ""}})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "identity.secrets.given.owner: is blank"),
        ("changeme", "identity.secrets.given.owner: is a word that everybody tries first"),
        ("saola-owner-2026-x", "identity.secrets.given.owner: is a word that everybody tries"),
        ("Abcdefgh-1", "identity.secrets.given.owner: has fewer than 16 letters"),
        ("aaaaaaaaaaaaaaaaaaaa", "identity.secrets.given.owner: has too few different letters"),
    ],
)
def test_a_blank_or_guessable_secret_is_refused(given: str, said: str) -> None:
    with pytest.raises(helm.HelmError, match=said):
        identity(**{"global": GIVEN, "secrets": {"given": strong() | {"owner": given}}})


def test_who_serves_and_who_owns_have_different_secrets() -> None:
    given = strong()
    with pytest.raises(helm.HelmError, match="owner and database are the same"):
        identity(**{"global": GIVEN, "secrets": {"given": given | {"owner": given["database"]}}})


def test_a_secret_of_no_use_is_refused() -> None:
    with pytest.raises(helm.HelmError, match=r"given.ownre: there is no such secret; there are: "):
        identity(**{"global": GIVEN, "secrets": {"given": strong() | {"ownre": "x"}}})
    with pytest.raises(helm.HelmError, match=r"global.secrets is existing, so give none here"):
        identity(secrets={"given": strong()})


def test_strong_secrets_that_are_given_become_two_secrets() -> None:
    made = of(identity(**{"global": GIVEN, "secrets": {"given": strong()}}), "Secret")
    keys = {name: sorted(it["stringData"]) for name, it in made.items()}
    assert keys == {"identity-serve": ["client", "database"], "identity-migrate": ["owner"]}


@pytest.mark.parametrize("chart", render.charts(), ids=lambda chart: chart.name)
def test_a_value_that_nobody_knows_is_refused(chart: site.Path) -> None:
    copied = site.charts() / chart.relative_to(render.HERE / "charts")
    for values in ({"replica": 3}, {"global": {"isuer": "x"}}):
        with pytest.raises(helm.HelmError, match=r"replica|isuer"):
            render.rendered(copied, {"global": GLOBAL} | values)


@pytest.mark.parametrize(
    "values",
    [{"replicas": "two"}, {"replicas": -1}, {"callers": "portal"}, {"settings": {"no": "such"}}],
    ids=str,
)
def test_a_value_of_another_kind_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(helm.HelmError):
        identity(**values)


def test_where_people_sign_in_must_be_said() -> None:
    with pytest.raises(helm.HelmError, match=r"keycloak.address: say where people sign in"):
        site.small(keycloak={"address": ""})
