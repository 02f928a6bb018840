"""What is written of an operation that got no answer, and what the engine is told of it."""

from __future__ import annotations

import dataclasses
import json
from types import SimpleNamespace

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from localaws.provider import lifecycle, registry
from localaws.provider.lifecycle import Entry
from localaws.provider.operations import Operations
from localaws.provider.schema import schema_of

TOKEN = "aws:ec2/internetGateway:InternetGateway"
URN = f"urn:pulumi:dev::shop::{TOKEN}::gateway"
SILENT = [EndpointConnectionError(endpoint_url="http://x"), ReadTimeoutError(endpoint_url="http://x")]


def told(folder):
    return [json.loads(line) for line in (folder / "shop" / "dev.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("silence", SILENT, ids=lambda each: type(each).__name__)
def test_what_got_no_answer_is_cut_and_has_not_ended(tmp_path, silence):
    with pytest.raises(type(silence)), Operations(tmp_path).begun("delete", URN, "igw-1"):
        raise silence
    begun, cut = told(tmp_path)
    assert (begun["kind"], begun["resource"]) == ("delete", "igw-1")
    assert cut == {"cut": begun["begun"]}


def test_what_fails_by_the_local_awss_word_has_ended(tmp_path):
    with pytest.raises(ValueError, match="no"), Operations(tmp_path).begun("create", URN):
        raise ValueError("no")
    begun, ended = told(tmp_path)
    assert ended == {"ended": begun["begun"]}


@pytest.fixture
def half():
    """A gateway that is made, and whose attachment has no answer; its context."""

    def silent(ctx, *_, **__):
        ctx.created_id = "igw-1"
        raise SILENT[0]

    resource = dataclasses.replace(registry.resources()[TOKEN], create=silent, update=silent)
    return Entry(TOKEN, resource, schema_of(TOKEN)), SimpleNamespace(created_id=None)


def test_half_a_thing_of_which_nobody_knows_is_not_told_to_the_engine(half):
    entry, context = half
    with pytest.raises(EndpointConnectionError):
        lifecycle.create(entry, context, {"vpcId": "vpc-1"})
    with pytest.raises(EndpointConnectionError):
        lifecycle.update(
            entry, context, "igw-1", {"vpcId": "vpc-1"}, old_inputs={"vpcId": "vpc-1"}, news={"vpcId": "vpc-2"}
        )
