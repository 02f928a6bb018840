"""What the EC2 types share: tags, descriptions, and names of AWS's fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from localaws.provider.context import Context, tag_list
from localaws.provider.values import Props


def tag_spec(kind: str, inputs: Props) -> dict[str, Any]:
    """The `TagSpecifications` argument of a create call; empty without tags, for AWS refuses an empty one."""
    tags = inputs.get("tagsAll")
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": tag_list(tags)}]} if tags else {}


def tagging(ctx: Context, id_: str, state: Props, to_set: dict[str, str], remove: list[str]) -> None:
    """Tags anything of EC2 by its id."""
    client = ctx.client("ec2")
    if remove:
        client.delete_tags(Resources=[id_], Tags=[{"Key": key} for key in remove])
    if to_set:
        client.create_tags(Resources=[id_], Tags=tag_list(to_set))


def only(items: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The one item of a description, None if it is empty."""
    return items[0] if items else None


def list_entries(ctx: Context, id_: str) -> list[Props]:
    """The entries of a managed prefix list, AWS's own or a customer's."""
    entries: list[dict[str, Any]] = []
    for page in ctx.client("ec2").get_paginator("get_managed_prefix_list_entries").paginate(PrefixListId=id_):
        entries += page["Entries"]
    return [present({"cidr": e["Cidr"], "description": e.get("Description") or None}) for e in entries]


def present(values: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that are given: AWS takes no nulls."""
    return {key: value for key, value in values.items() if value is not None}


def pick(source: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The given properties under AWS's names: `names` maps ours to theirs."""
    return {theirs: source[ours] for ours, theirs in names.items() if source.get(ours) not in (None, "")}


def changed(old: Props, new: Props, props: Iterable[str]) -> bool:
    """Whether any of the properties differs."""
    return any(old.get(prop) != new.get(prop) for prop in props)


def pascal(name: str) -> str:
    """AWS's spelling of a property that differs in its first letter only, which most do."""
    return name[:1].upper() + name[1:]


_SWITCHES = frozenset({"true", "false"})


def aws_case(value: Any, names: Mapping[str, str] | None = None) -> Any:
    """A nested value with AWS's names: `fooBar` becomes `FooBar`, or what `names` says; maps called tags become lists.

    Texts that say true or false become booleans: some of the official provider's properties are such texts.
    """
    if isinstance(value, Mapping):
        found: dict[str, Any] = {}
        for key, item in value.items():
            if item in (None, "", [], {}):
                continue
            if key == "tags":
                found["Tags"] = tag_list(item)
            else:
                found[(names or {}).get(key) or pascal(key)] = aws_case(item, names)
        return found
    if isinstance(value, list):
        return [aws_case(item, names) for item in value]
    return value == "true" if isinstance(value, str) and value in _SWITCHES else value
