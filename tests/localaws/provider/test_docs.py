"""The documentation lists what there is."""

import re
from pathlib import Path

import pytest

from localaws.provider import registry

TEXT = (Path(__file__).parents[3] / "docs" / "local-aws.md").read_text(encoding="utf-8")
ROWS = {m[1]: (m[2], m[3]) for m in re.finditer(r"^\| `(\w+)` \| (.*) \| (.*) \|$", TEXT, re.MULTILINE)}


def listed(cell):
    return sorted(re.findall(r"`(\w+)`", cell))


def in_words(tokens):
    """Python names by module: types as classes, invokes as functions."""
    found = {}
    for token in tokens:
        module, name = token.split(":")[1].partition("/")[0], token.rpartition(":")[2]
        module = "aws" if module == "index" else module
        snake = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        found.setdefault(module, []).append(snake if name.startswith("get") else name)
    return {module: sorted(names) for module, names in found.items()}


TYPES = in_words(token for token, resource in registry.resources().items() if token == resource.token)
FUNCTIONS = in_words(registry.functions())


@pytest.mark.parametrize("module", sorted(ROWS.keys() | TYPES.keys() | FUNCTIONS.keys()))
def test_a_module_is_listed_as_it_is(module):
    types, functions = ROWS.get(module, ("", ""))
    assert listed(types) == TYPES.get(module, [])
    assert listed(functions) == FUNCTIONS.get(module, [])
