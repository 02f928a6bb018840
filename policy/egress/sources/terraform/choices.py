"""What a value may be beside what its expression shows: other ids, and what isn't known that decides which it is.

Of ``condition ? the firewall's endpoint : "vpce-…"`` a plan's configuration, which hides expressions, lists the
firewall and what the condition refers to; the source shows both ids.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from ...program.kinds import KIND_OF, SUBNETS
from .addresses import Address
from .hcl.values import blurred
from .instances import Instance
from .references import References
from .values import at_path, holds_unknown, ids_in, may_be

CHOICE = "a choice that may fall on another id"
MISFIT = "what the source says otherwise"


class Choices:
    """Tells of each value of a plan what may decide it; ``urn`` names an instance."""

    def __init__(
        self, planned: Mapping[Address, Instance], references: References, urn: Callable[[Instance], str]
    ) -> None:
        self._planned = planned
        self._references = references
        self._urn = urn
        self._modelled = {urn(each): each.named.token for each in planned.values() if each.named.token in KIND_OF}

    def beside(self, name: str, found: Any) -> set[str]:
        """Return what a value may be beside what the model reads, each attribute of a block by itself."""
        beside: set[str] = set()
        for leaf, values in leaves(name, found).items():
            whole = blurred(*values)
            known = whole.origins & self._modelled.keys()
            if known:
                beside |= whole.unseen | (whole.origins - known)
                beside |= {CHOICE for identity in whole.ids if may_be(leaf, identity)}
        return beside

    def told(self, deciding: Collection[str], found: Collection[str]) -> list[str]:
        """Return the names of what decides: what the model doesn't read, or reads beside things of other kinds."""
        kinds = {urn: KIND_OF[self._modelled[urn]] for urn in found if urn in self._modelled}
        several = len({*kinds.values()} - SUBNETS) > 1
        told = [each for each in deciding if each not in kinds or (several and kinds[each] not in SUBNETS)]
        return [each.rpartition("::")[2] for each in told]

    def open_in(self, instance: Instance, name: str, expressions: list[Any], *, alone: bool) -> Iterator[str]:
        """Yield what may decide over an attribute: references to what isn't known, and ids that it may have instead.

        Where it isn't ``alone``, some references are other attributes'. Only those to what the model doesn't read count
        then.
        """
        origins = self._references.origins(instance.address, expressions)
        found = [(self._planned[address], path) for address, path in origins.found]
        if not any(other.named.token in KIND_OF for other, _path in found):
            return
        yield from origins.unseen
        ids = list(origins.ids)
        heads: dict[str, set[Any]] = {}
        whole: set[str] = set()
        for other, path in found:
            value, rest = at_path(other.values, path)
            kind = KIND_OF.get(other.named.token)
            if holds_unknown(value):
                if not kind or (alone and not rest):
                    yield self._urn(other) if other.named.token else str(other.address)
                if alone and path and kind not in SUBNETS:
                    heads.setdefault(other.spelled, set()).add(path[0])
                    whole |= set() if rest else {other.spelled}
            elif not kind:
                ids += ids_in(value)
        # Of two attributes of one thing, the other one decides: `f.arn == "…" ? f.firewall_status… : "vpce-…"`.
        yield from (thing for thing, of in heads.items() if thing in whole and len(of) > 1)
        if any(may_be(name, identity) for identity in ids):
            yield CHOICE


def leaves(name: str, value: Any) -> dict[str, list[Any]]:
    """Return values or expressions by the name of the attribute that they are of, those in blocks included."""
    found: dict[str, list[Any]] = {}
    if isinstance(value, list):
        inner = [leaves(name, each) for each in value]
    elif isinstance(value, Mapping) and "references" not in value and "constant_value" not in value:
        inner = [leaves(each, below) for each, below in value.items()]
    else:
        return {name: [value]}
    for each in inner:
        for leaf, values in each.items():
            found.setdefault(leaf, []).extend(values)
    return found
