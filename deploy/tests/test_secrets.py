"""Secrets are made once, and nobody else reads them."""

from pathlib import Path

from saola.deploy.secrets import Secrets


def test_each_is_made_once_and_read_by_the_owner_alone(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path / "secrets")
    secrets.generate(["identity"])
    before = {file.name: file.read_text() for file in secrets.folder.iterdir()}
    assert {"postgres", "database-identity", "owner-identity", "client-identity"} <= before.keys()
    assert len(set(before.values())) == len(before)
    assert secrets.folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in secrets.folder.iterdir()} == {0o600}
    secrets.generate(["identity", "trial"])
    after = {file.name: file.read_text() for file in secrets.folder.iterdir()}
    assert before.items() < after.items()
    assert "client-trial" in after


def test_one_that_was_being_written_when_the_power_went_is_made_anew(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path)
    (tmp_path / ".nats.new").write_text("Sl1-ha")
    secrets.generate([])
    assert len(secrets["nats"]) > 30
    assert not (tmp_path / ".nats.new").exists()
