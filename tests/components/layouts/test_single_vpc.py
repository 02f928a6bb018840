from __future__ import annotations

import json
import re

import pytest

from components.common.environment import ZoneError
from tests.components.lab import ZONES, lab

ROUTE = "ec2/route:Route"
NAME = "inspected-egress-dev"


def routes(recorded):
    """(table, destination) -> next hop."""
    hops = ("vpcEndpointId", "natGatewayId", "gatewayId")
    return {
        (inputs["routeTableId"], inputs["destinationCidrBlock"]): next(inputs[hop] for hop in hops if inputs.get(hop))
        for inputs in recorded.of_type(ROUTE).values()
    }


@pytest.mark.parametrize("count", [1, 2, 3])
def test_each_zone_goes_out_and_back_through_its_own_endpoint_and_nat_gateway(count):
    recorded, _ = lab(zones=count)
    expected = {}
    for zone, workload in zip(ZONES[:count], ("10.0.0.0/19", "10.0.64.0/19", "10.0.128.0/19"), strict=False):
        endpoint = f"endpoint-in-{NAME}-firewall-{zone}-id"
        expected |= {
            (f"{NAME}-workload-{zone}-id", "0.0.0.0/0"): endpoint,
            (f"{NAME}-firewall-{zone}-id", "0.0.0.0/0"): f"{NAME}-edge-nat-{zone}-id",
            (f"{NAME}-edge-public-{zone}-id", "0.0.0.0/0"): f"{NAME}-edge-internet-id",
            (f"{NAME}-edge-public-{zone}-id", workload): endpoint,
        }
    assert routes(recorded) == expected


def test_every_subnet_has_a_table_of_its_own_and_gives_no_public_address():
    recorded, _ = lab(zones=3)
    subnets = recorded.of_type("ec2/subnet:Subnet")
    tables = {
        inputs["subnetId"]: inputs["routeTableId"]
        for inputs in recorded.of_type("routeTableAssociation:RouteTableAssociation").values()
    }
    assert set(tables) == {f"{name}-id" for name in subnets}
    assert len(set(tables.values())) == len(subnets) == 9
    assert not any(inputs.get("mapPublicIpOnLaunch") for inputs in subnets.values())


def test_the_return_route_is_a_whole_subnet_as_aws_wants_for_routes_more_specific_than_local():
    recorded, _ = lab(zones=3)
    cidrs = {inputs["cidrBlock"] for inputs in recorded.of_type("ec2/subnet:Subnet").values()}
    back = [inputs for name, inputs in recorded.of_type(ROUTE).items() if name.endswith("-back")]
    assert {inputs["destinationCidrBlock"] for inputs in back} <= cidrs
    assert len(back) == 3


def test_default_group_and_main_table_are_empty():
    recorded, _ = lab()
    (group,) = recorded.of_type("defaultSecurityGroup:DefaultSecurityGroup").values()
    (table,) = recorded.of_type("defaultRouteTable:DefaultRouteTable").values()
    assert group["ingress"] == group["egress"] == []
    assert table["routes"] == []


def test_zones_can_be_chosen_by_name():
    recorded, _ = lab(zones=2, zone_names=["eu-west-1c", "eu-west-1a"])
    placed = {
        name: inputs["availabilityZone"]
        for name, inputs in recorded.of_type("ec2/subnet:Subnet").items()
        if "-workload-" in name
    }
    assert placed == {f"{NAME}-workload-{zone}": zone for zone in ("eu-west-1c", "eu-west-1a")}


def test_a_zone_that_the_region_lacks_is_refused_with_those_it_has():
    with pytest.raises(ZoneError, match="eu-west-1f not found in eu-west-1; it has eu-west-1a, eu-west-1b, eu-west-1c"):
        lab(zones=1, zone_names=["eu-west-1f"])


def test_home_net_is_the_vpc():
    recorded, _ = lab(vpc_cidr="10.9.0.0/20")
    (policy,) = recorded.of_type("firewallPolicy:FirewallPolicy").values()
    assert policy["firewallPolicy"]["policyVariables"]["ruleVariables"] == [
        {"key": "HOME_NET", "ipSet": {"definitions": ["10.9.0.0/20"]}}
    ]


def test_the_s3_endpoint_is_on_every_workload_table_and_no_other():
    recorded, _ = lab(zones=3)
    (endpoint,) = recorded.of_type("vpcEndpoint:VpcEndpoint").values()
    assert endpoint["routeTableIds"] == [f"{NAME}-workload-{zone}-id" for zone in ZONES]
    assert endpoint["serviceName"] == "com.amazonaws.eu-west-1.s3"
    assert endpoint["vpcEndpointType"] == "Gateway"


def test_without_the_switch_there_is_no_s3_endpoint_and_nothing_else_changes():
    def names(recorded):
        return {(resource.type, resource.name) for resource in recorded.resources}

    on, off = names(lab()[0]), names(lab(s3_gateway_endpoint=False)[0])
    assert on - off == {("aws:ec2/vpcEndpoint:VpcEndpoint", f"{NAME}-s3")}
    assert off <= on


def test_one_connect_endpoint_reaches_every_instance_by_ssh_and_nothing_else_does():
    recorded, _ = lab(zones=2)
    (endpoint,) = recorded.of_type("instanceConnectEndpoint:InstanceConnectEndpoint").values()
    group = f"{NAME}-connect-access-id"
    assert endpoint["securityGroupIds"] == [group]
    assert endpoint["preserveClientIp"] is False
    ingress = recorded.of_type("securityGroupIngressRule:SecurityGroupIngressRule").values()
    assert [(rule["referencedSecurityGroupId"], rule["fromPort"], rule["toPort"]) for rule in ingress] == [
        (group, 22, 22)
    ] * 2
    out_of_endpoint = [
        rule
        for rule in recorded.of_type("securityGroupEgressRule:SecurityGroupEgressRule").values()
        if rule["securityGroupId"] == group
    ]
    assert {(rule["referencedSecurityGroupId"], rule["fromPort"]) for rule in out_of_endpoint} == {
        (f"{NAME}-{zone}-access-id", 22) for zone in ZONES[:2]
    }


def test_the_instances_role_may_use_the_experiments_bucket_and_no_more():
    recorded, _ = lab()
    (policy,) = (
        json.loads(inputs["policy"])["Statement"]
        for name, inputs in recorded.of_type("rolePolicy:RolePolicy").items()
        if "eu-west-1a" in name
    )
    bucket = f"arn:aws:mock:eu-west-1:111122223333:{NAME}-experiment"
    assert [(statement["Action"], statement["Resource"]) for statement in policy] == [
        ("s3:ListBucket", bucket),
        (["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], f"{bucket}/*"),
    ]


def test_protections_follow_config():
    recorded, _ = lab(delete_protection=True, policy_change_protection=True, subnet_change_protection=True)
    (firewall,) = recorded.of_type("networkfirewall/firewall:Firewall").values()
    switches = ("deleteProtection", "firewallPolicyChangeProtection", "subnetChangeProtection")
    assert [firewall[switch] for switch in switches] == [True, True, True]
    (lab_firewall,) = lab()[0].of_type("networkfirewall/firewall:Firewall").values()
    assert [lab_firewall[switch] for switch in switches] == [False, False, False]


def test_descriptions_have_only_letters_that_ec2_takes():
    recorded, _ = lab(zones=3)
    texts = {
        resource.inputs["description"]
        for resource in recorded.resources
        if "securityGroup" in resource.type and "description" in resource.inputs
    }
    assert len(texts) > 4
    assert not [text for text in texts if not re.fullmatch(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{1,255}", text)]


def test_two_stacks_share_no_name():
    def given(recorded):
        """Names that are not made unique by Pulumi, and logical names, from which the others are made."""
        explicit = {
            inputs[key]
            for resource in recorded.resources
            for inputs in [resource.inputs]
            for key in ("name", "configurationName")
            if key in inputs
        }
        return explicit | {resource.name for resource in recorded.resources}

    slack = {"slack_workspace_id": "T07EA123LEP", "slack_channel_id": "C07EZ1ABC23"}
    first, second = given(lab("dev", **slack)[0]), given(lab("dev2", **slack)[0])
    assert not first & second
    assert len(first) > 50


def test_every_taggable_resource_says_project_stack_and_owner():
    recorded, _ = lab(owner="team blue", zones=2)
    wanted = {"project": "inspected-egress", "stack": "dev", "owner": "team blue"}
    untaggable = {
        "aws:cloudwatch/logMetricFilter:LogMetricFilter",
        "aws:cloudwatch/queryDefinition:QueryDefinition",
        "aws:ec2/route:Route",
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:kms/alias:Alias",
        "aws:networkfirewall/loggingConfiguration:LoggingConfiguration",
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "aws:s3/bucketPolicy:BucketPolicy",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "aws:sns/topicPolicy:TopicPolicy",
    }
    untagged = {
        resource.type
        for resource in recorded.resources
        if resource.type.startswith("aws:") and not wanted.items() <= (resource.inputs.get("tags") or {}).items()
    }
    assert untagged == untaggable
    for instance in recorded.of_type("ec2/instance:Instance").values():
        assert wanted.items() <= instance["rootBlockDevice"]["tags"].items()


def test_a_further_vpc_goes_out_and_back_through_endpoints_associated_with_the_same_firewall():
    recorded, outputs = lab(zones=2, more_vpcs={"test": "10.1.0.0/16"})
    found, name = routes(recorded), f"{NAME}-test"
    for zone, workload in zip(ZONES[:2], ("10.1.0.0/19", "10.1.64.0/19"), strict=True):
        endpoint = f"vpce-{name}-{zone}-endpoint"
        assert found[f"{name}-workload-{zone}-id", "0.0.0.0/0"] == endpoint
        assert found[f"{name}-firewall-{zone}-id", "0.0.0.0/0"] == f"{name}-edge-nat-{zone}-id"
        assert found[f"{name}-edge-public-{zone}-id", workload] == endpoint
    assert len(recorded.of_type("networkfirewall/firewall:Firewall")) == 1
    (policy,) = recorded.of_type("networkfirewall/firewallPolicy:FirewallPolicy").values()
    (variable,) = policy["firewallPolicy"]["policyVariables"]["ruleVariables"]
    assert variable["ipSet"]["definitions"] == ["10.0.0.0/16", "10.1.0.0/16"]
    assert outputs["vpcs"]["test"] == {"id": f"{name}-vpc-id", "cidr": "10.1.0.0/16"}
    assert outputs["instances"]["test"]["vpc_id"] == f"{name}-vpc-id"
    assert "test" in outputs["ssh_commands"]
    assert outputs["estimated_cost"]["prices"].endswith("not in the sums: Network Firewall endpoint by association")
