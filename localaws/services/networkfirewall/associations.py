"""VPC endpoint associations: additional endpoints of a firewall, also in other VPCs."""

from __future__ import annotations

from localaws.services.core import AwsError
from localaws.services.networkfirewall import endpoints
from localaws.services.networkfirewall.common import INVALID
from localaws.services.networkfirewall.firewalls import Firewalls
from localaws.services.networkfirewall.store import EndpointAssociation, new_token, with_tags
from localaws.services.operations import Shape, operation, page
from localaws.services.quotas import table as quotas
from localaws.services.transition import Transition


class EndpointAssociations(Firewalls):
    """Operations on VPC endpoint associations."""

    @operation
    def create_vpc_endpoint_association(self, request: Shape) -> Shape:
        """CreateVpcEndpointAssociation: in a zone where the firewall has an endpoint of its own."""
        firewall = self.firewall(request)
        if firewall.transit_gateway_id is not None:
            raise AwsError(INVALID, f"Firewall {firewall.name} is attached to a transit gateway")
        if request["VpcId"] not in self.ec2.vpcs:
            raise AwsError(INVALID, f"VPC {request['VpcId']} does not exist")
        subnet = endpoints.check_subnet(self.ec2, request["SubnetMapping"], request["VpcId"])
        zones = {endpoint.zone for endpoint in firewall.endpoints.values() if endpoint.deleting is None}
        if subnet.availability_zone not in zones:
            raise AwsError(
                INVALID,
                f"Firewall {firewall.name} has no endpoint in {subnet.availability_zone}, the zone of {subnet.id}",
            )
        quotas.ASSOCIATIONS.check(self, len(self.associations) + 1)
        identifier = new_token()
        association = EndpointAssociation(
            arn=self.arn("vpc-endpoint-association", identifier),
            id=identifier,
            firewall_arn=firewall.arn,
            vpc_id=request["VpcId"],
            description=request.get("Description"),
            endpoint=endpoints.create(self.ec2, firewall.arn, request["SubnetMapping"], request["VpcId"]),
        )
        self.set_tags(association.arn, request)
        self.associations[association.arn] = association
        return self._association_answer(association)

    @operation
    def describe_vpc_endpoint_association(self, request: Shape) -> Shape:
        """DescribeVpcEndpointAssociation."""
        return self._association_answer(self._association(request))

    @operation
    def delete_vpc_endpoint_association(self, request: Shape) -> Shape:
        """DeleteVpcEndpointAssociation."""
        association = self._association(request)
        association.endpoint.deleting = association.endpoint.deleting or Transition()
        return self._association_answer(association)

    @operation
    def list_vpc_endpoint_associations(self, request: Shape) -> Shape:
        """ListVpcEndpointAssociations, all or those of one firewall."""
        self.settle()
        firewall = request.get("FirewallArn")
        rows, token = page(
            [
                {"VpcEndpointAssociationArn": association.arn}
                for association in self.associations.values()
                if firewall in (None, association.firewall_arn)
            ],
            request,
            INVALID,
        )
        return {"VpcEndpointAssociations": rows, "NextToken": token}

    def _association(self, request: Shape) -> EndpointAssociation:
        self.settle()
        association = self.associations.get(request["VpcEndpointAssociationArn"])
        if association is None:
            raise AwsError(
                "ResourceNotFoundException",
                f"VpcEndpointAssociation {request['VpcEndpointAssociationArn']} does not exist",
            )
        return association

    def _association_answer(self, association: EndpointAssociation) -> Shape:
        endpoint = association.endpoint
        status = {"CREATING": "PROVISIONING", "READY": "READY", "DELETING": "DELETING"}[endpoint.status]
        return {
            "VpcEndpointAssociation": with_tags(
                {
                    "VpcEndpointAssociationArn": association.arn,
                    "VpcEndpointAssociationId": association.id,
                    "FirewallArn": association.firewall_arn,
                    "VpcId": association.vpc_id,
                    "SubnetMapping": {"SubnetId": endpoint.subnet_id, "IPAddressType": endpoint.address_type},
                    "Description": association.description,
                },
                self.tags(association.arn),
            ),
            "VpcEndpointAssociationStatus": {
                "Status": status,
                "AssociationSyncState": {endpoint.zone: {"Attachment": endpoint.attachment()}},
            },
        }
