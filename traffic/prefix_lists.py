"""What prefix lists hold, AWS's own and a stack's."""

from typing import Any

from hunts.backends.aws import pages


def entries(ec2: Any, identity: str) -> tuple[str, ...]:
    """Return the ranges of a list. Raises HuntError with AWS's words when it cannot be read."""
    found = pages(ec2, "get_managed_prefix_list_entries", "Entries", PrefixListId=identity)
    return tuple(str(entry["Cidr"]) for entry in found)
