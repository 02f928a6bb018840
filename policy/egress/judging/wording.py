"""Puts address sets, paths and lists of names into words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..addresses import ALL_V4, ALL_V6, INTERNET, AddressSet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..network.unwritten import Unwritten
    from ..walking.paths import Hop

_SHOWN = 4


def name_list(names: Sequence[str], most: int = 6) -> str:
    """Write names as a person lists them; the rest of a long list is counted."""
    shown = list(names[:most])
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most} more"
    if len(shown) > 1:
        return f"{', '.join(shown[:-1])} and {shown[-1]}"
    return shown[0] if shown else "this program"


def addresses_text(addresses: AddressSet, unwritten: Unwritten) -> str:
    """Write a set of addresses so that a person sees at once how large it is."""
    return "; ".join([*_by_family(unwritten.shown(addresses)), *_in_words(addresses, unwritten)])


def blocks_text(addresses: AddressSet, unwritten: Unwritten, most: int) -> str:
    """Write a set of addresses as blocks to put into a table or a list; empty for an empty set."""
    return ", ".join([*unwritten.shown(addresses).cidrs()[:most], *_in_words(addresses, unwritten)])


def own_range_text(addresses: AddressSet, unwritten: Unwritten) -> str:
    """Write the range of a VPC or a subnet beside its name."""
    shown = unwritten.shown(addresses)
    words = shown.cidrs()
    words += ["a range not known yet"] if (addresses & unwritten.stand_ins) - shown else []
    words += ["a secret range"] if addresses - shown - unwritten.stand_ins else []
    return ", ".join(words)


def example_text(example: AddressSet, unwritten: Unwritten) -> str:
    """Write one address of a set; empty where none may be shown."""
    return example.example() if example and unwritten.open(example) else ""


def _in_words(addresses: AddressSet, unwritten: Unwritten) -> list[str]:
    """Name what of a set isn't shown."""
    shown = unwritten.shown(addresses)
    words: list[str] = []
    if owners := unwritten.owners_of(addresses - shown):
        words.append(f"the range of {name_list(owners)}")
    secrets = unwritten.secrets
    if (addresses & secrets) - shown or (secrets and addresses - shown - unwritten.stand_ins):
        words.append("a secret range")
    elif (shown - addresses) & secrets:
        words.append("without a secret range")
    return words or ([] if shown or not addresses else ["a range known only after `pulumi up`"])


def _by_family(addresses: AddressSet) -> list[str]:
    parts: list[str] = []
    for family, name in ((ALL_V4, "IPv4"), (ALL_V6, "IPv6")):
        part = addresses & family
        if not part:
            continue
        everything = INTERNET & family
        if everything <= part:
            parts.append(f"every {name} internet address")
            continue
        missing = everything - part
        blocks = part.cidrs()
        if len(blocks) > _SHOWN and _size(missing) * 8 < _size(everything):
            left_out = missing.cidrs()
            more = " and others" if len(left_out) > _SHOWN else ""
            parts.append(f"{name} internet addresses, but not {', '.join(left_out[:_SHOWN])}{more}")
        else:
            more = f" and {len(blocks) - _SHOWN} more blocks" if len(blocks) > _SHOWN else ""
            parts.append(", ".join(blocks[:_SHOWN]) + more)
    return parts


def _size(addresses: AddressSet) -> int:
    return sum(end - start for start, end in addresses.intervals())


def agree(what: str, count: int) -> str:
    """Make a phrase that a verb opens agree with the number of its subjects."""
    if count == 1:
        return what
    verb, _space, rest = what.partition(" ")
    rest = rest.replace("its replies", "their replies").replace("it sent", "they sent")
    rest = rest.replace(", and doesn't ", ", and don't ").replace(", but isn't in ", ", but aren't in ")
    rest = rest.replace("never match it", "never match them")
    return f"{_PLURALS.get(verb, verb)} {rest}"


_PLURALS = {
    "reaches": "reach",
    "sends": "send",
    "gets": "get",
    "leaves": "leave",
    "lets": "let",
    "has": "have",
    "is": "are",
    "shares": "share",
    "lives": "live",
    "doesn't": "don't",
}


def path_text(hops: Sequence[Hop]) -> str:
    """Write a path hop by hop."""
    return " -> ".join(str(hop) for hop in hops)
