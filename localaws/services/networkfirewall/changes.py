"""Changes to firewalls that exist: subnets, zones, policy, protections, description, analysis, encryption."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.services.core import AwsError
from localaws.services.networkfirewall import transit
from localaws.services.networkfirewall.common import INVALID
from localaws.services.networkfirewall.firewalls import Firewalls
from localaws.services.operations import Shape, operation, refuse
from localaws.services.transition import Transition

if TYPE_CHECKING:
    from localaws.services.networkfirewall.store import Firewall


class FirewallChanges(Firewalls):
    """Operations that change one thing of a firewall each; all take and return an update token."""

    @operation
    def associate_subnets(self, request: Shape) -> Shape:
        """AssociateSubnets: refused under subnet change protection."""
        refuse("AssociateSubnets", request, "NatGatewayCreateMappings")
        firewall = self._changeable(request, "SubnetChangeProtection", "subnet change protection")
        self._require_vpc(firewall)
        self.add_subnets(firewall, request["SubnetMappings"])
        return self._changed(firewall, SubnetMappings=self.firewall_shape(firewall)["SubnetMappings"])

    @operation
    def disassociate_subnets(self, request: Shape) -> Shape:
        """DisassociateSubnets: refused under subnet change protection, and for the last subnet."""
        refuse("DisassociateSubnets", request, "DeleteAssociatedNatGateways")
        firewall = self._changeable(request, "SubnetChangeProtection", "subnet change protection")
        self._require_vpc(firewall)
        by_subnet = {
            endpoint.subnet_id: endpoint for endpoint in firewall.endpoints.values() if endpoint.deleting is None
        }
        leaving = set(request["SubnetIds"])
        for subnet_id in leaving:
            if subnet_id not in by_subnet:
                raise AwsError(INVALID, f"subnet {subnet_id} is not associated with the firewall")
            zone = by_subnet[subnet_id].zone
            if any(
                item.firewall_arn == firewall.arn and item.endpoint.zone == zone for item in self.associations.values()
            ):
                raise AwsError(
                    "InvalidOperationException",
                    f"VPC endpoint associations of the firewall depend on its endpoint in {zone}",
                )
        if leaving == set(by_subnet):
            raise AwsError(INVALID, "a firewall must have at least one subnet")
        for subnet_id in leaving:
            by_subnet[subnet_id].deleting = Transition()
        return self._changed(firewall, SubnetMappings=self.firewall_shape(firewall)["SubnetMappings"])

    @operation
    def associate_availability_zones(self, request: Shape) -> Shape:
        """AssociateAvailabilityZones, of a firewall on a transit gateway."""
        firewall = self._changeable(request, "AvailabilityZoneChangeProtection", "Availability Zone change protection")
        self._require_transit_gateway(firewall)
        zones = [mapping["AvailabilityZone"] for mapping in request["AvailabilityZoneMappings"]]
        firewall.zones += transit.check_zones(self.ec2, firewall.zones, zones)
        firewall.attachment_transition = Transition()
        return self._changed(
            firewall, AvailabilityZoneMappings=self.firewall_shape(firewall)["AvailabilityZoneMappings"]
        )

    @operation
    def disassociate_availability_zones(self, request: Shape) -> Shape:
        """DisassociateAvailabilityZones: refused under protection, and for the last zone."""
        firewall = self._changeable(request, "AvailabilityZoneChangeProtection", "Availability Zone change protection")
        self._require_transit_gateway(firewall)
        zones = transit.check_zones(
            self.ec2, [], [mapping["AvailabilityZone"] for mapping in request["AvailabilityZoneMappings"]]
        )
        for zone in zones:
            if zone not in firewall.zones:
                raise AwsError(INVALID, f"availability zone {zone} is not associated with the firewall")
        if set(zones) == set(firewall.zones):
            raise AwsError(INVALID, "a firewall must have at least one availability zone")
        firewall.zones = [zone for zone in firewall.zones if zone not in zones]
        return self._changed(
            firewall, AvailabilityZoneMappings=self.firewall_shape(firewall)["AvailabilityZoneMappings"]
        )

    @operation
    def associate_firewall_policy(self, request: Shape) -> Shape:
        """AssociateFirewallPolicy: refused under policy change protection."""
        firewall = self._changeable(request, "FirewallPolicyChangeProtection", "firewall policy change protection")
        if request["FirewallPolicyArn"] not in self.policies:
            raise AwsError(
                INVALID,
                f"FirewallPolicy resource reference(s) are invalid: {request['FirewallPolicyArn']} does not exist",
            )
        firewall.policy_arn = request["FirewallPolicyArn"]
        firewall.config_transition = Transition()
        return self._changed(firewall, FirewallPolicyArn=firewall.policy_arn)

    @operation
    def update_firewall_delete_protection(self, request: Shape) -> Shape:
        """UpdateFirewallDeleteProtection."""
        return self._protect(request, "DeleteProtection")

    @operation
    def update_subnet_change_protection(self, request: Shape) -> Shape:
        """UpdateSubnetChangeProtection."""
        return self._protect(request, "SubnetChangeProtection")

    @operation
    def update_firewall_policy_change_protection(self, request: Shape) -> Shape:
        """UpdateFirewallPolicyChangeProtection."""
        return self._protect(request, "FirewallPolicyChangeProtection")

    @operation
    def update_availability_zone_change_protection(self, request: Shape) -> Shape:
        """UpdateAvailabilityZoneChangeProtection, of a firewall on a transit gateway."""
        self._require_transit_gateway(self.firewall(request))
        return self._protect(request, "AvailabilityZoneChangeProtection")

    @operation
    def update_firewall_description(self, request: Shape) -> Shape:
        """UpdateFirewallDescription; none removes it."""
        firewall = self._changeable(request)
        firewall.description = request.get("Description")
        return self._changed(firewall, Description=firewall.description)

    @operation
    def update_firewall_analysis_settings(self, request: Shape) -> Shape:
        """UpdateFirewallAnalysisSettings."""
        firewall = self._changeable(request)
        firewall.analysis = list(request.get("EnabledAnalysisTypes") or [])
        return self._changed(firewall, EnabledAnalysisTypes=firewall.analysis)

    @operation
    def update_firewall_encryption_configuration(self, request: Shape) -> Shape:
        """UpdateFirewallEncryptionConfiguration; none goes back to AWS's own key."""
        firewall = self._changeable(request)
        firewall.encryption = self.encryption(request)
        return self._changed(firewall, EncryptionConfiguration=firewall.encryption)

    def _changeable(self, request: Shape, protection: str | None = None, said: str = "") -> Firewall:
        firewall = self.firewall(request)
        self.check_token(firewall, request)
        if firewall.deleting is not None:
            raise AwsError("InvalidOperationException", f"Firewall {firewall.name} is being deleted")
        if protection is not None and firewall.protections[protection]:
            raise AwsError(
                "InvalidOperationException", f"Unable to change firewall {firewall.name} because {said} is enabled"
            )
        return firewall

    def _protect(self, request: Shape, protection: str) -> Shape:
        firewall = self._changeable(request)
        firewall.protections[protection] = request[protection]
        return self._changed(firewall, **{protection: request[protection]})

    @staticmethod
    def _changed(firewall: Firewall, **members: object) -> Shape:
        firewall.touch()
        return {"FirewallArn": firewall.arn, "FirewallName": firewall.name, "UpdateToken": firewall.token, **members}

    @staticmethod
    def _require_vpc(firewall: Firewall) -> None:
        if firewall.transit_gateway_id is not None:
            raise AwsError(INVALID, f"Firewall {firewall.name} is attached to a transit gateway and has no subnets")

    @staticmethod
    def _require_transit_gateway(firewall: Firewall) -> None:
        if firewall.transit_gateway_id is None:
            raise AwsError(INVALID, f"Firewall {firewall.name} is not attached to a transit gateway")
