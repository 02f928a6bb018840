"""The command line run in-process over the labelled world."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hunts.cli import main
from tests.hunts.labelled import HOME, world

WHEN = ["--from", "2026-11-22T12:00:00Z", "--to", "2026-11-22T13:00:00Z"]


@pytest.fixture(scope="session")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return world(tmp_path_factory.mktemp("world"))


@pytest.fixture
def hunts(logs: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: str) -> Result:
        given = [str(item) for item in arguments]
        if (
            given[0] in ("run", "report", "learn", "rehearse", "timeline", "cost")
            and "--logs" not in given
            and "--outputs" not in given
        ):
            given += ["--logs", str(logs), "--home", HOME, *WHEN]
        return CliRunner().invoke(main, given)

    return run
