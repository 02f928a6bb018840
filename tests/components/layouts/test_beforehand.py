"""What AWS is asked before anything is registered, and what is said of its answers."""

from __future__ import annotations

import json

import pulumi_aws as aws
import pytest

from components.common.environment import ZoneError
from components.layouts import beforehand
from components.layouts.from_settings import build
from tests.components.lab import settings
from tests.components.recorder import ACCOUNT, run

OFFERINGS = "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings"
REASON = "AccessDenied: not authorized"


@pytest.fixture
def said(monkeypatch):
    found = []
    for level in ("warn", "info"):
        monkeypatch.setattr(f"pulumi.log.{level}", lambda text, *_, level=level: found.append((level, text)))
    return found


@pytest.fixture
def offered(monkeypatch):
    """Have AWS offer instance types in these zones only; notes what it was asked."""
    asked = []

    def answer(*zones):
        def offerings(**arguments):
            asked.append(arguments)
            return aws.ec2.GetInstanceTypeOfferingsResult(locations=list(zones))

        monkeypatch.setattr("pulumi_aws.ec2.get_instance_type_offerings", offerings)
        return asked

    return answer


@pytest.fixture
def public_access(monkeypatch):
    """Have Cloud Control answer with these properties, or fail in these words."""

    def answer(properties=None, error=None):
        def get_resource(**arguments):
            assert arguments == {"type_name": "AWS::EC2::VPCBlockPublicAccessOptions", "identifier": ACCOUNT}
            if error:
                raise Exception(error)  # noqa: TRY002 - as the SDK does
            return aws.cloudcontrol.GetResourceResult(properties=json.dumps(properties))

        monkeypatch.setattr("pulumi_aws.cloudcontrol.get_resource", get_resource)

    return answer


def test_a_zone_without_the_instance_type_is_refused_with_those_that_have_it(offered):
    asked = offered("eu-west-1b", "eu-west-1c")
    message = "instance_type: m7g.large is not offered in eu-west-1a; it is in eu-west-1b, eu-west-1c: set zone_names"
    with pytest.raises(ZoneError, match=message):
        run(lambda: build(settings(zones=2, instance_type="m7g.large")))
    assert asked == [
        {"location_type": "availability-zone", "filters": [{"name": "instance-type", "values": ["m7g.large"]}]}
    ]
    chosen = run(lambda: build(settings(zones=2, zone_names=["eu-west-1b", "eu-west-1c"], instance_type="m7g.large")))
    assert len(chosen.of_type("ec2/instance:Instance")) == 2


def test_a_type_that_no_zone_has_is_told_as_such(offered):
    offered()
    with pytest.raises(ZoneError, match=r"t3\.micro is not offered in eu-west-1a; no zone of the Region has it"):
        run(lambda: build(settings(architecture="x86_64")))


@pytest.mark.parametrize(
    ("config", "zones"),
    [
        ({"layout": "hub-and-spoke", "zones": 3, "spokes": {"a": {"slot": 0, "zones": 2}}}, 2),
        ({"layout": "hub-and-spoke", "zones": 3, "spokes": {"a": {"slot": 0}, "b": {"slot": 1, "zones": 1}}}, 3),
        ({"layout": "hub-and-spoke", "spokes": {"a": {"slot": 0, "workloads": 0}}}, 0),
        ({"layout": "hub-and-spoke", "spokes": {"a": {"slot": 0, "workloads": 0, "rogue": True}}}, 1),
        ({"layout": "spoke", "zones": 2, "hub": {"transit_gateway_id": "tgw-1"}, "hub_in_other_account": True}, 2),
        ({"zones": 2}, 2),
    ],
)
def test_only_zones_with_instances_must_offer_their_type(config, zones):
    assert settings(**config).instance_zones == zones


def test_who_may_not_ask_goes_on_and_is_told_so(monkeypatch, said):
    def refuse(**_):
        raise Exception(REASON)  # noqa: TRY002 - as the SDK does

    monkeypatch.setattr("pulumi_aws.ec2.get_instance_type_offerings", refuse)
    assert run(lambda: build(settings())).of_type("ec2/instance:Instance")
    assert said == [("warn", f"whether the zones offer t4g.micro could not be looked up: {REASON}")]


@pytest.mark.parametrize("layout", ["single-vpc", "hub-and-spoke"])
def test_blocked_public_access_is_said_in_a_warning(layout, public_access, said, monkeypatch):
    monkeypatch.setattr("components.layouts.from_settings._managed_lists", lambda *_: {})
    public_access({"AccountId": ACCOUNT, "InternetGatewayBlockMode": "block-bidirectional"})
    run(lambda: build(settings(layout=layout)))
    ((level, text),) = said
    assert (level, "on in eu-west-1, in both directions" in text) == ("warn", True)


@pytest.mark.parametrize(
    "answer",
    [
        {"properties": {"InternetGatewayBlockMode": "block-ingress"}},
        {"error": "ResourceNotFoundException: AWS::EC2::VPCBlockPublicAccessOptions"},
        {"error": f"reading Cloud Control API Resource ({ACCOUNT}): couldn't find resource"},
    ],
)
def test_what_lets_traffic_out_is_not_worth_a_word(answer, public_access, said):
    public_access(**answer)
    run(lambda: build(settings()))
    assert said == []


def test_where_it_cannot_be_read_the_page_says_what_to_look_at(public_access, said):
    public_access(error=REASON)
    run(lambda: build(settings()))
    assert said == [("info", f"VPC Block Public Access could not be read ({REASON}); {beforehand.ADVICE}")]
