"""A release has one version in all its places."""

from datetime import date
from pathlib import Path
from shutil import copytree

import pytest
from tools import release

from tests.architecture.tree import HERE

DAY = date(2026, 12, 1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for place in ("services/identity", "charts/identity"):
        copytree(HERE / place, tmp_path / place)
    return tmp_path


def test_project_chart_and_changelog_get_the_version(root: Path) -> None:
    for file in release.release(root, "identity", "7.8.9", DAY):
        assert "7.8.9" in file.read_text(), file
    chart = (root / "charts/identity/Chart.yaml").read_text()
    assert chart.count("7.8.9") == 2
    log = (root / "services/identity/CHANGELOG.md").read_text()
    assert log.index("## Unreleased") < log.index("## 7.8.9 (2026-12-01)")


def test_what_is_no_release_is_refused(root: Path) -> None:
    with pytest.raises(SystemExit, match="There is no service nobody"):
        release.release(root, "nobody", "1.0.0", DAY)
    with pytest.raises(SystemExit, match="is no version"):
        release.release(root, "identity", "v1", DAY)
    release.release(root, "identity", "1.0.0", DAY)
    with pytest.raises(SystemExit, match="says nothing under"):
        release.release(root, "identity", "1.0.1", DAY)
