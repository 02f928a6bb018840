"""Never laxer than AWS: mistakes that people make in such networks, each with the code with which AWS refuses it.

A sentence, the code, and what leads to it; the last call of a case is the one that must be refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}],
    }
)
S3 = "com.amazonaws.eu-west-1.s3"
CASES: list[tuple[str, str, Callable[[Any], object]]] = []


def mistake(sentence: str, code: str) -> Callable[[Callable[[Any], object]], Callable[[Any], object]]:
    def note(case: Callable[[Any], object]) -> Callable[[Any], object]:
        CASES.append((sentence, code, case))
        return case

    return note


class Site:
    """The network of the fixtures, and what the cases need beside it."""

    def __init__(self, aws, network, image, until):
        self.aws, self.ec2, self.until, self.image = aws, aws("ec2"), until, image
        self.vpc, self.gateway, self.subnets = network["vpc"], network["gateway"], network["subnets"]

    @property
    def other_vpc(self):
        return self.ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]

    def table(self, vpc=None):
        return self.ec2.create_route_table(VpcId=vpc or self.vpc)["RouteTable"]["RouteTableId"]

    def group(self, name="web", description="Web servers"):
        made = self.ec2.create_security_group(GroupName=name, Description=description, VpcId=self.vpc)
        return made["GroupId"]

    def transit(self):
        gateway = self.ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
        self.until(lambda: self.ec2.describe_transit_gateways()["TransitGateways"][0]["State"] == "available")
        return gateway

    def attach(self, gateway, *subnets):
        return self.ec2.create_transit_gateway_vpc_attachment(
            TransitGatewayId=gateway, VpcId=self.vpc, SubnetIds=[self.subnets[name] for name in subnets]
        )

    def run(self, **more):
        wanted = {"ImageId": self.image, "InstanceType": "t3.micro", "SubnetId": self.subnets["a"], **more}
        return self.ec2.run_instances(MinCount=1, MaxCount=1, **wanted)["Instances"][0]["InstanceId"]

    def rule_group(self, capacity=10, names=("example.net",)):
        source = {"TargetTypes": ["TLS_SNI"], "GeneratedRulesType": "DENYLIST", "Targets": list(names)}
        made = self.aws("network-firewall").create_rule_group(
            RuleGroupName="deny",
            Type="STATEFUL",
            Capacity=capacity,
            RuleGroup={"RulesSource": {"RulesSourceList": source}},
        )
        return made["RuleGroupResponse"]["RuleGroupArn"]


# -- VPCs, subnets, routes --------------------------------------------------------------------------------------------


@mistake("a VPC is a /16 at most", "InvalidVpc.Range")
def _(site):
    site.ec2.create_vpc(CidrBlock="10.0.0.0/8")


@mistake("a subnet lies inside its VPC", "InvalidSubnet.Range")
def _(site):
    site.ec2.create_subnet(VpcId=site.vpc, CidrBlock="10.1.0.0/24")


@mistake("a subnet is a /28 at least", "InvalidSubnet.Range")
def _(site):
    site.ec2.create_subnet(VpcId=site.vpc, CidrBlock="10.0.200.0/29")


@mistake("subnets do not overlap", "InvalidSubnet.Conflict")
def _(site):
    site.ec2.create_subnet(VpcId=site.vpc, CidrBlock="10.0.0.128/25")


@mistake("a subnet is in a zone that the Region has", "InvalidParameterValue")
def _(site):
    site.ec2.create_subnet(VpcId=site.vpc, CidrBlock="10.0.200.0/24", AvailabilityZone="eu-west-1x")


@mistake("a VPC goes last", "DependencyViolation")
def _(site):
    site.ec2.delete_vpc(VpcId=site.vpc)


@mistake("a destination is routed once", "RouteAlreadyExists")
def _(site):
    route = {"RouteTableId": site.table(), "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": site.gateway}
    site.ec2.create_route(**route)
    site.ec2.create_route(**route)


@mistake("inside the VPC only a middlebox is a target", "InvalidParameterValue")
def _(site):
    site.ec2.create_route(RouteTableId=site.table(), DestinationCidrBlock="10.0.1.0/24", GatewayId=site.gateway)


@mistake("a gateway of another VPC is no target", "InvalidParameterValue")
def _(site):
    table = site.table(site.other_vpc)
    site.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=site.gateway)


@mistake("a route with bits beyond its prefix is no route", "InvalidParameterValue")
def _(site):
    site.ec2.create_route(RouteTableId=site.table(), DestinationCidrBlock="192.0.2.1/24", GatewayId=site.gateway)


@mistake("a transit gateway is a target once the VPC is attached", "InvalidTransitGatewayID.NotFound")
def _(site):
    site.ec2.create_route(
        RouteTableId=site.table(), DestinationCidrBlock="192.0.2.0/24", TransitGatewayId=site.transit()
    )


@mistake("a subnet has one route table", "Resource.AlreadyAssociated")
def _(site):
    site.ec2.associate_route_table(RouteTableId=site.table(), SubnetId=site.subnets["a"])
    site.ec2.associate_route_table(RouteTableId=site.table(), SubnetId=site.subnets["a"])


@mistake("a table that a subnet uses stays", "DependencyViolation")
def _(site):
    table = site.table()
    site.ec2.associate_route_table(RouteTableId=table, SubnetId=site.subnets["a"])
    site.ec2.delete_route_table(RouteTableId=table)


@mistake("a VPC has one internet gateway", "InvalidParameterValue")
def _(site):
    second = site.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    site.ec2.attach_internet_gateway(InternetGatewayId=second, VpcId=site.vpc)


@mistake("an internet gateway is attached to one VPC", "Resource.AlreadyAssociated")
def _(site):
    site.ec2.attach_internet_gateway(InternetGatewayId=site.gateway, VpcId=site.other_vpc)


@mistake("an attached internet gateway stays", "DependencyViolation")
def _(site):
    site.ec2.delete_internet_gateway(InternetGatewayId=site.gateway)


# -- addresses and NAT ------------------------------------------------------------------------------------------------


@mistake("an interface endpoint has one subnet in a zone", "DuplicateSubnetsInSameZone")
def _(site):
    subnets = [site.subnets["a"], site.subnets["public"]]
    name = "com.amazonaws.eu-west-1.ssm"
    site.ec2.create_vpc_endpoint(VpcId=site.vpc, ServiceName=name, VpcEndpointType="Interface", SubnetIds=subnets)


@mistake("a group is in a VPC that exists", "InvalidVpcID.NotFound")
def _(site):
    site.ec2.create_security_group(GroupName="lost", Description="nowhere", VpcId="vpc-0123456789abcdef0")


@mistake("a policy that a role has stays", "DeleteConflict")
def _(site):
    iam, rights = site.aws("iam"), {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [rights]})
    arn = iam.create_policy(PolicyName="kept", PolicyDocument=document)["Policy"]["Arn"]
    iam.create_role(RoleName="holder", AssumeRolePolicyDocument=TRUST)
    iam.attach_role_policy(RoleName="holder", PolicyArn=arn)
    iam.delete_policy(PolicyArn=arn)


@mistake("an alarm that is deleted was there", "ResourceNotFound")
def _(site):
    site.aws("cloudwatch").delete_alarms(AlarmNames=["none"])


@mistake("a key's policy is a policy", "MalformedPolicyDocumentException")
def _(site):
    site.aws("kms").create_key(Policy="{}")


@mistake("a subnet has only so many addresses", "InsufficientFreeAddressesInSubnet")
def _(site):
    narrow = site.ec2.create_subnet(VpcId=site.vpc, CidrBlock="10.0.200.0/28", AvailabilityZone="eu-west-1a")
    where = {"SubnetId": narrow["Subnet"]["SubnetId"], "ImageId": site.image, "InstanceType": "t3.micro"}
    site.ec2.run_instances(MinCount=12, MaxCount=12, **where)


@mistake("an instance has five security groups", "SecurityGroupsPerInstanceLimitExceeded")
def _(site):
    groups = [site.group(f"group-{number}") for number in range(6)]
    site.run(SubnetId=site.subnets["a"], SecurityGroupIds=groups)


@mistake("an account has five Elastic IP addresses in a Region", "AddressLimitExceeded")
def _(site):
    for _number in range(6):
        site.ec2.allocate_address(Domain="vpc")


@mistake("a NAT gateway is in a VPC with an internet gateway", "Gateway.NotAttached")
def _(site):
    subnet = site.ec2.create_subnet(VpcId=site.other_vpc, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"]
    site.ec2.create_nat_gateway(SubnetId=subnet, AllocationId=site.ec2.allocate_address()["AllocationId"])


@mistake("an address that a NAT gateway uses is not released", "InvalidIPAddress.InUse")
def _(site):
    address = site.ec2.allocate_address()["AllocationId"]
    site.ec2.create_nat_gateway(SubnetId=site.subnets["public"], AllocationId=address)
    site.ec2.release_address(AllocationId=address)


# -- security groups --------------------------------------------------------------------------------------------------


@mistake("a group's description is plain ASCII", "InvalidParameterValue")
def _(site):
    site.group(description="Café")


@mistake("a group's name does not begin with sg-", "InvalidParameterValue")
def _(site):
    site.group("sg-web")


@mistake("a group's name is used once in a VPC", "InvalidGroup.Duplicate")
def _(site):
    site.group()
    site.group()


@mistake("a rule is written once", "InvalidPermission.Duplicate")
def _(site):
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    both = {"GroupId": site.group(), "IpPermissions": [rule]}
    site.ec2.authorize_security_group_ingress(**both)
    site.ec2.authorize_security_group_ingress(**both)


@mistake("a rule that isn't there can't be revoked", "InvalidPermission.NotFound")
def _(site):
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    site.ec2.revoke_security_group_ingress(GroupId=site.group(), IpPermissions=[rule])


@mistake("a group that a rule names stays", "DependencyViolation")
def _(site):
    one, two = site.group("one"), site.group("two")
    rule = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": one}]}
    site.ec2.authorize_security_group_ingress(GroupId=two, IpPermissions=[rule])
    site.ec2.delete_security_group(GroupId=one)


@mistake("the default group stays", "CannotDelete")
def _(site):
    (group,) = site.ec2.describe_security_groups(
        Filters=[{"Name": "vpc-id", "Values": [site.vpc]}, {"Name": "group-name", "Values": ["default"]}]
    )["SecurityGroups"]
    site.ec2.delete_security_group(GroupId=group["GroupId"])


# -- instances, interfaces, tags --------------------------------------------------------------------------------------


@mistake("an image runs on its own architecture", "InvalidParameterValue")
def _(site):
    site.run(InstanceType="t4g.micro")


@mistake("an instance type exists", "InvalidParameterValue")
def _(site):
    site.run(InstanceType="t9.micro")


@mistake("user data has 16 KB", "InvalidParameterValue")
def _(site):
    site.run(UserData="#" * 16385)


@mistake("a group of another VPC does not fit", "InvalidParameter")
def _(site):
    other = site.ec2.create_security_group(GroupName="other", Description="other", VpcId=site.other_vpc)["GroupId"]
    site.run(SecurityGroupIds=[other])


@mistake("a subnet with an instance stays", "DependencyViolation")
def _(site):
    site.run()
    site.ec2.delete_subnet(SubnetId=site.subnets["a"])


@mistake("a resource has fifty tags", "TagLimitExceeded")
def _(site):
    tags = [{"Key": f"key-{number}", "Value": "x"} for number in range(51)]
    site.ec2.create_tags(Resources=[site.vpc], Tags=tags)


@mistake("tags that begin with aws: are AWS's", "InvalidParameterValue")
def _(site):
    site.ec2.create_tags(Resources=[site.vpc], Tags=[{"Key": "aws:name", "Value": "x"}])


# -- endpoints --------------------------------------------------------------------------------------------------------


@mistake("an endpoint's policy is a policy", "InvalidPolicyDocument")
def _(site):
    site.ec2.create_vpc_endpoint(VpcId=site.vpc, ServiceName=S3, PolicyDocument="{")


@mistake("an endpoint is for a service that exists", "InvalidServiceName")
def _(site):
    site.ec2.create_vpc_endpoint(VpcId=site.vpc, ServiceName="com.amazonaws.eu-west-1.s4")


@mistake("a table has one gateway endpoint of a service", "RouteAlreadyExists")
def _(site):
    wanted = {"VpcId": site.vpc, "ServiceName": S3, "RouteTableIds": [site.table()]}
    site.ec2.create_vpc_endpoint(**wanted)
    site.ec2.create_vpc_endpoint(**wanted)


# -- transit gateways -------------------------------------------------------------------------------------------------


@mistake("an attachment has one subnet in a zone", "DuplicateSubnetsInSameZone")
def _(site):
    site.attach(site.transit(), "a", "firewall")


@mistake("a VPC is attached to a gateway once", "DuplicateTransitGatewayAttachment")
def _(site):
    gateway = site.transit()
    site.attach(gateway, "a")
    site.attach(gateway, "b")


@mistake("a gateway with attachments stays", "IncorrectState")
def _(site):
    gateway = site.transit()
    site.attach(gateway, "a")
    site.ec2.delete_transit_gateway(TransitGatewayId=gateway)


# -- firewalls --------------------------------------------------------------------------------------------------------


@mistake("a rule group that a policy uses stays", "InvalidOperationException")
def _(site):
    arn, firewalls = site.rule_group(), site.aws("network-firewall")
    firewalls.create_firewall_policy(
        FirewallPolicyName="policy",
        FirewallPolicy={
            "StatelessDefaultActions": ["aws:forward_to_sfe"],
            "StatelessFragmentDefaultActions": ["aws:forward_to_sfe"],
            "StatefulRuleGroupReferences": [{"ResourceArn": arn}],
        },
    )
    firewalls.delete_rule_group(RuleGroupArn=arn)


@mistake("a rule group holds as many rules as it has capacity", "InvalidRequestException")
def _(site):
    site.rule_group(1, ["one.example.net", "two.example.net", "three.example.net"])


@mistake("a DNS Firewall priority is used once", "ValidationException")
def _(site):
    resolver = site.aws("route53resolver")
    group = resolver.create_firewall_rule_group(CreatorRequestId="g", Name="g")["FirewallRuleGroup"]["Id"]
    for name in ("one", "two"):
        names = resolver.create_firewall_domain_list(CreatorRequestId=name, Name=name)["FirewallDomainList"]["Id"]
        rule = {"FirewallRuleGroupId": group, "FirewallDomainListId": names, "Priority": 100, "Name": name}
        resolver.create_firewall_rule(CreatorRequestId=name, Action="ALERT", **rule)


# -- identities, storage, logs ----------------------------------------------------------------------------------------


@mistake("a role's name has 64 characters", "ValidationError")
def _(site):
    site.aws("iam").create_role(RoleName="r" * 65, AssumeRolePolicyDocument=TRUST)


@mistake("a role's trust is a policy", "MalformedPolicyDocument")
def _(site):
    site.aws("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")


@mistake("a role's name is used once", "EntityAlreadyExists")
def _(site):
    for _number in range(2):
        site.aws("iam").create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)


@mistake("a role with policies stays", "DeleteConflict")
def _(site):
    iam = site.aws("iam")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    iam.attach_role_policy(RoleName="r", PolicyArn="arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore")
    iam.delete_role(RoleName="r")


@mistake("a bucket's name is lower case", "InvalidBucketName")
def _(site):
    place = {"LocationConstraint": "eu-west-1"}
    site.aws("s3").create_bucket(Bucket="Flow-Logs", CreateBucketConfiguration=place)


@mistake("a bucket with objects stays", "BucketNotEmpty")
def _(site):
    s3 = site.aws("s3")
    s3.create_bucket(Bucket="flow-logs", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="flow-logs", Key="one", Body=b"1")
    s3.delete_bucket(Bucket="flow-logs")


@mistake("a log group's name is used once", "ResourceAlreadyExistsException")
def _(site):
    for _number in range(2):
        site.aws("logs").create_log_group(logGroupName="/alerts")


@mistake("logs are kept for one of the times that there are", "InvalidParameterException")
def _(site):
    site.aws("logs").create_log_group(logGroupName="/alerts")
    site.aws("logs").put_retention_policy(logGroupName="/alerts", retentionInDays=2)


@mistake("an alias is used once", "AlreadyExistsException")
def _(site):
    kms = site.aws("kms")
    for _number in range(2):
        kms.create_alias(AliasName="alias/logs", TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])


@pytest.mark.parametrize(("code", "case"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_aws_refuses_it_and_so_does_this(aws, network, image, until, refused, code, case):
    with refused(code):
        case(Site(aws, network, image, until))
