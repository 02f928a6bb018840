"""Network Firewall's nested shapes between Pulumi's spelling and AWS's."""

from __future__ import annotations

from typing import Any

from localaws.provider.ec2 import pascal
from localaws.provider.values import Props

_KEYED = {"ruleVariables": "ipSet", "ipSets": "ipSet", "portSets": "portSet", "ipSetReferences": "ipSetReferences"}
"""Lists of `{key, VALUE}` in Pulumi that are maps from key to value in AWS, by the name of VALUE."""

_SETS = frozenset({"IPSets", "PortSets"})
"""What tells a rule group's variables, a structure, from a policy's of the same name, a map."""

_IRREGULAR = {
    "definitions": "Definition",
    "enableTlsSessionHolding": "EnableTLSSessionHolding",
    "ipAddressType": "IPAddressType",
    "ipSetReferences": "IPSetReferences",
    "ipSets": "IPSets",
    "tcpFlags": "TCPFlags",
    "tlsInspectionConfigurationArn": "TLSInspectionConfigurationArn",
}
_BACK = {theirs: ours for ours, theirs in _IRREGULAR.items()}


def to_aws(value: Any) -> Any:
    """A value of Pulumi's as boto3 takes it: AWS's spelling, keyed lists as maps, what is not given left out."""
    if isinstance(value, list):
        return [to_aws(item) for item in value]
    if not isinstance(value, dict):
        return value
    shape: dict[str, Any] = {}
    for name, item in value.items():
        if item is None or name.startswith("__"):
            continue
        theirs = _IRREGULAR.get(name) or pascal(name)
        if name == "deepThreatInspection":
            shape[theirs] = str(item).lower() == "true"
        elif name in _KEYED and isinstance(item, list):
            shape[theirs] = {entry["key"]: _entry(entry[_KEYED[name]]) for entry in item}
        else:
            shape[theirs] = to_aws(item)
    return shape


def _entry(value: Any) -> Any:
    return to_aws(value[0] if isinstance(value, list) else value)


def from_aws(value: Any) -> Any:
    """A value of AWS's as Pulumi has it."""
    if isinstance(value, list):
        return [from_aws(item) for item in value]
    if not isinstance(value, dict):
        return value
    found: Props = {}
    for name, item in value.items():
        ours = _BACK.get(name) or name[:1].lower() + name[1:]
        if ours == "deepThreatInspection":
            found[ours] = str(item).lower()
        elif ours in _KEYED and isinstance(item, dict) and not _SETS & set(item):
            inner = _KEYED[ours]
            found[ours] = [{"key": key, inner: _wrapped(inner, from_aws(entry))} for key, entry in item.items()]
        else:
            found[ours] = from_aws(item)
    return found


def _wrapped(name: str, value: Any) -> Any:
    return [value] if name == "ipSetReferences" else value
