"""EC2 Instance Connect Endpoints."""

from __future__ import annotations


def test_an_endpoint_is_created_described_and_deleted(ec2, network, until, refused):
    tags = [{"ResourceType": "instance-connect-endpoint", "Tags": [{"Key": "Name", "Value": "way-in"}]}]
    subnet = network["subnets"]["a"]
    made = ec2.create_instance_connect_endpoint(SubnetId=subnet, TagSpecifications=tags)["InstanceConnectEndpoint"]
    identifier = made["InstanceConnectEndpointId"]
    assert (made["State"], made["VpcId"], made["Tags"]) == (
        "create-in-progress",
        network["vpc"],
        [{"Key": "Name", "Value": "way-in"}],
    )
    ids = {"InstanceConnectEndpointIds": [identifier]}

    def state():
        return ec2.describe_instance_connect_endpoints(**ids)["InstanceConnectEndpoints"][0]["State"]

    until(lambda: state() == "create-complete")
    interfaces = ec2.describe_network_interfaces(NetworkInterfaceIds=made["NetworkInterfaceIds"])["NetworkInterfaces"]
    assert [item["SubnetId"] for item in interfaces] == [subnet]
    with refused("DependencyViolation"):
        ec2.delete_subnet(SubnetId=subnet)
    gone = ec2.delete_instance_connect_endpoint(InstanceConnectEndpointId=identifier)["InstanceConnectEndpoint"]
    assert gone["State"] == "delete-in-progress"
    until(lambda: not ec2.describe_instance_connect_endpoints()["InstanceConnectEndpoints"])
    ec2.delete_subnet(SubnetId=subnet)
    with refused("InvalidInstanceConnectEndpointId.NotFound"):
        ec2.describe_instance_connect_endpoints(**ids)


def test_a_vpc_has_one_endpoint(ec2, network, refused):
    ec2.create_instance_connect_endpoint(SubnetId=network["subnets"]["a"])
    with refused("ResourceLimitExceeded", "one EC2 Instance Connect Endpoint per VPC"):
        ec2.create_instance_connect_endpoint(SubnetId=network["subnets"]["b"])


def test_its_groups_are_of_its_vpc(ec2, network, refused):
    other = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName="x", Description="x", VpcId=other)["GroupId"]
    with refused("InvalidGroup.NotFound"):
        ec2.create_instance_connect_endpoint(SubnetId=network["subnets"]["a"], SecurityGroupIds=[group])


def test_a_filter_that_aws_does_not_have_is_refused(ec2, refused):
    with refused("InvalidParameterValue", "filter 'colour' is invalid"):
        ec2.describe_instance_connect_endpoints(Filters=[{"Name": "colour", "Values": ["red"]}])
