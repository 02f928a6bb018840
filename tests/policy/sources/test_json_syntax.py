"""Names that stand twice, and arrays of objects, in Terraform's JSON syntax: Terraform is asked what it refuses."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from policy.egress.sources.formats import read
from policy.egress.sources.reading import StateError
from policy.egress.sources.terraform.hcl.files import Module, read_folder
from policy.egress.sources.terraform.hcl.parser import Body
from tests.policy.sources.test_plans import change, written

DATA = '{"resource": {"terraform_data": {%s}}}'
ONE, OTHER = DATA % '"a": {"input": 1}', DATA % '"b": {"input": 2}'

READ = {
    "blocks of one kind": f"{ONE[:-1]}, {OTHER[1:]}",
    "types of one name": '{"resource": {"terraform_data": {"a": {"input": 1}}, "terraform_data": {"b": {"input": 2}}}}',
    "an array of roots": f"[{ONE}, {OTHER}]",
    "arrays of labels": '{"resource": [{"terraform_data": [{"a": {"input": 1}}, {"b": [{"input": 2}]}]}]}',
    "a body in parts": DATA % '"a": [[{"input": 1}, {"triggers_replace": 2}]], "b": {"input": 2}',
    "comments": '{"//": 1, "//": 2, "resource": {"terraform_data": {"a": {"//": 3, "//": 4, "input": 1}, "b": {}}}}',
    "provisioners": DATA % '"a": {"provisioner": {"local-exec": {"command": "a"}}, "provisioner": [{"local-exec": '
    '{"command": "b"}}, {"local-exec": {"command": "c"}}]}, "b": {}',
    "locals in two places": ONE[:-1] + ', "locals": {"x": 1}, "locals": [{"y": 2}, {"z": 3}], "locals": null}',
    "two validations": ONE[:-1] + ', "variable": {"v": {"default": 1, "validation": {"condition": "${var.v > 0}", '
    '"error_message": "No."}, "validation": {"condition": "${var.v > -1}", "error_message": "No."}}}}',
}

REFUSED = {
    "a resource": DATA % '"a": {"input": 1}, "a": {"input": 2}',
    "a resource in an array": DATA % '"a": [{"input": 1}, {"input": 2}]',
    "a resource in two blocks": ONE[:-1] + ', "resource": {"terraform_data": {"a": {}}}}',
    "an argument": DATA % '"a": {"input": 1, "input": 2}',
    "an argument, the same": DATA % '"a": {"input": 1, "input": 1}',
    "an argument, in parts": DATA % '"a": [[{"input": 1}, {"input": 2}]]',
    "an argument of objects": DATA % '"a": {"input": {"x": {"y": 1}, "x": {"y": 2}}}',
    "a local": '{"locals": {"x": 1, "x": 2}}',
    "a local in two blocks": '{"locals": {"x": 1}, "locals": {"x": 2}}',
    "a variable": '{"variable": {"v": {}, "v": {}}}',
    "a default": '{"variable": {"v": {"default": 1, "default": 2}}}',
    "a name within a default": '{"variable": {"v": {"default": {"x": 1, "x": 2}}}}',
    "an output": '{"output": {"o": {"value": 1}, "o": {"value": 2}}}',
    "a module": '{"module": {"m": {"source": "./m"}, "m": {"source": "./m"}}}',
    "no object": '{"resource": {"terraform_data": {"a": "x"}}}',
    "no label": '{"resource": {"terraform_data": {}}}',
    "no object at the root": '"resource"',
    "an array in an array": '{"resource": [[{"terraform_data": {"a": {}}}]]}',
}

NATIVE = {
    "a resource": 'resource "terraform_data" "a" {}\nresource "terraform_data" "a" {}\n',
    "an argument": 'resource "terraform_data" "a" {\n  input = 1\n  input = 2\n}\n',
    "a local": "locals {\n  x = 1\n}\nlocals {\n  x = 2\n}\n",
    "an output": 'output "o" {\n  value = 1\n}\noutput "o" {\n  value = 2\n}\n',
}
"""The same in the native syntax, which Terraform refuses too."""

FILES = {
    **{f"read: {name}": ("main.tf.json", text) for name, text in READ.items()},
    **{f"refused: {name}": ("main.tf.json", text) for name, text in REFUSED.items()},
    **{f"refused, native: {name}": ("main.tf", text) for name, text in NATIVE.items()},
}


@pytest.mark.parametrize("name", FILES)
def test_what_is_refused_names_the_file(name: str, tmp_path: Path) -> None:
    file, text = FILES[name]
    (tmp_path / file).write_text(text)
    if name.startswith("read"):
        assert read_folder(tmp_path, tmp_path, tofu=False)
    else:
        with pytest.raises(StateError, match=file):
            read_folder(tmp_path, tmp_path, tofu=False)


def diagnostics(folder: Path) -> list[Any]:
    """What `terraform validate` has against a program."""
    environment = os.environ | {"CHECKPOINT_DISABLE": "1"}
    done = subprocess.run(
        ["terraform", "validate", "-json"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    found: list[Any] = json.loads(done.stdout)["diagnostics"]
    return found


@pytest.mark.skipif(shutil.which("terraform") is None, reason="there is no Terraform here")
def test_terraform_reads_what_is_read(tmp_path: Path) -> None:
    """All as modules of one program: most of the time goes to starting Terraform."""
    listed = [{"Key": "", "Source": "", "Dir": "."}]
    for number, text in enumerate(READ.values()):
        (tmp_path / f"m{number}").mkdir()
        (tmp_path / f"m{number}/main.tf.json").write_text(text)
        listed.append({"Key": f"m{number}", "Source": f"./m{number}", "Dir": f"m{number}"})
    calls = {each["Key"]: {"source": each["Source"]} for each in listed[1:]}
    (tmp_path / "main.tf.json").write_text(json.dumps({"module": calls}))
    (tmp_path / ".terraform/modules").mkdir(parents=True)
    (tmp_path / ".terraform/modules/modules.json").write_text(json.dumps({"Modules": listed}))
    assert diagnostics(tmp_path) == []


@pytest.mark.skipif(shutil.which("terraform") is None, reason="there is no Terraform here")
@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("refused")])
def test_terraform_refuses_what_is_refused(name: str, tmp_path: Path) -> None:
    file, text = FILES[name]
    (tmp_path / file).write_text(text)
    (tmp_path / "m").mkdir()
    said = [each["summary"] for each in diagnostics(tmp_path) if each["severity"] == "error"]
    # A module isn't fetched, which alone would be refused as well.
    assert [each for each in said if each != "Module not installed"], said


def module(folder: Path, text: str) -> Module:
    (folder / "main.tf.json").write_text(text)
    found = read_folder(folder, folder, tofu=False)
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["blocks of one kind", "types of one name", "an array of roots", "arrays of labels"])
def test_what_stands_under_a_name_twice_is_all_there(name: str, tmp_path: Path) -> None:
    found = module(tmp_path, READ[name]).resources
    assert {key[2]: body.attributes for key, body in found.items()} == {
        "a": {"input": ("literal", 1)},
        "b": {"input": ("literal", 2)},
    }


def test_a_body_in_parts_is_one(tmp_path: Path) -> None:
    found = module(tmp_path, READ["a body in parts"]).resources["managed", "terraform_data", "a"]
    assert found.attributes == {"input": ("literal", 1), "triggers_replace": ("literal", 2)}


def test_locals_of_all_places_are_there(tmp_path: Path) -> None:
    assert module(tmp_path, READ["locals in two places"]).locals.keys() == {"x", "y", "z"}


def body(folder: Path, members: str, kind: str = "aws_networkfirewall_firewall") -> Body:
    return module(folder, f'{{"resource": {{"{kind}": {{"f": {{{members}}}}}}}}}').resources["managed", kind, "f"]


def told(found: Body) -> list[Any]:
    return [each.body.attributes["subnet_id"][1] for each in found.blocks]


@pytest.mark.parametrize(
    ("members", "subnets"),
    [
        ('"subnet_mapping": {"subnet_id": "one"}', ["one"]),
        ('"subnet_mapping": {"subnet_id": "one"}, "subnet_mapping": {"subnet_id": "two"}', ["one", "two"]),
        ('"subnet_mapping": {"subnet_id": "one"}, "subnet_mapping": [{"subnet_id": "two"}]', ["one", "two"]),
        ('"subnet_mapping": [[{"subnet_id": "one"}, {"ip_address_type": "IPV4"}]]', ["one"]),
        ('"subnet_mapping": null, "subnet_mapping": {"subnet_id": "one"}, "subnet_mapping": []', ["one"]),
    ],
)
def test_blocks_of_a_name_are_all_read(members: str, subnets: list[str], tmp_path: Path) -> None:
    assert told(body(tmp_path, members)) == subnets


def test_dynamic_blocks_of_a_name_are_all_read(tmp_path: Path) -> None:
    made = '"subnet_mapping": {"for_each": {"x": "%s"}, "content": {"subnet_id": "${subnet_mapping.value}"}}'
    found = body(tmp_path, f'"dynamic": {{{made % 1}, {made % 2}}}, "dynamic": [{{{made % 3}}}]')
    assert [(each.kind, each.labels) for each in found.blocks] == [("dynamic", ("subnet_mapping",))] * 3
    over = [each.body.attributes["for_each"] for each in found.blocks]
    assert over == [("object", [(("literal", "x"), ("literal", str(number)))]) for number in (1, 2, 3)]


@pytest.mark.parametrize(
    ("kind", "members", "what"),
    [
        ("aws_networkfirewall_firewall", '"tags": {"x": "1"}, "tags": {"y": "2"}', "tags of resource .* is set twice"),
        ("aws_networkfirewall_firewall", '"subnet_mapping": {"subnet_id": 1, "subnet_id": 2}', "subnet_id of .* twice"),
        # Its routes are a set of objects in the schema, whatever the native syntax makes of them.
        ("aws_route_table", '"route": {"cidr_block": "a"}, "route": {"cidr_block": "b"}', "route of .* twice"),
        ("aws_vpc", '"dynamic": {"x": {"for_each": [], "for_each": []}}', "for_each of .* twice"),
    ],
)
def test_what_is_no_block_may_stand_once(kind: str, members: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(StateError, match=what):
        body(tmp_path, members, kind)


def test_blocks_below_blocks_may_stand_twice(tmp_path: Path) -> None:
    sets = ", ".join(f'"ip_sets": {{"key": "{name}", "ip_set": {{"definition": []}}}}' for name in "ab")
    (group,) = body(
        tmp_path, f'"rule_group": {{"rule_variables": {{{sets}}}}}', "aws_networkfirewall_rule_group"
    ).blocks
    (inner,) = group.body.blocks
    assert [each.body.attributes["key"] for each in inner.body.blocks] == [("literal", "a"), ("literal", "b")]


def test_names_of_members_are_templates_and_a_comment_is_none_in_a_value(tmp_path: Path) -> None:
    found = module(tmp_path, '{"locals": {"x": {"${var.k}": 1, "//": 2}}}').locals["x"]
    assert found == (
        "object",
        [(("attribute", ("name", "var"), "k"), ("literal", 1)), (("literal", "//"), ("literal", 2))],
    )


def test_a_firewall_of_blocks_of_one_name_stands_in_the_subnets_of_all(tmp_path: Path) -> None:
    """The plan leaves both open: what the source says of both decides."""
    members = ", ".join(f'"subnet_mapping": {{"subnet_id": "${{one([aws_subnet.{name}]).id}}"}}' for name in "ab")
    subnets = '"aws_subnet": {"a": {"vpc_id": "vpc-1"}, "b": {"vpc_id": "vpc-1"}}'
    firewall = f'"aws_networkfirewall_firewall": {{"f": {{"vpc_id": "vpc-1", {members}}}}}'
    (tmp_path / "main.tf.json").write_text(f'{{"resource": {{{subnets}}}, "resource": {{{firewall}}}}}')
    open_ = {"subnet_mapping": [{"subnet_id": True}, {"subnet_id": True}], "id": True}
    planned = change("aws_networkfirewall_firewall.f", {"vpc_id": "vpc-1", "subnet_mapping": [{}, {}]}, [])
    planned["change"]["after_unknown"] = open_
    both = {"subnet_id": {"references": [f"aws_subnet.{name}{end}" for name in "ab" for end in (".id", "")]}}
    document = {
        "format_version": "1.2",
        "resource_changes": [*(change(f"aws_subnet.{name}", {"vpc_id": "vpc-1"}, ["id"]) for name in "ab"), planned],
        "configuration": {
            "root_module": {
                "resources": [
                    *(written(f"aws_subnet.{name}", vpc_id={}) for name in "ab"),
                    written("aws_networkfirewall_firewall.f", subnet_mapping=[both, both]),
                ]
            }
        },
    }
    (firewall_read,) = [
        each for each in read(json.dumps(document), source=tmp_path).registrations if "firewall" in each.name
    ]
    assert [each["subnetId"] for each in firewall_read.properties["subnetMappings"]] == [
        "aws_subnet.a.id",
        "aws_subnet.b.id",
    ]
