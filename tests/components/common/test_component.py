from __future__ import annotations

import importlib
import pkgutil

import pulumi
import pytest
from pulumi.provider.experimental.analyzer import Analyzer

import components
from components.common.component import Component, refuse_unless
from components.dns.firewall import DnsFirewall, DnsFirewallArgs
from components.firewall.firewall import Firewall, FirewallArgs
from tests.components.recorder import run


def every_component() -> list[type[Component]]:
    for module in pkgutil.walk_packages(components.__path__, "components."):
        importlib.import_module(module.name)
    return sorted(Component.__subclasses__(), key=lambda each: each.__name__)


def recorded(program):
    (found,) = [each for each in run(program).resources if each.type.startswith("inspected-egress:")]
    return found


def test_a_component_records_what_it_was_given_under_the_name_that_it_always_had():
    found = recorded(lambda: DnsFirewall("d", DnsFirewallArgs(deny_list=("a.example",), advanced={"DGA": "LOW"})))
    assert found.type == "inspected-egress:components:DnsFirewall"
    assert found.inputs == {
        "tags": {},
        "denyList": ["a.example"],
        "allowList": [],
        "managedLists": {},
        "advanced": {"DGA": "LOW"},
        "action": "ALERT",
        "blockResponse": "NODATA",
    }


def test_what_is_known_later_is_recorded_too_and_what_was_left_out_is_not():
    def program():
        vpc = pulumi.Output.from_input("vpc-1")
        Firewall("f", FirewallArgs(home_net=["10.0.0.0/16"], vpc_id=vpc, subnet_ids={"a": "subnet-1"}))

    inputs = recorded(program).inputs
    assert inputs["vpcId"] == "vpc-1"
    assert "transitGatewayId" not in inputs
    assert inputs["rules"]["groups"] == {"tls-http-visibility": "alert", "hidden-names": "drop"}


def test_outputs_are_what_the_class_says(monkeypatch):
    told = []
    monkeypatch.setattr(DnsFirewall, "register_outputs", lambda self, outputs: told.append(set(outputs)))
    run(lambda: DnsFirewall("d", DnsFirewallArgs()))
    assert told == [{"ruleGroupId", "ruleGroupArn", "denyListId", "denyListArn"}]


@pytest.mark.parametrize("component", every_component(), ids=lambda each: each.__name__)
def test_every_component_can_be_described_to_other_languages(component):
    found = Analyzer("inspected-egress").analyze([component])["component_definitions"][component.__name__]
    assert found.description
    assert found.inputs


def test_values_that_are_not_allowed_are_all_named():
    with pytest.raises(ValueError, match=r"^a thing: size is '3'; it can be 1, 2; colour is 'red'; it can be blue$"):
        refuse_unless([("size", "3", ("1", "2")), ("shape", "o", "o"), ("colour", "red", ["blue"])], of="a thing")
