"""The audit as Lambda runs it: what doesn't hold is told, what can't be read is told and fails, rights are enough."""

from __future__ import annotations

import boto3
import pytest

from components.watch.scheduled_audit import READS
from hunts import scheduled
from hunts.errors import HuntError
from hunts.live_network import shape
from hunts.stack import StackOutputs, Vpc
from tests.hunts.live_network.test_read import aws, ec2, lab, region  # noqa: F401 (fixtures)
from workshop.shortcut import shortcut


class Topic:
    def __init__(self):
        self.told = []

    def publish(self, **message):
        self.told.append(message)


@pytest.fixture
def topic(lab, monkeypatch):  # noqa: F811 (fixtures by their names)
    monkeypatch.setenv("AUDIT_TOPIC", "arn:t")
    monkeypatch.setenv("AUDIT_VPCS", lab["vpc"])
    made = Topic()
    monkeypatch.setattr(scheduled, "client", lambda _: made)
    return made


def test_a_route_beside_pulumi_is_told_while_it_is_there(topic, lab, region):  # noqa: F811
    outputs = StackOutputs(layout="single-vpc", region=region, vpcs={"lab": Vpc(id=lab["vpc"], cidr="10.7.0.0/16")})
    with shortcut(outputs):
        report = scheduled.handler({}, None)
    (message,) = topic.told
    assert (message["TopicArn"], message["Subject"]) == ("arn:t", "The network is not proven")
    assert message["Message"] == report
    assert "egress-through-firewall (mandatory) does not hold" in report
    assert "egress-through-firewall (mandatory) does not hold" not in scheduled.handler({}, None)


def test_a_network_that_cannot_be_read_is_told_and_fails(topic, monkeypatch):
    def refuse(*_):
        raise HuntError("AccessDenied: DescribeVpcs")

    monkeypatch.setattr(scheduled, "audit", refuse)
    with pytest.raises(HuntError):
        scheduled.handler({}, None)
    assert topic.told[0]["Message"] == "Nothing is known of it: AccessDenied: DescribeVpcs"


def test_a_vpc_that_is_gone_is_no_proof(topic, monkeypatch):
    monkeypatch.setenv("AUDIT_VPCS", "vpc-0123456789abcdef0")
    scheduled.handler({}, None)
    assert topic.told[0]["Subject"] == "The network is not proven"


def test_a_long_report_is_cut_and_says_so(topic, monkeypatch):
    monkeypatch.setattr(scheduled, "report", lambda _: "x" * 300_000)
    scheduled.handler({}, None)
    assert len(topic.told[0]["Message"].encode()) < 256 * 1024
    assert topic.told[0]["Message"].endswith("hunts audit has all)")


@pytest.mark.usefixtures("topic")
def test_the_functions_rights_are_enough(monkeypatch):
    called = set()

    def noted(service, where):
        made = boto3.client(service, region_name=where)
        made.meta.events.register("before-parameter-build", lambda model, **_: called.add((service, model.name)))
        return made

    monkeypatch.setattr(shape, "client", noted)
    scheduled.handler({}, None)
    names = {"elasticloadbalancing": "elbv2"}
    allowed = {(names.get(service, service), each) for service, operations in READS.items() for each in operations}
    assert len(called) > 20
    assert called - allowed == set()
