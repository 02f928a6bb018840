"""What the real Terraform provider asks of the commonest types, and how AWS answers it."""

from __future__ import annotations

import pytest

RULES = {"RulesSource": {"RulesString": "pass tcp any any -> any 443 (sid:1;)"}}
SHARED = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"210987654321"},"Action":"*"}]}'


@pytest.fixture
def image(ec2):
    filters = [{"Name": "architecture", "Values": ["x86_64"]}, {"Name": "root-device-type", "Values": ["ebs"]}]
    return ec2.describe_images(Owners=["amazon"], Filters=filters)["Images"][0]


@pytest.fixture
def subnets(ec2):
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    return [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{i}.0/24", AvailabilityZone=f"eu-west-1{zone}")["Subnet"][
            "SubnetId"
        ]
        for i, zone in enumerate("ab")
    ]


def test_an_address_has_no_name_of_its_own_and_one_that_is_missing_is_named(ec2, refused):
    allocation = ec2.allocate_address(Domain="vpc")

    answer = ec2.describe_addresses_attribute(AllocationIds=[allocation["AllocationId"]], Attribute="domain-name")

    assert answer["Addresses"] == [{"AllocationId": allocation["AllocationId"], "PublicIp": allocation["PublicIp"]}]
    with refused("InvalidAllocationID.NotFound"):
        ec2.describe_addresses_attribute(AllocationIds=["eipalloc-0123456789abcdef0"], Attribute="domain-name")


def test_a_burstable_instance_has_the_credits_that_are_asked_for_or_its_familys(ec2, image, subnets, refused):
    def run(kind, **asked):
        launch = {"ImageId": image["ImageId"], "MinCount": 1, "MaxCount": 1, "SubnetId": subnets[0]}
        return ec2.run_instances(InstanceType=kind, **launch, **asked)["Instances"][0]["InstanceId"]

    standard = run("t3.micro", CreditSpecification={"CpuCredits": "standard"})
    usual, none = run("t3.micro"), run("m5.large")

    def told():
        return {
            each["InstanceId"]: each["CpuCredits"]
            for each in ec2.describe_instance_credit_specifications()["InstanceCreditSpecifications"]
        }

    assert told() == {standard: "standard", usual: "unlimited"}
    changed = ec2.modify_instance_credit_specification(
        InstanceCreditSpecifications=[{"InstanceId": each, "CpuCredits": "unlimited"} for each in (standard, none)]
    )
    assert changed["SuccessfulInstanceCreditSpecifications"] == [{"InstanceId": standard}]
    assert [each["InstanceId"] for each in changed["UnsuccessfulInstanceCreditSpecifications"]] == [none]
    assert told() == {standard: "unlimited", usual: "unlimited"}
    with refused("InvalidParameterCombination"):
        run("m5.large", CreditSpecification={"CpuCredits": "unlimited"})


def test_a_route_takes_a_nat_gateway_by_either_name_and_tells_it_by_its_own(ec2, subnets, until):
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    vpc = ec2.describe_subnets(SubnetIds=subnets)["Subnets"][0]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    nat = ec2.create_nat_gateway(SubnetId=subnets[0], AllocationId=address)["NatGateway"]["NatGatewayId"]
    until(lambda: ec2.describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"][0]["State"] == "available")
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]

    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=nat)

    def out():
        routes = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
        return next(route for route in routes if route["DestinationCidrBlock"] == "0.0.0.0/0")

    assert (out()["NatGatewayId"], out().get("GatewayId")) == (nat, None)
    ec2.replace_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.replace_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=nat)
    assert (out()["NatGatewayId"], out().get("GatewayId")) == (nat, None)


@pytest.mark.parametrize(("kind", "short"), [("application", "app"), ("network", "net"), ("gateway", "gwy")])
def test_a_load_balancer_holds_its_subnets_and_its_arn_says_its_kind(aws, ec2, subnets, refused, kind, short):
    balancers = aws("elbv2")
    made = balancers.create_load_balancer(
        Name="balancer", Subnets=subnets, Type=kind, Tags=[{"Key": "for", "Value": "the test"}]
    )["LoadBalancers"][0]
    arn = made["LoadBalancerArn"]

    assert f":loadbalancer/{short}/balancer/" in arn
    assert balancers.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"] == [
        {"Key": "for", "Value": "the test"}
    ]
    described = [{"Name": "description", "Values": [f"ELB {arn.partition('loadbalancer/')[2]}"]}]
    found = ec2.describe_network_interfaces(Filters=described)["NetworkInterfaces"]
    assert sorted(each["SubnetId"] for each in found) == sorted(subnets)
    with refused("DependencyViolation"):
        ec2.delete_subnet(SubnetId=subnets[0])

    balancers.delete_load_balancer(LoadBalancerArn=arn)
    ec2.delete_subnet(SubnetId=subnets[0])


def test_the_tagging_api_tells_of_rule_groups_too(aws):
    arn = aws("network-firewall").create_rule_group(
        RuleGroupName="tagged",
        Type="STATEFUL",
        Capacity=1,
        RuleGroup=RULES,
        Tags=[{"Key": "for", "Value": "the test"}],
    )["RuleGroupResponse"]["RuleGroupArn"]

    found = aws("resourcegroupstaggingapi").get_resources(ResourceTypeFilters=["network-firewall"])

    assert [each["ResourceARN"] for each in found["ResourceTagMappingList"]] == [arn]


def test_a_rule_groups_resource_policy_is_kept_and_one_of_nothing_is_refused(aws, refused):
    firewall = aws("network-firewall")
    arn = firewall.create_rule_group(RuleGroupName="shared", Type="STATEFUL", Capacity=1, RuleGroup=RULES)[
        "RuleGroupResponse"
    ]["RuleGroupArn"]

    with refused("ResourceNotFoundException"):
        firewall.describe_resource_policy(ResourceArn=arn)
    with refused("InvalidResourcePolicyException"):
        firewall.put_resource_policy(ResourceArn=arn, Policy="{}")
    with refused("ResourceNotFoundException"):
        firewall.put_resource_policy(ResourceArn=f"{arn}-other", Policy=SHARED)
    firewall.put_resource_policy(ResourceArn=arn, Policy=SHARED)
    assert firewall.describe_resource_policy(ResourceArn=arn)["Policy"] == SHARED
    firewall.delete_resource_policy(ResourceArn=arn)
    with refused("ResourceNotFoundException"):
        firewall.delete_resource_policy(ResourceArn=arn)
