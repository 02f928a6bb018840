"""Templates, stack sets and products that make no network, beside a sound one; what they put into it is inspected.

work -> fire [firewall] -> public [NAT] -> igw
"""

import json

import pulumi_aws as aws

from tests.scenarios.parts import endpoint, firewall, guard_dns, in_subnets, nat, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
work = subnet("work", vpc, "10.0.0.0/24")
fire = subnet("fire", vpc, "10.0.1.0/28")
public = subnet("public", vpc, "10.0.2.0/28")
fw = firewall("fw", **in_subnets(vpc, fire))
gateway = nat("nat", public)
work_table, fire_table, public_table = table("work", vpc, work), table("fire", vpc, fire), table("public", vpc, public)
route("work-out", work_table, vpc_endpoint_id=endpoint(fw, fire))
route("fire-out", fire_table, nat_gateway_id=gateway.id)
route("public-out", public_table, gateway_id=igw.id)
route("public-back", public_table, "10.0.0.0/24", vpc_endpoint_id=endpoint(fw, fire))
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id)

QUEUE = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}})
FUNCTION = {"Type": "AWS::Lambda::Function", "Properties": {"VpcConfig": {"SubnetIds": [{"Ref": "Where"}]}}}
PLACED = json.dumps({"Parameters": {"Where": {"Type": "String"}}, "Resources": {"Function": FUNCTION}})
HOST = "https://s3.eu-west-1.amazonaws.com"
bucket = aws.s3.Bucket("bucket")
stored = aws.s3.BucketObjectv2("stored", bucket=bucket.bucket, key="queue.json", content=QUEUE)
address = stored.id.apply(lambda key: f"{HOST}/bucket/{key}")

aws.cloudformation.Stack("stack", template_body=QUEUE)
aws.cloudformation.Stack("stack-stored", template_url=address)
aws.cloudformation.Stack("stack-placed", template_body=PLACED, parameters={"Where": work.id})
stacks = aws.cloudformation.StackSet("set", template_body=QUEUE, permission_model="SERVICE_MANAGED")
aws.cloudformation.StackInstances("instances", stack_set_name=stacks.name, regions=["eu-west-1"])
aws.cloudformation.StackSetInstance("instance", stack_set_name=stacks.name, account_id="123456789012")
product = aws.servicecatalog.Product(
    "product",
    owner="us",
    type="CLOUD_FORMATION_TEMPLATE",
    provisioning_artifact_parameters={"template_url": address},
)
aws.servicecatalog.ProvisionedProduct("provisioned", product_id=product.id, provisioning_artifact_name="v1")
aws.fms.Policy(
    "web-acls",
    exclude_resource_tags=False,
    resource_type="AWS::ElasticLoadBalancingV2::LoadBalancer",
    security_service_policy_data={"type": "WAFV2", "managed_service_data": "{}"},
)

PREVIEW: list[str] = []
UP = PREVIEW
