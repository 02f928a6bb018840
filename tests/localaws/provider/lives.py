"""One short life per type: what it is made with, a change that updates it, and one that replaces it.

A case's functions get the engine in miniature and a boto3 client of EC2, and make what the type needs beforehand.
`replace` names the properties that the second change must replace by.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}],
    }
)
READ = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}]}
)
LIST = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": "*"}]}
)
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl someone"


@dataclass(frozen=True)
class Life:
    token: str
    make: Callable[[Any], dict[str, Any]]
    update: dict[str, Any] = field(default_factory=dict)
    replace: dict[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return self.token.split(":")[1].replace("/", ".")


class World:
    """What a case can lean on, made when first asked for."""

    def __init__(self, engine, account):
        self._engine = engine
        self._made = {}
        self.ec2 = account.client("ec2")
        self.account = account

    def make(self, token, name="base", **inputs):
        key = (token, name)
        if key not in self._made:
            self._made[key] = self._engine.create(token, inputs, name)
        return self._made[key]

    @property
    def vpc(self):
        return self.make("aws:ec2/vpc:Vpc", cidrBlock="10.0.0.0/16")

    @property
    def other_vpc(self):
        return self.make("aws:ec2/vpc:Vpc", "other", cidrBlock="10.9.0.0/16")

    def subnet(self, number=1, zone="a"):
        cidr, where = f"10.0.{number}.0/24", f"eu-west-1{zone}"
        return self.make(
            "aws:ec2/subnet:Subnet", f"subnet-{number}", vpcId=self.vpc.id, cidrBlock=cidr, availabilityZone=where
        )

    def table(self, name="table"):
        return self.make("aws:ec2/routeTable:RouteTable", name, vpcId=self.vpc.id)

    @property
    def gateway(self):
        return self.make("aws:ec2/internetGateway:InternetGateway", vpcId=self.vpc.id)

    def address(self, name="address"):
        return self.make("aws:ec2/eip:Eip", name, domain="vpc")

    def group(self, name="group"):
        return self.make("aws:ec2/securityGroup:SecurityGroup", name, vpcId=self.vpc.id)

    @property
    def image(self):
        return self.ec2.describe_images(Filters=[{"Name": "virtualization-type", "Values": ["hvm"]}])["Images"][0][
            "ImageId"
        ]

    @property
    def instance(self):
        return self.make(
            "aws:ec2/instance:Instance", ami=self.image, instanceType="t3.micro", subnetId=self.subnet().id
        )

    @property
    def role(self):
        return self.make("aws:iam/role:Role", assumeRolePolicy=TRUST)

    @property
    def policy(self):
        return self.make("aws:iam/policy:Policy", policy=READ)

    @property
    def bucket(self):
        return self.make("aws:s3/bucket:Bucket")

    @property
    def key(self):
        return self.make("aws:kms/key:Key")

    @property
    def topic(self):
        return self.make("aws:sns/topic:Topic")

    @property
    def logs(self):
        return self.make("aws:cloudwatch/logGroup:LogGroup")

    @property
    def peering(self):
        return self.make(
            "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
            vpcId=self.vpc.id,
            peerVpcId=self.other_vpc.id,
            autoAccept=True,
        )

    @property
    def endpoint(self):
        service = "com.amazonaws.eu-west-1.s3"
        return self.make("aws:ec2/vpcEndpoint:VpcEndpoint", vpcId=self.vpc.id, serviceName=service)

    @property
    def prefix_list(self):
        return self.make("aws:ec2/managedPrefixList:ManagedPrefixList", addressFamily="IPv4", maxEntries=5)

    @property
    def balancer(self):
        subnets = [self.subnet(1, "a").id, self.subnet(2, "b").id]
        return self.make("aws:lb/loadBalancer:LoadBalancer", subnets=subnets, internal=True)

    @property
    def targets(self):
        return self.make("aws:lb/targetGroup:TargetGroup", vpcId=self.vpc.id, port=80, protocol="HTTP")

    @property
    def template(self):
        return self.make("aws:ec2/launchTemplate:LaunchTemplate", imageId=self.image, instanceType="t3.micro")


def rule(**more):
    return {"protocol": "tcp", "fromPort": 443, "toPort": 443, **more}


LIVES = [
    Life(
        "aws:ec2/vpc:Vpc",
        lambda w: {"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True, "tags": {"Name": "net"}},
        {"enableDnsHostnames": False, "tags": {"Name": "network", "a.b": "c"}},
        {"cidrBlock": "10.2.0.0/16"},
    ),
    Life(
        "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
        lambda w: {"vpcId": w.vpc.id, "cidrBlock": "10.1.0.0/16"},
        replace={"cidrBlock": "10.2.0.0/16"},
    ),
    Life(
        "aws:ec2/subnet:Subnet",
        lambda w: {"vpcId": w.vpc.id, "cidrBlock": "10.0.1.0/24", "availabilityZone": "eu-west-1b"},
        {"mapPublicIpOnLaunch": True, "tags": {"tier": "public"}},
        {"cidrBlock": "10.0.2.0/24"},
    ),
    Life(
        "aws:ec2/routeTable:RouteTable",
        lambda w: {"vpcId": w.vpc.id, "routes": [{"cidrBlock": "0.0.0.0/0", "gatewayId": w.gateway.id}]},
        {"routes": []},
    ),
    Life(
        "aws:ec2/route:Route",
        lambda w: {"routeTableId": w.table().id, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": w.gateway.id},
        replace={"destinationCidrBlock": "1.1.1.0/24"},
    ),
    Life(
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        lambda w: {"routeTableId": w.table().id, "subnetId": w.subnet().id},
    ),
    Life(
        "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation",
        lambda w: {"routeTableId": w.table().id, "vpcId": w.vpc.id},
    ),
    Life(
        "aws:ec2/defaultRouteTable:DefaultRouteTable",
        lambda w: {"defaultRouteTableId": w.vpc.state["defaultRouteTableId"], "tags": {"Name": "empty"}},
        {"tags": {}},
    ),
    Life("aws:ec2/internetGateway:InternetGateway", lambda w: {"vpcId": w.vpc.id}, {"tags": {"a": "b"}}),
    Life(
        "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment",
        lambda w: {
            "vpcId": w.vpc.id,
            "internetGatewayId": w.make("aws:ec2/internetGateway:InternetGateway", "loose").id,
        },
    ),
    Life(
        "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
        lambda w: {"vpcId": w.vpc.id},
        {"tags": {"a": "b"}},
    ),
    Life("aws:ec2/carrierGateway:CarrierGateway", lambda w: {"vpcId": w.vpc.id}, {"tags": {"a": "b"}}),
    Life("aws:ec2/vpnGateway:VpnGateway", lambda w: {"vpcId": w.vpc.id}, {"tags": {"a": "b"}}),
    Life(
        "aws:ec2/vpnGatewayAttachment:VpnGatewayAttachment",
        lambda w: {"vpcId": w.vpc.id, "vpnGatewayId": w.make("aws:ec2/vpnGateway:VpnGateway", "loose").id},
    ),
    Life(
        "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation",
        lambda w: {
            "routeTableId": w.table().id,
            "vpnGatewayId": w.make("aws:ec2/vpnGateway:VpnGateway", "attached", vpcId=w.vpc.id).id,
        },
    ),
    Life(
        "aws:ec2/natGateway:NatGateway",
        lambda w: {"subnetId": w.subnet().id, "allocationId": w.address().id} if w.gateway else {},
        {"tags": {"zone": "a"}},
        {"connectivityType": "private", "allocationId": None},
    ),
    Life("aws:ec2/eip:Eip", lambda w: {"domain": "vpc", "tags": {"a": "b"}}, {"tags": {"a": "c"}}),
    Life(
        "aws:ec2/eipAssociation:EipAssociation",
        lambda w: {"allocationId": w.address().id, "instanceId": w.instance.id} if w.gateway else {},
    ),
    Life(
        "aws:ec2/securityGroup:SecurityGroup",
        lambda w: {
            "vpcId": w.vpc.id,
            "description": "web",
            "ingress": [rule(cidrBlocks=["10.0.0.0/8", "192.168.0.0/16"]), rule(self=True, description="peers")],
            "egress": [{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]}],
        },
        {"ingress": [rule(cidrBlocks=["192.168.0.0/16"])]},
        {"description": "another"},
    ),
    Life(
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        lambda w: {"vpcId": w.vpc.id},
        {"ingress": [rule(self=True)]},
    ),
    Life(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        lambda w: {
            "securityGroupId": w.group().id,
            "ipProtocol": "tcp",
            "fromPort": 22,
            "toPort": 22,
            "referencedSecurityGroupId": w.group("jump").id,
        },
        {"fromPort": 23, "toPort": 23, "tags": {"a": "b"}},
        {"securityGroupId": "sg-00000000000000000"},
    ),
    Life(
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        lambda w: {"securityGroupId": w.group().id, "ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0"},
        {"description": "everywhere"},
    ),
    Life(
        "aws:ec2/securityGroupRule:SecurityGroupRule",
        lambda w: {
            "securityGroupId": w.group().id,
            "type": "ingress",
            "cidrBlocks": ["10.1.0.0/16"],
            **rule(),
        },
        replace={"toPort": 444},
    ),
    Life(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        lambda w: {
            "vpcId": w.vpc.id,
            "serviceName": "com.amazonaws.eu-west-1.s3",
            "routeTableIds": [w.table().id],
            "policy": READ,
        },
        {"routeTableIds": []},
        {"serviceName": "com.amazonaws.eu-west-1.dynamodb"},
    ),
    Life(
        "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
        lambda w: {"vpcEndpointId": w.endpoint.id, "routeTableId": w.table().id},
    ),
    Life(
        "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation",
        lambda w: {
            "vpcEndpointId": w.make(
                "aws:ec2/vpcEndpoint:VpcEndpoint",
                "interface",
                vpcId=w.vpc.id,
                serviceName="com.amazonaws.eu-west-1.ssm",
                vpcEndpointType="Interface",
            ).id,
            "subnetId": w.subnet().id,
        },
    ),
    Life(
        "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy",
        lambda w: {"vpcEndpointId": w.endpoint.id, "policy": READ},
        {"policy": LIST},
    ),
    Life(
        "aws:ec2/instance:Instance",
        lambda w: {
            "ami": w.image,
            "instanceType": "t3.micro",
            "subnetId": w.subnet().id,
            "vpcSecurityGroupIds": [w.group().id],
            "metadataOptions": {"httpTokens": "required"},
            "rootBlockDevice": {"encrypted": True},
            "userData": "#!/bin/sh\necho one",
            "tags": {"Name": "i"},
        },
        {"userData": "#!/bin/sh\necho two", "instanceType": "t3.small", "tags": {"Name": "j"}},
        {"userData": "#!/bin/sh\necho three", "userDataReplaceOnChange": True},
    ),
    Life(
        "aws:ec2/networkInterface:NetworkInterface",
        lambda w: {"subnetId": w.subnet().id, "securityGroups": [w.group().id], "sourceDestCheck": False},
        {"sourceDestCheck": True, "description": "changed"},
        {"subnetId": "subnet-00000000000000000"},
    ),
    Life(
        "aws:ec2/keyPair:KeyPair",
        lambda w: {"publicKey": KEY},
        {"tags": {"a": "b"}},
        {"publicKey": KEY.replace("someone", "other")},
    ),
    Life(
        "aws:ec2/launchTemplate:LaunchTemplate",
        lambda w: {
            "imageId": w.image,
            "networkInterfaces": [{"subnetId": w.subnet().id, "associatePublicIpAddress": "true"}],
            "tagSpecifications": [{"resourceType": "instance", "tags": {"a": "b"}}],
        },
        {"instanceType": "t3.small"},
    ),
    Life(
        "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
        lambda w: {"vpcId": w.vpc.id, "peerVpcId": w.other_vpc.id, "autoAccept": True},
        {"requester": {"allowRemoteVpcDnsResolution": True}},
        {"peerVpcId": "vpc-00000000000000000"},
    ),
    Life(
        "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
        lambda w: {
            "autoAccept": True,
            "vpcPeeringConnectionId": w.make(
                "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
                "asked",
                vpcId=w.vpc.id,
                peerVpcId=w.other_vpc.id,
            ).id,
        },
        {"tags": {"side": "accepter"}},
    ),
    Life(
        "aws:ec2/peeringConnectionOptions:PeeringConnectionOptions",
        lambda w: {"vpcPeeringConnectionId": w.peering.id, "requester": {"allowRemoteVpcDnsResolution": True}},
        {"requester": {"allowRemoteVpcDnsResolution": False}},
    ),
    Life(
        "aws:ec2/managedPrefixList:ManagedPrefixList",
        lambda w: {
            "addressFamily": "IPv4",
            "maxEntries": 5,
            "entries": [{"cidr": "1.2.3.0/24", "description": "one"}, {"cidr": "4.5.6.0/24"}],
        },
        {"entries": [{"cidr": "4.5.6.0/24"}, {"cidr": "7.8.9.0/24"}]},
        {"addressFamily": "IPv6", "entries": []},
    ),
    Life(
        "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry",
        lambda w: {"prefixListId": w.prefix_list.id, "cidr": "9.9.9.0/24", "description": "nine"},
        replace={"description": "ninety"},
    ),
    Life(
        "aws:ec2/flowLog:FlowLog",
        lambda w: {
            "vpcId": w.vpc.id,
            "trafficType": "ALL",
            "logDestination": w.logs.state["arn"],
            "iamRoleArn": w.role.state["arn"],
        },
        {"tags": {"a": "b"}},
        {"trafficType": "REJECT"},
    ),
    Life(
        "aws:ec2/customerGateway:CustomerGateway",
        lambda w: {"type": "ipsec.1", "bgpAsn": 65000, "ipAddress": "198.51.100.1"},
        {"tags": {"a": "b"}},
        {"ipAddress": "198.51.100.2"},
    ),
    Life(
        "aws:ec2/vpnConnection:VpnConnection",
        lambda w: {
            "type": "ipsec.1",
            "staticRoutesOnly": True,
            "vpnGatewayId": w.make("aws:ec2/vpnGateway:VpnGateway").id,
            "customerGatewayId": w.make(
                "aws:ec2/customerGateway:CustomerGateway", type="ipsec.1", bgpAsn="65000", ipAddress="198.51.100.1"
            ).id,
        },
    ),
    Life(
        "aws:autoscaling/group:Group",
        lambda w: {
            "minSize": 0,
            "maxSize": 2,
            "vpcZoneIdentifiers": [w.subnet().id],
            "launchTemplate": {"id": w.template.id, "version": "$Latest"},
            "tags": [{"key": "a", "value": "b", "propagateAtLaunch": True}],
        },
        {"maxSize": 3, "tags": [{"key": "a", "value": "c", "propagateAtLaunch": True}]},
        {"name": "another"},
    ),
    Life(
        "aws:lambda/function:Function",
        lambda w: {
            "role": w.role.state["arn"],
            "runtime": "python3.13",
            "handler": "main.handler",
            "code": {"4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7", "assets": {}},
        },
        {"timeout": 10, "environment": {"variables": {"A": "B"}}, "tags": {"a": "b"}},
        {"name": "another"},
    ),
    Life("aws:ecs/cluster:Cluster", lambda w: {"tags": {"a": "b"}}, {"tags": {"a": "c"}}, {"name": "another"}),
    Life(
        "aws:ecs/taskDefinition:TaskDefinition",
        lambda w: {
            "family": "app",
            "containerDefinitions": json.dumps([{"name": "app", "image": "app", "memory": 128}]),
        },
        replace={"family": "another"},
    ),
    Life(
        "aws:ecs/service:Service",
        lambda w: {
            "cluster": w.make("aws:ecs/cluster:Cluster").id,
            "taskDefinition": w.make(
                "aws:ecs/taskDefinition:TaskDefinition",
                family="app",
                containerDefinitions=json.dumps([{"name": "app", "image": "app", "memory": 128}]),
            ).state["arn"],
            "desiredCount": 0,
        },
        replace={"name": "another"},
    ),
    Life(
        "aws:eks/cluster:Cluster",
        lambda w: {
            "roleArn": w.role.state["arn"],
            "vpcConfig": {"subnetIds": [w.subnet(1, "a").id, w.subnet(2, "b").id]},
        },
        {"tags": {"a": "b"}},
        {"name": "another"},
    ),
    Life("aws:efs/fileSystem:FileSystem", lambda w: {"encrypted": True}, {"tags": {"a": "b"}}, {"encrypted": False}),
    Life(
        "aws:efs/mountTarget:MountTarget",
        lambda w: {
            "fileSystemId": w.make("aws:efs/fileSystem:FileSystem").id,
            "subnetId": w.subnet().id,
            "securityGroups": [w.group().id],
        },
    ),
    Life(
        "aws:elasticache/subnetGroup:SubnetGroup", lambda w: {"subnetIds": [w.subnet().id]}, replace={"name": "other"}
    ),
    Life(
        "aws:rds/subnetGroup:SubnetGroup",
        lambda w: {"subnetIds": [w.subnet(1, "a").id, w.subnet(2, "b").id]},
        {"tags": {"a": "b"}},
        {"name": "another"},
    ),
    Life(
        "aws:opensearch/domain:Domain",
        lambda w: {"engineVersion": "OpenSearch_2.11", "vpcOptions": {"subnetIds": [w.subnet().id]}},
        {"tags": {"a": "b"}},
        {"domainName": "another"},
    ),
    Life(
        "aws:lb/loadBalancer:LoadBalancer",
        lambda w: {
            "subnets": [w.subnet(1, "a").id, w.subnet(2, "b").id],
            "internal": True,
            "securityGroups": [w.group().id],
        },
        {"tags": {"a": "b"}, "securityGroups": []},
        {"loadBalancerType": "network"},
    ),
    Life(
        "aws:lb/targetGroup:TargetGroup",
        lambda w: {"vpcId": w.vpc.id, "port": 80, "protocol": "HTTP", "healthCheck": {"path": "/ok"}},
        {"tags": {"a": "b"}},
        {"port": 81},
    ),
    Life(
        "aws:lb/listener:Listener",
        lambda w: {
            "loadBalancerArn": w.balancer.id,
            "port": 80,
            "protocol": "HTTP",
            "defaultActions": [{"type": "forward", "targetGroupArn": w.targets.id}],
        },
        {"port": 81},
    ),
    Life(
        "aws:s3/bucket:Bucket", lambda w: {"tags": {"a": "b"}}, {"tags": {}, "forceDestroy": True}, {"bucket": "named"}
    ),
    Life(
        "aws:s3/bucketPolicy:BucketPolicy",
        lambda w: {"bucket": w.bucket.id, "policy": READ},
        {"policy": LIST},
        {"bucket": "another"},
    ),
    Life(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        lambda w: {"bucket": w.bucket.id, "blockPublicAcls": True},
        {"blockPublicAcls": False, "blockPublicPolicy": True},
    ),
    Life(
        "aws:s3/bucketVersioning:BucketVersioning",
        lambda w: {"bucket": w.bucket.id, "versioningConfiguration": {"status": "Enabled"}},
        {"versioningConfiguration": {"status": "Suspended"}},
    ),
    Life(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        lambda w: {
            "bucket": w.bucket.id,
            "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"}, "bucketKeyEnabled": True}],
        },
        {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]},
    ),
    Life(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        lambda w: {
            "bucket": w.bucket.id,
            "rules": [{"id": "old", "status": "Enabled", "filter": {"prefix": "logs/"}, "expiration": {"days": 7}}],
        },
        {"rules": [{"id": "old", "status": "Enabled", "filter": {}, "expiration": {"days": 30}}]},
    ),
    Life(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        lambda w: {"bucket": w.bucket.id, "rule": {"objectOwnership": "BucketOwnerEnforced"}},
        {"rule": {"objectOwnership": "BucketOwnerPreferred"}},
    ),
    Life(
        "aws:s3/bucketObject:BucketObject",
        lambda w: {"bucket": w.bucket.id, "key": "hello.txt", "content": "hello"},
        {"content": "good bye", "tags": {"a": "b"}},
        {"key": "bye.txt"},
    ),
    Life(
        "aws:s3/bucketObjectv2:BucketObjectv2",
        lambda w: {"bucket": w.bucket.id, "key": "hello.txt", "content": "hello"},
        {"content": "good bye"},
        {"key": "bye.txt"},
    ),
    Life(
        "aws:iam/role:Role",
        lambda w: {"assumeRolePolicy": TRUST, "tags": {"a": "b"}, "inlinePolicies": [{"name": "p", "policy": READ}]},
        {"description": "changed", "inlinePolicies": [{"name": "q", "policy": LIST}], "tags": {"c": "d"}},
        {"name": "another"},
    ),
    Life(
        "aws:iam/rolePolicy:RolePolicy",
        lambda w: {"role": w.role.id, "policy": READ},
        {"policy": LIST},
        {"role": "another"},
    ),
    Life(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        lambda w: {"role": w.role.id, "policyArn": w.policy.id},
        replace={"policyArn": "arn:aws:iam::aws:policy/other"},
    ),
    Life(
        "aws:iam/instanceProfile:InstanceProfile",
        lambda w: {"role": w.role.id},
        {"role": None, "tags": {"a": "b"}},
        {"name": "another"},
    ),
    Life(
        "aws:iam/policy:Policy", lambda w: {"policy": READ}, {"policy": LIST, "tags": {"a": "b"}}, {"name": "another"}
    ),
    Life(
        "aws:cloudwatch/logGroup:LogGroup",
        lambda w: {"retentionInDays": 7, "tags": {"a": "b"}},
        {"retentionInDays": 30, "tags": {"c": "d"}},
        {"name": "another"},
    ),
    Life("aws:cloudwatch/logStream:LogStream", lambda w: {"logGroupName": w.logs.id}, replace={"name": "another"}),
    Life(
        "aws:cloudwatch/logMetricFilter:LogMetricFilter",
        lambda w: {
            "logGroupName": w.logs.id,
            "pattern": '{ $.event.alert.action = "blocked" }',
            "metricTransformation": {"name": "n", "namespace": "s", "value": "1", "defaultValue": "0"},
        },
        {"metricTransformation": {"name": "n", "namespace": "s", "value": "2"}},
        {"name": "another"},
    ),
    Life(
        "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
        lambda w: {"policyName": "p", "policyDocument": READ},
        {"policyDocument": LIST},
        {"policyName": "q"},
    ),
    Life(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        lambda w: {
            "comparisonOperator": "GreaterThanThreshold",
            "evaluationPeriods": 1,
            "metricName": "m",
            "namespace": "n",
            "period": 300,
            "statistic": "Sum",
            "threshold": 0,
            "alarmActions": [w.topic.id],
            "dimensions": {"Engine": "Stateful"},
        },
        {"threshold": 5, "tags": {"a": "b"}},
        {"name": "another"},
    ),
    Life(
        "aws:sns/topic:Topic",
        lambda w: {"displayName": "alerts"},
        {"displayName": "alarms", "tags": {"a": "b"}},
        {"name": "another"},
    ),
    Life(
        "aws:sns/topicPolicy:TopicPolicy",
        lambda w: {"arn": w.topic.id, "policy": READ},
        {"policy": LIST},
        {"arn": "arn:aws:sns:eu-west-1:123456789012:other"},
    ),
    Life(
        "aws:sns/topicSubscription:TopicSubscription",
        lambda w: {"topic": w.topic.id, "protocol": "email", "endpoint": "someone@example.com"},
        replace={"endpoint": "other@example.com"},
    ),
    Life(
        "aws:kms/key:Key",
        lambda w: {"description": "logs", "enableKeyRotation": True, "deletionWindowInDays": 7},
        {"description": "all logs", "enableKeyRotation": False, "tags": {"a": "b"}},
        {"keyUsage": "SIGN_VERIFY", "customerMasterKeySpec": "RSA_2048", "enableKeyRotation": False},
    ),
    Life("aws:kms/keyPolicy:KeyPolicy", lambda w: {"keyId": w.key.id, "policy": READ}, {"policy": LIST}),
    Life(
        "aws:kms/alias:Alias",
        lambda w: {"targetKeyId": w.key.id},
        {"targetKeyId": None},
        {"name": "alias/another"},
    ),
    Life(
        "aws:ssm/parameter:Parameter",
        lambda w: {"type": "String", "value": "one", "tags": {"a": "b"}},
        {"value": "two", "tags": {"a": "c"}},
        {"name": "/another"},
    ),
    Life(
        "aws:athena/workgroup:Workgroup",
        lambda w: {
            "name": "hunts",
            "description": "one",
            "configuration": {
                "bytesScannedCutoffPerQuery": 10_000_000,
                "resultConfiguration": {
                    "outputLocation": "s3://results/",
                    "encryptionConfiguration": {"encryptionOption": "SSE_S3"},
                },
            },
            "tags": {"a": "b"},
        },
        {"description": "two", "configuration": {"resultConfiguration": {"outputLocation": "s3://others/"}}},
        {"name": "another"},
    ),
    Life(
        "aws:glue/catalogDatabase:CatalogDatabase",
        lambda w: {"name": "logs", "description": "one", "tags": {"a": "b"}},
        {"description": "two"},
        {"name": "others"},
    ),
    Life(
        "aws:glue/catalogTable:CatalogTable",
        lambda w: {
            "name": "alert",
            "databaseName": w.make("aws:glue/catalogDatabase:CatalogDatabase", "base").state["name"],
            "tableType": "EXTERNAL_TABLE",
            "parameters": {"projection.enabled": "true"},
            "partitionKeys": [{"name": "day", "type": "string"}],
            "storageDescriptor": {
                "location": "s3://logs/",
                "columns": [{"name": "event", "type": "struct<src_ip:string>"}],
                "serDeInfo": {"serializationLibrary": "org.openx.data.jsonserde.JsonSerDe"},
            },
        },
        {"parameters": {"projection.enabled": "false"}},
        {"name": "flow"},
    ),
]

ELSEWHERE = [
    "chatbot",
    "contributorInsightRule",
    "dashboard",
    "ec2transitgateway",
    "networkInsights",
    "networkfirewall",
    "queryDefinition",
    "ram",
    "route53",
]
"""Services whose types have tests of their own."""
