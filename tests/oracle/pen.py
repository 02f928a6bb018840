"""What layouts can be varied in, and the pen that draws their parts so."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import Literal

from tests.oracle.draft import Draft, Ref

SERVICE = "com.amazonaws.eu-west-1.s3"
V4_ANY, V6_ANY = "0.0.0.0/0", "::/0"


@dataclass(frozen=True)
class Choices:
    """What a layout can be varied in; every combination is a sound network."""

    zones: int = 2
    nat: Literal["none", "zonal", "shared", "regional", "upstream"] = "zonal"
    inline: bool = False
    main_table: bool = False
    endpoint_by_firewall_alone: bool = False
    associations: bool = False
    s3_by_association: bool = False
    ipv6: bool = False
    secondary_cidr: Literal["none", "apart", "touching"] = "none"
    split_default: bool = False
    spokes: int = 2
    firewall_on_transit: bool = False
    spoke_routes: Literal["propagated", "static", "prefix-list"] = "propagated"
    default_tables: bool = False
    wide_returns: bool = False
    pool: Literal["none", "declared", "by-id"] = "none"
    foreign: Literal["none", "named", "learned", "shared"] = "none"
    overridden: bool = False
    home_net: Literal["unread", "own", "listed"] = "unread"
    internal_balancer: bool = False


@dataclass
class Pen:
    """Draws routes and tables in the way that the choices ask for."""

    draft: Draft
    choices: Choices
    inline: dict[str, list[dict[str, object]]] = field(default_factory=dict)

    def table(self, name: str, vpc: Ref, *subnets: Ref, gateway: Ref | None = None) -> Ref:
        table = self.draft.add(name, "ec2/routeTable:RouteTable", vpcId=vpc)
        if self.choices.inline:
            self.draft.made[name].inputs["routes"] = self.inline.setdefault(name, [])
        for subnet in subnets:
            self.associate(table, subnet)
        if gateway:
            kind = "ec2/routeTableAssociation:RouteTableAssociation"
            self.draft.add(f"{name}-edge", kind, routeTableId=table, gatewayId=gateway)
        return table

    def main(self, vpc: Ref) -> Ref:
        """The VPC's main table: adopted, to hold inline routes, or as it is."""
        if not self.choices.inline:
            return Ref(vpc.to, "mainRouteTableId")
        kind = "ec2/defaultRouteTable:DefaultRouteTable"
        routes = self.inline.setdefault("main", [])
        return self.draft.add("main", kind, defaultRouteTableId=Ref(vpc.to, "defaultRouteTableId"), routes=routes)

    def associate(self, table: Ref, subnet: Ref) -> None:
        kind = "ec2/routeTableAssociation:RouteTableAssociation"
        self.draft.add(f"{table.to}-{subnet.to}", kind, routeTableId=table, subnetId=subnet)

    def route(self, table: Ref, to: str | Ref, key: str, target: Ref) -> None:
        family = "Ipv6CidrBlock" if isinstance(to, str) and ":" in to else "CidrBlock"
        if isinstance(to, Ref):
            family = "PrefixListId" if "list" in to.to else "Ipv6CidrBlock" if "6" in to.output else "CidrBlock"
        if self.choices.inline and table.output == "id" and table.to in self.inline:
            inline = {
                "CidrBlock": "cidrBlock",
                "Ipv6CidrBlock": "ipv6CidrBlock",
                "PrefixListId": "destinationPrefixListId",
            }
            self.inline[table.to].append({inline[family]: to, key: target})
            return
        name = f"{table.to}-route-{sum(m.startswith(f'{table.to}-route-') for m in self.draft.made)}"
        self.draft.add(name, "ec2/route:Route", **{"routeTableId": table, f"destination{family}": to, key: target})

    def default(self, table: Ref, key: str, target: Ref, *, v6: bool | None = None) -> None:
        for cidr in ("0.0.0.0/1", "128.0.0.0/1") if self.choices.split_default else (V4_ANY,):
            self.route(table, cidr, key, target)
        if self.choices.ipv6 if v6 is None else v6:
            self.route(table, V6_ANY, key, target)

    def endpoint(self, firewall: Ref, subnet: Ref) -> Ref:
        also = () if self.choices.endpoint_by_firewall_alone else (subnet.to,)
        if self.choices.associations:
            return Ref(f"{firewall.to}-at-{subnet.to}", f"endpoint:{subnet.to}", also)
        return Ref(firewall.to, f"endpoint:{subnet.to}", also)

    def subnet(self, name: str, vpc: Ref, cidr: str, zone: str, number: int) -> Ref:
        v6 = Ref(vpc.to, f"v6:{number}") if self.choices.ipv6 else None
        v4: str | Ref = cidr
        own = self.draft.made[vpc.to].computed.get("cidrBlock")
        if own and ipaddress.ip_network(cidr).subnet_of(ipaddress.ip_network(own)):
            # Cut from a range that the program doesn't know yet, and not from a further one that it writes down.
            v4 = Ref(vpc.to, f"v4:{cidr}")
            self.draft.made[vpc.to].outputs[v4.output] = cidr
        kind = "ec2/subnet:Subnet"
        return self.draft.add(name, kind, vpcId=vpc, cidrBlock=v4, availabilityZone=zone, ipv6CidrBlock=v6)

    def vpc(self, name: str, cidr: str, pool: Ref | str | None = None) -> Ref:
        """A VPC of this range, which the program writes down or gets from a pool."""
        v6 = True if self.choices.ipv6 else None
        if pool is None:
            return self.draft.add(name, "ec2/vpc:Vpc", cidrBlock=cidr, assignGeneratedIpv6CidrBlock=v6)
        length = int(cidr.partition("/")[2])
        inputs = {"ipv4IpamPoolId": pool, "ipv4NetmaskLength": length, "assignGeneratedIpv6CidrBlock": v6}
        vpc = self.draft.add(name, "ec2/vpc:Vpc", **inputs)
        self.draft.made[name].computed["cidrBlock"] = cidr
        return vpc

    def range_of(self, subnet: Ref) -> str | Ref:
        """A subnet's range as a program writes it in a route: the text, or the subnet's own property."""
        cidr = self.draft.made[subnet.to].inputs["cidrBlock"]
        return cidr if isinstance(cidr, str) else Ref(subnet.to, "cidrBlock")

    def more(self, name: str, vpc: Ref, cidr: str) -> Ref:
        """A secondary range."""
        kind = "ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"
        return self.draft.add(name, kind, vpcId=vpc, cidrBlock=cidr)

    def pool(self, cidr: str) -> Ref | str | None:
        """An IPAM pool of this range, or one that the program knows by its id alone."""
        if self.choices.pool == "by-id":
            return "ipam-pool-0123456789abcdef0"
        if self.choices.pool == "none":
            return None
        ipam = self.draft.add("ipam", "ec2/vpcIpam:VpcIpam", operatingRegions=[{"regionName": "eu-west-1"}])
        scope = Ref(ipam.to, "privateDefaultScopeId")
        self.draft.made["ipam"].computed["privateDefaultScopeId"] = "ipam-scope-0123456789abcdef0"
        kind = "ec2/vpcIpamPool:VpcIpamPool"
        pool = self.draft.add("pool", kind, addressFamily="ipv4", ipamScopeId=scope, locale="eu-west-1")
        self.draft.add("pool-range", "ec2/vpcIpamPoolCidr:VpcIpamPoolCidr", ipamPoolId=pool, cidr=cidr)
        return pool

    def rules(self) -> Ref:
        """The ARN of a firewall policy whose rules read HOME_NET (the firewall's VPC, or all that is drawn) or not."""
        if "policy" in self.draft.made:
            return Ref("policy", "arn")
        ends = "any any -> any any" if self.choices.home_net == "unread" else "$HOME_NET any -> $EXTERNAL_NET any"
        source = {"rulesString": f'drop tls {ends} (msg:"no"; sid:1;)'}
        kind = "networkfirewall/ruleGroup:RuleGroup"
        self.draft.add("rules", kind, capacity=10, type="STATEFUL", ruleGroup={"rulesSource": source})
        forward = ["aws:forward_to_sfe"]
        policy: dict[str, object] = {
            "statelessDefaultActions": forward,
            "statelessFragmentDefaultActions": forward,
            "statefulRuleGroupReferences": [{"resourceArn": Ref("rules", "arn")}],
        }
        if self.choices.home_net == "listed":
            variable = {"key": "HOME_NET", "ipSet": {"definitions": ["10.0.0.0/8"]}}
            policy["policyVariables"] = {"ruleVariables": [variable]}
        kind = "networkfirewall/firewallPolicy:FirewallPolicy"
        self.draft.add("policy", kind, firewallPolicy=policy)
        return Ref("policy", "arn")

    def firewall(self, name: str, vpc: Ref, subnets: list[Ref], policy: Ref | None = None) -> Ref:
        """A firewall with an endpoint in each subnet (from the second on by association, if the choices say so)."""
        first = subnets[:1] if self.choices.associations else subnets
        mappings = [{"subnetId": subnet} for subnet in first]
        kind = "networkfirewall/firewall:Firewall"
        firewall = self.draft.add(name, kind, vpcId=vpc, subnetMappings=mappings, firewallPolicyArn=policy)
        if self.choices.associations:
            for subnet in subnets:
                self.draft.add(
                    f"{name}-at-{subnet.to}",
                    "networkfirewall/vpcEndpointAssociation:VpcEndpointAssociation",
                    firewallArn=Ref(name, "arn"),
                    vpcId=vpc,
                    subnetMapping={"subnetId": subnet},
                )
        return firewall

    def balancer(self, name: str, vpc: Ref, subnet: Ref) -> Ref:
        """A Gateway Load Balancer endpoint, which hands packets on and inspects nothing."""
        service = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"
        inputs = {"vpcEndpointType": "GatewayLoadBalancer", "serviceName": service, "subnetIds": [subnet]}
        return self.draft.add(name, "ec2/vpcEndpoint:VpcEndpoint", vpcId=vpc, **inputs)

    def load_balancer(self, name: str, subnets: list[Ref], *, internal: bool) -> Ref:
        """An Application Load Balancer; only one that faces the internet makes its subnets infrastructure."""
        kind = "lb/loadBalancer:LoadBalancer"
        return self.draft.add(name, kind, internal=internal, loadBalancerType="application", subnets=subnets)

    def s3(self, name: str, vpc: Ref, tables: list[Ref]) -> None:
        by_association = self.choices.s3_by_association
        listed = None if by_association else tables
        endpoint = self.draft.add(
            name, "ec2/vpcEndpoint:VpcEndpoint", vpcId=vpc, serviceName=SERVICE, routeTableIds=listed
        )
        for table in tables if by_association else []:
            kind = "ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
            self.draft.add(f"{name}-{table.to}", kind, vpcEndpointId=endpoint, routeTableId=table)


def zones(choices: Choices) -> list[str]:
    return [f"eu-west-1{letter}" for letter in "abc"[: choices.zones]]
