"""Derives `names.json`: what each resource type of Terraform's provider, and each of its attributes, is in pulumi_aws.

`terraform providers schema -json | python -m policy.egress.sources.terraform.derive -` writes it anew, of the installed
pulumi_aws and the provider that Terraform was set up with. pulumi_aws is made from a later version of the same
provider: what only that has gets the name that the provider's habits give it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...program.derive import _NESTED, Inputs, _classes, _inputs, _installed, _nested_inputs
from ...program.kinds import KIND_OF
from ...program.roles import DEFAULT_VPC, LISTED, NEUTRAL
from ...program.schema import takes
from .names import NAMES, camel

PREFIXES = {
    "config": "cfg",
    "db": "rds",
    "directory_service": "directoryservice",
    "dx": "directconnect",
    "ec2": "ec2transitgateway",
    "elb": "elb",
    "osis": "opensearchingest",
    "prometheus": "amp",
    "serverlessapplicationrepository": "serverlessrepository",
}
"""How the provider begins the names of a service's types, where pulumi_aws calls the service otherwise."""

TYPES = {
    "aws_alb": "aws:lb/loadBalancer:LoadBalancer",
    "aws_alb_target_group": "aws:lb/targetGroup:TargetGroup",
    "aws_datasync_location_fsx_lustre_file_system": "aws:datasync/locationFsxLustre:LocationFsxLustre",
    "aws_datasync_location_fsx_openzfs_file_system": "aws:datasync/fsxOpenZfsFileSystem:FsxOpenZfsFileSystem",
    "aws_datasync_location_fsx_windows_file_system": "aws:datasync/locationFsxWindows:LocationFsxWindows",
    "aws_ec2_transit_gateway_peering_attachment_accepter": (
        "aws:ec2transitgateway/peeringAttachmentAccepter:PeeringAttachmentAccepter"
    ),
    "aws_elb": "aws:elb/loadBalancer:LoadBalancer",
    "aws_lb": "aws:lb/loadBalancer:LoadBalancer",
    "aws_network_interface_sg_attachment": (
        "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment"
    ),
    "aws_s3_bucket_object": "aws:s3/bucketObject:BucketObject",
    "aws_s3_object": "aws:s3/bucketObjectv2:BucketObjectv2",
    "aws_vpc_peering_connection_options": "aws:ec2/peeringConnectionOptions:PeeringConnectionOptions",
    "aws_storagegateway_cached_iscsi_volume": "aws:storagegateway/cachesIscsiVolume:CachesIscsiVolume",
}
"""Types whose name in pulumi_aws no rule gives."""

_UNLIKE = {"child": "children", "policy": "policies"}


@dataclass
class Named:
    """A type: its token, attributes that aren't named in plain camelCase, blocks that may stand once, all blocks."""

    token: str
    names: dict[str, str] = field(default_factory=dict)
    single: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)


def derive(schema: Mapping[str, Any], package: Path | None = None) -> dict[str, Named]:
    """Match the resource types of ``terraform providers schema -json`` with those of a pulumi_aws."""
    root = package or _installed()
    classes = dict(_pulumi_types(root))
    types = _resource_schemas(schema)
    found: dict[str, Named] = {}
    for name, token in _tokens(types, classes).items():
        found[name] = Named(token)
        if _matters(token):
            inputs, nested = classes[token]
            found[name].blocks += types[name]["block"].get("block_types", {}).keys() - {"timeouts"}
            _match(found[name], types[name]["block"], inputs, nested, ())
    taken = {named.token for named in found.values()}
    for token in sorted(classes.keys() - taken):
        if _matters(token):
            for name in _later_names(token):
                if name not in types:
                    found[name] = Named(token)
                    inputs, nested = classes[token]
                    _match(found[name], {}, inputs, nested, ())
    return found


def as_text(table: Mapping[str, Named]) -> str:
    """Lay the table out as `names.json` is: one line a type."""
    lines = []
    for name, named in sorted(table.items()):
        rest: dict[str, Any] = {}
        if named.names:
            rest["names"] = dict(sorted(named.names.items()))
        if named.single:
            rest["single"] = sorted(named.single)
        if named.blocks:
            rest["blocks"] = sorted(named.blocks)
        lines.append(f"  {json.dumps(name)}: {json.dumps([named.token, *([rest] if rest else [])])}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _matters(token: str) -> bool:
    taken = takes(token)
    telling = taken is not None and bool(taken.properties)
    return token in KIND_OF or telling or token in DEFAULT_VPC | NEUTRAL or token in LISTED


def _resource_schemas(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    for name, provider in schema.get("provider_schemas", {}).items():
        if name.endswith("hashicorp/aws"):
            found: Mapping[str, Any] = provider["resource_schemas"]
            return found
    raise SystemExit("no provider hashicorp/aws in this schema; write it with `terraform providers schema -json`")


def _pulumi_types(root: Path) -> Iterator[tuple[str, tuple[Inputs, Mapping[str, Inputs]]]]:
    """Yield every token with all of its properties, computed ones included, and the nested classes of its service."""
    for service in sorted(path.parent for path in root.glob("*/__init__.py")):
        nested = _nested_inputs(service)
        for path in sorted(service.glob("[!_]*.py")):
            if path.name.startswith(("get_", "outputs")):
                continue
            text = path.read_text(encoding="utf-8")
            if "pulumi.CustomResource" not in text:
                continue
            bodies = {name: (token, body) for token, name, body in _classes(text)}
            for name, (token, _body) in bodies.items():
                if token:
                    state = bodies.get(f"_{name}State", (None, ""))[1]
                    yield token, (_inputs(state), nested)


def _tokens(types: Iterable[str], classes: Iterable[str]) -> dict[str, str]:
    """Match types by service and name together, then by a name of EC2's, then by one that is nobody else's."""
    found = dict(TYPES)
    for fits in (_whole, _of_ec2, _name):
        left = [token for token in classes if token not in found.values()] if fits is _name else list(classes)
        spelled: dict[str, list[str]] = {}
        for token in left:
            spelled.setdefault(fits(token), []).append(token)
        for name in sorted(set(types) - found.keys()):
            if tokens := [token for each in _spellings(name) for token in spelled.get(each, ())]:
                found[name] = min(tokens, key=lambda token: (len(token), token))
    return {name: found[name] for name in sorted(types) if name in found}


def _spellings(name: str) -> list[str]:
    bare = name.removeprefix("aws_")
    others = [service + bare.removeprefix(key) for key, service in PREFIXES.items() if bare.startswith(f"{key}_")]
    return [each.replace("_", "").lower() for each in (bare, *others)]


def _whole(token: str) -> str:
    return token.removeprefix("aws:").partition("/")[0].lower() + _name(token)


def _of_ec2(token: str) -> str:
    return _name(token) if token.startswith("aws:ec2/") else ""


def _name(token: str) -> str:
    return token.rpartition(":")[2].lower()


def _later_names(token: str) -> list[str]:
    """Return what the provider may call a type that its version at hand doesn't have yet."""
    service, _, rest = token.removeprefix("aws:").partition("/")
    name = snake(rest.partition(":")[2])
    if service == "ec2":
        return [f"aws_{name}", f"aws_ec2_{name}"]
    back = {value: key for key, value in PREFIXES.items()} | {"ec2transitgateway": "ec2_transit_gateway"}
    return [f"aws_{back.get(service, service)}_{name}"]


def _match(
    named: Named, block: Mapping[str, Any], inputs: Inputs, nested: Mapping[str, Inputs], above: tuple[str, ...]
) -> None:
    """Write down how the attributes and blocks of one level are named, and go on below."""
    left = dict(inputs)
    for name, (many, below) in _members(block).items():
        wire = next((each for each in _candidates(name) if each in inputs), None)
        if wire is None:
            continue
        left.pop(wire, None)
        _write(named, above, name, wire, many=many, written=inputs[wire][0])
        for each in _NESTED.findall(inputs[wire][0]):
            if each in nested and len(above) < 6:  # noqa: PLR2004 - as deep as anything that is read
                _match(named, below, nested[each], nested, (*above, name))
    for wire, (written, _required) in left.items():
        classes = [each for each in _NESTED.findall(written) if each in nested]
        if not classes or len(above) >= 6:  # noqa: PLR2004
            continue
        name = snake(_singular(wire)) if "Sequence[" in written else snake(wire)
        for each in dict.fromkeys([name, snake(wire)]):
            _write(named, above, each, wire, many=True, written=written)
            _match(named, {}, nested[classes[0]], nested, (*above, each))


def _write(named: Named, above: tuple[str, ...], name: str, wire: str, *, many: bool, written: str) -> None:
    path = ".".join((*above, name))
    if wire != camel(name):
        named.names[path] = wire
    if many and "Sequence[" not in written:
        named.single.append(path)


def _candidates(name: str) -> list[str]:
    plain = camel(name)
    return [plain, _plural(plain), _singular(plain)]


def _members(block: Mapping[str, Any]) -> dict[str, tuple[bool, Mapping[str, Any]]]:
    """Return the attributes and blocks of a level: whether they are lists, and what is below."""
    found: dict[str, tuple[bool, Mapping[str, Any]]] = {}
    for name, attribute in block.get("attributes", {}).items():
        kind = attribute.get("type")
        nested = attribute.get("nested_type")
        if nested is not None:
            found[name] = (nested["nesting_mode"] in {"list", "set"}, nested)
        else:
            found[name] = _member(kind)
    for name, inner in block.get("block_types", {}).items():
        found[name] = (inner["nesting_mode"] in {"list", "set"}, inner["block"])
    return found


def _member(kind: Any) -> tuple[bool, Mapping[str, Any]]:
    """Read a type as the schema spells it: ``["list", ["object", {…}]]``."""
    many = False
    while isinstance(kind, list) and kind[0] in {"list", "set", "map"}:
        many = many or kind[0] != "map"
        kind = kind[1]
    if isinstance(kind, list) and kind[0] == "object":
        return many, {"attributes": {name: {"type": inner} for name, inner in kind[1].items()}}
    return many, {}


def snake(name: str) -> str:
    """Turn camelCase into snake_case."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _plural(name: str) -> str:
    for one, many in _UNLIKE.items():
        if name.lower().endswith(one):
            return name[: -len(one)] + name[-len(one)] + many[1:]
    if name.endswith(("s", "x", "ch", "sh")):
        return f"{name}es"
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}s"


def _singular(name: str) -> str:
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    if name.endswith(("sses", "xes", "ches", "shes", "uses")):
        return name[:-2]
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


if __name__ == "__main__":
    text = sys.stdin.read() if sys.argv[1:] in ([], ["-"]) else Path(sys.argv[1]).read_text(encoding="utf-8")
    NAMES.write_text(as_text(derive(json.loads(text))), encoding="utf-8")
