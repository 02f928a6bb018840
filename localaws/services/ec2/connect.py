"""EC2 Instance Connect Endpoints: create, describe, delete; each has an interface in its subnet.

Source: EC2 API reference; quotas in the User Guide, "Quotas for EC2 Instance Connect Endpoint".
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from localaws.services.ec2.common import Ec2Error, Part, Resource, not_found, request_tags, select
from localaws.services.operations import Shape, operation, page
from localaws.services.quotas import table as quotas
from localaws.services.transition import Transition

KIND: Final = "instance-connect-endpoint"


class InstanceConnectEndpoint(Resource):
    """One endpoint: create-in-progress, create-complete, delete-in-progress, gone."""

    def __init__(
        self, backend: Part, subnet_id: str, groups: list[str], *, preserve: bool, tags: dict[str, str]
    ) -> None:
        super().__init__(backend, KIND, tags)
        subnet = backend.get_subnet(subnet_id)
        self.subnet, self.vpc_id, self.groups, self.preserve = subnet, subnet.vpc_id, groups, preserve
        self.created = datetime.now(UTC)
        self.creating = Transition()
        self.deleting: Transition | None = None
        self.interface = backend.create_network_interface(
            subnet, None, group_ids=groups, description=f"EC2 Instance Connect Endpoint {self.id}"
        )
        self.interface.requester_managed = True
        self.interface.interface_type = "ec2_instance_connect_endpoint"
        self.interface.status = "in-use"

    @property
    def state(self) -> str:
        """AWS's Ec2InstanceConnectEndpointState."""
        if self.deleting is not None:
            return "delete-in-progress"
        return "create-complete" if self.creating.over else "create-in-progress"

    def shape(self) -> Shape:
        """Shape `Ec2InstanceConnectEndpoint`."""
        region, account = self.ec2_backend.region_name, self.ec2_backend.account_id
        return {
            "OwnerId": account,
            "InstanceConnectEndpointId": self.id,
            "InstanceConnectEndpointArn": f"arn:{self.ec2_backend.partition}:ec2:{region}:{account}:{KIND}/{self.id}",
            "State": self.state,
            "StateMessage": "",
            "DnsName": f"{self.id}.example.ec2-instance-connect-endpoint.{region}.amazonaws.com",
            "NetworkInterfaceIds": [self.interface.id],
            "VpcId": self.vpc_id,
            "AvailabilityZone": self.subnet.availability_zone,
            "CreatedAt": self.created,
            "SubnetId": self.subnet.id,
            "PreserveClientIp": self.preserve,
            "SecurityGroupIds": self.groups,
            "Tags": self.tag_shapes(),
            "IpAddressType": "ipv4",
        }


class InstanceConnectEndpoints(Part):
    """Operations on EC2 Instance Connect Endpoints."""

    def prepare(self) -> None:
        """Set up a part's own state."""
        super().prepare()
        self.connect_endpoints: dict[str, InstanceConnectEndpoint] = {}

    @operation
    def create_instance_connect_endpoint(self, request: Shape) -> Shape:
        """CreateInstanceConnectEndpoint: one per VPC, five per Region.

        Groups of the same VPC, its default one if none is given.
        """
        self.settle_connect_endpoints()
        if request.get("IpAddressType", "ipv4") != "ipv4":
            raise Ec2Error(
                "UnsupportedOperation",
                "CreateInstanceConnectEndpoint: IpAddressType other than ipv4 is not in the local AWS",
            )
        subnet = self.get_subnet(request["SubnetId"])
        tags = request_tags(request, KIND)
        groups = request.get("SecurityGroupIds") or [self.get_security_group_by_name_or_id("default", subnet.vpc_id).id]
        for group_id in groups:
            group = self.get_security_group_from_id(group_id)
            if group is None or group.vpc_id != subnet.vpc_id:
                raise not_found("InvalidGroup.NotFound", "security group", group_id)
        live = list(self.connect_endpoints.values())
        if any(endpoint.vpc_id == subnet.vpc_id for endpoint in live):
            raise Ec2Error(
                "ResourceLimitExceeded", f"You can have one EC2 Instance Connect Endpoint per VPC: {subnet.vpc_id}"
            )
        quotas.CONNECT_ENDPOINTS.check(self, len(live) + 1)
        endpoint = InstanceConnectEndpoint(
            self, subnet.id, groups, preserve=bool(request.get("PreserveClientIp", False)), tags=tags
        )
        self.connect_endpoints[endpoint.id] = endpoint
        return {"InstanceConnectEndpoint": endpoint.shape()}

    @operation
    def describe_instance_connect_endpoints(self, request: Shape) -> Shape:
        """DescribeInstanceConnectEndpoints."""
        self.settle_connect_endpoints()
        wanted = request.get("InstanceConnectEndpointIds") or []
        for identifier in wanted:
            self._connect_endpoint(identifier)
        shapes = [
            endpoint.shape() for endpoint in self.connect_endpoints.values() if not wanted or endpoint.id in wanted
        ]
        filters = {
            "instance-connect-endpoint-id": lambda item: item["InstanceConnectEndpointId"],
            "state": lambda item: item["State"],
            "subnet-id": lambda item: item["SubnetId"],
            "vpc-id": lambda item: item["VpcId"],
        }
        rows, token = page(select(shapes, request, filters), request, "InvalidNextToken")
        return {"InstanceConnectEndpoints": rows, "NextToken": token}

    @operation
    def delete_instance_connect_endpoint(self, request: Shape) -> Shape:
        """DeleteInstanceConnectEndpoint."""
        self.settle_connect_endpoints()
        endpoint = self._connect_endpoint(request["InstanceConnectEndpointId"])
        endpoint.deleting = endpoint.deleting or Transition()
        return {"InstanceConnectEndpoint": endpoint.shape()}

    def settle_connect_endpoints(self) -> None:
        """Let the endpoints go whose deletion is complete, with their interfaces."""
        for endpoint in list(self.connect_endpoints.values()):
            if endpoint.deleting is not None and endpoint.deleting.over:
                self.enis.pop(endpoint.interface.id, None)
                self.tags.pop(endpoint.id, None)
                del self.connect_endpoints[endpoint.id]

    def _connect_endpoint(self, identifier: str) -> InstanceConnectEndpoint:
        if identifier not in self.connect_endpoints:
            raise Ec2Error(
                "InvalidInstanceConnectEndpointId.NotFound",
                f"The EC2 Instance Connect Endpoint '{identifier}' does not exist",
            )
        return self.connect_endpoints[identifier]
