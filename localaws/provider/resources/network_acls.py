"""Network access lists: lists of a program's own, the one that comes with a VPC, their rules and their subnets."""

from __future__ import annotations

import hashlib
from typing import Any

from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import only, tag_spec, tagging
from localaws.provider.errors import gone_is_fine
from localaws.provider.registry import Resource, words
from localaws.provider.values import Props

_LAST = 32767
_PROTOCOLS = {"all": "-1", "icmp": "1", "tcp": "6", "udp": "17", "icmpv6": "58"}
_WAYS = {"ingress": False, "egress": True}


def _number(protocol: Any) -> str:
    """A protocol as AWS numbers it."""
    return _PROTOCOLS.get(str(protocol).lower(), str(protocol))


def _entry(rule: Props, action: str, number: str) -> dict[str, Any]:
    """The arguments of an entry, given by the names that lists and single rules have for action and number."""
    protocol = _number(rule["protocol"])
    made: dict[str, Any] = {"RuleAction": rule[action].lower(), "RuleNumber": int(rule[number]), "Protocol": protocol}
    made |= {theirs: rule[ours] for ours, theirs in _BLOCKS.items() if rule.get(ours)}
    if protocol in (_PROTOCOLS["tcp"], _PROTOCOLS["udp"]):
        made["PortRange"] = {"From": int(rule.get("fromPort") or 0), "To": int(rule.get("toPort") or 0)}
    if protocol in (_PROTOCOLS["icmp"], _PROTOCOLS["icmpv6"]):
        made["IcmpTypeCode"] = {"Type": int(rule.get("icmpType") or 0), "Code": int(rule.get("icmpCode") or 0)}
    return made


_BLOCKS = {"cidrBlock": "CidrBlock", "ipv6CidrBlock": "Ipv6CidrBlock"}


def _acl(ctx: Context, id_: str) -> dict[str, Any] | None:
    return only(ctx.client("ec2").describe_network_acls(NetworkAclIds=[id_])["NetworkAcls"])


def _rules(acl: dict[str, Any], way: str, known: list[Props]) -> list[Props]:
    """The entries of a list in one direction; a protocol keeps the program's spelling."""
    spelt = {int(rule["ruleNo"]): str(rule["protocol"]) for rule in known}
    found = []
    for entry in acl["Entries"]:
        if entry["Egress"] is not _WAYS[way] or entry["RuleNumber"] == _LAST:
            continue
        protocol, ports = spelt.get(entry["RuleNumber"], ""), entry.get("PortRange") or {}
        found.append(
            {
                "action": entry["RuleAction"],
                "cidrBlock": entry.get("CidrBlock", ""),
                "ipv6CidrBlock": entry.get("Ipv6CidrBlock", ""),
                "fromPort": ports.get("From", 0),
                "toPort": ports.get("To", 0),
                "icmpCode": (entry.get("IcmpTypeCode") or {}).get("Code", 0),
                "icmpType": (entry.get("IcmpTypeCode") or {}).get("Type", 0),
                "protocol": protocol if protocol and _number(protocol) == entry["Protocol"] else entry["Protocol"],
                "ruleNo": entry["RuleNumber"],
            }
        )
    return found


def _sync(ctx: Context, id_: str, inputs: Props) -> None:
    """Bring entries and subnets to what the inputs say, as far as they say anything."""
    ec2 = ctx.client("ec2")
    acl = _acl(ctx, id_) or {"Entries": []}
    for way, egress in _WAYS.items():
        if inputs.get(way) is None:
            continue
        wanted = {int(rule["ruleNo"]): _entry(rule, "action", "ruleNo") for rule in inputs[way]}
        there = {e["RuleNumber"] for e in acl["Entries"] if e["Egress"] is egress and e["RuleNumber"] != _LAST}
        for number in sorted(there - set(wanted)):
            ec2.delete_network_acl_entry(NetworkAclId=id_, RuleNumber=number, Egress=egress)
        for number, entry in sorted(wanted.items()):
            put = ec2.replace_network_acl_entry if number in there else ec2.create_network_acl_entry
            put(NetworkAclId=id_, Egress=egress, **entry)
    if inputs.get("subnetIds") is not None:
        here = {item["SubnetId"] for item in acl.get("Associations") or ()}
        for subnet in sorted(set(inputs["subnetIds"]) - here):
            _move(ctx, subnet, id_)
        for subnet in sorted(here - set(inputs["subnetIds"])):
            _move(ctx, subnet, _default(ctx, acl["VpcId"]))


def _association(ctx: Context, name: str, value: str) -> dict[str, Any] | None:
    filters = [{"Name": f"association.{name}", "Values": [value]}]
    member = {"subnet-id": "SubnetId", "association-id": "NetworkAclAssociationId"}[name]
    for acl in ctx.client("ec2").describe_network_acls(Filters=filters)["NetworkAcls"]:
        for item in acl["Associations"]:
            if item[member] == value:
                return {**item, "VpcId": acl["VpcId"]}
    return None


def _move(ctx: Context, subnet: str, acl: str) -> str | None:
    """Give a subnet another list; the id of the new association, None if the subnet is gone."""
    present = _association(ctx, "subnet-id", subnet)
    if present is None:
        return None
    answer = ctx.client("ec2").replace_network_acl_association(
        AssociationId=present["NetworkAclAssociationId"], NetworkAclId=acl
    )
    return str(answer["NewAssociationId"])


def _default(ctx: Context, vpc: str) -> str:
    filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "default", "Values": ["true"]}]
    return str(ctx.client("ec2").describe_network_acls(Filters=filters)["NetworkAcls"][0]["NetworkAclId"])


def _create(ctx: Context, inputs: Props) -> str:
    made = ctx.client("ec2").create_network_acl(VpcId=inputs["vpcId"], **tag_spec("network-acl", inputs))["NetworkAcl"]
    ctx.created_id = str(made["NetworkAclId"])
    _sync(ctx, ctx.created_id, inputs)
    return ctx.created_id


def _adopt(ctx: Context, inputs: Props) -> str:
    """Take over the list that came with a VPC: what the program does not list goes."""
    id_ = str(inputs["defaultNetworkAclId"])
    _sync(ctx, id_, {"ingress": [], "egress": [], **inputs})
    tagging(ctx, id_, {}, inputs.get("tagsAll") or {}, [])
    return id_


def _read(ctx: Context, id_: str, state: Props) -> Props | None:
    acl = _acl(ctx, id_)
    if acl is None:
        return None
    told = {way: _rules(acl, way, state.get(way) or []) for way in _WAYS if ctx.importing or way in ctx.asked}
    if ctx.importing or "subnetIds" in ctx.asked:
        told["subnetIds"] = sorted(item["SubnetId"] for item in acl["Associations"])
    else:
        told["subnetIds"] = state.get("subnetIds") or []
    return {
        "arn": ctx.arn("ec2", f"network-acl/{id_}"),
        "ownerId": acl.get("OwnerId") or ctx.account,
        "tagsAll": tag_map(acl.get("Tags")),
        "vpcId": acl["VpcId"],
        "ingress": state.get("ingress") or [],
        "egress": state.get("egress") or [],
        **told,
    }


def _read_default(ctx: Context, id_: str, state: Props) -> Props | None:
    found = _read(ctx, id_, state)
    return found and {**found, "defaultNetworkAclId": id_}


def _update(ctx: Context, id_: str, old: Props, new: Props) -> None:
    _sync(ctx, id_, {key: value for key, value in new.items() if key in ctx.asked})


def _update_default(ctx: Context, id_: str, old: Props, new: Props) -> None:
    asked = {key: value for key, value in new.items() if key in ctx.asked}
    _sync(ctx, id_, {"ingress": [], "egress": [], **asked})


def _delete(ctx: Context, id_: str, state: Props) -> None:
    acl = _acl(ctx, id_)
    for item in (acl or {}).get("Associations") or ():
        if item["SubnetId"] in (state.get("subnetIds") or ()):
            _move(ctx, item["SubnetId"], _default(ctx, state["vpcId"]))
    ctx.client("ec2").delete_network_acl(NetworkAclId=id_)


def _leave(ctx: Context, id_: str, state: Props) -> None:
    """A VPC's own list goes with the VPC."""


def _create_rule(ctx: Context, inputs: Props) -> str:
    ctx.client("ec2").create_network_acl_entry(
        NetworkAclId=inputs["networkAclId"],
        Egress=bool(inputs.get("egress")),
        **_entry(inputs, "ruleAction", "ruleNumber"),
    )
    text = f"{inputs['networkAclId']}-{inputs['ruleNumber']}-{bool(inputs.get('egress'))}-{inputs['protocol']}"
    return f"nacl-{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def _read_rule(ctx: Context, id_: str, state: Props) -> Props | None:
    way = "egress" if state.get("egress") else "ingress"
    known = [{"ruleNo": state["ruleNumber"], "protocol": state["protocol"]}]
    acl = _acl(ctx, state["networkAclId"])
    for rule in _rules(acl, way, known) if acl else ():
        if rule["ruleNo"] == state["ruleNumber"]:
            return {
                **{key: value for key, value in rule.items() if key not in ("action", "ruleNo") and value != ""},
                "networkAclId": state["networkAclId"],
                "egress": _WAYS[way],
                "ruleAction": rule["action"],
                "ruleNumber": rule["ruleNo"],
            }
    return None


def _delete_rule(ctx: Context, id_: str, state: Props) -> None:
    gone_is_fine(
        lambda: ctx.client("ec2").delete_network_acl_entry(
            NetworkAclId=state["networkAclId"], RuleNumber=state["ruleNumber"], Egress=bool(state.get("egress"))
        )
    )


def _import_rule(text: str) -> tuple[str, Props]:
    acl, number, protocol, egress = text.split(":")
    return text, {
        "networkAclId": acl,
        "ruleNumber": int(number),
        "protocol": protocol,
        "egress": egress == "true",
    }


def _create_association(ctx: Context, inputs: Props) -> str:
    return str(_move(ctx, inputs["subnetId"], inputs["networkAclId"]))


def _read_association(ctx: Context, id_: str, state: Props) -> Props | None:
    found = _association(ctx, "association-id", id_)
    return found and {"networkAclId": found["NetworkAclId"], "subnetId": found["SubnetId"]}


def _delete_association(ctx: Context, id_: str, state: Props) -> None:
    found = _association(ctx, "association-id", id_)
    if found is not None:
        _move(ctx, found["SubnetId"], _default(ctx, found["VpcId"]))


RESOURCES = (
    Resource(
        token="aws:ec2/networkAcl:NetworkAcl",
        inputs=words("vpcId subnetIds ingress egress"),
        replace=words("vpcId"),
        sets=words("subnetIds ingress egress"),
        create=_create,
        read=_read,
        update=_update,
        delete=_delete,
        tagging=tagging,
    ),
    Resource(
        token="aws:ec2/defaultNetworkAcl:DefaultNetworkAcl",
        inputs=words("defaultNetworkAclId subnetIds ingress egress"),
        replace=words("defaultNetworkAclId"),
        sets=words("subnetIds ingress egress"),
        create=_adopt,
        read=_read_default,
        update=_update_default,
        delete=_leave,
        tagging=tagging,
    ),
    Resource(
        token="aws:ec2/networkAclRule:NetworkAclRule",
        inputs=words("""networkAclId ruleNumber egress protocol ruleAction cidrBlock ipv6CidrBlock fromPort toPort
            icmpCode icmpType"""),
        defaults={"egress": False},
        import_id=_import_rule,
        create=_create_rule,
        read=_read_rule,
        delete=_delete_rule,
    ),
    Resource(
        token="aws:ec2/networkAclAssociation:NetworkAclAssociation",
        inputs=words("networkAclId subnetId"),
        create=_create_association,
        read=_read_association,
        delete=_delete_association,
    ),
)
