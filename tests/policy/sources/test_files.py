"""Which files of a folder count, and how the ones that override are laid over the others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from policy.egress.sources.formats import read
from policy.egress.sources.reading import Reading, StateError
from policy.egress.sources.terraform.hcl.files import Module, read_folder
from tests.policy.sources.test_plans import change, written

VPC = 'resource "aws_vpc" "a" {\n  cidr_block = "10.0.0.0/16"\n  tags = { Name = "a" }\n}\n'
FIREWALL = (
    'resource "aws_networkfirewall_firewall" "f" {\n  name = "f"\n  subnet_mapping {\n    subnet_id = "one"\n  }\n'
    '  dynamic "encryption_configuration" {\n    for_each = [1]\n    content {\n      type = "x"\n    }\n  }\n}\n'
)
NESTED = "aws_networkfirewall_firewall"


def module(folder: Path, files: dict[str, Any], *, tofu: bool = False) -> Module:
    for name, text in files.items():
        (folder / name).write_text(text if isinstance(text, str) else json.dumps(text))
    found = read_folder(folder, folder, tofu=tofu)
    assert found is not None
    return found


def cidr(found: Module) -> Any:
    return found.resources["managed", "aws_vpc", "a"].attributes["cidr_block"]


def over(value: str) -> str:
    return f'resource "aws_vpc" "a" {{\n  cidr_block = "{value}"\n}}\n'


@pytest.mark.parametrize(
    "name", ["override.tf", "z_override.tf", "a_override.tf", "override.tf.json", "a_override.tf.json"]
)
def test_an_override_takes_the_place_of_attributes_whatever_the_order_of_names(tmp_path: Path, name: str) -> None:
    json_syntax = {"resource": {"aws_vpc": {"a": {"cidr_block": "10.1.0.0/16"}}}}
    found = module(tmp_path, {"main.tf": VPC, name: json_syntax if name.endswith("json") else over("10.1.0.0/16")})
    assert cidr(found) == ("literal", "10.1.0.0/16")
    assert found.resources["managed", "aws_vpc", "a"].attributes.keys() == {"cidr_block", "tags"}
    assert found.places["managed", "aws_vpc", "a"] == ("main.tf", 1)


def test_the_last_of_two_overrides_by_name_stands(tmp_path: Path) -> None:
    files = {"main.tf": VPC, "a_override.tf": over("10.1.0.0/16"), "override.tf": over("10.2.0.0/16")}
    assert cidr(module(tmp_path, files)) == ("literal", "10.2.0.0/16")


def test_what_only_sounds_like_an_override_is_a_file_like_any_other(tmp_path: Path) -> None:
    found = module(tmp_path, {"overrides.tf": VPC, "override_vpc.tf": 'variable "x" {}\n', ".hidden.tf": "not { HCL"})
    assert cidr(found) == ("literal", "10.0.0.0/16")
    assert found.variables.keys() == {"x"}


@pytest.mark.parametrize(
    "block",
    [
        'subnet_mapping {\n    subnet_id = "two"\n  }',
        'dynamic "subnet_mapping" {\n    for_each = ["two"]\n    content {\n      subnet_id = each.value\n    }\n  }',
    ],
)
def test_blocks_of_a_name_take_the_place_of_all_of_that_name(tmp_path: Path, block: str) -> None:
    files = {"main.tf": FIREWALL, "override.tf": f'resource "{NESTED}" "f" {{\n  {block}\n}}\n'}
    blocks = module(tmp_path, files).resources["managed", NESTED, "f"].blocks
    assert [(each.kind, *each.labels) for each in blocks] == [
        ("dynamic", "encryption_configuration"),
        tuple(block.replace('"', "").split()[: 2 if block.startswith("dynamic") else 1]),
    ]


def test_json_overrides_the_blocks_of_a_name_and_dynamic_ones_with_them(tmp_path: Path) -> None:
    changed = {
        "subnet_mapping": [{"subnet_id": "two"}],
        "dynamic": {"encryption_configuration": {"for_each": [], "content": {"type": "y"}}},
    }
    found = module(
        tmp_path, {"main.tf": FIREWALL, "override.tf.json": {"resource": {NESTED: {"f": changed}}}}
    ).resources["managed", NESTED, "f"]
    dynamic, mapping = sorted(found.blocks, key=lambda each: each.kind)
    assert found.attributes.keys() == {"name"}
    assert mapping.body.attributes == {"subnet_id": ("literal", "two")}
    assert dynamic.body.attributes["for_each"] == ("list", [])


def test_variables_locals_outputs_and_calls_are_overridden_too(tmp_path: Path) -> None:
    main = 'locals {\n  a = 1\n  b = 2\n}\nvariable "v" {\n  type = string\n}\n'
    main += 'module "m" {\n  source = "./m"\n  x = 1\n}\n'
    changed = 'locals {\n  b = 3\n}\nvariable "v" {\n  default = "d"\n}\nmodule "m" {\n  x = 2\n}\n'
    found = module(tmp_path, {"main.tf": main, "override.tf": changed})
    assert {name: tree[1] for name, tree in found.locals.items()} == {"a": 1, "b": 3}
    assert found.variables["v"].attributes.keys() == {"type", "default"}
    assert {name: tree[1] for name, tree in found.calls["m"].attributes.items()} == {"source": "./m", "x": 2}


@pytest.mark.parametrize(
    ("changed", "what"),
    [(over("10.1.0.0/16").replace('"a"', '"b"'), "resource aws_vpc b"), ("locals {\n  x = 1\n}\n", r"local\.x")],
)
def test_an_override_of_nothing_is_refused_as_terraform_does(tmp_path: Path, changed: str, what: str) -> None:
    with pytest.raises(StateError, match=f"override.tf overrides {what}, which no other file has"):
        module(tmp_path, {"main.tf": VPC, "override.tf": changed})


@pytest.mark.parametrize("syntax", ["", ".json"])
def test_a_tofu_file_beats_the_tf_file_of_its_name_for_tofu_alone(tmp_path: Path, syntax: str) -> None:
    def text(value: str) -> Any:
        return {"resource": {"aws_vpc": {"a": {"cidr_block": value}}}} if syntax else over(value)

    files = {f"main.tf{syntax}": text("10.0.0.0/16"), f"main.tofu{syntax}": text("10.9.0.0/16")}
    assert cidr(module(tmp_path, files)) == ("literal", "10.0.0.0/16")
    assert cidr(module(tmp_path, {}, tofu=True)) == ("literal", "10.9.0.0/16")
    overriding = {f"main_override.tofu{syntax}": text("10.8.0.0/16")}
    assert cidr(module(tmp_path, overriding, tofu=True)) == ("literal", "10.8.0.0/16")
    assert cidr(module(tmp_path, {})) == ("literal", "10.0.0.0/16")


@pytest.mark.parametrize(("registry", "zone"), [("registry.opentofu.org", "b"), ("registry.terraform.io", "a")])
def test_a_plan_tells_by_its_registry_which_tool_made_it(tmp_path: Path, registry: str, zone: str) -> None:
    """The subnet's VPC is open in the plan: the file that the tool read decides which one it is."""
    for suffix, name in (("tf", "a"), ("tofu", "b")):
        (tmp_path / f"subnet.{suffix}").write_text(
            f'resource "aws_subnet" "s" {{\n  vpc_id = one([for v in [aws_vpc.{name}] : v.id])\n}}\n'
        )
    (tmp_path / "vpcs.tf").write_text("".join(over("10.0.0.0/16").replace('"a"', f'"{name}"') for name in "ab"))
    assert vpc_of(tmp_path, registry) == f"aws_vpc.{zone}.id"


def vpc_of(folder: Path, registry: str) -> Any:
    provider = {"provider_name": f"{registry}/hashicorp/aws"}
    vpcs = [change(f"aws_vpc.{name}", {"cidr_block": "10.0.0.0/16"}, ["id"], **provider) for name in "ab"]
    both = ["aws_vpc.a.id", "aws_vpc.a", "aws_vpc.b.id", "aws_vpc.b"]
    resources = [*(written(f"aws_vpc.{name}", cidr_block={}) for name in "ab"), written("aws_subnet.s", vpc_id=both)]
    document = {
        "format_version": "1.2",
        "resource_changes": [*vpcs, change("aws_subnet.s", {}, ["id", "vpc_id"], **provider)],
        "configuration": {"root_module": {"resources": resources}},
    }
    reading: Reading = read(json.dumps(document), source=folder)
    return next(each for each in reading.registrations if each.name == "aws_subnet.s").properties["vpcId"]
