"""What lives in subnets: instances, and the interfaces by which functions, databases and balancers show."""

from collections.abc import Iterator
from typing import Any

from hunts.backends.live.reader import Reader, named, registration
from policy.egress.snapshot import Registration

# Interfaces of things that are read on their own, or that send nothing of their own accord.
_READ_ELSEWHERE = {
    *("nat_gateway", "regional_nat_gateway", "gateway_load_balancer_endpoint", "transit_gateway", "vpc_endpoint"),
    *("ec2_instance_connect_endpoint", "network_load_balancer", "gateway_load_balancer", "load_balancer"),
}
_GONE = {"terminated", "shutting-down"}


def read(reader: Reader) -> Iterator[Registration]:
    """Yield every instance and every interface of a workload."""
    for reservation in reader.ec2("describe_instances", "Reservations"):
        for instance in reservation["Instances"]:
            if instance["State"]["Name"] not in _GONE:
                yield _instance(instance)
    for interface in reader.ec2("describe_network_interfaces", "NetworkInterfaces"):
        of_instance = (interface.get("Attachment") or {}).get("InstanceId")
        if interface.get("InterfaceType", "interface") in _READ_ELSEWHERE or of_instance:
            continue
        identity = str(interface["NetworkInterfaceId"])
        description = str(interface.get("Description") or "")
        if description.startswith("ELB "):
            type_ = "aws:lb/loadBalancer:LoadBalancer"
            yield registration(type_, identity, {"subnets": [interface["SubnetId"]]}, description)
            continue
        properties = {"subnetId": interface.get("SubnetId"), "sourceDestCheck": interface.get("SourceDestCheck")}
        name = named({"Tags": interface.get("TagSet")}, description or identity)
        yield registration("aws:ec2/networkInterface:NetworkInterface", identity, properties, name)


def _instance(instance: dict[str, Any]) -> Registration:
    identity = str(instance["InstanceId"])
    interfaces = instance.get("NetworkInterfaces") or ()
    first: dict[str, Any] = next(
        (item for item in interfaces if (item.get("Attachment") or {}).get("DeviceIndex") == 0), {}
    )
    properties = {
        "subnetId": instance.get("SubnetId"),
        "sourceDestCheck": instance.get("SourceDestCheck"),
        "primaryNetworkInterfaceId": first.get("NetworkInterfaceId"),
    }
    return registration("aws:ec2/instance:Instance", identity, properties, named(instance, identity))
