"""The workshop's guide, word by word: its commands in their order, and that they print what it says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from localaws.launch import LocalAws
from tests.docs.pages import ROOT, differs, session, shell

GUIDE = sorted((ROOT / "docs" / "workshop").glob("[0-9]-*.md"))
_MADE_HERE = shutil.ignore_patterns(
    ".git", ".venv", ".cache", ".local", "build", "dist", "site", "__pycache__", ".*_cache"
)
_COMMIT = "git init -q && git add -A && git -c user.name=guide -c user.email=guide@example.com commit -qm guide"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The project as somebody has it who has just cloned it, and its environment."""
    folder = tmp_path / "project"
    shutil.copytree(ROOT, folder, ignore=_MADE_HERE, symlinks=True)
    for name in (".venv", ".cache"):
        (folder / name).symlink_to((ROOT / name).resolve())
    shell(_COMMIT, folder)
    return folder


@pytest.mark.engine
@pytest.mark.timeout(1500)  # two networks are built and taken down
@pytest.mark.skipif(shutil.which("suricata") is None, reason="Suricata isn't installed: traffic/setup")
def test_the_guide_prints_what_it_says(clone: Path):
    commands = [command for page in GUIDE for command in session(page)]
    local = LocalAws(clone / ".local")
    assert len(commands) > 40
    wrong = []
    try:
        for command in commands:
            said = shell(command.text, clone, COLUMNS="80", LOCAL_AWS_DIR=str(local.folder))
            if difference := differs(command.prints, said):
                wrong.append(f"{command.page.name}: {command.text}\n{difference}\n\n{said}")
    finally:
        local.stop()
    assert not wrong, "\n\n".join(wrong)
    assert shell("git status --porcelain", clone).strip() == "", "the guide puts back what it changes"


def test_an_other_answer_than_the_pages_is_seen():
    assert differs("a\n…\nc 3 s\n", "a\nb\nb\nc 4.5 s\n") == ""
    assert differs("seen 11-28\n23:18:09\n", "seen 11-29 \n01:23:33\n") == ""
    assert differs("to Sat, 28 Nov 2026 23:23:08 -0000\n", "to Sun, 29 Nov 2026 01:28:32 -0000\n") == ""
    assert differs("id i-0123456789abcdef0\n", "id i-fedcba98765432100\n") == ""
    assert "the page has c" in differs("a\nc\n", "a\nb\n").replace("   ", " ")
    assert "nothing more" in differs("a\n…\nc\n", "a\nb\n")
    assert "it prints on" in differs("a\n", "a\nb\n")
    assert differs("flows 3\n", "flows 4\n") != ""
