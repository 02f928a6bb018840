"""The pack works from its own folder alone: copied into somebody's repository, it judges as it does here."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.catalog import expected
from tests.scenarios.test_with_the_engine import PACK, ROOT, policies, stack_of


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The folder `policy` in a repository that has nothing else of this one but an environment inside it."""
    repository = tmp_path / "theirs"
    shutil.copytree(PACK, repository / "policy", ignore=shutil.ignore_patterns("__pycache__", ".venv"))
    (repository / "policy" / ".venv").symlink_to(ROOT / ".venv")
    return repository / "policy"


@pytest.mark.engine
def test_a_copied_pack_judges_a_program_as_it_does_at_home(pulumi_stack: Any, copied: Path) -> None:
    result = stack_of(pulumi_stack, "more_specific").preview(policy_pack=copied)
    assert {policy for policy, _level in policies(result)} == {
        line.split()[0] for line in expected("more_specific", preview=True)
    }, result.output


def test_the_command_line_of_a_copied_pack_needs_nothing_but_python(copied: Path) -> None:
    state = '{"version": 3, "deployment": {"manifest": {}, "resources": []}}'
    command = [sys.executable, "-I", "-S", str(copied / "egress-proof"), "check"]
    done = subprocess.run(command, input=state, cwd=copied.parent, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
