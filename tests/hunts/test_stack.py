"""Stack outputs: what a stack exports is checked once, and what it lacks has an empty value."""

import json
from pathlib import Path

import pytest

from hunts import stack
from hunts.errors import HuntError

MINIMAL = {"layout": "single-vpc", "region": "eu-west-1"}


def write(tmp_path: Path, document: object) -> Path:
    path = tmp_path / "outputs.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def test_what_a_layout_lacks_is_empty(tmp_path: Path):
    nothing = {"type": "none", "name": None, "prefix": ""}
    found = stack.from_file(write(tmp_path, {**MINIMAL, "athena": None, "alert_log": nothing, "surplus": 1}))
    assert (found.athena, found.alert_log.type, found.networks) == (None, "none", "")


def test_instances_are_found_by_address_and_networks_joined(tmp_path: Path):
    document = {
        **MINIMAL,
        "vpcs": {"a": {"id": "vpc-1", "cidr": "10.1.0.0/16"}, "b": {"id": "vpc-2", "cidr": "10.2.0.0/16"}},
        "instances": {"w": {"id": "i-1", "private_ip": "10.1.0.4", "subnet_id": "subnet-1", "vpc_id": "vpc-1"}},
    }
    found = stack.from_file(write(tmp_path, document))
    assert found.networks == "10.1.0.0/16,10.2.0.0/16"
    assert (found.instance_name("10.1.0.4"), found.instance_name("10.9.9.9")) == ("w", None)


@pytest.mark.parametrize(
    "document", ["{half", "[]", {"region": "eu-west-1"}, {**MINIMAL, "layout": "mesh"}, {**MINIMAL, "vpcs": {"a": {}}}]
)
def test_anything_else_is_a_message(tmp_path: Path, document: object):
    with pytest.raises(HuntError, match=r"outputs\.json"):
        stack.from_file(write(tmp_path, document))


def test_no_pulumi_on_the_path_is_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(HuntError, match="pulumi is not on PATH"):
        stack.from_engine("hub", tmp_path)
