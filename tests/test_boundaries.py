import ast
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


def _offenders(paths: list[Path], forbidden: set[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in paths
        for name in _imports(path)
        if any(name == each or name.startswith(each + ".") for each in forbidden)
    ]


def test_only_the_standard_library_is_under_the_address_plan_the_model_and_the_proof():
    import sys

    pure = [
        path
        for path in _modules("components/network/addressing.py", "policy/egress/**/*.py")
        if not path.is_relative_to(ROOT / "policy" / "egress" / "pack")
    ]
    own = {"policy", "components"}
    offenders = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in pure
        for name in _imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names | own
    ]
    assert offenders == []


def test_the_policy_pack_never_imports_the_components():
    assert _offenders(_modules("policy/**/*.py"), {"components", "localaws", "hunts", "traffic"}) == []


def test_the_program_never_imports_the_local_aws():
    assert _offenders(_modules("__main__.py", "components/**/*.py"), {"localaws"}) == []


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


@pytest.mark.parametrize("name", ["boto3", "botocore"])
def test_aws_is_called_only_where_it_is_meant_to_be(name):
    everything = _modules("components/**/*.py", "policy/**/*.py", "hunts/**/*.py", "traffic/**/*.py", "engine/**/*.py")
    allowed = (
        "hunts/backends/",
        "hunts/actions/",
        "traffic/delivery",
        "traffic/deployed",
        "components/dns/managed_lists.py",  # docs/adr/0012: the provider cannot find managed DNS lists by name
    )
    paths = [path for path in everything if not str(path.relative_to(ROOT)).startswith(allowed)]
    assert _offenders(paths, {name}) == []
