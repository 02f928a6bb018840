"""A rule group, a domain list and a VPC to work with."""

from __future__ import annotations

import itertools

import pytest

_requests = itertools.count()


def request():
    """A CreatorRequestId that nobody has used."""
    return {"CreatorRequestId": f"request-{next(_requests)}"}


@pytest.fixture
def resolver(aws):
    return aws("route53resolver")


@pytest.fixture
def group(resolver):
    return resolver.create_firewall_rule_group(Name="group", **request())["FirewallRuleGroup"]["Id"]


@pytest.fixture
def deny(resolver):
    return resolver.create_firewall_domain_list(Name="deny", **request())["FirewallDomainList"]["Id"]


@pytest.fixture
def vpc(ec2):
    return ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
