"""The names table is what the installed pulumi_aws and the provider's schema say; what networks need is in it."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from policy.egress.program.kinds import KIND_OF
from policy.egress.sources.terraform.derive import TYPES, _pulumi_types, as_text, derive
from policy.egress.sources.terraform.names import NAMES, camel, named
from tests.policy.sources.terraform import Terraform, mirror

# Types that the model knows for the sake of old states of Pulumi; Terraform has other names for the same.
FORMER = {
    "aws:alb/loadBalancer:LoadBalancer",
    "aws:applicationloadbalancing/loadBalancer:LoadBalancer",
    "aws:ec2/transitGateway:TransitGateway",
    "aws:ec2/transitGatewayPeeringAttachmentAccepter:TransitGatewayPeeringAttachmentAccepter",
    "aws:elasticloadbalancing/loadBalancer:LoadBalancer",
    "aws:elasticloadbalancingv2/loadBalancer:LoadBalancer",
}


@pytest.fixture(scope="module")
def classes():
    return dict(_pulumi_types(Path(find_spec("pulumi_aws").origin).parent))


@pytest.fixture(scope="module")
def table():
    return json.loads(NAMES.read_text())


def test_every_type_of_the_model_has_a_name_in_terraform(table) -> None:
    tokens = {token for token, *_rest in table.values()}
    assert KIND_OF.keys() - FORMER - tokens == set()


def test_every_token_and_top_level_name_is_pulumis(table, classes) -> None:
    for kind, (token, *rest) in table.items():
        assert token in classes, kind
        for path, wire in (rest[0].get("names", {}) if rest else {}).items():
            if "." not in path:
                assert wire in classes[token][0], f"{kind}.{path}"


@pytest.mark.parametrize(
    ("kind", "path", "wire"),
    [
        ("aws_networkfirewall_firewall", "firewall_status", "firewallStatuses"),
        ("aws_networkfirewall_firewall", "firewall_status.sync_states.attachment", "attachments"),
        ("aws_networkfirewall_firewall", "subnet_mapping", "subnetMappings"),
        ("aws_networkfirewall_firewall", "availability_zone_mapping", "availabilityZoneMappings"),
        ("aws_route_table", "route", "routes"),
        ("aws_route_table", "route.vpc_endpoint_id", "vpcEndpointId"),
        ("aws_lb", "subnet_mapping", "subnetMappings"),
    ],
)
def test_the_names_that_networks_hang_on(kind: str, path: str, wire: str) -> None:
    assert named(kind).wire(path) == wire


def test_a_type_that_nobody_knows_keeps_a_name_of_its_own() -> None:
    assert named("aws_new_thing").token == "aws:terraform/newThing:NewThing"
    assert named("awscc_ec2_route").token == "aws-native:ec2:Route"
    assert named("random_id") is None
    assert camel("ipv6_cidr_block") == "ipv6CidrBlock"


def test_exceptions_are_kept(table) -> None:
    assert {kind: table[kind][0] for kind in TYPES} == TYPES


@pytest.mark.skipif(mirror() is None, reason="there is no Terraform with the AWS provider here")
def test_the_table_is_what_both_schemas_say(tmp_path: Path) -> None:
    (tmp_path / "main.tf.json").write_text('{"terraform":{"required_providers":{"aws":{"source":"hashicorp/aws"}}}}')
    terraform = Terraform(tmp_path)
    terraform.run(tmp_path, "init", "-input=false", "-no-color")
    schema = json.loads(terraform.run(tmp_path, "providers", "schema", "-json"))
    assert as_text(derive(schema)).splitlines() == NAMES.read_text().splitlines(), (
        "run `terraform providers schema -json | python -m policy.egress.sources.terraform.derive -`"
    )
