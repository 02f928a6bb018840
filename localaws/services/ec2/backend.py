"""The EC2 backend as a whole, and the response class that serves it."""

from __future__ import annotations

from moto.ec2.models import ec2_backends

from localaws.services.ec2.connect import InstanceConnectEndpoints
from localaws.services.ec2.deletes import Deletes
from localaws.services.ec2.dhcp import DhcpOptions
from localaws.services.ec2.endpoints import Endpoints
from localaws.services.ec2.images import Images
from localaws.services.ec2.insights import NetworkInsights
from localaws.services.ec2.instances import Instances
from localaws.services.ec2.ipam_allocations import IpamAllocations
from localaws.services.ec2.network_acls import NetworkAcls
from localaws.services.ec2.public_access import PublicAccess
from localaws.services.ec2.quotas import Quotas
from localaws.services.ec2.regional_nat import RegionalNatGateways
from localaws.services.ec2.strict import StrictEc2Response
from localaws.services.ec2.subnets import Subnets
from localaws.services.ec2.transit_routes import TransitRoutes
from localaws.services.ec2.vpcs import Vpcs
from localaws.services.ec2.vpn import VpnConnections
from localaws.services.operations import responder

__all__ = ["LocalEc2Backend", "LocalEc2Response", "ec2_backends"]


class LocalEc2Backend(
    Quotas,
    VpnConnections,
    IpamAllocations,
    Deletes,
    DhcpOptions,
    Endpoints,
    RegionalNatGateways,
    Images,
    Instances,
    Vpcs,
    Subnets,
    InstanceConnectEndpoints,
    NetworkAcls,
    NetworkInsights,
    PublicAccess,
    TransitRoutes,
):
    """EC2 in one account and Region."""


LocalEc2Response = responder("ec2", ec2_backends, LocalEc2Backend, "InvalidParameterValue", base=StrictEc2Response)
