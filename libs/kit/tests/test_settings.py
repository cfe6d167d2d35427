"""Settings have defaults that work on one machine, and say in one sentence what is wrong."""

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings, SettingsConfigDict

from saola.kit.secrets import NoSecret
from saola.kit.settings import Platform, WrongSettings, load


class Kitchen(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SAOLA_KITCHEN_")

    pots: int = 3


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Platform.model_fields:
        monkeypatch.delenv(f"SAOLA_{name.upper()}", raising=False)
    monkeypatch.setenv("SAOLA_SECRETS", str(tmp_path))


def test_a_service_is_found_by_its_name_and_its_port(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(Platform).peer("identity") == "127.0.0.1:50051"
    assert load(Platform).listens("warehouse") == "127.0.0.1:50052"
    monkeypatch.setenv("SAOLA_PEERS", "dns:///{0}:{1}")
    monkeypatch.setenv("SAOLA_PORTS", '{"warehouse": 6000}')
    assert load(Platform).peer("warehouse") == "dns:///warehouse:6000"
    assert load(Platform).peer("documents") == "dns:///documents:50051"


def test_each_service_has_its_own_login_and_its_owner_another(tmp_path: Path) -> None:
    (tmp_path / "database-warehouse").write_text("a\n")
    (tmp_path / "owner-warehouse").write_text("b:/@\n")
    there = "127.0.0.1:5432/warehouse"

    assert load(Platform).database_url("warehouse") == f"postgresql+asyncpg://warehouse:a@{there}"
    owner = load(Platform).owner_url("warehouse")
    assert owner == f"postgresql+asyncpg://warehouse_owner:b%3A%2F%40@{there}"


def test_a_secret_that_changes_is_read_anew(tmp_path: Path) -> None:
    platform = load(Platform)
    (tmp_path / "database-warehouse").write_text("old")
    assert ":old@" in platform.database_url("warehouse")
    (tmp_path / "database-warehouse").write_text("new")
    assert ":new@" in platform.database_url("warehouse")


def test_a_secret_that_is_missing_or_blank_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoSecret, match=r"client-warehouse cannot be read: No such file"):
        load(Platform).secret("client-warehouse")
    (tmp_path / "client-warehouse").write_text(" \n")
    with pytest.raises(NoSecret, match="client-warehouse is empty"):
        load(Platform).secret("client-warehouse")


def test_a_password_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAOLA_DATABASE", "postgresql+asyncpg://{0}:hush@there/{0}")
    assert ":hush@" in load(Platform).database_url("warehouse")
    assert "hush" not in repr(load(Platform))


def test_times_are_in_iso_8601(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAOLA_KEEP_ANSWERS", "P2D")
    assert load(Platform).keep_answers == timedelta(days=2)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("SAOLA_KITCHEN_POTS", "many", "SAOLA_KITCHEN_POTS: Input should be a valid integer"),
        ("SAOLA_KITCHEN_POT", "3", "SAOLA_KITCHEN_POT is set, but there is no such setting."),
    ],
)
def test_a_wrong_setting_of_a_service_is_named_and_its_value_is_not(
    key: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(key, value)
    with pytest.raises(WrongSettings, match=sentence):
        load(Kitchen)


def test_a_wrong_setting_of_the_platform_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAOLA_KEEP_INBOX", "a month")
    with pytest.raises(WrongSettings, match="SAOLA_KEEP_INBOX: ") as no:
        load(Platform)
    assert "a month" not in str(no.value)
