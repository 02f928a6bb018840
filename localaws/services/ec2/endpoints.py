"""VPC endpoints: the routes of gateway endpoints, and deletes that are refused or take their parts along."""

from __future__ import annotations

import json
from typing import Any, Final

from moto.ec2.models.vpcs import VPCEndPoint

from localaws.services.core import NotInLocalAws
from localaws.services.ec2.common import Ec2Error, not_found
from localaws.services.ec2.nat import NatGateways
from localaws.services.ec2.routes import Routes
from localaws.services.operations import Shape, operation
from localaws.services.quotas import table as quotas

GATEWAY_SERVICES: Final = ("s3", "dynamodb")


class Endpoints(Routes, NatGateways):
    """Operations on VPC endpoints."""

    def create_vpc_endpoint(  # noqa: PLR0917 — moto's signature
        self,
        vpc_id: str,
        service_name: str,
        endpoint_type: str | None,
        policy_document: str | None,
        route_table_ids: list[str],
        subnet_ids: list[str] | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """Make an endpoint; a type that is left out means Gateway, which only S3 and DynamoDB have."""
        kind = endpoint_type or "Gateway"
        self.get_vpc(vpc_id)
        _check_policy(policy_document)
        if kind == "Gateway":
            known = [f"com.amazonaws.{self.region_name}.{service}" for service in GATEWAY_SERVICES]
            if service_name not in known:
                raise Ec2Error("InvalidServiceName", f"The Vpc Endpoint Service '{service_name}' does not exist")
            if subnet_ids:
                raise Ec2Error("InvalidParameter", "Endpoint type (Gateway) cannot have subnets.")
            self._check_tables(vpc_id, service_name, route_table_ids)
        zones = [self.get_subnet(subnet_id).availability_zone for subnet_id in subnet_ids or []]
        if len(set(zones)) < len(zones):
            raise Ec2Error(
                "DuplicateSubnetsInSameZone", "Found another VPC endpoint subnet in the availability zone of a subnet."
            )
        for subnet_id in subnet_ids or []:
            if self.get_subnet(subnet_id).vpc_id != vpc_id:
                raise Ec2Error("InvalidSubnetID.NotFound", f"The subnet ID '{subnet_id}' does not exist in {vpc_id}")
        for group in kwargs.get("security_group_ids") or []:
            if self.get_security_group_from_id(group) is None:
                raise not_found("InvalidGroup.NotFound", "security group", group)
        self._check_quota(vpc_id, kind)
        # moto would add the routes in the caller's name, which AWS refuses: they belong to the endpoint.
        endpoint = super().create_vpc_endpoint(
            vpc_id, service_name, kind, policy_document, [], subnet_ids, *args, **kwargs
        )
        for table_id in route_table_ids:
            self._add_table(endpoint, table_id)
        for identifier in endpoint.network_interface_ids:
            self._adopt(endpoint, self.enis[identifier])
        return endpoint

    def _check_quota(self, vpc_id: str, kind: str) -> None:
        gateways = [each for each in self.vpc_end_points.values() if each.vpc_endpoint_type == "Gateway"]
        if kind == "Gateway":
            quotas.GATEWAY_ENDPOINTS.check(self, len(gateways) + 1)
        else:
            others = [each for each in self.vpc_end_points.values() if each.vpc_endpoint_type != "Gateway"]
            quotas.INTERFACE_ENDPOINTS.check(self, sum(each.vpc_id == vpc_id for each in others) + 1)

    def _adopt(self, endpoint: Any, interface: Any) -> None:
        """Make an interface an endpoint's, with the endpoint's groups."""
        self.hand_to_service(interface, "vpc_endpoint")
        groups = [self.get_security_group_from_id(group) for group in endpoint.security_group_ids]
        if groups:
            interface._group_set = groups  # noqa: SLF001

    def modify_vpc_endpoint(  # noqa: PLR0917 — moto's signature
        self,
        vpc_id: str,
        policy_doc: str | None,
        add_subnets: list[str] | None,
        remove_subnets: list[str] | None,
        remove_route_tables: list[str] | None,
        add_route_tables: list[str] | None,
        add_security_groups: list[str] | None,
        remove_security_groups: list[str] | None,
    ) -> None:
        """Change an endpoint with the routes that go with its tables; moto calls its id `vpc_id`."""
        endpoint = self.describe_vpc_endpoints(vpc_end_point_ids=[vpc_id])[0]
        if getattr(endpoint, "requester_managed", False):
            raise _requester_managed(endpoint)
        self._check_tables(endpoint.vpc_id, endpoint.service_name, add_route_tables or [])
        for table_id in remove_route_tables or []:
            if table_id in endpoint.route_table_ids:
                self._remove_table(endpoint, table_id)
        for table_id in add_route_tables or []:
            if table_id not in endpoint.route_table_ids:
                self._add_table(endpoint, table_id)
        endpoint.modify(
            policy_doc, add_subnets, remove_subnets, None, None, add_security_groups, remove_security_groups
        )

    @operation
    def answer_modify_vpc_endpoint(self, request: Shape) -> Shape:
        """ModifyVpcEndpoint: tables, subnets, groups, policy and private DNS; other arguments are refused by name."""
        for argument in ("IpAddressType", "DnsOptions", "SubnetConfigurations"):
            if request.get(argument):
                raise NotInLocalAws(f"ModifyVpcEndpoint:{argument}")
        identifier = request["VpcEndpointId"]
        policy = json.dumps(VPCEndPoint.DEFAULT_POLICY) if request.get("ResetPolicy") else request.get("PolicyDocument")
        self.modify_vpc_endpoint(
            identifier,
            policy,
            request.get("AddSubnetIds"),
            request.get("RemoveSubnetIds"),
            request.get("RemoveRouteTableIds"),
            request.get("AddRouteTableIds"),
            request.get("AddSecurityGroupIds"),
            request.get("RemoveSecurityGroupIds"),
        )
        if request.get("PrivateDnsEnabled") is not None:
            self.vpc_end_points[identifier].private_dns_enabled = request["PrivateDnsEnabled"]
        return {"Return": True}

    @operation
    def answer_delete_vpc_endpoints(self, request: Shape) -> Shape:
        """DeleteVpcEndpoints: tells one by one what was not deleted and why."""
        refused = []
        for identifier in request["VpcEndpointIds"]:
            endpoint = self.vpc_end_points.get(identifier)
            if endpoint is None:
                error = Ec2Error("InvalidVpcEndpoint.NotFound", f"The Vpc Endpoint Id '{identifier}' does not exist")
            elif getattr(endpoint, "requester_managed", False):
                error = _requester_managed(endpoint)
            elif self._routes_to(identifier):
                error = Ec2Error("DependencyViolation", f"Routes still target the endpoint '{identifier}'")
            else:
                self._drop(endpoint)
                continue
            refused.append({"ResourceId": identifier, "Error": {"Code": error.code, "Message": error.message}})
        return {"Unsuccessful": refused}

    def _drop(self, endpoint: Any) -> None:
        for table_id in list(endpoint.route_table_ids):
            self._remove_table(endpoint, table_id)
        for interface in endpoint.network_interface_ids:
            self.enis.pop(interface, None)
        endpoint.state = "deleted"
        del self.vpc_end_points[endpoint.id]
        self.tags.pop(endpoint.id, None)

    def _check_tables(self, vpc_id: str, service_name: str, table_ids: list[str]) -> None:
        for table_id in table_ids:
            table = self.get_route_table(table_id)
            if table.vpc_id != vpc_id:
                raise Ec2Error(
                    "InvalidRouteTableId.NotFound", f"The route table '{table_id}' does not exist in {vpc_id}"
                )
            for other in self.vpc_end_points.values():
                if other.service_name == service_name and table_id in other.route_table_ids:
                    raise Ec2Error(
                        "RouteAlreadyExists",
                        f"route table {table_id} already has a route with "
                        f"destination-prefix-list-id {other.destination_prefix_list_id}",
                    )

    def _add_table(self, endpoint: Any, table_id: str) -> None:
        # Past our own checks, which refuse such a route to everybody else.
        super(Routes, self).create_route(
            table_id, None, gateway_id=endpoint.id, destination_prefix_list_id=endpoint.destination_prefix_list_id
        )
        endpoint.route_table_ids.append(table_id)

    def _remove_table(self, endpoint: Any, table_id: str) -> None:
        super(Routes, self).delete_route(table_id, None, destination_prefix_list_id=endpoint.destination_prefix_list_id)
        endpoint.route_table_ids.remove(table_id)

    def _routes_to(self, identifier: str) -> bool:
        routes = (route for table in self.route_tables.values() for route in table._routes.values())  # noqa: SLF001
        return any(route.vpc_endpoint_id == identifier for route in routes)


def _requester_managed(endpoint: Any) -> Ec2Error:
    service = endpoint.service_name.rsplit(".", 1)[-1]
    return Ec2Error(
        "InvalidParameter", f"Operation is not allowed for requester-managed VPC endpoints for the service {service}."
    )


def _check_policy(document: str | None) -> None:
    if document is None:
        return
    try:
        statements = json.loads(document)["Statement"]
    except (ValueError, KeyError, TypeError):
        statements = None
    if not statements:
        raise Ec2Error("InvalidPolicyDocument", "The specified policy document is not a valid JSON policy document.")
