"""Data sources."""

import json

import grpc
import pytest

VPC = "aws:ec2/vpc:Vpc"


def test_zones_are_those_of_the_region(connect):
    found = connect(region="eu-west-2").invoke("aws:index/getAvailabilityZones:getAvailabilityZones", state="available")
    assert found["names"] == ["eu-west-2a", "eu-west-2b", "eu-west-2c"]
    assert len(found["zoneIds"]) == 3


def test_one_zone_is_found_by_name(engine):
    found = engine.invoke("aws:index/getAvailabilityZone:getAvailabilityZone", name="eu-west-1b")
    assert (found["nameSuffix"], found["state"]) == ("b", "available")


def test_default_tags_are_told(connect):
    engine = connect(defaultTags={"tags": {"a": "b"}})
    assert engine.invoke("aws:index/getDefaultTags:getDefaultTags")["tags"] == {"a": "b"}


def test_a_policy_document_is_written_as_the_official_provider_does(engine):
    answer = engine.invoke(
        "aws:iam/getPolicyDocument:getPolicyDocument",
        statements=[
            {
                "sid": "Read",
                "actions": ["s3:GetObject", "s3:ListBucket"],
                "resources": ["*"],
                "principals": [{"type": "Service", "identifiers": ["logs.amazonaws.com"]}],
                "conditions": [{"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["1", "2"]}],
            },
            {"effect": "Deny", "notActions": ["iam:*"], "resources": ["a", "b"]},
        ],
    )
    assert json.loads(answer["json"]) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Read",
                "Effect": "Allow",
                "Action": ["s3:ListBucket", "s3:GetObject"],
                "Resource": "*",
                "Principal": {"Service": "logs.amazonaws.com"},
                "Condition": {"StringEquals": {"aws:SourceAccount": ["1", "2"]}},
            },
            {"Effect": "Deny", "NotAction": "iam:*", "Resource": ["b", "a"]},
        ],
    }
    assert json.loads(answer["minifiedJson"]) == json.loads(answer["json"])


def test_policy_documents_are_merged_by_sid(engine):
    token = "aws:iam/getPolicyDocument:getPolicyDocument"
    source = json.dumps({"Statement": {"Sid": "One", "Effect": "Allow", "Action": "a", "Resource": "*"}})
    answer = engine.invoke(
        token,
        sourcePolicyDocuments=[source],
        statements=[{"sid": "One", "actions": ["b"], "resources": ["*"]}],
        overridePolicyDocuments=[json.dumps({"Statement": [{"Sid": "Two", "Effect": "Deny", "Action": "c"}]})],
    )
    assert [s["Action"] for s in json.loads(answer["json"])["Statement"]] == ["b", "c"]
    with pytest.raises(grpc.RpcError, match="duplicate Sid"):
        engine.invoke(token, sourcePolicyDocuments=[source, source])


def test_things_are_found_by_id_filter_and_tag(engine):
    vpc = engine.create(VPC, {"cidrBlock": "10.0.0.0/16", "tags": {"Name": "net"}})
    inputs = {"vpcId": vpc.id, "cidrBlock": "10.0.1.0/24", "availabilityZone": "eu-west-1c", "tags": {"tier": "work"}}
    subnet = engine.create("aws:ec2/subnet:Subnet", inputs)
    of_vpc = [{"name": "vpc-id", "values": [vpc.id]}]
    assert engine.invoke("aws:ec2/getVpc:getVpc", tags={"Name": "net"})["id"] == vpc.id
    found = engine.invoke("aws:ec2/getSubnet:getSubnet", vpcId=vpc.id, tags={"tier": "work"})
    assert (found["id"], found["availabilityZone"], found["tags"]) == (subnet.id, "eu-west-1c", {"tier": "work"})
    assert engine.invoke("aws:ec2/getSubnets:getSubnets", filters=of_vpc)["ids"] == [subnet.id]
    group = engine.invoke("aws:ec2/getSecurityGroup:getSecurityGroup", vpcId=vpc.id, name="default")
    assert group["id"] == vpc.state["defaultSecurityGroupId"]


def test_more_than_one_match_is_an_error(engine):
    vpc = engine.create(VPC, {"cidrBlock": "10.0.0.0/16"})
    for number in (1, 2):
        inputs = {"vpcId": vpc.id, "cidrBlock": f"10.0.{number}.0/24"}
        engine.create("aws:ec2/subnet:Subnet", inputs, f"subnet-{number}")
    with pytest.raises(grpc.RpcError, match="exactly one must match, 2 do"):
        engine.invoke("aws:ec2/getSubnet:getSubnet", vpcId=vpc.id)


def test_an_endpoint_and_its_prefix_list(engine):
    vpc = engine.create(VPC, {"cidrBlock": "10.0.0.0/16"})
    service = "com.amazonaws.eu-west-1.s3"
    made = engine.create("aws:ec2/vpcEndpoint:VpcEndpoint", {"vpcId": vpc.id, "serviceName": service})
    found = engine.invoke("aws:ec2/getVpcEndpoint:getVpcEndpoint", vpcId=vpc.id, serviceName=service)
    assert found["id"] == made.id
    listed = engine.invoke("aws:ec2/getPrefixList:getPrefixList", name=service)
    assert listed["id"] == found["prefixListId"]
    assert listed["cidrBlocks"] == sorted(found["cidrBlocks"])
    assert listed["cidrBlocks"]


def test_a_prefix_list_of_ones_own(engine, local_aws):
    made = local_aws.client("ec2").create_managed_prefix_list(
        PrefixListName="mine", AddressFamily="IPv4", MaxEntries=2, Entries=[{"Cidr": "1.2.3.0/24"}]
    )["PrefixList"]["PrefixListId"]
    found = engine.invoke("aws:ec2/getManagedPrefixList:getManagedPrefixList", name="mine")
    assert (found["id"], found["entries"]) == (made, [{"cidr": "1.2.3.0/24"}])
    of_mine = [{"name": "prefix-list-name", "values": ["mine"]}]
    assert engine.invoke("aws:ec2/getManagedPrefixLists:getManagedPrefixLists", filters=of_mine)["ids"] == [made]


def test_a_transit_gateway(engine):
    made = engine.create("aws:ec2transitgateway/transitGateway:TransitGateway", {"description": "hub"})
    found = engine.invoke("aws:ec2transitgateway/getTransitGateway:getTransitGateway", id=made.id)
    assert (found["arn"], found["description"]) == (made.state["arn"], "hub")


def test_the_newest_image_is_found(engine):
    filters = [{"name": "architecture", "values": ["x86_64"]}]
    found = engine.invoke("aws:ec2/getAmi:getAmi", filters=filters, owners=["amazon"], mostRecent=True)
    assert found["id"].startswith("ami-")
    assert found["architecture"] == "x86_64"
    with pytest.raises(grpc.RpcError, match="images match; narrow the filters or set mostRecent"):
        engine.invoke("aws:ec2/getAmi:getAmi", filters=filters)


def test_a_key_is_found_by_its_alias(engine):
    key = engine.create("aws:kms/key:Key", {"description": "logs"})
    alias = engine.create("aws:kms/alias:Alias", {"targetKeyId": key.id})
    assert engine.invoke("aws:kms/getKey:getKey", keyId=alias.id)["arn"] == key.state["arn"]
    assert engine.invoke("aws:kms/getAlias:getAlias", name=alias.id)["targetKeyId"] == key.id


def test_an_organization(engine, local_aws):
    local_aws.client("organizations").create_organization(FeatureSet="ALL")
    found = engine.invoke("aws:organizations/getOrganization:getOrganization")
    assert found["id"].startswith("o-")
    assert [account["id"] for account in found["accounts"]] == [found["masterAccountId"]]


OFFERINGS = "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings"
RESOURCE = "aws:cloudcontrol/getResource:getResource"


def test_zones_differ_in_the_instance_types_that_they_offer(connect):
    filters = [{"name": "instance-type", "values": ["t4g.micro"]}]
    engine = connect(region="us-east-1")
    found = engine.invoke(OFFERINGS, locationType="availability-zone", filters=filters)
    assert sorted(found["locations"]) == [f"us-east-1{letter}" for letter in "abcdf"]
    assert set(found["instanceTypes"]) == {"t4g.micro"}


def test_public_access_that_was_never_blocked_is_no_resource(engine):
    type_ = "AWS::EC2::VPCBlockPublicAccessOptions"
    account = engine.invoke("aws:index/getCallerIdentity:getCallerIdentity")["accountId"]
    with pytest.raises(grpc.RpcError, match="couldn't find resource"):
        engine.invoke(RESOURCE, typeName=type_, identifier=account)
    with pytest.raises(grpc.RpcError, match=r"AWS::EC2::VPC through .* is not in the local AWS"):
        engine.invoke(RESOURCE, typeName="AWS::EC2::VPC", identifier="vpc-1")
