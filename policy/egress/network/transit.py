"""Reads transit gateways: attachments of all kinds, tables, associations, propagations, static and blackhole routes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..program.kinds import ATTACHMENTS, SUBNETS, VPCS
from ..program.roles import SHARES
from ..program.snapshot import UNKNOWN, Outside, Ref, Unknown
from .draft import keys_of, link_keys, outside, outside_name
from .model import Attachment, Rank, Route, Table, Target, TransitGateway
from .tables import EVERYTHING, LIST_KINDS, PrefixLists
from .transit_routes import TransitRoutes
from .vpcs import vpc_key

if TYPE_CHECKING:
    from ..program.snapshot import Link, Resource
    from .draft import Draft
    from .model import Vpc

_TABLE_KINDS = frozenset({"tgw-table", "tgw"})


def default_table(gateway: str) -> str:
    """Return the key of a transit gateway's default table."""
    return f"{gateway}#default"


def _zone_ids(firewall: Resource) -> list[Any]:
    mappings, whole = firewall.items("availabilityZoneMappings")
    found = [m.get("availabilityZoneId") if isinstance(m, Mapping) else UNKNOWN for m in mappings]
    return found if whole else [UNKNOWN]


def _settled(identities: list[Any]) -> bool:
    return all(isinstance(each, str) for each in identities)


class TransitReader:
    """Collects attachments and routes, then makes the tables."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.routes = TransitRoutes(draft)
        self.everywhere: list[Route] = []
        self.owners: dict[str, str] = {}
        self.doubts: dict[str, str] = {}
        self.associations: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))

    def read(self) -> None:
        """Fill in ``draft.attachments`` and ``draft.transit_tables``."""
        draft = self.draft
        for resource in draft.snapshot.of("tgw"):
            draft.keep(resource)
            self.owners[default_table(resource.key)] = resource.key
            draft.names[default_table(resource.key)] = f"{resource.name}'s default table"
            self._doubt_external(resource, default_table(resource.key))
        for resource in draft.snapshot.of("tgw-table"):
            draft.keep(resource)
            gateways = link_keys(resource.link("transitGatewayId", {"tgw"}))
            self.owners[resource.key] = gateways[0] if len(gateways) == 1 else f"?{resource.key}"
            self._doubt_external(resource, resource.key)
        self._read_vpc_attachments()
        self._read_other_attachments()
        self._read_associations()
        self._read_propagations()
        self._read_routes()
        self._read_defaults()
        for key, owner in self.owners.items():
            draft.snapshot.budget.step(1 + len(self.everywhere), draft.names.get(key, key))
            draft.transit_tables[key] = Table(
                key,
                draft.names.get(key, key),
                key if key in draft.snapshot.resources else (owner if owner in draft.snapshot.resources else None),
                owner,
                (*self.routes.of.get(key, ()), *self.everywhere),
                self.doubts.get(key, ""),
            )
        for key, tables in self.associations.items():
            if key in draft.attachments:
                merged = dict(draft.attachments[key].associations)
                merged.update({gateway: tuple(dict.fromkeys(names)) for gateway, names in tables.items()})
                draft.attachments[key] = replace(draft.attachments[key], associations=merged)
            elif key.startswith("id:"):
                draft.names.setdefault(key, outside_name(key.removeprefix("id:")))
                draft.foreign_associations[key] = tuple(
                    dict.fromkeys(name for each in tables.values() for name in each)
                )

    def _read_defaults(self) -> None:
        """Fill in ``draft.transit_gateways``: what attachments that others make to them get by themselves."""
        draft = self.draft
        shared = {
            key
            for other in draft.snapshot.others
            if (name := SHARES.get(other.registration.type))
            for key in keys_of(other.links(name, {"tgw"})[0])
        }
        for resource in draft.snapshot.of("tgw"):
            if resource.registration.external:
                continue
            draft.transit_gateways[resource.key] = TransitGateway(
                resource.key,
                resource.name,
                associates=self._default_tables(
                    resource.key, "defaultRouteTableAssociation", "tgw-default-association"
                )[0],
                propagates=self._default_tables(
                    resource.key, "defaultRouteTablePropagation", "tgw-default-propagation"
                )[0],
                shared=resource.key in shared
                or resource.flag("autoAcceptSharedAttachments", default=False) is not False,
            )

    def _doubt_external(self, resource: Resource, table: str) -> None:
        if resource.registration.external:
            self.doubts[table] = f"what else is attached to {resource.name} isn't in this program"

    # -- attachments

    def _read_vpc_attachments(self) -> None:
        draft = self.draft
        accepted: dict[str, Resource] = {}
        for accepter in draft.snapshot.of("tgw-vpc-accepter"):
            for key in link_keys(accepter.link("transitGatewayAttachmentId", {"tgw-vpc"})):
                accepted[key] = accepter
        for resource in draft.snapshot.of("tgw-vpc"):
            self._vpc_attachment(resource, accepted.get(resource.key))
        for accepter in draft.snapshot.of("tgw-vpc-accepter"):
            if accepter not in accepted.values():
                self._vpc_attachment(accepter, None)

    def _vpc_attachment(self, resource: Resource, accepter: Resource | None) -> None:
        draft = self.draft
        draft.keep(resource)
        if accepter is not None:
            draft.keep(accepter)
        owner = accepter or resource
        links, settled = resource.links("subnetIds", SUBNETS)
        subnets = keys_of(links)
        vpcs = {draft.subnets[key].vpc for key in subnets if key in draft.subnets}
        vpc_link = resource.link("vpcId", VPCS)
        vpc = vpcs.pop() if len(vpcs) == 1 and not isinstance(vpc_link, Ref) else vpc_key(draft, vpc_link, resource.key)
        gateways = link_keys(resource.link("transitGatewayId", {"tgw"}))
        mode = resource.flag("applianceModeSupport", default=False)
        # It filters nothing: what is off propagates no IPv6, and lets it pass (CreateTransitGatewayVpcAttachment).
        self.routes.ipv6[resource.key] = (
            resource.flag("ipv6Support", default=False),
            resource.unknown("ipv6Support"),
        )
        gateway = gateways[0] if len(gateways) == 1 else f"?{resource.key}"
        draft.attachments[resource.key] = Attachment(
            key=resource.key,
            name=resource.name,
            kind="vpc",
            gateways=(gateway,),
            vpc=vpc,
            subnets=subnets,
            appliance_mode=mode,
            associations=self._default_association(owner, gateway),
            doubt="" if settled else resource.unknown("subnetIds"),
        )
        self._default_propagation(owner, gateway, resource.key, draft.vpcs[vpc])

    def _default_association(self, resource: Resource, gateway: str) -> dict[str, tuple[str, ...]]:
        wanted = resource.computed_flag("transitGatewayDefaultRouteTableAssociation", default=True)
        if wanted is False:
            return {}
        tables, doubt = self._default_tables(gateway, "defaultRouteTableAssociation", "tgw-default-association")
        if wanted is None:
            doubt = doubt or resource.unknown("transitGatewayDefaultRouteTableAssociation")
        if doubt and tables:
            # It may be associated with none at all.
            key = f"?{resource.key}.association"
            self.owners[key], self.doubts[key] = gateway, doubt
            self.draft.names[key] = "no table"
            tables = (*tables, key)
        return {gateway: tables}

    def _default_propagation(self, resource: Resource, gateway: str, key: str, vpc: Vpc) -> None:
        wanted = resource.computed_flag("transitGatewayDefaultRouteTablePropagation", default=True)
        if wanted is False:
            return
        tables, doubt = self._default_tables(gateway, "defaultRouteTablePropagation", "tgw-default-propagation")
        if wanted is None:
            doubt = doubt or resource.unknown("transitGatewayDefaultRouteTablePropagation")
        for table in tables:
            if vpc.inside:
                self.routes.propagate(table, key, vpc, resource.key, doubt)
            else:
                self.routes.propagate_unseen(table, key, resource.key)

    def _default_tables(self, gateway: str, switch: str, kind: str) -> tuple[tuple[str, ...], str]:
        """Return the tables that a gateway uses by default, none when that is off, and why that isn't certain."""
        resource = self.draft.snapshot.resources.get(gateway)
        if resource is None:
            # A gateway outside may associate by itself; what its table holds can't be seen.
            key = default_table(gateway)
            if key not in self.owners:
                self.owners[key] = gateway
                name = self.draft.names.get(gateway, gateway.removeprefix("id:"))
                self.draft.names[key] = f"{name}'s default table"
                self.doubts[key] = f"transit gateway {name} isn't in this program"
            return (key,), ""
        used = resource.flag(switch, default=True)
        doubt = resource.unknown(switch) if used is None else ""
        if used is False:
            return (), ""
        for override in self.draft.snapshot.of(kind):
            gateways = link_keys(override.link("transitGatewayId", {"tgw"}))
            tables = self._tables(override.link("transitGatewayRouteTableId", _TABLE_KINDS))
            if gateways == (gateway,) and tables:
                return tables, doubt
            if gateway in gateways or not gateways:
                name = "transitGatewayRouteTableId" if gateway in gateways else "transitGatewayId"
                return (*tables, default_table(gateway)), doubt or override.unknown(name)
        return (default_table(gateway),), doubt

    def _read_other_attachments(self) -> None:
        draft = self.draft
        for resource in draft.snapshot.of("tgw-connect", "vpn-connection", "vpn-concentrator", "dx-association"):
            name = "associatedGatewayId" if resource.kind == "dx-association" else "transitGatewayId"
            gateways = link_keys(resource.link(name, {"tgw"}))
            if resource.kind == "vpn-connection" and not (
                resource.text("transitGatewayId") or resource.dependencies("transitGatewayId")
            ):
                continue
            draft.keep(resource)
            for gateway in gateways:
                draft.attachments[resource.key] = Attachment(
                    key=resource.key,
                    name=resource.name,
                    kind="on-premises",
                    gateways=(gateway,),
                    associations=self._default_association(resource, gateway),
                )
                for table in self._propagation_defaults(resource, gateway):
                    self.routes.learn(table, resource.key, resource.key)
        for resource in draft.snapshot.of("tgw-peering"):
            draft.keep(resource)
            gateways = tuple(
                next(iter(link_keys(resource.link(name, {"tgw"}))), f"?{resource.key}.{name}")
                for name in ("transitGatewayId", "peerTransitGatewayId")
            )
            draft.attachments[resource.key] = Attachment(resource.key, resource.name, "peering", gateways)
        for resource in draft.snapshot.of("tgw-peering-accepter"):
            link = resource.link("transitGatewayAttachmentId", {"tgw-peering"})
            if not isinstance(link, Ref):
                draft.keep(resource)
                near = next(iter(link_keys(resource.link("transitGatewayId", {"tgw"}))), f"?{resource.key}.near")
                far = next(iter(link_keys(resource.link("peerTransitGatewayId", {"tgw"}))), f"?{resource.key}.far")
                draft.attachments[resource.key] = Attachment(resource.key, resource.name, "peering", (near, far))
        for resource in draft.snapshot.of("firewall"):
            gateways = link_keys(resource.link("transitGatewayId", {"tgw"}))
            if gateways and (resource.text("transitGatewayId") or resource.dependencies("transitGatewayId")):
                mappings = _zone_ids(resource)
                draft.attachments[resource.key] = Attachment(
                    resource.key,
                    resource.name,
                    "firewall",
                    (gateways[0],),
                    zones=self._zones(mappings),
                    appliance_mode=True,
                    associations=self._default_association(resource, gateways[0]),
                    doubt="" if _settled(mappings) else resource.unknown("availabilityZoneMappings"),
                )

    def _zones(self, identities: list[Any]) -> tuple[str, ...]:
        """Return the zones of a firewall on a gateway; one that isn't known yet may be any that has subnets."""
        zones = [self.draft.zone_names.get(each, each) for each in identities if isinstance(each, str)]
        if not _settled(identities):
            zones += sorted({subnet.zone for subnet in self.draft.subnets.values() if subnet.zone})
        return tuple(dict.fromkeys(zones))

    def _propagation_defaults(self, resource: Resource, gateway: str) -> tuple[str, ...]:
        if resource.computed_flag("transitGatewayDefaultRouteTablePropagation", default=True) is False:
            return ()
        return self._default_tables(gateway, "defaultRouteTablePropagation", "tgw-default-propagation")[0]

    # -- references

    def _tables(self, link: Link) -> tuple[str, ...]:
        keys: list[str] = []
        for key in link_keys(link):
            resource = self.draft.snapshot.resources.get(key)
            if resource is None:
                if key not in self.owners:
                    self.owners[key] = f"?{key}"
                    self.doubts[key] = f"transit gateway table {key[3:]} isn't in this program"
                    self.draft.names[key] = key[3:]
                keys.append(key)
            else:
                keys.append(default_table(key) if resource.kind == "tgw" else key)
        return tuple(dict.fromkeys(keys))

    def attachment_keys(self, link: Link) -> tuple[str, ...]:
        """Return the attachments that a link may mean."""
        keys: list[str] = []
        for key in link_keys(link):
            resource = self.draft.snapshot.resources.get(key)
            if resource is not None and key not in self.draft.attachments:
                # An accepter stands for what it accepts.
                kinds = ATTACHMENTS - {resource.kind}
                inner = link_keys(resource.link("transitGatewayAttachmentId", kinds))
                inner = tuple(
                    self.draft.transit_attachment_ids.get(k[3:], k) if k.startswith("id:") else k for k in inner
                )
                keys += inner or (key,)
            elif resource is None:
                keys.append(self.draft.transit_attachment_ids.get(key[3:], key))
            else:
                keys.append(key)
        # A gateway's own attachment and its table's owner often come together in one dependency: keep real ones.
        return tuple(dict.fromkeys(keys))

    def _attachment_link(self, resource: Resource) -> Link:
        value = resource.raw("transitGatewayAttachmentId")
        if isinstance(value, str) and value in self.draft.transit_attachment_ids:
            return Ref((self.draft.transit_attachment_ids[value],))
        return resource.link("transitGatewayAttachmentId", ATTACHMENTS)

    def _read_associations(self) -> None:
        draft = self.draft
        loose: list[tuple[Resource, tuple[str, ...]]] = []
        for resource in draft.snapshot.of("tgw-association"):
            attachments = self.attachment_keys(self._attachment_link(resource))
            link = resource.link("transitGatewayRouteTableId", _TABLE_KINDS)
            tables = self._tables(link)
            if not tables:
                key = f"?{resource.key}"
                because = link.because if isinstance(link, Unknown) else f"{resource.name} names no table"
                self.owners[key], self.doubts[key] = "", because
                draft.names[key] = "a table that isn't known yet"
                tables = (key,)
            if not attachments:
                loose.append((resource, tables))
            for key in attachments:
                for table in tables:
                    owner = self.owners.get(table, "")
                    attachment = draft.attachments.get(key)
                    if attachment and owner not in attachment.gateways:
                        owner = attachment.gateways[0]
                    self.associations[key][owner].append(table)
                    if len(attachments) > 1 and attachment:
                        self.associations[key][owner] += attachment.associations.get(owner, ())
        free = [
            key for key, each in draft.attachments.items() if not each.associations and key not in self.associations
        ]
        for resource, tables in loose:
            self._associate_one_of(free, resource, tables)

    def _associate_one_of(self, free: Iterable[str], resource: Resource, tables: tuple[str, ...]) -> None:
        """Associate an attachment that nobody knows: one of those that have no table, or else one of a stranger."""
        key = f"?{resource.key}.attachment"
        owners = {self.owners.get(table, "") for table in tables}
        fitting = [each for each in free if "" in owners or owners & {*self.draft.attachments[each].gateways}]
        if not fitting:
            self.draft.names[key] = f"the attachment of {resource.name}"
            self.draft.foreign_associations[key] = tables
            return
        self.draft.names[key] = "no table"
        self.owners[key], self.doubts[key] = "", resource.unknown("transitGatewayAttachmentId")
        for each in fitting:
            self.associations[each][self.draft.attachments[each].gateways[0]] += [*tables, key]

    # -- routes

    def _read_propagations(self) -> None:
        draft = self.draft
        for resource in draft.snapshot.of("tgw-propagation"):
            attachments = self.attachment_keys(self._attachment_link(resource))
            tables = self._tables(resource.link("transitGatewayRouteTableId", _TABLE_KINDS))
            certain = len(attachments) == 1 and len(tables) == 1
            for table in tables or tuple(self.owners):
                for key in attachments:
                    attachment = draft.attachments.get(key)
                    if attachment is None or (attachment.kind == "vpc" and not draft.vpcs[attachment.vpc].inside):
                        self.routes.propagate_unseen(table, key, resource.key)
                    elif attachment.kind == "vpc":
                        unsure = "transitGatewayAttachmentId" if tables else "transitGatewayRouteTableId"
                        why = "" if certain else resource.unknown(unsure)
                        self.routes.propagate(table, key, draft.vpcs[attachment.vpc], resource.key, why)
                    elif attachment.kind == "on-premises":
                        self.routes.learn(table, key, resource.key)
            if not attachments:
                why = resource.unknown("transitGatewayAttachmentId")
                for table in tables or tuple(self.owners):
                    self.routes.of[table].append(
                        Route(EVERYTHING, (Target("unknown", note=why),), resource.key, "propagated", Rank.VPC, why)
                    )

    def _read_routes(self) -> None:
        draft = self.draft
        lists = PrefixLists(draft)
        for resource in draft.snapshot.of("tgw-route", "tgw-prefix-list"):
            draft.names[resource.key] = resource.name
            targets = self._route_targets(resource)
            if resource.kind == "tgw-route":
                value = resource.raw("destinationCidrBlock")
                family = 6 if isinstance(value, str) and ":" in value else 4
                found, doubt = draft.destination(resource, "destinationCidrBlock", value, family)
                text = value if isinstance(value, str) else "a range known after `pulumi up`"
                blocks, rank = (EVERYTHING if found is None else found), Rank.STATIC
            else:
                blocks, text, doubt = lists.contents(resource.link("prefixListId", LIST_KINDS))
                blocks, rank = (EVERYTHING if doubt else blocks), Rank.PREFIX_LIST
            tables = self._tables(resource.link("transitGatewayRouteTableId", _TABLE_KINDS))
            if len(tables) != 1:
                doubt = doubt or resource.unknown("transitGatewayRouteTableId")
            route = Route(blocks, targets, resource.key, text, rank, doubt)
            for table in tables:
                self.routes.of[table].append(route)
            if not tables:
                self.everywhere.append(route)

    def _route_targets(self, resource: Resource) -> tuple[Target, ...]:
        blackhole = resource.raw("blackhole")
        if blackhole is True or blackhole == "true":
            return (Target("blackhole"),)
        link = self._attachment_link(resource)
        if isinstance(link, Outside):
            self.draft.names.setdefault(outside(link.id), outside_name(link.id))
        keys = self.attachment_keys(link)
        if keys:
            # One that hangs on an unknown value may be a blackhole after all; a provider's own is no such value.
            or_not = (Target("blackhole"),) if blackhole is UNKNOWN and resource.dependencies("blackhole") else ()
            return (*or_not, *(Target("attachment", key) for key in keys))
        if blackhole is UNKNOWN and link is None:
            return (Target("blackhole"),)
        if isinstance(link, Unknown):
            return (Target("unknown", note=link.because),)
        return (Target("missing", note="it names no attachment"),)
