"""The way in for people: in the subnet that it is given, with a security group of its own, speaking for itself."""

from __future__ import annotations

from components.network.connect_endpoint import ConnectEndpoint, ConnectEndpointArgs
from tests.components.recorder import run


def test_an_endpoint_stands_in_its_subnet_with_a_group_of_its_own_and_speaks_for_itself():
    made = []
    args = ConnectEndpointArgs(vpc_id="vpc-1", subnet_id="subnet-1")
    recorder = run(lambda: made.append(ConnectEndpoint("way-in", args)))

    (group,) = recorder.of_type("ec2/securityGroup:SecurityGroup").values()
    assert group["vpcId"] == "vpc-1"
    # No rule of its own: what the endpoint may reach, each workload says.
    assert not {"ingress", "egress"} & set(group)
    (endpoint,) = recorder.of_type("InstanceConnectEndpoint").values()
    assert endpoint == {"subnetId": "subnet-1", "securityGroupIds": ["way-in-access-id"], "preserveClientIp": False}


def test_its_group_and_its_id_are_there_for_workloads_to_name():
    found = {}

    def program():
        made = ConnectEndpoint("way-in", ConnectEndpointArgs(vpc_id="vpc-1", subnet_id="subnet-1"))
        made.security_group_id.apply(lambda value: found.update(group=value))
        made.endpoint_id.apply(lambda value: found.update(endpoint=value))

    run(program)
    assert found == {"group": "way-in-access-id", "endpoint": "way-in-id"}
