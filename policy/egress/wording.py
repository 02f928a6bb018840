"""Puts address sets, paths and lists of names into words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .addresses import ALL_V4, ALL_V6, INTERNET, AddressSet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .paths import Hop

_SHOWN = 4


def name_list(names: Sequence[str], most: int = 6) -> str:
    """Write names as a person lists them; the rest of a long list is counted."""
    shown = list(names[:most])
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most} more"
    if len(shown) > 1:
        return f"{', '.join(shown[:-1])} and {shown[-1]}"
    return shown[0] if shown else "this program"


def addresses_text(addresses: AddressSet) -> str:
    """Write a set of addresses so that a person sees at once how large it is."""
    parts: list[str] = []
    for family, name in ((ALL_V4, "IPv4"), (ALL_V6, "IPv6")):
        part = addresses & family
        if not part:
            continue
        everything = INTERNET & family
        if everything <= part:
            parts.append(f"every {name} internet address")
            continue
        missing = (everything - part).cidrs()
        blocks = part.cidrs()
        if part <= everything and len(missing) <= _SHOWN < len(blocks):
            parts.append(f"every {name} internet address but {', '.join(missing)}")
        else:
            more = f" and {len(blocks) - _SHOWN} more blocks" if len(blocks) > _SHOWN else ""
            parts.append(", ".join(blocks[:_SHOWN]) + more)
    return "; ".join(parts)


def path_text(hops: Sequence[Hop]) -> str:
    """Write a path hop by hop."""
    return " -> ".join(str(hop) for hop in hops)
