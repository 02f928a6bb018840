"""IPAM: pools within pools, VPCs whose ranges those give, and what AWS refuses about them."""

from __future__ import annotations

import pytest


@pytest.fixture
def plan(ec2, until):
    """Make an IPAM; `plan.pool(…)` makes a pool of it with ranges, and returns its id."""

    class Plan:
        def __init__(self):
            self.ipam = ec2.create_ipam(OperatingRegions=[{"RegionName": "us-east-1"}])["Ipam"]
            self.scope = self.ipam["PrivateDefaultScopeId"]
            until(lambda: ec2.describe_ipams()["Ipams"][0]["State"] == "create-complete")

        def pool(self, *cidrs, **asked):
            asked = {"IpamScopeId": self.scope, "AddressFamily": "ipv4", **asked}
            pool = ec2.create_ipam_pool(**asked)["IpamPool"]["IpamPoolId"]
            until(lambda: self.state(pool) == "create-complete")
            for cidr in cidrs:
                ec2.provision_ipam_pool_cidr(IpamPoolId=pool, Cidr=cidr)
            until(lambda: {each["State"] for each in self.cidrs(pool)} <= {"provisioned"})
            return pool

        def state(self, pool):
            return ec2.describe_ipam_pools(IpamPoolIds=[pool])["IpamPools"][0]["State"]

        def cidrs(self, pool):
            return ec2.get_ipam_pool_cidrs(IpamPoolId=pool)["IpamPoolCidrs"]

        def given(self, pool):
            told = ec2.get_ipam_pool_allocations(IpamPoolId=pool)["IpamPoolAllocations"]
            return {each["Cidr"]: each["ResourceType"] for each in told}

    return Plan()


def test_a_vpcs_range_is_the_next_free_one_of_its_pool_and_is_free_again_once_the_vpc_is_gone(ec2, plan, until):
    outer = plan.pool("10.0.0.0/8")
    inner = plan.pool("10.64.0.0/12", SourceIpamPoolId=outer, Locale="eu-west-1")
    kept = ec2.allocate_ipam_pool_cidr(IpamPoolId=inner, Cidr="10.64.0.0/24")["IpamPoolAllocation"]

    made = ec2.create_vpc(Ipv4IpamPoolId=inner, Ipv4NetmaskLength=20)["Vpc"]
    more = ec2.associate_vpc_cidr_block(VpcId=made["VpcId"], Ipv4IpamPoolId=inner, Ipv4NetmaskLength=24)

    assert made["CidrBlock"] == "10.64.16.0/20"
    assert more["CidrBlockAssociation"]["CidrBlock"] == "10.64.1.0/24"
    assert plan.given(inner) == {"10.64.0.0/24": "custom", "10.64.16.0/20": "vpc", "10.64.1.0/24": "vpc"}
    assert plan.given(outer) == {"10.64.0.0/12": "ipam-pool"}
    preview = {"IpamPoolId": inner, "NetmaskLength": 24, "PreviewNextCidr": True}
    assert ec2.allocate_ipam_pool_cidr(**preview)["IpamPoolAllocation"]["Cidr"] == "10.64.2.0/24"
    ec2.delete_vpc(VpcId=made["VpcId"])
    until(lambda: plan.given(inner) == {"10.64.0.0/24": "custom"})
    released = {"IpamPoolId": inner, "IpamPoolAllocationId": kept["IpamPoolAllocationId"], "Cidr": kept["Cidr"]}
    assert ec2.release_ipam_pool_allocation(**released)["Success"]
    assert plan.given(inner) == {}


def test_a_pool_refuses_what_it_has_not_and_what_its_rules_forbid(ec2, plan, refused):
    required = [{"Key": "Stage", "Value": "lab"}]
    pool = plan.pool(
        "10.0.0.0/22",
        Locale="eu-west-1",
        AllocationMinNetmaskLength=16,
        AllocationMaxNetmaskLength=24,
        AllocationResourceTags=required,
    )
    asked = {"Ipv4IpamPoolId": pool, "TagSpecifications": [{"ResourceType": "vpc", "Tags": required}]}

    with refused("InvalidParameterValue", "The allocation size is too big for the pool."):
        ec2.create_vpc(**asked, Ipv4NetmaskLength=20)
    with refused("InvalidParameterCombination", "no default allocation netmask length"):
        ec2.create_vpc(**asked)
    with refused("InvalidParameterCombination"):
        ec2.create_vpc(**asked, CidrBlock="10.0.0.0/24", Ipv4NetmaskLength=24)
    with refused("InvalidParameterValue", "between 16 and 24"):
        ec2.create_vpc(**asked, Ipv4NetmaskLength=28)
    with refused("InvalidParameterValue", "not available"):
        ec2.create_vpc(**asked, CidrBlock="10.1.0.0/24")
    with refused("InvalidParameterValue", "requires the tags"):
        ec2.create_vpc(Ipv4IpamPoolId=pool, Ipv4NetmaskLength=24)
    with refused("InvalidIpamPoolId.NotFound"):
        ec2.create_vpc(Ipv4IpamPoolId="ipam-pool-0123456789abcdef0", Ipv4NetmaskLength=24)
    with refused("MissingParameter", "Either 'cidrBlock' or 'ipv4IpamPoolId'"):
        ec2.create_vpc()
    assert plan.given(pool) == {}
    ec2.create_vpc(**asked, CidrBlock="10.0.0.0/23")
    with refused("InvalidParameterValue", "not available"):
        ec2.create_vpc(**asked, CidrBlock="10.0.1.0/24")


def test_a_pool_gives_ranges_out_in_its_locale_alone(ec2, local_aws, plan, refused):
    nowhere, there = plan.pool("10.0.0.0/16"), plan.pool("10.1.0.0/16", Locale="us-east-1")

    for pool in (nowhere, there):
        with refused("InvalidParameterValue", "has the locale"):
            ec2.create_vpc(Ipv4IpamPoolId=pool, Ipv4NetmaskLength=24)
    other = local_aws.client("ec2", "us-east-1")
    assert other.create_vpc(Ipv4IpamPoolId=there, Ipv4NetmaskLength=24)["Vpc"]["CidrBlock"] == "10.1.0.0/24"
    with refused("InvalidIpamPoolId.NotFound"):
        other.create_vpc(Ipv4IpamPoolId=nowhere, Ipv4NetmaskLength=24)
    with refused("InvalidParameterValue", "no operating Region"):
        plan.pool(Locale="eu-central-1")


def test_what_a_source_pool_or_scope_cannot_give_fails_after_a_while(ec2, plan, until):
    outer = plan.pool("10.0.0.0/16")
    inner, other = plan.pool(SourceIpamPoolId=outer), plan.pool()

    for pool, cidr in ((inner, "10.1.0.0/24"), (other, "10.0.128.0/17")):
        assert ec2.provision_ipam_pool_cidr(IpamPoolId=pool, Cidr=cidr)["IpamPoolCidr"]["State"] == "pending-provision"
    ec2.provision_ipam_pool_cidr(IpamPoolId=inner, NetmaskLength=15)

    def told(pool):
        return [(each["State"], each.get("FailureReason", {}).get("Code")) for each in plan.cidrs(pool)]

    until(lambda: told(inner) == [("failed-provision", "cidr-not-available")] * 2)
    until(lambda: told(other) == [("failed-provision", "cidr-not-available")])


def test_nothing_that_is_in_use_is_deleted(ec2, plan, refused, until):
    outer = plan.pool("10.0.0.0/8")
    inner = plan.pool("10.1.0.0/16", SourceIpamPoolId=outer, Locale="eu-west-1")
    vpc = ec2.create_vpc(Ipv4IpamPoolId=inner, Ipv4NetmaskLength=24)["Vpc"]["VpcId"]

    for pool in (outer, inner):
        with refused("DependencyViolation"):
            ec2.delete_ipam_pool(IpamPoolId=pool)
    with refused("DependencyViolation"):
        ec2.delete_ipam(IpamId=plan.ipam["IpamId"])
    with refused("InvalidParameterValue", "default scope"):
        ec2.delete_ipam_scope(IpamScopeId=plan.scope)
    with refused("InvalidParameterCombination", "No allocation found"):
        (allocation,) = ec2.get_ipam_pool_allocations(IpamPoolId=inner)["IpamPoolAllocations"]
        identity = allocation["IpamPoolAllocationId"]
        ec2.release_ipam_pool_allocation(IpamPoolId=inner, IpamPoolAllocationId=identity, Cidr=allocation["Cidr"])
    ec2.deprovision_ipam_pool_cidr(IpamPoolId=inner, Cidr="10.1.0.0/16")
    until(lambda: plan.cidrs(inner)[0]["State"] == "failed-deprovision")
    assert plan.cidrs(inner)[0]["FailureReason"]["Message"] == "The CIDR has one or more allocations."
    with refused("DependencyViolation", "provisioned"):
        ec2.delete_ipam_pool(IpamPoolId=inner)

    ec2.delete_vpc(VpcId=vpc)
    until(lambda: plan.given(inner) == {})
    for pool, cidr in ((inner, "10.1.0.0/16"), (outer, "10.0.0.0/8")):
        ec2.deprovision_ipam_pool_cidr(IpamPoolId=pool, Cidr=cidr)
        until(lambda pool=pool: plan.cidrs(pool) == [])
        ec2.delete_ipam_pool(IpamPoolId=pool)
        until(lambda pool=pool: pool not in {one["IpamPoolId"] for one in ec2.describe_ipam_pools()["IpamPools"]})
    ec2.delete_ipam(IpamId=plan.ipam["IpamId"])
    until(lambda: ec2.describe_ipams()["Ipams"] == [] and ec2.describe_ipam_scopes()["IpamScopes"] == [])


def test_a_cascade_takes_all_of_an_ipam_with_it(ec2, plan, until):
    plan.pool("10.0.0.0/8")
    ec2.create_ipam_scope(IpamId=plan.ipam["IpamId"])

    ec2.delete_ipam(IpamId=plan.ipam["IpamId"], Cascade=True)

    until(lambda: ec2.describe_ipams()["Ipams"] == [])
    assert (ec2.describe_ipam_pools()["IpamPools"], ec2.describe_ipam_scopes()["IpamScopes"]) == ([], [])


def test_a_region_has_one_ipam_and_a_scope_fifty_pools(ec2, plan, refused):
    with refused("ResourceLimitExceeded", "IPAMs per Region"):
        ec2.create_ipam()
    for _ in range(50):
        ec2.create_ipam_pool(IpamScopeId=plan.scope, AddressFamily="ipv4")
    with refused("ResourceLimitExceeded", "`./local quotas L-7319AFC3 51` raises it here"):
        ec2.create_ipam_pool(IpamScopeId=plan.scope, AddressFamily="ipv4")


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"AddressFamily": "ipv6"}, "ec2:CreateIpamPool: ipv6 in a private scope"),
        ({"AutoImport": True}, "ec2:CreateIpamPool:AutoImport"),
        ({"SourceResource": {"ResourceId": "vpc-1"}}, "ec2:CreateIpamPool:SourceResource"),
    ],
)
def test_pools_of_other_kinds_are_refused_by_name(plan, refused, asked, named):
    with refused("UnsupportedOperation", named):
        plan.pool(**asked)


def test_a_further_range_of_a_vpc_overlaps_with_none_and_with_no_route(ec2, refused):
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    table = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"][0]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ec2.create_route(RouteTableId=table["RouteTableId"], DestinationCidrBlock="10.2.3.0/24", GatewayId=gateway)

    for cidr in ("10.0.128.0/17", "10.2.0.0/16", "10.3.0.0/8", "10.3.0.0/29"):
        code = "InvalidParameterValue" if cidr == "10.3.0.0/8" else "InvalidVpc.Range"
        with refused(code, cidr):
            ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock=cidr)
    ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock="10.3.0.0/16")


def test_what_is_planned_can_be_changed_but_not_from_under_its_pools(ec2, plan, refused, until):
    pool = plan.pool("10.0.0.0/16", Locale="us-east-1", AllocationDefaultNetmaskLength=24)
    ipam = {"IpamId": plan.ipam["IpamId"]}

    with refused("InvalidParameterValue", "us-east-1"):
        ec2.modify_ipam(**ipam, RemoveOperatingRegions=[{"RegionName": "us-east-1"}])
    with refused("InvalidParameterValue", "free tier"):
        ec2.modify_ipam(**ipam, Tier="free")
    with refused("InvalidParameterValue"):
        ec2.modify_ipam_pool(IpamPoolId=pool, AllocationMinNetmaskLength=28)
    changed = ec2.modify_ipam(**ipam, Description="all", AddOperatingRegions=[{"RegionName": "eu-central-1"}])["Ipam"]
    assert (changed["State"], changed["Description"]) == ("modify-in-progress", "all")
    assert [each["RegionName"] for each in changed["OperatingRegions"]] == ["eu-west-1", "us-east-1", "eu-central-1"]
    with refused("IncorrectState"):
        ec2.modify_ipam(**ipam, Description="again")
    assert ec2.modify_ipam_scope(IpamScopeId=plan.scope, Description="lab")["IpamScope"]["Description"] == "lab"
    ec2.modify_ipam_pool(
        IpamPoolId=pool,
        ClearAllocationDefaultNetmaskLength=True,
        AddAllocationResourceTags=[{"Key": "Stage", "Value": "lab"}],
    )
    until(lambda: plan.state(pool) == "modify-complete")
    (told,) = ec2.describe_ipam_pools(IpamPoolIds=[pool])["IpamPools"]
    assert "AllocationDefaultNetmaskLength" not in told
    assert told["AllocationResourceTags"] == [{"Key": "Stage", "Value": "lab"}]
