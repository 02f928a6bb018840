"""Firewalls: create, describe, delete, list, and their status."""

from __future__ import annotations

from typing import Final

from localaws.services.core import AwsError
from localaws.services.networkfirewall import endpoints, transit
from localaws.services.networkfirewall.common import INVALID
from localaws.services.networkfirewall.store import Firewall, Store, with_tags
from localaws.services.operations import Shape, operation, page, refuse
from localaws.services.quotas import table as quotas
from localaws.services.transition import Transition

PROTECTIONS: Final = (
    "DeleteProtection",
    "SubnetChangeProtection",
    "FirewallPolicyChangeProtection",
    "AvailabilityZoneChangeProtection",
)
UNKNOWN: Final = ("NatGatewayCreateMappings", "ProxySettings", "VpcEndpoint", "TransparentFilteringNatScope")


class Firewalls(Store):
    """Operations on firewalls as wholes."""

    @operation
    def create_firewall(self, request: Shape) -> Shape:
        """CreateFirewall: in a VPC with subnet mappings, or on a transit gateway with zone mappings."""
        refuse("CreateFirewall", request, *UNKNOWN)
        name = request["FirewallName"]
        arn = self.arn("firewall", name)
        self.check_new(self.firewalls, arn, name)
        quotas.FIREWALLS.check(self, len(self.firewalls) + 1)
        if request["FirewallPolicyArn"] not in self.policies:
            raise AwsError(
                INVALID,
                f"FirewallPolicy resource reference(s) are invalid: {request['FirewallPolicyArn']} does not exist",
            )
        firewall = Firewall(
            name=name,
            arn=arn,
            description=request.get("Description"),
            encryption=self.encryption(request),
            policy_arn=request["FirewallPolicyArn"],
            # AWS's API reference: a new firewall's protections are off unless the request turns them on.
            protections={protection: bool(request.get(protection)) for protection in PROTECTIONS},
            analysis=list(request.get("EnabledAnalysisTypes") or []),
            config_transition=Transition(),
        )
        if request.get("TransitGatewayId"):
            transit.attach(self.ec2, firewall, request)
        else:
            self._place(firewall, request)
        self.set_tags(arn, request)
        self.firewalls[arn] = firewall
        return {"Firewall": self.firewall_shape(firewall), "FirewallStatus": self.status(firewall)}

    @operation
    def describe_firewall(self, request: Shape) -> Shape:
        """DescribeFirewall: configuration and, per zone, the endpoint and its state."""
        firewall = self.firewall(request)
        return {
            "UpdateToken": firewall.token,
            "Firewall": self.firewall_shape(firewall),
            "FirewallStatus": self.status(firewall),
        }

    @operation
    def describe_firewall_metadata(self, request: Shape) -> Shape:
        """DescribeFirewallMetadata."""
        firewall = self.firewall(request)
        zones = self.ec2.describe_availability_zones()
        return {
            "FirewallArn": firewall.arn,
            "FirewallPolicyArn": firewall.policy_arn,
            "Description": firewall.description,
            "Status": self.status(firewall)["Status"],
            "SupportedAvailabilityZones": {
                zone.zone_id: {"IPAddressTypes": ["IPV4", "DUALSTACK", "IPV6"]} for zone in zones
            },
            "TransitGatewayAttachmentId": firewall.attachment_id,
        }

    @operation
    def delete_firewall(self, request: Shape) -> Shape:
        """DeleteFirewall: refused under delete protection, with logging on, or with endpoint associations left."""
        refuse("DeleteFirewall", request, "DeleteAssociatedNatGateways")
        firewall = self.firewall(request)
        if firewall.protections["DeleteProtection"]:
            raise AwsError(
                "InvalidOperationException", "Unable to delete the firewall because delete protection is enabled"
            )
        if firewall.logging:
            raise AwsError(
                "InvalidOperationException",
                "Unable to delete the firewall because logging is enabled. Remove the logging configuration first",
            )
        if any(association.firewall_arn == firewall.arn for association in self.associations.values()):
            raise AwsError(
                "InvalidOperationException", "Unable to delete the firewall because it has VPC endpoint associations"
            )
        if firewall.deleting is None:
            firewall.deleting = Transition()
            for endpoint in firewall.endpoints.values():
                endpoint.deleting = endpoint.deleting or Transition()
        return {"Firewall": self.firewall_shape(firewall), "FirewallStatus": self.status(firewall)}

    @operation
    def list_firewalls(self, request: Shape) -> Shape:
        """ListFirewalls, all or those of some VPCs."""
        self.settle()
        vpcs = request.get("VpcIds")
        rows, token = page(
            [
                {
                    "FirewallName": firewall.name,
                    "FirewallArn": firewall.arn,
                    "TransitGatewayAttachmentId": firewall.attachment_id,
                }
                for firewall in self.firewalls.values()
                if not vpcs or firewall.vpc_id in vpcs
            ],
            request,
            INVALID,
        )
        return {"Firewalls": [{key: value for key, value in row.items() if value} for row in rows], "NextToken": token}

    def firewall(self, request: Shape) -> Firewall:
        """Find the firewall that a request names by ARN or name."""
        self.settle()
        found: Firewall = self.find(self.firewalls, request, "Firewall", "firewall")
        return found

    def settle(self) -> None:
        """Let everything go that has finished being deleted.

        Every look at firewalls or at EC2's subnets does this first.
        """
        for firewall in list(self.firewalls.values()):
            for key, endpoint in list(firewall.endpoints.items()):
                if endpoint.gone:
                    endpoints.remove(self.ec2, endpoint)
                    del firewall.endpoints[key]
            if firewall.deleting is not None and firewall.deleting.over and not firewall.endpoints:
                if firewall.attachment_id is not None:
                    transit.detach(self.ec2, firewall)
                del self.firewalls[firewall.arn]
                self.tagger.delete_all_tags_for_resource(firewall.arn)
        for arn, association in list(self.associations.items()):
            if association.endpoint.gone:
                endpoints.remove(self.ec2, association.endpoint)
                del self.associations[arn]
                self.tagger.delete_all_tags_for_resource(arn)

    def _place(self, firewall: Firewall, request: Shape) -> None:
        refuse_with = ("AvailabilityZoneMappings", "AvailabilityZoneChangeProtection")
        if any(request.get(member) for member in refuse_with):
            raise AwsError(INVALID, f"{' and '.join(refuse_with)} are valid with TransitGatewayId alone")
        vpc_id, mappings = request.get("VpcId"), request.get("SubnetMappings") or []
        if not vpc_id or not mappings:
            raise AwsError(
                INVALID, "VpcId and SubnetMappings, or TransitGatewayId and AvailabilityZoneMappings, are required"
            )
        if vpc_id not in self.ec2.vpcs:
            raise AwsError(INVALID, f"VPC {vpc_id} does not exist")
        firewall.vpc_id = vpc_id
        self.add_subnets(firewall, mappings)

    def add_subnets(self, firewall: Firewall, mappings: list[Shape]) -> None:
        """Give a firewall an endpoint in each subnet, all or none: one subnet per zone."""
        zones = {endpoint.zone for endpoint in firewall.endpoints.values() if endpoint.deleting is None}
        for mapping in mappings:
            subnet = endpoints.check_subnet(self.ec2, mapping, firewall.vpc_id)
            if subnet.availability_zone in zones:
                raise AwsError(
                    INVALID,
                    "subnet mapping is invalid, only one subnet can be specified per "
                    f"availability zone: {subnet.availability_zone}",
                )
            zones.add(subnet.availability_zone)
        for mapping in mappings:
            endpoint = endpoints.create(self.ec2, firewall.arn, mapping, firewall.vpc_id)
            firewall.endpoints[endpoint.id] = endpoint

    def firewall_shape(self, firewall: Firewall) -> Shape:
        """Shape `Firewall`."""
        live = [
            endpoint
            for endpoint in firewall.endpoints.values()
            if endpoint.deleting is None or firewall.deleting is not None
        ]
        shape: Shape = {
            "FirewallName": firewall.name,
            "FirewallArn": firewall.arn,
            "FirewallId": firewall.id,
            "FirewallPolicyArn": firewall.policy_arn,
            "VpcId": firewall.vpc_id or None,
            "SubnetMappings": [
                {"SubnetId": endpoint.subnet_id, "IPAddressType": endpoint.address_type} for endpoint in live
            ],
            **firewall.protections,
            "Description": firewall.description,
            "EncryptionConfiguration": firewall.encryption,
            "NumberOfAssociations": sum(
                association.firewall_arn == firewall.arn for association in self.associations.values()
            ),
            "EnabledAnalysisTypes": firewall.analysis or None,
        }
        if firewall.transit_gateway_id is not None:
            shape |= {
                "TransitGatewayId": firewall.transit_gateway_id,
                "TransitGatewayOwnerAccountId": self.account_id,
                "AvailabilityZoneMappings": [{"AvailabilityZone": zone} for zone in firewall.zones],
            }
        return with_tags(shape, self.tags(firewall.arn))

    def status(self, firewall: Firewall) -> Shape:
        """Shape `FirewallStatus`: READY when every endpoint is, with the zones in arbitrary order."""
        ready = all(endpoint.status == "READY" for endpoint in firewall.endpoints.values() if endpoint.deleting is None)
        attached = firewall.attachment_transition is None or firewall.attachment_transition.over
        synced = firewall.config_transition is None or firewall.config_transition.over
        shape: Shape = {
            "Status": "DELETING" if firewall.deleting else "READY" if ready and attached and synced else "PROVISIONING",
            "ConfigurationSyncStateSummary": "IN_SYNC" if ready and attached and synced else "PENDING",
            "CapacityUsageSummary": {
                "CIDRs": {"AvailableCIDRCount": 1_000_000, "UtilizedCIDRCount": 0, "IPSetReferences": {}}
            },
        }
        if firewall.transit_gateway_id is not None:
            status = "DELETING" if firewall.deleting else "READY" if attached else "CREATING"
            shape["TransitGatewayAttachmentSyncState"] = {
                "AttachmentId": firewall.attachment_id,
                "TransitGatewayAttachmentStatus": status,
            }
            shape["SyncStates"] = {
                zone: {"Attachment": {"Status": status}}
                for zone in endpoints.in_arbitrary_order(transit.zone_names(self.ec2, firewall.zones), firewall.id)
            }
            return shape
        config = self._config_states(firewall, "IN_SYNC" if synced else "PENDING")
        by_zone = {endpoint.zone: endpoint for endpoint in firewall.endpoints.values()}
        shape["SyncStates"] = {
            zone: {"Attachment": by_zone[zone].attachment(), "Config": config}
            for zone in endpoints.in_arbitrary_order(by_zone, firewall.id)
        }
        return shape

    def _config_states(self, firewall: Firewall, sync: str) -> Shape:
        policy = self.policies[firewall.policy_arn]
        states: Shape = {policy.arn: {"SyncStatus": sync, "UpdateToken": policy.token}}
        for arn in policy.references():
            states[arn] = {
                "SyncStatus": sync,
                **({"UpdateToken": self.groups[arn].token} if arn in self.groups else {}),
            }
        return states
