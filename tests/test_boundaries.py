"""Who may import whom: the contracts of pyproject.toml catch what they are for, and what they can't say is here."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def _modules(*patterns: str) -> list[Path]:
    found = sorted({path for pattern in patterns for path in ROOT.glob(pattern)})
    assert found, patterns
    return found


def _imports(path: Path) -> Iterator[str]:
    """Yield the absolute names that a module imports; a relative import becomes its own package's name."""
    package = ".".join(path.relative_to(ROOT).with_suffix("").parts[:-1])
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            base = package.split(".")[: len(package.split(".")) - node.level + 1]
            yield ".".join([*base, node.module or ""]).rstrip(".")
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_only_the_standard_library_is_under_the_address_plan_the_model_and_the_proof():
    pure = [
        path
        for path in _modules("components/network/addressing.py", "policy/egress/**/*.py")
        if not path.is_relative_to(ROOT / "policy" / "egress" / "pack")
    ]
    own = {"policy", "components"}
    # docs/adr/0041: templates in YAML, for whoever installs what reads it.
    optional = {("yaml_text.py", "yaml")}
    offenders = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in pure
        for name in _imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names | own and (path.name, name) not in optional
    ]
    assert offenders == []


# Each of them with a folder that may not know the other; the rest of the contracts are of the same kinds.
PLANTED = {
    "hunts/hunting.py": ("localaws.server", "Hunts know"),
    "hunts/window.py": ("components.common.cost", "Hunts know"),
    "traffic/plan.py": ("localaws.server", "Traffic reaches"),
    "localaws/server.py": ("components.common.cost", "The local AWS knows AWS"),
    "engine/kept.py": ("localaws.server", "The engine runs"),
    "policy/egress/addresses.py": ("components.common.cost", "The proof knows"),
}


def contracts(folder: Path) -> tuple[int, str]:
    """Run the contracts of a copy of the repository; return the exit code and what was said, on one line."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, " ".join(done.stdout.split())


@pytest.fixture
def copy(tmp_path):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", ".venv"))
    return tmp_path


def test_the_contracts_hold(copy):
    code, said = contracts(copy)

    assert (code, said.endswith("0 broken.")) == (0, True), said


def test_planted_imports_are_caught_wherever_they_stand(copy):
    for name, (module, _) in PLANTED.items():
        path = copy / name
        path.write_text(f"{path.read_text()}\n\ndef planted():\n    from {module} import anything\n")

    code, said = contracts(copy)

    assert code == 1
    for name, (module, contract) in PLANTED.items():
        importer = name.removesuffix(".py").replace("/", ".")
        assert f"{importer} -> {module}" in said, said
        assert re.search(rf"{contract}[^.]* BROKEN", said), said


def test_every_folder_of_code_is_under_a_contract():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    folders = {
        path.name
        for path in ROOT.iterdir()
        if path.is_dir() and not path.name.startswith(".") and any(path.rglob("*.py"))
    }

    assert folders - {"tests", "examples"} <= set(settings["root_packages"])
    held = {name for contract in settings["contracts"] for name in contract.get("source_modules", [])}
    assert set(settings["root_packages"]) - held <= {"workshop", "bench", "docs"}, "these may import anything"


def test_the_program_itself_imports_the_components_and_no_more():
    assert {name.split(".")[0] for name in _imports(ROOT / "__main__.py")} <= {"pulumi", "components"}


def test_only_the_settings_read_pulumi_config():
    readers = [
        str(path.relative_to(ROOT))
        for path in _modules("__main__.py", "components/**/*.py")
        if "settings" not in path.parts
        and any(
            isinstance(node, ast.Attribute) and node.attr == "Config" and getattr(node.value, "id", "") == "pulumi"
            for node in ast.walk(ast.parse(path.read_text()))
        )
    ]
    assert readers == []


def test_a_hunt_over_files_starts_without_boto3():
    program = "import sys, hunts.cli, hunts.cli.hunting; sys.exit('boto3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
