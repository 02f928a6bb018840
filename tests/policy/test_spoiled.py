"""Whatever a state or a config has become, a command judges it or refuses it in one line."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from policy.egress.show import cli
from tests.policy.show.states import state
from tests.policy.spoiled import misbehaves

pytestmark = pytest.mark.xdist_group("scenarios")


@settings(max_examples=120, deadline=None)
@example(3673)  # a variable whose name is an object
@given(st.integers(0, 1 << 32))
def test_spoiled_input_is_judged_or_refused(seed: int) -> None:
    assert misbehaves(seed) == ""


def nested(levels: int) -> Any:
    value: Any = "10.0.0.0/8"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"inputs": []}, "{urn}: inputs is an object, found []"),
        ({"outputs": "x"}, "{urn}: outputs is an object, found 'x'"),
        ({"propertyDependencies": {"vpcId": 3}}, "{urn}: the dependencies of vpcId are a list of URNs, found 3"),
        ({"propertyDependencies": {"vpcId": [3]}}, "{urn}: the dependencies of vpcId are a list of URNs, found [3]"),
        ({"inputs": {"tags": nested(900)}}, "{urn}: a property is nested more than 50 levels deep"),
        ({"type": None}, "{urn}: its type is a text, found None"),
        ({"urn": None}, "resource 1 of this state has no URN, but None"),
        ("vpc", "resource 1 of this state is not an object, but 'vpc'"),
    ],
)
def test_a_resource_that_is_none_is_named(tmp_path: Path, change: Any, said: str) -> None:
    document = json.loads(state("single_nat"))
    resources = document["deployment"]["resources"]
    urn = resources[0]["urn"]
    resources[0] = {**resources[0], **change} if isinstance(change, dict) else change
    assert refused(tmp_path, document) == f"error: {said.format(urn=urn)}\n"


@pytest.mark.parametrize("checkpoint", ["latest", 3, [], None])
def test_a_checkpoint_that_is_none_is_no_state(tmp_path: Path, checkpoint: Any) -> None:
    assert refused(tmp_path, {"checkpoint": checkpoint}).startswith("error: no deployment with resources in it;")


def test_a_urn_that_comes_twice_is_refused_as_one_would_hide_the_other(tmp_path: Path) -> None:
    document = json.loads(state("single_nat"))
    resources = document["deployment"]["resources"]
    resources.append(resources[0])
    assert refused(tmp_path, document) == f"error: two resources of this state have the URN {resources[0]['urn']}\n"


def refused(folder: Path, document: Any) -> str:
    file = folder / "state.json"
    file.write_text(json.dumps(document))
    out, err = io.StringIO(), io.StringIO()
    assert (cli.main(["check", str(file)], out, err), out.getvalue()) == (2, "")
    return err.getvalue()
