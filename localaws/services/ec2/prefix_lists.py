"""Managed prefix lists: what a change leaves alone stays, and no change is made of another version."""

from __future__ import annotations

from typing import Any

from localaws.services.ec2.common import Ec2Error, Part, refuse_filters


class PrefixLists(Part):
    """Operations on customers' prefix lists."""

    def describe_managed_prefix_lists(self, prefix_list_ids: list[str] | None = None, filters: Any = None) -> list[Any]:
        """Refuse ids that do not exist, and filters that moto leaves out."""
        known = ("owner-id", "prefix-list-id", "prefix-list-name", "tag:")
        refuse_filters("DescribeManagedPrefixLists", filters, *known)
        for identifier in prefix_list_ids or []:
            self.prefix_list(identifier)
        return list(super().describe_managed_prefix_lists(prefix_list_ids, filters))

    def modify_managed_prefix_list(
        self,
        add_entry: list[dict[str, str]],
        remove_entry: list[dict[str, str]],
        prefix_list_id: str | None = None,
        current_version: str | None = None,
        prefix_list_name: str | None = None,
    ) -> Any:
        """Change entries, or the name; moto forgets a name that isn't given, and adds an entry that is there again."""
        found = self.prefix_list(str(prefix_list_id))
        if current_version is not None and int(current_version) != found.version:
            raise Ec2Error(
                "PrefixListVersionMismatch",
                f"The prefix list has the incorrect version number: {current_version}, and not {found.version}",
            )
        entries = {entry["Cidr"]: entry for entry in found.entries.get(found.version) or []}
        for entry in remove_entry or []:
            entries.pop(entry["Cidr"], None)
        entries.update({entry["Cidr"]: entry for entry in add_entry or []})
        if len(entries) > int(found.max_entries):
            raise Ec2Error(
                "PrefixListMaxEntriesExceeded", f"The prefix list can have {found.max_entries} entries at most"
            )
        found.prefix_list_name = prefix_list_name or found.prefix_list_name
        if add_entry or remove_entry:
            found.version += 1
            found.entries[found.version] = list(entries.values())
        found.state = "modify-complete"
        return found

    def prefix_list(self, identifier: str) -> Any:
        """Find a list; InvalidPrefixListID.NotFound if there is none."""
        found = self.managed_prefix_lists.get(identifier)
        if found is None:
            raise Ec2Error("InvalidPrefixListID.NotFound", f"The prefix list ID '{identifier}' does not exist")
        return found
