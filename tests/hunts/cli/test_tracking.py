"""`hunts flows` as a person reads it, and as a machine does."""

import json

import pytest
from click.testing import CliRunner

from hunts.actions.flows import Flow
from hunts.cli import main

OUTPUTS = {
    "layout": "single-vpc",
    "region": "eu-west-1",
    "firewall_arn": "arn:firewall",
    "instances": {"workload-a": {"id": "i-1", "private_ip": "10.0.0.5", "subnet_id": "s", "vpc_id": "v"}},
}
FLOW = Flow("eu-west-1a", "10.0.0.5", "40000", "203.0.113.1", "443", "TCP", 61, 1200, 34_000)


class Nobody:
    """EC2 that knows no instance by that Name."""

    def get_paginator(self, _operation):
        return self

    def paginate(self, **_arguments):
        return [{"Reservations": []}]


@pytest.fixture
def flows(tmp_path, monkeypatch):
    asked = []

    def tracked(_clients, _stack, addresses, *, min_age):
        asked.append((list(addresses), min_age))
        return [FLOW] if min_age < FLOW.age else []

    monkeypatch.setattr("hunts.cli.tracking.tracked", tracked)
    monkeypatch.setattr("hunts.cli.tracking.session_clients", lambda _region: lambda _service: Nobody())
    monkeypatch.setenv("COLUMNS", "100")
    file = tmp_path / "outputs.json"
    file.write_text(json.dumps(OUTPUTS))

    def run(*arguments):
        return CliRunner().invoke(main, ["flows", "--outputs", str(file), *arguments]), asked

    return run


def test_instances_are_named_and_found_by_name_id_and_address(flows):
    for name in ("workload-a", "i-1", "10.0.0.5"):
        result, asked = flows(name)
        assert asked[-1] == (["10.0.0.5"], 0)
    assert "workload-a 40000  203.0.113.1 443  TCP       61 s    1,200  34,000  eu-west-1a" in result.stdout
    assert result.stdout.endswith("1 line, one for each direction of a flow.\n")


def test_without_a_name_all_are_listed_for_machines_too(flows):
    result, asked = flows("--json")
    assert asked == [([], 0)]
    assert json.loads(result.stdout)[0]["destination"] == "203.0.113.1"
    assert flows("--min-age", "100")[0].stdout == "The firewall tracks no such flow.\n"


@pytest.mark.parametrize("name", ["nobody", "i-2"])
def test_who_is_not_in_the_stack_is_told(flows, name):
    result, _ = flows(name)
    assert (result.exit_code, name in result.stderr) == (2, True)
