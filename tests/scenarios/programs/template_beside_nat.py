"""A template is given the NAT gateway's subnet, and puts a function there; an application of the repository another.

public-a [NAT, what the stack makes] -> igw
public-b [NAT, what the product makes] -> igw
"""

import json

import pulumi_aws as aws

from tests.scenarios.parts import guard_dns, nat, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
public = {z: subnet(f"public-{z}", vpc, f"10.0.{n}.0/24", z) for n, z in enumerate("ab")}
public_table = table("public", vpc, *public.values())
route("public-out", public_table, gateway_id=igw.id)
for zone, where in public.items():
    nat(f"nat-{zone}", where)
s3("s3", vpc, public_table)
guard_dns(vpc=vpc.id)

FUNCTION = {"Type": "AWS::Lambda::Function", "Properties": {"VpcConfig": {"SubnetIds": [{"Ref": "Where"}]}}}
PLACED = json.dumps({"Parameters": {"Where": {"Type": "String"}}, "Resources": {"Function": FUNCTION}})
aws.cloudformation.Stack("stack", template_body=PLACED, parameters={"Where": public["a"].id})
aws.serverlessrepository.CloudFormationStack(
    "rotation",
    application_id="arn:aws:serverlessrepo:eu-west-1:123456789012:applications/rotation",
    capabilities=["CAPABILITY_IAM"],
    parameters={"vpcSubnetIds": public["b"].id},
)

PREVIEW = [
    "east-west-through-firewall undecided rotation",
    "egress-through-firewall refuted public-a,public-b",
    "egress-through-firewall undecided rotation",
]
UP = PREVIEW
