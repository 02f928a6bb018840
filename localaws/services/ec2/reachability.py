"""Follows a packet through the route tables, groups and access lists of the local EC2, as Reachability Analyzer does.

The steps are in AWS's order: instance, interface, its groups, the subnet's access list, the route table, and at the
other end the reverse. The codes are those of "Reachability Analyzer explanation codes".

It answers for what it understands and raises `NotFollowed` for the rest (VPN, load balancers, IPv6 …): an analysis
may fail, it never invents a path. A firewall's rules are not evaluated: passing an endpoint is not being let through
by it.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from localaws.services.operations import Shape

ANYWHERE: Final = "192.0.2.1"
"""Stands for the internet where a path to an internet gateway names no address: a documentation address, in no VPC."""
PRIVATE: Final = tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
MAX_HOPS: Final = 100
TCP, UDP = "tcp", "udp"


class NotFollowed(Exception):  # noqa: N818 — it is an outcome, not an error of the caller's
    """Something on the way that is not understood here."""


class Unreachable(Exception):  # noqa: N818
    """The packet gets no further; `shape` is AWS's Explanation."""

    def __init__(self, code: str, *, egress: bool = True, **members: object) -> None:
        super().__init__(code)
        self.shape: Shape = {"ExplanationCode": code, "Direction": "egress" if egress else "ingress", **members}


@dataclass
class Walk:
    """One packet on its way; `components` are AWS's PathComponents so far."""

    ec2: Any
    destination_id: str
    source: str
    destination: str
    protocol: str
    port: int | None
    components: list[Shape] = field(default_factory=list)

    def run(self, start: Any) -> list[Shape]:
        """Follow the packet from an interface to the destination; Unreachable or NotFollowed if it gets stuck."""
        self._leave_interface(start)
        self._route_from(start.subnet)
        return self.components

    def _step(self, identifier: str, **members: object) -> None:
        if len(self.components) >= MAX_HOPS:
            raise Unreachable("NO_PATH", Component={"Id": identifier})  # it goes round in circles
        header = {
            "SourceAddresses": [f"{self.source}/32"],
            "DestinationAddresses": [f"{self.destination}/32"],
            "Protocol": {TCP: "6", UDP: "17"}[self.protocol],
            **({"DestinationPortRanges": [{"From": self.port, "To": self.port}]} if self.port else {}),
        }
        number = len(self.components) + 1
        self.components.append(
            {"SequenceNumber": number, "Component": self._component(identifier), "OutboundHeader": header, **members}
        )

    def _component(self, identifier: str) -> Shape:
        kinds = {
            "i": "instance",
            "eni": "network-interface",
            "igw": "internet-gateway",
            "nat": "natgateway",
            "vpce": "vpc-endpoint",
            "rtb": "route-table",
            "sg": "security-group",
            "acl": "network-acl",
            "tgw": "transit-gateway",
        }
        prefix = identifier.split("-", maxsplit=1)[0]
        kind = kinds.get(prefix, prefix)
        if identifier.startswith("tgw-attach-"):
            kind = "transit-gateway-attachment"
        if identifier.startswith("tgw-rtb-"):
            kind = "transit-gateway-route-table"
        arn = f"arn:{self.ec2.partition}:ec2:{self.ec2.region_name}:{self.ec2.account_id}:{kind}/{identifier}"
        return {"Id": identifier, "Arn": arn}

    def _leave_interface(self, interface: Any) -> None:
        if interface.instance:
            self._step(interface.instance.id)
        self._step(
            interface.id, Subnet=self._component(interface.subnet.id), Vpc=self._component(interface.subnet.vpc_id)
        )
        self._check_groups(interface, egress=True)
        self._check_acl(interface.subnet, egress=True)

    def _arrive(self, interface: Any) -> None:
        self._check_acl(interface.subnet, egress=False)
        self._check_groups(interface, egress=False)
        self._step(
            interface.id, Subnet=self._component(interface.subnet.id), Vpc=self._component(interface.subnet.vpc_id)
        )
        if interface.instance:
            self._step(interface.instance.id)
        at_end = self.destination_id in (interface.id, interface.instance.id if interface.instance else None)
        if self.destination_id.startswith(("i-", "eni-")) and not at_end:
            raise Unreachable("NO_PATH", Component=self._component(interface.id))

    def _route_from(self, subnet: Any) -> None:
        table = self._table_of(subnet)
        address = ipaddress.ip_address(self.destination)
        routes = [route for route in table._routes.values() if self._matches(route, address)]  # noqa: SLF001
        if not routes:
            raise Unreachable("NO_ROUTE_TO_DESTINATION", RouteTable=self._component(table.id))
        route = max(routes, key=lambda found: _prefix(found.destination_cidr_block))
        shown = {
            "DestinationCidr": route.destination_cidr_block,
            "GatewayId": route.gateway_id,
            "NatGatewayId": route.nat_gateway_id,
            "TransitGatewayId": route.transit_gateway_id,
            "VpcPeeringConnectionId": route.vpc_peering_connection_id,
            "NetworkInterfaceId": route.network_interface_id,
            "Origin": "createroute" if not route.local else "createroutetable",
            "State": route.state,
        }
        shown = {name: value for name, value in shown.items() if value}
        self._step(table.id, RouteTableRoute=shown, Vpc=self._component(table.vpc_id))
        if route.state != "active":
            raise Unreachable("BAD_STATE_ROUTE", RouteTable=self._component(table.id), RouteTableRoute=shown)
        self._follow(route, subnet)

    def _follow(self, route: Any, subnet: Any) -> None:
        if route.local:
            self._deliver(subnet.vpc_id)
        elif route.vpc_endpoint_id:
            self._through_endpoint(route.vpc_endpoint_id)
        elif route.nat_gateway is not None:
            self._through_nat(route.nat_gateway)
        elif route.transit_gateway is not None:
            self._through_transit(route.transit_gateway.id, subnet)
        elif str(route.gateway_id).startswith("igw-"):
            self._leave_for_internet(route.gateway_id, subnet.vpc_id)
        else:
            raise NotFollowed(
                f"a route to {route.gateway_id or route.network_interface_id or 'a target of another kind'}"
            )

    def _leave_for_internet(self, gateway_id: str, vpc_id: str) -> None:
        """Leave by an internet gateway, which knows senders by their public address alone."""
        gateway = self._component(gateway_id)
        if any(ipaddress.ip_address(self.destination) in block for block in PRIVATE):
            raise Unreachable("IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS", InternetGateway=gateway)
        if not self._has_public_address(vpc_id):
            raise Unreachable("IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS", InternetGateway=gateway)
        self._step(gateway_id)
        if self.destination_id != gateway_id:
            raise Unreachable("IGW_NAT_REFLECTION", InternetGateway=gateway)

    def _has_public_address(self, vpc_id: str) -> bool:
        if any(
            gateway.private_ip == self.source and gateway.connectivity_type == "public"
            for gateway in self._nats_of(vpc_id)
        ):
            return True
        return any(
            interface.public_ip
            for interface in self.ec2.enis.values()
            if interface.subnet.vpc_id == vpc_id and interface.private_ip_address == self.source
        )

    def _nats_of(self, vpc_id: str) -> list[Any]:
        return [gateway for gateway in self.ec2.nat_gateways.values() if gateway.vpc_id == vpc_id]

    def _deliver(self, vpc_id: str) -> None:
        for interface in self.ec2.enis.values():
            addresses = {address["PrivateIpAddress"] for address in interface.private_ip_addresses}
            if interface.subnet.vpc_id == vpc_id and self.destination in addresses:
                self._arrive(interface)
                return
        raise Unreachable("NO_POSSIBLE_DESTINATION", Vpc=self._component(vpc_id), Address=self.destination)

    def _through_endpoint(self, identifier: str) -> None:
        endpoint = self.ec2.vpc_end_points[identifier]
        subnet = self.ec2.get_subnet(endpoint.subnet_ids[0])
        self._check_acl(subnet, egress=False)
        self._step(identifier, Subnet=self._component(subnet.id), Vpc=self._component(subnet.vpc_id))
        self._check_acl(subnet, egress=True)
        self._route_from(subnet)

    def _through_nat(self, gateway: Any) -> None:
        subnet = self.ec2.get_subnet(gateway.subnet_id)
        self._check_acl(subnet, egress=False)
        self._step(gateway.id, Subnet=self._component(subnet.id), Vpc=self._component(subnet.vpc_id))
        self.source = gateway.private_ip
        self._check_acl(subnet, egress=True)
        self._route_from(subnet)

    def _through_transit(self, gateway_id: str, subnet: Any) -> None:
        attachment = self._attachment(gateway_id, subnet.vpc_id)
        zone = subnet.availability_zone
        entry = [self.ec2.get_subnet(item) for item in attachment.subnet_ids]
        if not any(place.availability_zone == zone for place in entry):
            raise Unreachable("TGW_ROUTE_AZ_RESTRICTION", TransitGatewayAttachment=self._component(attachment.id))
        self._step(attachment.id, TransitGateway=self._component(gateway_id))
        while True:
            attachment = self._next_attachment(attachment)
            self._step(attachment.id, TransitGateway=self._component(gateway_id))
            if attachment.id == self.destination_id:
                return
            if attachment.resource_type == "vpc":
                break
            if attachment.resource_type != "network-function":
                raise NotFollowed(f"an attachment of type {attachment.resource_type}")
        places = [self.ec2.get_subnet(item) for item in attachment.subnet_ids]
        same = [place for place in places if place.availability_zone == zone]
        self._route_from((same or places)[0])

    def _next_attachment(self, attachment: Any) -> Any:
        association = attachment.association
        if association is None:
            raise Unreachable(
                "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION", TransitGatewayAttachment=self._component(attachment.id)
            )
        table = self.ec2.transit_table(association["TransitGatewayRouteTableId"])
        address = ipaddress.ip_address(self.destination)
        routes = [
            route
            for route in self.ec2.routes_of(table)
            if address in ipaddress.ip_network(route["DestinationCidrBlock"])
        ]
        if not routes:
            raise Unreachable("TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT", TransitGatewayRouteTable=self._component(table.id))
        route = max(routes, key=lambda found: _prefix(found["DestinationCidrBlock"]))
        ends = route["TransitGatewayAttachments"]
        shown = {
            "DestinationCidr": route["DestinationCidrBlock"],
            "State": route["State"],
            "RouteOrigin": route["Type"],
        }
        if ends:
            shown |= {"AttachmentId": ends[0]["TransitGatewayAttachmentId"], "ResourceType": ends[0]["ResourceType"]}
        self._step(table.id, TransitGatewayRouteTableRoute=shown)
        if route["State"] != "active":
            raise Unreachable(
                "TGW_RTB_BAD_STATE_ROUTE",
                TransitGatewayRouteTable=self._component(table.id),
                TransitGatewayRouteTableRoute=shown,
            )
        return self.ec2.attachment(ends[0]["TransitGatewayAttachmentId"])

    def _attachment(self, gateway_id: str, vpc_id: str) -> Any:
        for item in self.ec2.transit_gateway_attachments.values():
            if (item.transit_gateway_id, item.resource_id) == (gateway_id, vpc_id):
                return item
        raise Unreachable(
            "BAD_STATE_ATTACHMENT", TransitGateway=self._component(gateway_id), Vpc=self._component(vpc_id)
        )

    def _table_of(self, subnet: Any) -> Any:
        main = None
        for table in self.ec2.route_tables.values():
            if subnet.id in table._associations.values():  # noqa: SLF001
                return table
            if table.vpc_id == subnet.vpc_id and table.main_association_id is not None:
                main = table
        return main

    @staticmethod
    def _matches(route: Any, address: Any) -> bool:
        if route.destination_prefix_list is not None and not str(route.gateway_id).startswith("vpce-"):
            raise NotFollowed("a route to a prefix list")
        block = route.destination_cidr_block
        return bool(block) and address in ipaddress.ip_network(block, strict=False)

    def _check_groups(self, interface: Any, *, egress: bool) -> None:
        if interface.requester_managed:
            return
        groups = list(interface.group_set)
        for group in groups:
            if any(self._rule_allows(rule, egress=egress) for rule in _rules(group, egress=egress)):
                self._step(group.id)
                return
        bare = not any(_rules(group, egress=way) for group in groups for way in (False, True))
        raise Unreachable(
            "SG_HAS_NO_RULES" if bare else "ENI_SG_RULES_MISMATCH",
            egress=egress,
            NetworkInterface=self._component(interface.id),
            SecurityGroups=[self._component(group.id) for group in groups],
        )

    def _rule_allows(self, rule: Any, *, egress: bool) -> bool:
        if rule.ip_protocol not in ("-1", self.protocol):
            return False
        ports = (rule.from_port, rule.to_port)
        if (
            rule.ip_protocol != "-1"
            and self.port is not None
            and None not in ports
            and not ports[0] <= self.port <= ports[1]
        ):
            return False
        other = self.destination if egress else self.source
        cidr = rule.ip_range.get("CidrIp")
        if cidr:
            return ipaddress.ip_address(other) in ipaddress.ip_network(cidr, strict=False)
        group = rule.source_group.get("GroupId")
        if group:
            return any(
                group in {item.id for item in interface.group_set}
                and other in {address["PrivateIpAddress"] for address in interface.private_ip_addresses}
                for interface in self.ec2.enis.values()
            )
        prefix_list = self.ec2.managed_prefix_lists.get(rule.prefix_list_id)
        entries = prefix_list.entries.get(prefix_list.version or 1) if prefix_list is not None else None
        return any(ipaddress.ip_address(other) in ipaddress.ip_network(entry["Cidr"]) for entry in entries or ())

    def _check_acl(self, subnet: Any, *, egress: bool) -> None:
        for acl in self.ec2.network_acls.values():
            if any(item.subnet_id == subnet.id for item in acl.associations):
                entries = [
                    entry for entry in acl.network_acl_entries if (str(entry.egress).lower() == "true") == egress
                ]
                for entry in sorted(entries, key=lambda found: int(found.rule_number)):
                    if self._entry_matches(entry, egress=egress):
                        if entry.rule_action == "allow":
                            self._step(acl.id)
                            return
                        break
                raise Unreachable(
                    "SUBNET_ACL_RESTRICTION",
                    egress=egress,
                    Acl=self._component(acl.id),
                    Subnet=self._component(subnet.id),
                )

    def _entry_matches(self, entry: Any, *, egress: bool) -> bool:
        if str(entry.protocol) not in ("-1", {TCP: "6", UDP: "17"}[self.protocol]) or not entry.cidr_block:
            return False
        ports = entry.port_range_from is not None and self.port is not None and str(entry.protocol) != "-1"
        if ports and not int(entry.port_range_from) <= int(self.port or 0) <= int(entry.port_range_to):
            return False
        other = self.destination if egress else self.source
        return ipaddress.ip_address(other) in ipaddress.ip_network(entry.cidr_block, strict=False)


def _rules(group: Any, *, egress: bool) -> list[Any]:
    return list(group.egress_rules if egress else group.ingress_rules)


def _prefix(block: str) -> int:
    return ipaddress.ip_network(block, strict=False).prefixlen
