"""One network, one verdict: each scenario's plan by the real Terraform, and its state, say what Pulumi's do."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from policy.egress.judging.config import Config
from policy.egress.show.checks import summarize
from policy.egress.show.records import as_json
from policy.egress.sources.formats import read
from policy.egress.sources.reading import Reading
from policy.egress.sources.together import Sources
from tests.policy.sources.record import BEYOND, WRITTEN, digest, program, programs, record, recorded, write
from tests.policy.sources.rewritten import state_of
from tests.policy.sources.strangers import PROGRAMS
from tests.policy.sources.terraform import Terraform, mirror
from tests.scenarios.catalog import NAMES, expected, registrations

pytestmark = pytest.mark.xdist_group("scenarios")

# A program in Terraform says more at its plan than one in Pulumi at its preview: it has no values that a function of
# the program's own hides.
KNOWS_MORE = {
    *("dns_unknown", "endpoint_of_nobody", "logs_unknown", "protection_unknown", "return_range_unknown"),
    *("hub_three_tier_unknown_drop", "load_balancer_unknown", "s3_unknown_service"),
}

# The source says of each route what a plan and a preview say of all inline routes together.
SOURCE_TELLS = {"inline_half_by_position": ["same-zone-endpoint undecided edge"]}

# The provider's plan shows a set with one value to come as unknown as a whole.
OPEN_WITHOUT_SOURCE = {
    "hub_ipam_handed_on": {"home-net-covers-workloads"},
    **{name: {"home-net-covers-workloads"} for name in NAMES if name.startswith("hub_ipv6")},
    "ipv6_egress_only": {"home-net-covers-workloads"},
    "single_edge": {"home-net-covers-workloads"},
    "single_edge_inline": {"home-net-covers-workloads"},
}


# A state of Terraform doesn't say which property came from which resource; what is told by name alone stays open.
WITHOUT_DEPENDENCIES = {
    "every_subnet_named": ["egress-through-firewall undecided env-by-template"],
    "templates_without_networks": [
        "east-west-through-firewall undecided provisioned,stack-stored",
        "egress-through-firewall undecided provisioned,stack-stored",
    ],
}


# They hold resources of types that Terraform has no name for.
OF_OTHERS = {"no_subnet_named", "networks_out_of_sight"}


_TYPE = re.compile(r"\baws_\w+[.]")


def said(reading: Reading) -> list[str]:
    """The verdicts, spelled as the scenarios spell what they expect."""
    sources = Sources([reading])
    found: dict[str, set[str]] = defaultdict(set)
    for violation in map(sources.in_words_of_the_tool, summarize(reading.registrations, Config()).violations):
        names = {_TYPE.sub("", name) for name in violation.subnet_names}
        found[f"{violation.policy} {violation.verdict.value}"] |= names
    return sorted(f"{what} {','.join(sorted(names))}" for what, names in found.items())


@pytest.mark.parametrize("name", WRITTEN)
def test_a_plan_says_what_the_preview_does(name: str, tmp_path: Path) -> None:
    text = json.dumps(recorded(name))
    with_source = said(read(text, source=write(program(name), tmp_path)))
    # The rewritten program has the address of a template as a text, without a reference to its object.
    lost = WITHOUT_DEPENDENCIES.get(name, [])
    as_elsewhere = [sorted([*expected(name, preview=preview), *lost]) for preview in (True, False)]
    assert with_source in ([SOURCE_TELLS[name]] if name in SOURCE_TELLS else as_elsewhere)
    alone = said(read(text))
    more = OPEN_WITHOUT_SOURCE.get(name, set())
    alone = [line for line in alone if line.split(" ")[0] not in more or " undecided " not in line]
    assert alone == sorted([*expected(name, preview=name not in KNOWS_MORE), *lost])


@pytest.mark.parametrize("name", [name for name in NAMES if name not in OF_OTHERS])
def test_a_state_says_what_the_stack_does(name: str) -> None:
    text = json.dumps(state_of(registrations(name, preview=False)))
    assert said(read(text)) == sorted([*expected(name, preview=False), *WITHOUT_DEPENDENCIES.get(name, ())])


def test_what_the_provider_at_hand_cannot_plan_is_named() -> None:
    assert record().keys() - {"strangers"} == set(NAMES) - BEYOND.keys()


def test_the_record_is_of_the_programs_as_they_are() -> None:
    """`make record` plans anew what has changed."""
    assert {name: each["program"] for name, each in record().items()} == {
        name: digest(files) for name, files in programs().items()
    }


@pytest.mark.parametrize("name", ["secret_range", "secret_range_refused"])
def test_what_terraform_holds_to_be_sensitive_is_judged_and_not_written(name: str, tmp_path: Path) -> None:
    readings = {
        "plan": read(json.dumps(recorded(name))),
        "plan and source": read(json.dumps(recorded(name)), source=write(program(name), tmp_path)),
        "state": read(json.dumps(state_of(registrations(name, preview=False)))),
    }
    refused = []
    for form, reading in readings.items():
        secrets = {secret for each in reading.registrations for secret in each.secrets}
        assert {"10.77.0.0/16", "10.77.16.0/24"} <= secrets, form
        violations = [
            Sources([reading]).in_words_of_the_tool(v) for v in summarize(reading.registrations, Config()).violations
        ]
        text = as_json(replace(summarize(reading.registrations, Config()), violations=tuple(violations)))
        assert "10.77." not in text
        assert "93.184.2" not in text
        refused.append(bool(violations))
    assert refused == [name == "secret_range_refused"] * 3


@pytest.fixture(scope="module")
def strangers(tmp_path_factory):
    return write(program("strangers"), tmp_path_factory.mktemp("strangers"))


def routed(reading: Reading) -> dict[str, dict[str, set[str]]]:
    """By module, the policies about ways that don't hold, and their verdicts."""
    sources = Sources([reading])
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    about = ("egress-through", "symmetric", "east-west", "routes-arrive", "same-zone")
    for violation in map(sources.in_words_of_the_tool, summarize(reading.registrations, Config()).violations):
        for name in violation.subnet_names:
            if violation.policy.startswith(about):
                found[name.split(".")[1]][violation.policy].add(violation.verdict.value)
    return found


def test_programs_of_strangers_are_judged_by_their_expressions(strangers: Path) -> None:
    found = routed(read(json.dumps(recorded("strangers")), source=strangers))
    assert len(PROGRAMS) * 2 >= 30
    for name, each in PROGRAMS.items():
        assert not found[f"{name}_0"], name
        assert found[f"{name}_1"].keys() == each.broken, name
        assert all("refuted" in verdicts for verdicts in found[f"{name}_1"].values()), name


def test_without_their_source_no_wrong_program_of_strangers_is_proven() -> None:
    found = routed(read(json.dumps(recorded("strangers"))))
    for name in PROGRAMS:
        assert found[f"{name}_1"], name
        assert not any("refuted" in verdicts for verdicts in found[f"{name}_0"].values()), name


def test_a_source_of_another_day_does_not_decide(strangers: Path) -> None:
    plan = recorded("strangers")
    file = strangers / "modules/by_a_local_map_1/main.tf"
    text = file.read_text()
    try:
        file.write_text(
            text.replace("gateway_id             = aws_internet_gateway.this.id", 'gateway_id = "igw-0"', 1)
        )
        notes = read(json.dumps(plan), source=strangers).notes
    finally:
        file.write_text(text)
    assert any("doesn't fit this plan at module.by_a_local_map_1.aws_route.work" in note for note in notes)


@pytest.mark.skipif(mirror() is None, reason="there is no Terraform with the AWS provider here: the record stands in")
def test_the_record_is_what_terraform_plans(tmp_path: Path) -> None:
    terraform = Terraform(tmp_path)
    for name in ("single_nat", "hub"):
        plan = terraform.plan(write(program(name), tmp_path / name))
        kept = ("resource_changes", "configuration", "planned_values")
        assert {key: plan[key] for key in kept} == {key: recorded(name)[key] for key in kept}


def test_two_files_are_one_network() -> None:
    """A hub's state and a spoke's: ids join them, whatever tool wrote each."""
    up = registrations("hub", preview=False)
    whole = read(json.dumps(state_of(up)))
    halves = [
        state_of(tuple(each for each in up if (each.type.startswith("aws:ec2/")) is half)) for half in (True, False)
    ]
    readings = [read(json.dumps(half), label=label) for half, label in zip(halves, ("a", "b"), strict=True)]
    joined = Sources(readings).registrations
    assert len(joined) == len(whole.registrations)
    assert said(replace(whole, registrations=joined)) == said(whole)


@pytest.mark.parametrize(("beside", "decided"), [("single_edge", True), ("single_nat", False)])
def test_the_program_that_a_plan_lies_with_decides_if_it_is_the_plans_own(
    beside: str, *, decided: bool, tmp_path: Path
) -> None:
    folder = write(program(beside), tmp_path)
    reading = read(json.dumps(recorded("single_edge")), beside=folder)
    opened = {line.split(" ")[0] for line in said(reading) if " undecided " in line}
    assert (not opened, bool(reading.places)) == (decided, decided)
    assert any("is this plan's own" in note for note in reading.notes) == decided
