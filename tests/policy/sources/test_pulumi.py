"""Previews of Pulumi: the network as it will be, places in the program, and what a preview leaves out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policy.egress.program.snapshot import UNKNOWN
from policy.egress.sources.formats import read
from policy.egress.sources.reading import Reading, StateError

UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
VPC = "urn:pulumi:dev::net::aws:ec2/vpc:Vpc::vpc"


def resource(**more: Any) -> dict[str, Any]:
    """A VPC as a preview of the engine shows it."""
    position = "project:///network/vpc.py#31"
    return {"urn": VPC, "custom": True, "type": "aws:ec2/vpc:Vpc", "inputs": {}, "sourcePosition": position, **more}


def preview(*steps: dict[str, Any], **more: Any) -> Reading:
    return read(json.dumps({"steps": list(steps), "changeSummary": {}, **more}))


def test_what_is_created_has_the_place_where_it_is_written() -> None:
    made = resource(inputs={"cidrBlock": UNKNOWN_TEXT}, propertyDependencies={"cidrBlock": ["urn:other"]})
    reading = preview({"op": "create", "urn": VPC, "newState": made})
    (vpc,) = reading.registrations
    assert (vpc.name, vpc.properties["cidrBlock"], vpc.id) == ("vpc", UNKNOWN, None)
    assert vpc.dependencies == {"cidrBlock": {"urn:other"}}
    assert reading.places == {VPC: ("network/vpc.py", 31)}


def test_what_is_changed_keeps_its_id_and_has_its_new_values() -> None:
    old = resource(id="vpc-1", inputs={"enableDnsSupport": True}, outputs={"arn": "arn:1", "enableDnsSupport": True})
    new = resource(inputs={"enableDnsSupport": False})
    (vpc,) = preview({"op": "update", "urn": VPC, "oldState": old, "newState": new}).registrations
    assert (vpc.id, vpc.properties) == ("vpc-1", {"arn": "arn:1", "enableDnsSupport": False})


def test_what_is_replaced_is_there_once_and_what_goes_is_not() -> None:
    old, new = resource(id="vpc-1"), resource(inputs={"cidrBlock": "10.1.0.0/16"})
    replacement = [
        {"op": "create-replacement", "urn": VPC, "oldState": old, "newState": new},
        {"op": "replace", "urn": VPC, "oldState": old, "newState": new},
        {"op": "delete-replaced", "urn": VPC, "oldState": old},
    ]
    (vpc,) = preview(*replacement).registrations
    assert (vpc.id, vpc.properties) == (None, {"cidrBlock": "10.1.0.0/16"})
    assert not preview({"op": "delete", "urn": VPC, "oldState": old}).registrations


def test_a_hidden_secret_is_open_and_says_so() -> None:
    (vpc,) = preview({"op": "create", "newState": resource(inputs={"cidrBlock": "[secret]"})}).registrations
    assert vpc.properties["cidrBlock"] is UNKNOWN
    assert vpc.reasons == {"cidrBlock": "cidrBlock of vpc is a secret, which --show-secrets puts into the preview"}


def test_a_preview_with_gaps_is_refused() -> None:
    same = {"op": "same", "urn": VPC, "oldState": resource(id="vpc-1"), "newState": resource()}
    with pytest.raises(StateError, match=r"leaves out 2 resources that stay as they are; .*--show-sames"):
        preview(same, changeSummary={"same": 3})
    with pytest.raises(StateError, match="ended with an error"):
        preview(diagnostics=[{"severity": "error", "message": "no"}])
    (vpc,) = preview(same, changeSummary={"same": 1}).registrations
    assert vpc.id == "vpc-1"
