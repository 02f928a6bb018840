"""Networks that something else makes beside the program's own: a template, a stack set, an application, a product.

work (no route but local)          … and what nobody here can see
"""

import json

import pulumi_aws as aws

from tests.scenarios.parts import guard_dns, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
work = subnet("work", vpc, "10.0.0.0/24")
table("work", vpc, work)
guard_dns(vpc=vpc.id)

GATEWAY = json.dumps({"Resources": {"Out": {"Type": "AWS::EC2::InternetGateway"}}})
QUEUE = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}})
NESTED = json.dumps({"Resources": {"Inner": {"Type": "AWS::CloudFormation::Stack"}}})
ACCOUNT = "arn:aws:serverlessrepo:eu-west-1:123456789012:applications"
bucket = aws.s3.Bucket("bucket")
stored = aws.s3.BucketObjectv2("stored", bucket=bucket.bucket, key="gateway.json", content=GATEWAY)
harmless = aws.s3.BucketObjectv2("harmless", bucket=bucket.bucket, key="queue.json", content=QUEUE)
HOST = "https://s3.eu-west-1.amazonaws.com"

aws.cloudformation.Stack("stack", template_body=GATEWAY)
aws.cloudformation.Stack("stack-by-address", template_url=f"{HOST}/elsewhere/template.json")
aws.cloudformation.Stack("stack-stored", template_url=stored.id.apply(lambda key: f"{HOST}/bucket/{key}"))
aws.cloudformation.Stack("stack-nested", template_body=NESTED)
aws.cloudformation.StackSet("set", template_body=GATEWAY, permission_model="SERVICE_MANAGED")
aws.cloudformation.StackSet("set-by-address", template_url=f"{HOST}/elsewhere/template.json")
aws.cloudformation.StackInstances("instances", stack_set_name="made-elsewhere", regions=["eu-west-1"])
aws.cloudformation.StackSetInstance("instance", stack_set_name="made-elsewhere", account_id="123456789012")
aws.serverlessrepository.CloudFormationStack(
    "application", application_id=f"{ACCOUNT}/network", capabilities=["CAPABILITY_IAM"]
)
aws.servicecatalog.ProvisionedProduct("product-by-id", product_id="prod-0123456789abc", provisioning_artifact_name="v1")
product = aws.servicecatalog.Product(
    "product",
    owner="us",
    type="CLOUD_FORMATION_TEMPLATE",
    provisioning_artifact_parameters={"template_url": harmless.id.apply(lambda key: f"{HOST}/bucket/{key}")},
)
aws.servicecatalog.ProvisioningArtifact(
    "second", product_id=product.id, template_url=stored.id.apply(lambda key: f"{HOST}/bucket/{key}")
)
aws.servicecatalog.ProvisionedProduct("provisioned", product_id=product.id, provisioning_artifact_name="v2")
aws.sagemaker.Project(
    "project", project_name="project", service_catalog_provisioning_details={"product_id": "prod-0123456789abc"}
)
aws.fms.Policy(
    "central-firewalls",
    exclude_resource_tags=False,
    resource_type="AWS::EC2::VPC",
    security_service_policy_data={"type": "NETWORK_FIREWALL", "managed_service_data": "{}"},
)

MAKERS = (
    "application,central-firewalls,instance,instances,product-by-id,project,provisioned,set,set-by-address,stack"
    ",stack-by-address,stack-nested,stack-stored"
)
PREVIEW = [f"east-west-through-firewall undecided {MAKERS}", f"egress-through-firewall undecided {MAKERS}"]
UP = PREVIEW
