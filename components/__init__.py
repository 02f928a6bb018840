"""AWS networks whose traffic to the internet is inspected, and their parts, as Pulumi components.

Each is `Name(name, NameArgs(…), opts)`. One alone, on a VPC that is already there::

    from components import DnsFirewall, DnsFirewallArgs, DnsProtection, DnsProtectionArgs

    rules = DnsFirewall("dns", DnsFirewallArgs(deny_list=["denied.example"]))
    DnsProtection("dns", DnsProtectionArgs(vpc_id=vpc.id, rule_group_id=rules.rule_group_id))

Whole networks are `SingleVpc`, `HubAndSpoke` and `JoinedSpoke`. Where a part must know account, Region and zones it
looks them up by its own provider, unless it is given an `Environment`. Programs in other languages have the same parts
by `pulumi package add` (docs/components.md).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from components.common.environment import Environment as Environment
    from components.common.environment import Zone as Zone
    from components.dns.firewall import DnsFirewall as DnsFirewall
    from components.dns.firewall import DnsFirewallArgs as DnsFirewallArgs
    from components.dns.firewall import DnsProtection as DnsProtection
    from components.dns.firewall import DnsProtectionArgs as DnsProtectionArgs
    from components.dns.profile import DnsProfile as DnsProfile
    from components.dns.profile import DnsProfileArgs as DnsProfileArgs
    from components.dns.query_log import QueryLog as QueryLog
    from components.dns.query_log import QueryLogArgs as QueryLogArgs
    from components.dns.rules import dns_names as dns_names
    from components.firewall.firewall import Firewall as Firewall
    from components.firewall.firewall import FirewallArgs as FirewallArgs
    from components.firewall.firewall import Protections as Protections
    from components.firewall.logs import Logging as Logging
    from components.hub.inspection_vpc import InspectionVpc as InspectionVpc
    from components.hub.inspection_vpc import InspectionVpcArgs as InspectionVpcArgs
    from components.hub.sharing import HubShare as HubShare
    from components.hub.sharing import HubShareArgs as HubShareArgs
    from components.hub.sharing import RemoteSpoke as RemoteSpoke
    from components.hub.sharing import RemoteSpokeArgs as RemoteSpokeArgs
    from components.hub.spoke import Spoke as Spoke
    from components.hub.spoke import SpokeArgs as SpokeArgs
    from components.hub.spoke import SpokeInstances as SpokeInstances
    from components.hub.spoke_vpc import SpokeVpc as SpokeVpc
    from components.hub.spoke_vpc import SpokeVpcArgs as SpokeVpcArgs
    from components.hub.transit_hub import HubConnection as HubConnection
    from components.hub.transit_hub import HubTables as HubTables
    from components.hub.transit_hub import TransitHub as TransitHub
    from components.hub.transit_hub import TransitHubArgs as TransitHubArgs
    from components.layouts.hub_and_spoke import HubAndSpoke as HubAndSpoke
    from components.layouts.hub_args import HubAndSpokeArgs as HubAndSpokeArgs
    from components.layouts.hub_args import PlannedRemoteSpoke as PlannedRemoteSpoke
    from components.layouts.hub_args import PlannedSpoke as PlannedSpoke
    from components.layouts.instances import Intruder as Intruder
    from components.layouts.instances import Traffic as Traffic
    from components.layouts.joined_spoke import JoinedSpoke as JoinedSpoke
    from components.layouts.joined_spoke import JoinedSpokeArgs as JoinedSpokeArgs
    from components.layouts.single_vpc import SingleVpc as SingleVpc
    from components.layouts.single_vpc import SingleVpcArgs as SingleVpcArgs
    from components.network.s3_endpoint import S3GatewayEndpoint as S3GatewayEndpoint
    from components.network.s3_endpoint import S3GatewayEndpointArgs as S3GatewayEndpointArgs
    from components.rules.selection import RuleSelection as RuleSelection
    from components.watch.alarm import Audience as Audience

_HOMES = {
    "common.environment": "Environment Zone",
    "dns.firewall": "DnsFirewall DnsFirewallArgs DnsProtection DnsProtectionArgs",
    "dns.profile": "DnsProfile DnsProfileArgs",
    "dns.query_log": "QueryLog QueryLogArgs",
    "dns.rules": "dns_names",
    "firewall.firewall": "Firewall FirewallArgs Protections",
    "firewall.logs": "Logging",
    "hub.inspection_vpc": "InspectionVpc InspectionVpcArgs",
    "hub.sharing": "HubShare HubShareArgs RemoteSpoke RemoteSpokeArgs",
    "hub.spoke": "Spoke SpokeArgs SpokeInstances",
    "hub.spoke_vpc": "SpokeVpc SpokeVpcArgs",
    "hub.transit_hub": "HubConnection HubTables TransitHub TransitHubArgs",
    "layouts.hub_and_spoke": "HubAndSpoke",
    "layouts.hub_args": "HubAndSpokeArgs PlannedRemoteSpoke PlannedSpoke",
    "layouts.instances": "Intruder Traffic",
    "layouts.joined_spoke": "JoinedSpoke JoinedSpokeArgs",
    "layouts.single_vpc": "SingleVpc SingleVpcArgs",
    "network.s3_endpoint": "S3GatewayEndpoint S3GatewayEndpointArgs",
    "rules.selection": "RuleSelection",
    "watch.alarm": "Audience",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    """Import a part when somebody asks for it: rules are read by tools that have no Pulumi."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME_OF)
