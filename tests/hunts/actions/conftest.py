"""An instance under moto with everything that an isolation touches."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws

from hunts.actions.instance import Clients, look
from hunts.actions.isolate import isolate
from hunts.actions.record import open_case
from hunts.actions.release import release
from hunts.stack import Instance, StackOutputs, Vpc
from localaws.services import install

REGION = "eu-west-1"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)


Told = tuple[str, str]
"""What was told of a step: its state, and the first word of its name."""


@cache
def cached(service: str) -> Any:
    return boto3.client(service, region_name=REGION)


@dataclass(frozen=True)
class Scene:
    instance: str
    groups: list[str]
    quarantine: str
    outputs: StackOutputs
    profile: str
    role: str

    def client(self, service: str) -> Any:
        return cached(service)

    def isolate(self, root: Path, *, dry: bool = False, clients: Clients | None = None, **options: Any) -> list[Told]:
        """Isolate it and return what was told; `seen` is what a responder saw of it who looked at another moment."""
        told: list[Told] = []
        using = clients or self.client
        case, seen = options.pop("case", None), options.pop("seen", None) or look(using, self.instance)
        opened = case or open_case(using, seen, root)
        tell = lambda state, step: told.append((state, step.name.split(" ")[0]))  # noqa: E731
        isolate(using, seen, self.outputs, opened, options.pop("tell", tell), dry=dry, **options)
        return told

    def release(self, root: Path, *, dry: bool = False, clients: Clients | None = None, **options: Any) -> list[Told]:
        """Release it and return what was told."""
        told: list[Told] = []
        using = clients or self.client
        seen = look(using, self.instance)
        opened = open_case(using, seen, root)
        release(
            using, seen, opened, lambda state, step: told.append((state, step.name.split(" ")[0])), dry=dry, **options
        )
        return told

    def described(self) -> dict[str, Any]:
        return self.client("ec2").describe_instances(InstanceIds=[self.instance])["Reservations"][0]["Instances"][0]

    def state(self) -> dict[str, Any]:
        """Return all that isolation changes and release must put back."""
        ec2, item = self.client("ec2"), self.described()
        attached = [{"Name": "attachment.instance-id", "Values": [self.instance]}]
        interfaces = ec2.describe_network_interfaces(Filters=attached)["NetworkInterfaces"]
        attribute = ec2.describe_instance_attribute(InstanceId=self.instance, Attribute="disableApiTermination")
        shutdown = ec2.describe_instance_attribute(
            InstanceId=self.instance, Attribute="instanceInitiatedShutdownBehavior"
        )
        associations = ec2.describe_iam_instance_profile_associations(
            Filters=[{"Name": "instance-id", "Values": [self.instance]}]
        )["IamInstanceProfileAssociations"]
        return {
            "groups": sorted({group["GroupId"] for each in interfaces for group in each["Groups"]}),
            "profile": [each["IamInstanceProfile"]["Arn"] for each in associations if each["State"] == "associated"],
            "protected": attribute["DisableApiTermination"]["Value"],
            "shutdown": shutdown["InstanceInitiatedShutdownBehavior"]["Value"],
            "tags": {tag["Key"]: tag["Value"] for tag in item.get("Tags", [])},
            "scaling": [
                each["AutoScalingGroupName"]
                for each in self.client("autoscaling").describe_auto_scaling_instances(InstanceIds=[self.instance])[
                    "AutoScalingInstances"
                ]
            ],
            "targets": self.targets(),
            "role policies": self.client("iam").list_role_policies(RoleName=self.role)["PolicyNames"],
        }

    def targets(self) -> list[tuple[str, int]]:
        """Return the ports at which its load balancer's target group has it, by the group's name."""
        elb = self.client("elbv2")
        return [
            (group["TargetGroupName"], each["Target"]["Port"])
            for group in elb.describe_target_groups()["TargetGroups"]
            for each in elb.describe_target_health(TargetGroupArn=group["TargetGroupArn"])["TargetHealthDescriptions"]
            if each["Target"]["Id"] == self.instance and each["TargetHealth"]["State"] != "draining"
        ]


@dataclass(frozen=True)
class Network:
    vpc: str
    subnet: str
    image: str


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    """One moto for a module, with the local AWS's corrections: every test has an instance of its own in it."""
    install()
    with pytest.MonkeyPatch.context() as environment:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            environment.setenv(name, "testing")
        environment.setenv("AWS_DEFAULT_REGION", REGION)
        for name in ("AWS_ENDPOINT_URL", "LOCAL_AWS_DIR"):
            environment.delenv(name, raising=False)
        with mock_aws():
            cached.cache_clear()
            ec2 = cached("ec2")
            vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
            subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
            yield Network(vpc, subnet, ec2.describe_images()["Images"][0]["ImageId"])


@pytest.fixture
def scene(network: Network) -> Scene:
    ec2, iam, name = cached("ec2"), cached("iam"), f"rogue-{uuid4().hex[:8]}"
    groups = [
        ec2.create_security_group(GroupName=f"{name}-{kind}", Description=kind, VpcId=network.vpc)["GroupId"]
        for kind in ("one", "two", "quarantine")
    ]
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    profile = iam.create_instance_profile(InstanceProfileName=name)["InstanceProfile"]["Arn"]
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    instance = ec2.run_instances(
        ImageId=network.image,
        MinCount=1,
        MaxCount=1,
        SubnetId=network.subnet,
        SecurityGroupIds=groups[:2],
        IamInstanceProfile={"Arn": profile},
        InstanceInitiatedShutdownBehavior="terminate",
        TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "sandbox-rogue"}]}],
    )["Instances"][0]
    outputs = StackOutputs(
        layout="hub-and-spoke",
        region=REGION,
        vpcs={"sandbox": Vpc(id=network.vpc, cidr="10.9.0.0/16")},
        instances={
            "sandbox-rogue": Instance(
                id=instance["InstanceId"],
                private_ip=instance["PrivateIpAddress"],
                subnet_id=network.subnet,
                vpc_id=network.vpc,
                rogue=True,
            )
        },
        quarantine_security_groups={network.vpc: groups[2]},
    )
    return Scene(instance["InstanceId"], sorted(groups[:2]), groups[2], outputs, profile, name)


@pytest.fixture(scope="module")
def guard(network: Network) -> str:
    """A firewall in the network, whose FLOW records are in the log group `/flows`; its ARN."""
    firewalls, ec2, logs = cached("network-firewall"), cached("ec2"), cached("logs")
    place = ec2.create_subnet(VpcId=network.vpc, CidrBlock="10.9.9.0/28")["Subnet"]["SubnetId"]
    forward = ["aws:forward_to_sfe"]
    policy = firewalls.create_firewall_policy(
        FirewallPolicyName="guard",
        FirewallPolicy={"StatelessDefaultActions": forward, "StatelessFragmentDefaultActions": forward},
    )["FirewallPolicyResponse"]["FirewallPolicyArn"]
    made = firewalls.create_firewall(
        FirewallName="guard", FirewallPolicyArn=policy, VpcId=network.vpc, SubnetMappings=[{"SubnetId": place}]
    )["Firewall"]["FirewallArn"]
    logs.create_log_group(logGroupName="/flows")
    logs.create_log_stream(logGroupName="/flows", logStreamName="s")
    to = {"LogDestinationType": "CloudWatchLogs", "LogDestination": {"logGroup": "/flows"}}
    firewalls.update_logging_configuration(
        FirewallArn=made, LoggingConfiguration={"LogDestinationConfigs": [{"LogType": "FLOW", **to}]}
    )
    return str(made)


@pytest.fixture
def guarded(guard: str, scene: Scene) -> Scene:
    """The scene behind that firewall."""
    return replace(scene, outputs=scene.outputs.model_copy(update={"firewall_arn": guard}))


@pytest.fixture
def furnished(guarded: Scene, network: Network) -> Scene:
    """The scene behind a firewall, and part of all that it may be: a scaling group, a load balancer's target group."""
    scene = guarded
    scaling, elb = cached("autoscaling"), cached("elbv2")
    scaling.create_launch_configuration(
        LaunchConfigurationName=scene.role, ImageId=network.image, InstanceType="t3.micro"
    )
    scaling.create_auto_scaling_group(
        AutoScalingGroupName=scene.role,
        LaunchConfigurationName=scene.role,
        MinSize=0,
        MaxSize=5,
        VPCZoneIdentifier=network.subnet,
    )
    scaling.attach_instances(InstanceIds=[scene.instance], AutoScalingGroupName=scene.role)
    group = elb.create_target_group(Name=scene.role, Protocol="HTTP", Port=80, VpcId=network.vpc)["TargetGroups"][0]
    elb.register_targets(TargetGroupArn=group["TargetGroupArn"], Targets=[{"Id": scene.instance, "Port": 8080}])
    return scene
