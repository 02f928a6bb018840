"""Lives of the types of a network: VPCs, routes, gateways, groups, endpoints, instances."""

from tests.localaws.provider.world import LIST, READ, Life


def rule(**more):
    return {"protocol": "tcp", "fromPort": 443, "toPort": 443, **more}


NETWORK = [
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
]
