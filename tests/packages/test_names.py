"""One module never has two names in one process, nor two processes' names for what they share."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import hatch_build

ROOT = Path(__file__).resolve().parents[2]

# Imports every module below the folders that it is given, then prints each file that has more than one name.
IMPORT_ALL = """
import collections, importlib, pathlib, sys
for folder in sys.argv[1:]:
    for path in sorted(pathlib.Path(folder).rglob("*.py")):
        parts = path.with_suffix("").parts
        if parts[-1] != "__main__" and "installed" not in parts:
            importlib.import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
files = collections.defaultdict(set)
for name, module in list(sys.modules.items()):
    file = getattr(module, "__file__", None)
    if file and name != "__main__" and "site-packages" not in file:
        files[pathlib.Path(file).resolve()].add(module.__name__)
print(*[sorted(names) for names in files.values() if len(names) > 1])
print(len(files), file=sys.stderr)
"""


def doubles(*folders, cwd=ROOT):
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *folders], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stderr.split()[-1]) > 40, "it has not imported what it was to import"
    return done.stdout.strip()


def test_in_this_repository():
    assert doubles("components", "hunts", "traffic", "policy/egress", "engine", "localaws/launch") == ""


def test_in_the_packs_own_process():
    assert doubles("egress", cwd=ROOT / "policy") == ""


def test_the_packs_own_name_for_the_proof_is_used_by_nothing_but_what_starts_it():
    starters = {ROOT / "policy" / "__main__.py", ROOT / "policy" / "egress" / "pack" / "installed" / "__main__.py"}
    users = set()
    for folder in ("components", "hunts", "traffic", "policy", "localaws", "engine", "bench", "docs", "tests"):
        for path in (ROOT / folder).rglob("*.py"):
            if ".venv" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                module = node.module if isinstance(node, ast.ImportFrom) and not node.level else None
                if module and module.split(".")[0] == "egress":
                    users.add(path)
    assert users == starters


@pytest.mark.parametrize(
    ("here", "installed"),
    [
        ("from hunts.model import Hunt\n", "from inspected_egress.hunts.model import Hunt\n"),
        ("def f():\n    from policy.egress import x\n", "def f():\n    from inspected_egress.policy.egress import x\n"),
        ("from .rules import a\nfrom hunting import b\n", "from .rules import a\nfrom hunting import b\n"),
        ('"""from hunts import x"""\nimport json\n', '"""from hunts import x"""\nimport json\n'),
        ("from traffic import (\n    a,\n)\n", "from inspected_egress.traffic import (\n    a,\n)\n"),
    ],
)
def test_installed_each_import_of_a_folder_has_the_packages_name_before_it_and_nothing_else_changes(here, installed):
    assert hatch_build.prefixed(here) == installed


def test_an_import_that_would_bind_another_name_when_installed_is_refused():
    with pytest.raises(SyntaxError, match=r"a\.py:1: say `from … import …`"):
        hatch_build.prefixed("import hunts.model\n", "a.py")
