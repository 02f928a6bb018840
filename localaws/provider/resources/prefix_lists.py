"""Customer-managed prefix lists and their entries."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import aws_case, changed, only, present, tag_spec, tagging
from localaws.provider.registry import Resource, words
from localaws.provider.values import Props


def _describe_list(ctx: Context, id_: str) -> dict[str, Any] | None:
    found = only(ctx.client("ec2").describe_managed_prefix_lists(PrefixListIds=[id_])["PrefixLists"])
    return None if found is None or found.get("State", "").startswith("delete-complete") else found


def list_entries(ctx: Context, id_: str) -> list[Props]:
    """The entries of a managed prefix list."""
    entries: list[dict[str, Any]] = []
    for page in ctx.client("ec2").get_paginator("get_managed_prefix_list_entries").paginate(PrefixListId=id_):
        entries += page["Entries"]
    return [present({"cidr": e["Cidr"], "description": e.get("Description") or None}) for e in entries]


def _create_list(ctx: Context, inputs: Props) -> str:
    entries = [aws_case(entry) for entry in inputs.get("entries") or ()]
    found = ctx.client("ec2").create_managed_prefix_list(
        PrefixListName=inputs["name"],
        AddressFamily=inputs["addressFamily"],
        MaxEntries=inputs["maxEntries"],
        **({"Entries": entries} if entries else {}),
        **tag_spec("prefix-list", inputs),
    )["PrefixList"]
    return str(found["PrefixListId"])


def _read_list(ctx: Context, id_: str, state: Props) -> Props | None:
    found = _describe_list(ctx, id_)
    if found is None:
        return None
    told = "entries" in ctx.asked or ctx.importing
    version = found.get("Version", 1)
    return {
        "addressFamily": found["AddressFamily"],
        "arn": found.get("PrefixListArn") or ctx.arn("ec2", f"prefix-list/{id_}"),
        "entries": list_entries(ctx, id_) if told else state.get("entries", []),
        "maxEntries": found["MaxEntries"],
        "name": found["PrefixListName"],
        "ownerId": found.get("OwnerId") or ctx.account,
        "tagsAll": tag_map(found.get("Tags")),
        # Entries that are resources of their own count it up.
        "version": version if told else state.get("version", version),
    }


def _update_list(ctx: Context, id_: str, old: Props, new: Props) -> None:
    ec2 = ctx.client("ec2")
    before = {entry["cidr"]: entry.get("description") for entry in old.get("entries") or ()}
    after = {entry["cidr"]: entry.get("description") for entry in new.get("entries") or ()}
    add = [present({"Cidr": c, "Description": d}) for c, d in after.items() if c not in before or before[c] != d]
    drop = [{"Cidr": cidr} for cidr in before if cidr not in after]
    entries = {**({"AddEntries": add} if add else {}), **({"RemoveEntries": drop} if drop else {})}
    grows = {"MaxEntries": new["maxEntries"]} if changed(old, new, ["maxEntries"]) else {}
    if grows and entries:  # AWS takes the two one after the other
        ec2.modify_managed_prefix_list(PrefixListId=id_, PrefixListName=new["name"], **grows)
        grows = {}

    if entries:
        found = _describe_list(ctx, id_) or {}
        entries["CurrentVersion"] = found.get("Version", 1)
    if entries or grows or changed(old, new, ["name"]):
        ec2.modify_managed_prefix_list(PrefixListId=id_, PrefixListName=new["name"], **entries, **grows)


def _delete_list(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").delete_managed_prefix_list(PrefixListId=id_)


def _named(found: dict[str, Any]) -> dict[str, str]:
    """The list's present name as an argument: moto forgets a name that a change leaves out."""
    return {"PrefixListName": found["PrefixListName"]} if found.get("PrefixListName") else {}


_RACE = words("IncorrectState PrefixListVersionMismatch")


def _change_entries(ctx: Context, id_: str, **entries: Any) -> None:
    def change() -> None:
        found = _describe_list(ctx, id_) or {}
        ctx.client("ec2").modify_managed_prefix_list(
            PrefixListId=id_, CurrentVersion=found.get("Version", 1), **_named(found), **entries
        )

    ctx.retry(change, codes=_RACE)


def _create_entry(ctx: Context, inputs: Props) -> str:
    entry = present({"Cidr": inputs["cidr"], "Description": inputs.get("description")})
    _change_entries(ctx, inputs["prefixListId"], AddEntries=[entry])
    return f"{inputs['prefixListId']},{inputs['cidr']}"


def _read_entry(ctx: Context, id_: str, state: Props) -> Props | None:
    prefix_list, _, cidr = id_.partition(",")
    entry = next((e for e in list_entries(ctx, prefix_list) if e["cidr"] == cidr), None)
    return entry and {"prefixListId": prefix_list, "cidr": cidr, "description": entry.get("description")}


def _delete_entry(ctx: Context, id_: str, state: Props) -> None:
    prefix_list, _, cidr = id_.partition(",")
    _change_entries(ctx, prefix_list, RemoveEntries=[{"Cidr": cidr}])


RESOURCES = (
    Resource(
        token="aws:ec2/managedPrefixList:ManagedPrefixList",
        inputs=words("name addressFamily maxEntries entries"),
        replace=words("addressFamily"),
        sets=words("entries"),
        recompute={"version": words("entries")},
        create=_create_list,
        read=_read_list,
        update=_update_list,
        delete=_delete_list,
        tagging=tagging,
    ),
    Resource(
        token="aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry",
        inputs=words("prefixListId cidr description"),
        create=_create_entry,
        read=_read_entry,
        delete=_delete_entry,
    ),
)
