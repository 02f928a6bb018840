"""The real engine with the provider: what a user sees of a stack's life."""

import json

import pytest

pytestmark = pytest.mark.engine

NETWORK = """
import pulumi
from pulumi_aws import Provider, ec2, s3, ssm

vpc = ec2.Vpc("net", cidr_block="10.0.0.0/16", tags={"Name": "net"})
subnets = [ec2.Subnet(f"s{n}", vpc_id=vpc.id, cidr_block=f"10.0.{n}.0/24") for n in range(3)]
gateway = ec2.InternetGateway("gateway", vpc_id=vpc.id)
address = ec2.Eip("address", domain="vpc")
nat = ec2.NatGateway("nat", subnet_id=subnets[0].id, allocation_id=address.id,
                     opts=pulumi.ResourceOptions(depends_on=[gateway]))
table = ec2.RouteTable("table", vpc_id=vpc.id, tags={"Name": pulumi.Config().get("name") or "table"})
ec2.Route("out", route_table_id=table.id, destination_cidr_block="0.0.0.0/0", nat_gateway_id=nat.id)
for n, subnet in enumerate(subnets):
    ec2.RouteTableAssociation(f"a{n}", route_table_id=table.id, subnet_id=subnet.id)
london = Provider("london", region="eu-west-2", default_tags={"tags": {"team": "far"}})
far = ec2.Vpc("far", cidr_block="10.9.0.0/16", opts=pulumi.ResourceOptions(provider=london))
secret = ssm.Parameter("secret", type="SecureString", value=pulumi.Output.secret("sesame"))
bucket = s3.Bucket("bucket")
pulumi.export("far", far.arn)
pulumi.export("tags", far.tags_all)
pulumi.export("bucket", bucket.bucket)
pulumi.export("secret", secret.value)
"""


def test_a_stack_is_previewed_made_refreshed_changed_and_destroyed(pulumi_stack, local_aws):
    stack = pulumi_stack(NETWORK, {"aws:region": "eu-west-1", "aws:defaultTags": {"tags": {"team": "near"}}})
    preview = stack.preview().ok()
    assert preview.changed() == {"create": 17}
    assert local_aws.client("ec2").describe_nat_gateways()["NatGateways"] == []

    stack.up().ok()
    outputs = stack.outputs()
    assert outputs["far"].startswith("arn:aws:ec2:eu-west-2:")
    assert outputs["tags"] == {"team": "far"}
    assert outputs["bucket"].startswith("bucket-")
    assert outputs["secret"] == "sesame"
    assert "sesame" not in json.dumps(stack.export())
    near = local_aws.client("ec2").describe_vpcs(Filters=[{"Name": "tag:team", "Values": ["near"]}])["Vpcs"]
    assert [vpc["CidrBlock"] for vpc in near] == ["10.0.0.0/16"]

    assert stack.up().ok().changed() == {}
    assert stack.refresh().ok().changed() == {}
    assert stack.preview("--refresh").ok().changed() == {}

    stack.configure({"aws:region": "eu-west-1", "aws:defaultTags": {"tags": {"team": "near"}}, "name": "renamed"})
    assert stack.up().ok().changed() == {"update": 1}
    stack.destroy().ok()
    for region in ("eu-west-1", "eu-west-2"):
        vpcs = local_aws.client("ec2", region).describe_vpcs()["Vpcs"]
        assert [vpc for vpc in vpcs if not vpc["IsDefault"]] == []
    assert local_aws.client("ec2").describe_addresses()["Addresses"] == []


def test_what_was_deleted_elsewhere_comes_back(pulumi_stack, local_aws):
    one, two = (f'aws.s3.Bucket("{n}", bucket="{n}-of-two")' for n in ("one", "two"))
    stack = pulumi_stack(f"import pulumi_aws as aws\n{one}\n{two}\n")
    stack.up().ok()
    local_aws.client("s3").delete_bucket(Bucket="one-of-two")
    assert stack.refresh().ok().changed() == {"delete": 1}
    assert stack.up().ok().changed() == {"create": 1}


def test_a_resource_that_failed_half_way_is_finished_next_time(pulumi_stack, local_aws):
    program = """
import pulumi
from pulumi_aws import ec2
vpc = ec2.Vpc("net", cidr_block="10.0.0.0/16")
gateway = ec2.InternetGateway("gateway", vpc_id=vpc.id)
wrong = pulumi.Config().get_bool("wrong")
target = "igw-00000000000000000" if wrong else gateway.id
ec2.RouteTable("table", vpc_id=vpc.id, routes=[{"cidr_block": "0.0.0.0/0", "gateway_id": target}])
"""
    stack = pulumi_stack(program, {"wrong": True})
    failed = stack.up()
    assert failed.code != 0
    assert "InvalidGatewayID.NotFound" in failed.output
    stack.configure({"wrong": False})
    stack.up().ok()
    stack.destroy().ok()
    assert [vpc for vpc in local_aws.client("ec2").describe_vpcs()["Vpcs"] if not vpc["IsDefault"]] == []


def test_what_exists_is_imported_and_then_kept(pulumi_stack, local_aws):
    ec2 = local_aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.4.0.0/16")["Vpc"]["VpcId"]
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "Name", "Value": "found"}])
    program = f"""
import pulumi
from pulumi_aws import ec2
opts = pulumi.ResourceOptions(import_="{vpc}")
found = ec2.Vpc("found", cidr_block="10.4.0.0/16", tags={{"Name": "found"}}, opts=opts)
read = ec2.Vpc.get("read", "{vpc}")
pulumi.export("same", pulumi.Output.all(found.arn, read.arn).apply(lambda both: both[0] == both[1]))
"""
    stack = pulumi_stack(program)
    stack.up().ok()
    assert stack.outputs() == {"same": True}
    assert stack.up().ok().changed() == {}
    stack.destroy().ok()
    assert [one["VpcId"] for one in ec2.describe_vpcs()["Vpcs"] if one["VpcId"] == vpc] == []


def test_a_replacement_keeps_its_place(pulumi_stack, local_aws):
    program = """
import pulumi
from pulumi_aws import ec2
zone = pulumi.Config().require("zone")
vpc = ec2.Vpc("net", cidr_block="10.0.0.0/16")
tables = [ec2.RouteTable(f"t{n}", vpc_id=vpc.id) for n in range(2)]
subnet = ec2.Subnet("s", vpc_id=vpc.id, cidr_block="10.0.0.0/24", availability_zone=zone,
                    opts=pulumi.ResourceOptions(delete_before_replace=True))
table = tables[pulumi.Config().get_int("table") or 0]
ec2.RouteTableAssociation("a", subnet_id=subnet.id, route_table_id=table.id)
pulumi.export("table", table.id)
"""
    stack = pulumi_stack(program, {"zone": "eu-west-1a"})
    stack.up().ok()
    stack.configure({"zone": "eu-west-1a", "table": 1})
    assert stack.up().ok().changed() == {"update": 1}
    assert stack.refresh().ok().changed() == {}
    stack.configure({"zone": "eu-west-1b", "table": 1})
    stack.up().ok()
    (table,) = local_aws.client("ec2").describe_route_tables(RouteTableIds=[stack.outputs()["table"]])["RouteTables"]
    (subnet,) = [a["SubnetId"] for a in table["Associations"]]
    (found,) = local_aws.client("ec2").describe_subnets(SubnetIds=[subnet])["Subnets"]
    assert found["AvailabilityZone"] == "eu-west-1b"
    stack.destroy().ok()
