"""What the cases of the provider's types lean on: their shape, documents, and things made when first asked for."""

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
    def versioned(self):
        return self.make(
            "aws:s3/bucketVersioning:BucketVersioning",
            bucket=self.bucket.id,
            versioningConfiguration={"status": "Enabled"},
        )

    @property
    def event_rule(self):
        return self.make("aws:cloudwatch/eventRule:EventRule", eventPattern='{"source": ["aws.s3"]}')

    @property
    def logs(self):
        return self.make("aws:cloudwatch/logGroup:LogGroup")

    @property
    def endpoint(self):
        service = "com.amazonaws.eu-west-1.s3"
        return self.make("aws:ec2/vpcEndpoint:VpcEndpoint", vpcId=self.vpc.id, serviceName=service)
