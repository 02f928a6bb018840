import ast
import subprocess
import sys
from pathlib import Path

import pytest

import components

SOURCE = Path(components.__file__)
IMPORTED = {
    (node.module, alias.name)
    for node in ast.walk(ast.parse(SOURCE.read_text()))
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("components.")
    for alias in node.names
}


def test_what_type_checkers_see_is_what_programs_get():
    assert {name for _, name in IMPORTED} == set(dir(components))
    for module, name in IMPORTED:
        assert getattr(components, name).__module__ == module


def test_a_name_that_is_not_there_is_said_not_to_be():
    with pytest.raises(AttributeError, match="no attribute 'Gateway'"):
        _ = components.Gateway


def test_rules_are_read_without_pulumi():
    program = "import sys, components.rules.catalog; sys.exit('pulumi' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=SOURCE.parents[1], check=False).returncode == 0
