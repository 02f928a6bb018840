"""Fixtures shared by all tests: a local AWS of the session's own, stacks run on it by the real engine, Suricata."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from localaws.launch import LocalAws
from localaws.provider import calls
from tests.pulumi_cli import Account, Stack, private_directory
from traffic.errors import SuricataMissingError
from traffic.suricata import Suricata

# Writing the whole state before and after each resource is most of what the engine does to a hub; what is killed in a
# test says so itself.
os.environ["PULUMI_SKIP_CHECKPOINTS"] = "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what may take longest, lest one process plays it while the others have nothing left to do."""

    def allowed(item: pytest.Item) -> float:
        marker = item.get_closest_marker("timeout")
        return float(marker.args[0]) if marker and marker.args else 0

    items.sort(key=allowed, reverse=True)


@pytest.fixture(scope="session")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """One local AWS per test process, started when the first test needs it."""
    local = LocalAws(Path(private_directory() or tmp_path_factory.mktemp("local-aws")))
    os.environ[calls.VARIABLE] = str(tmp_path_factory.mktemp("calls") / "calls.jsonl")
    try:
        yield Account(local, local.ensure())
    finally:
        # Also where it can't be had: it may have started one of its processes.
        local.stop()


@pytest.fixture
def local_aws(account: Account) -> Account:
    """The local AWS, empty at the start of the test."""
    requests.post(account.env["AWS_ENDPOINT_URL"] + "/moto-api/reset", timeout=30).raise_for_status()
    # Stacks whose resources went with it would stand in the way of others of the same name.
    shutil.rmtree(account.local.state / ".pulumi" / "stacks", ignore_errors=True)
    return account


@pytest.fixture
def pulumi_stack(local_aws: Account, tmp_path: Path) -> Callable[..., Stack]:
    """Make a stack: pulumi_stack(program_folder_or_source, config={…}); nothing is deployed yet."""
    made: list[Stack] = []

    def make(program: Path | str, config: dict[str, Any] | None = None, name: str = "test") -> Stack:
        stack = Stack(local_aws, tmp_path / f"project-{len(made)}", program, name, config or {})
        made.append(stack)
        return stack

    return make


@pytest.fixture
def at_a_terminal() -> Iterator[None]:
    """Signals as somebody at a terminal has them: what runs in the background ignores Ctrl-C, and its children do."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGHUP)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@pytest.fixture(scope="session")
def suricata() -> Suricata:
    try:
        return Suricata.find()
    except SuricataMissingError as error:
        if os.environ.get("CI"):
            pytest.fail(f"CI must have Suricata: {error}")
        pytest.skip(str(error).splitlines()[0])
