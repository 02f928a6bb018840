"""Reads plans, as ``terraform show -json`` and ``tofu show -json`` write them: the resources as they will be.

What only `terraform apply` will know comes from somewhere: the plan's configuration names it (``references.py``), or
the source decides it; where it may be something else as well (``choices.py``) it stays open. Ids that don't exist yet
get stand-ins, ``aws_vpc.hub.id``, by which other resources name them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...program.snapshot import UNKNOWN, Registration, strings
from ..reading import TERRAFORM, Reading, StateError, mapping, urn_of
from .addresses import Address
from .choices import CHOICE, MISFIT, Choices, leaves
from .copies import Parts, holds_copies, parts, without_copies
from .hcl.deciding import ENDPOINTS, Deciding
from .hcl.source import Source
from .hcl.values import EvaluationError, StandIn, Thing, Unsettled, blurred, unsettled
from .hcl.values import settled as all_settled
from .instances import Instance, before_and_after, check, deferred, destroyed, going, instances, some, unfinished
from .references import References
from .states import shown
from .values import any_sensitive, holds_unknown, may_be, properties, read_of, sensitive_texts

# What AWS decides when it isn't written: left out, it is read as the default that AWS has.
_DEFAULTS = {
    "aws_ec2_transit_gateway_vpc_attachment": (
        "transit_gateway_default_route_table_association",
        "transit_gateway_default_route_table_propagation",
    ),
}
_DYNAMIC = "a dynamic block, which a plan doesn't show"


@dataclass
class _Settled:
    """What is found out about the values of one resource."""

    values: dict[str, Any] = field(default_factory=dict)
    dependencies: dict[str, set[str]] = field(default_factory=dict)
    deciding: dict[str, set[str]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    assumed: dict[str, None] = field(default_factory=dict)


def read_plan(
    plan: Mapping[str, Any], label: str = "", source: Path | None = None, beside: Path | None = None
) -> Reading:
    """Read a plan; ``source`` is the folder of the program that it is of, whose expressions then decide.

    Without one, the folder ``beside`` the plan is it, where the program there is the plan's own.

    Raises StateError, for a plan that ended in an error too: its network isn't whole.
    """
    check(plan)
    notes: list[str] = []
    planned = {each.address: each for each in instances(plan, notes)}
    variables = {name: mapping(each).get("value") for name, each in mapping(plan.get("variables")).items()}
    references = References(plan["configuration"], planned, variables, _read_already(plan))
    if missing := sorted(references.unmade(destroyed(plan))):
        notes.append(
            f"This plan is partial (-target): {some(missing)} {'is' if len(missing) == 1 else 'are'} not in it, "
            "and not judged."
        )
    elif plan.get("complete") is False:
        notes.append("This plan is not complete (-target, or changes that Terraform defers): another one will follow.")
    reader = _Reader(planned, references, label, parts(before_and_after(plan, planned.values())))
    tofu = _is_tofu(plan)
    program = Source(source, tofu=tofu) if source is not None else _fitting(plan, beside, tofu=tofu)
    if program is not None:
        reader.decide_by(program, plan, variables)
        if source is None:
            notes.append(f"The program in {program.folder} is this plan's own: its expressions decide what is open.")
    registrations = [*map(reader.registration, planned.values()), *deferred(plan, label), *unfinished(plan, label)]
    if reader.differing:
        notes.append(f"The source doesn't fit this plan at {some(sorted(reader.differing))}; there the plan decides.")
    if reader.assumed:
        notes.append(
            f"{len(reader.assumed)} of {len(registrations)} resources name others by count.index or each, and a plan "
            "doesn't show how: the instance of the same key is taken. --source DIR reads the expressions themselves; "
            "the state after `terraform apply` proves them."
        )
    return Reading(
        TERRAFORM,
        registrations,
        notes,
        reader.places,
        reader.assumed,
        sorted(reader.unplaced),
        folder=str(program.folder) if program else "",
        going=going(plan, label),
    )


def _read_already(plan: Mapping[str, Any]) -> dict[Address, Mapping[str, Any]]:
    """Return the data sources that are known, without those that are read again during apply."""
    changes = map(mapping, plan.get("resource_changes") or ())
    later = {str(each.get("address")) for each in changes if each.get("mode") == "data"}
    found = shown(mapping(mapping(plan.get("prior_state")).get("values")), "data")
    return {each.address: each.values for each in found if each.spelled not in later}


def _is_tofu(plan: Mapping[str, Any]) -> bool:
    """Tell whether OpenTofu made a plan: nothing in it says so but the registry that its providers are from."""
    providers = (str(each.get("provider_name")) for each in plan.get("resource_changes") or ())
    return any(name.startswith("registry.opentofu.org/") for name in providers)


def _fitting(plan: Mapping[str, Any], folder: Path | None, *, tofu: bool) -> Source | None:
    """Return the program in a folder if the plan is of it, as far as names tell."""
    try:
        program = Source(folder, tofu=tofu) if folder is not None else None
    except StateError:
        return None
    return program if program and program.fits(plan["configuration"]) else None


class _Reader:
    """Settles what isn't known yet."""

    def __init__(self, planned: Mapping[Address, Instance], references: References, label: str, apart: Parts) -> None:
        self._planned = planned
        self._apart = apart
        self._references = references
        self._label = label
        self._deciding: Deciding | None = None
        self._choices = Choices(planned, references, self._urn)
        self.assumed: dict[str, str] = {}
        self.differing: set[str] = set()
        self.unplaced: set[str] = set()
        self.places: dict[str, tuple[str, int]] = {}

    def decide_by(self, source: Source, plan: Mapping[str, Any], variables: Mapping[str, Any]) -> None:
        """Let the program's own expressions decide."""
        data: dict[Address, Mapping[str, Any]] = {}
        for values in (plan.get("prior_state") or {}).get("values"), plan.get("planned_values"):
            if isinstance(values, Mapping):
                data.update({each.address: each.values for each in shown(values, "data")})
        self._deciding = Deciding(
            source,
            planned=self._planned,
            data=data,
            variables=variables,
            urn=lambda each: self._urn(self._planned[each]),
            stand_in=self._stand_in,
        )

    def registration(self, instance: Instance) -> Registration:
        settled = self._settle(instance)
        names = instance.named
        values = properties(names, settled.values)
        identity = values.get("id")
        urn = self._urn(instance)
        if self._deciding and (place := self._deciding.place(instance.address)):
            self.places[urn] = place
        if settled.assumed:
            self.assumed[urn] = ", ".join(settled.assumed)
        return Registration(
            urn=urn,
            type=names.token,
            name=instance.spelled,
            properties=values,
            dependencies={names.wire(name): frozenset(urns) for name, urns in settled.dependencies.items()},
            id=identity if isinstance(identity, str) and identity else None,
            secrets=self._secrets(instance, settled.values),
            reasons={names.wire(name): why for name, why in settled.reasons.items()},
            deciding={names.wire(name): frozenset(what) for name, what in settled.deciding.items() if what},
        )

    @staticmethod
    def _secrets(instance: Instance, values: Mapping[str, Any]) -> frozenset[str]:
        """Return the texts that nobody may see; of a value that was found elsewhere, all texts."""
        if not instance.marks:
            return instance.secrets
        found = {*instance.secrets, *sensitive_texts(instance.values, instance.marks)}
        if isinstance(instance.marks, Mapping):
            for name, marks in instance.marks.items():
                if any_sensitive(marks) and values.get(name) is not instance.values.get(name):
                    found.update(strings(values.get(name)))
        return frozenset(found)

    def _urn(self, instance: Instance) -> str:
        return urn_of(TERRAFORM, self._label, instance.named.token, instance.spelled)

    def _stand_in(self, address: Address, name: str) -> str:
        spelled = self._planned[address].spelled
        return f"{self._label}:{spelled}.{name}" if self._label else f"{spelled}.{name}"

    def _settle(self, instance: Instance) -> _Settled:
        settled = _Settled(read_of(instance.named, instance.values))
        if settled.values.keys() <= {"id"}:
            return settled
        written = self._references.resource(instance.address)
        expressions = mapping((written or {}).get("expressions"))
        if written is not None:
            for name in _copies(instance):
                if name in expressions or (self._deciding and self._deciding.says(instance.address, name)):
                    continue
                known = settled.values.pop(name, UNKNOWN)
                if known is not UNKNOWN:
                    # Known before it is there, or of nobody else's: a dynamic block writes it, or it is in AWS already.
                    own = {"id": instance.values.get("id"), name: known}
                    settled.values[name] = without_copies(instance.address.kind, own, self._apart)[name]
        for name in instance.open:
            if name not in settled.values:
                continue
            value = settled.values[name]
            if self._deciding and self._decide(self._deciding, instance, settled, name, value):
                continue
            if name in expressions and not self._hides_blocks(instance, value, expressions[name]):
                self._follow(instance, settled, name, value, expressions[name])
            elif value is UNKNOWN and instance.identified_by(name):
                settled.values[name] = self._stand_in(instance.address, name)
            elif value is UNKNOWN and name in instance.named.blocks and self._is_in_the_source(instance):
                # The source has no such block: the provider only tells what AWS makes of that.
                del settled.values[name]
            else:
                settled.values[name] = value
                if value is not UNKNOWN or name in instance.named.blocks:
                    settled.dependencies[name] = {_DYNAMIC}
                    if name == "subnet_mapping" and instance.address.kind == "aws_networkfirewall_firewall":
                        self.unplaced.add(str(instance.address))
                    left = "is left to AWS, or " if value is UNKNOWN else ""
                    settled.reasons[name] = (
                        f"{name} of {instance.address} {left}comes from {_DYNAMIC}; give --source DIR"
                    )
        return settled

    def _is_in_the_source(self, instance: Instance) -> bool:
        return self._deciding is not None and self._deciding.written(instance.address) is not None

    def _decide(self, deciding: Deciding, instance: Instance, settled: _Settled, name: str, value: Any) -> bool:
        """Let the source say what a value will be; False where it doesn't, or says what the plan contradicts."""
        if ENDPOINTS.get(name) == instance.address.kind:
            found = deciding.thing(instance.address).get(name)
        elif deciding.says(instance.address, name):
            try:
                found = deciding.value(instance.address, name)
            except EvaluationError:
                self.differing.add(f"{instance.address}.{name}")
                return False
            if found is None and value is UNKNOWN:
                # Left to the provider, which tells once it is there.
                return not instance.identified_by(name)
            if _contradicts(value, found):
                self.differing.add(f"{instance.address}.{name}")
                settled.deciding[name] = {MISFIT} if value is UNKNOWN else set()
                return False
        else:
            return False
        origins = blurred(*unsettled(found))
        settled.values[name] = _known_first(value, _plain(found))
        if isinstance(found, Unsettled) or not all_settled(found):
            unseen = sorted(origins.unseen)
            settled.dependencies[name] = {*origins.origins, *(unseen or () if origins.origins else unseen or ["?"])}
            settled.deciding[name] = self._choices.beside(name, found)
            because = f"comes from {some(unseen)}, which isn't known before" if unseen else "is known only after"
            if CHOICE in settled.deciding[name]:
                because = f"hangs on {CHOICE}, and is known only after"
            settled.reasons[name] = f"{name} of {instance.address} {because} `terraform apply`"
        return True

    def _hides_blocks(self, instance: Instance, value: Any, expression: Any) -> bool:
        """Tell whether a dynamic block, beside what is written, makes some of the blocks whose values aren't known."""
        if not isinstance(value, list) or not any(isinstance(each, Mapping) and holds_unknown(each) for each in value):
            return False
        if isinstance(expression, list):
            return len(value) > len(expression)
        # Of blocks that the provider takes for an attribute, a plan lists the references alone: each value that isn't
        # known has one.
        return sum(map(_unknowns, value)) > self._references.count(instance.address, expression)

    def _follow(self, instance: Instance, settled: _Settled, name: str, value: Any, expression: Any) -> None:
        origins = self._references.origins(instance.address, expression)
        urns = settled.dependencies.setdefault(name, set())
        unseen = dict(origins.unseen)
        for address, _path in origins.found:
            other = self._planned[address]
            if other.named.token:
                urns.add(self._urn(other))
            else:
                unseen[str(address)] = None
        urns.update(unseen)
        misfit = settled.deciding.get(name)
        settled.assumed.update(dict.fromkeys(map(str, origins.paired)))
        alone = not (isinstance(value, list) and any(isinstance(each, Mapping) for each in value))
        deciding = dict.fromkeys(
            each
            for leaf, written in leaves(name, expression).items()
            for each in self._choices.open_in(instance, leaf, written, alone=alone)
        )
        settled.deciding[name] = {*(misfit or ()), *deciding}
        settled.values[name] = value if misfit or CHOICE in deciding else self._value(instance, value, expression)
        because = f"comes from {some(list(unseen))}, which a plan doesn't show" if unseen else ""
        if hangs := self._choices.told(deciding, urns):
            because = f"may hang on {some(hangs)}, and a plan doesn't show how"
        if misfit:
            because = "isn't known in the plan, and is in the source: a condition may decide it"
        elif not self._deciding and (hangs or any(each.startswith("local.") for each in unseen)):
            because += "; give --source DIR"
        settled.reasons[name] = f"{name} of {instance.address} {because or 'is known only after `terraform apply`'}"

    def _value(self, instance: Instance, value: Any, expression: Any) -> Any:
        """Return a value with what a single reference decides put in; what isn't decided stays UNKNOWN."""
        if value is UNKNOWN:
            return self._single(instance, expression)
        if isinstance(value, Mapping):
            below = expression if isinstance(expression, Mapping) and "references" not in expression else {}
            return {name: self._value(instance, inner, below.get(name)) for name, inner in value.items()}
        if isinstance(value, list):
            blocks = expression if isinstance(expression, list) and len(expression) == len(value) == 1 else None
            below = blocks[0] if blocks else _merged(expression)
            return [self._value(instance, inner, below) for inner in value]
        return value

    def _single(self, instance: Instance, expression: Any) -> Any:
        origins = self._references.origins(instance.address, expression)
        if len(origins.found) != 1 or origins.unseen:
            return UNKNOWN
        ((address, path),) = origins.found
        return self.attribute(address, path)

    def attribute(self, address: Address, path: tuple[Any, ...], depth: int = 8) -> Any:
        """Return what an attribute of an instance will be: a value, a stand-in for an id, or UNKNOWN."""
        instance = self._planned[address]
        if len(path) != 1 or not isinstance(path[0], str) or not depth:
            return UNKNOWN
        name = path[0]
        value = instance.values.get(name)
        if value is not UNKNOWN:
            return UNKNOWN if value is None or holds_unknown(value) else value
        written = self._references.expressions(address)
        if name in written:
            origins = self._references.origins(address, written[name])
            if len(origins.found) != 1 or origins.unseen or any(may_be(name, each) for each in origins.ids):
                return UNKNOWN
            ((other, further),) = origins.found
            return self.attribute(other, further, depth - 1)
        return self._stand_in(address, name) if instance.identified_by(name) else UNKNOWN


def _copies(instance: Instance) -> Iterator[str]:
    """Yield the attributes that repeat what other resources say; a dynamic block's values are told apart."""
    for name in _DEFAULTS.get(instance.address.kind, ()):
        if instance.values.get(name) is UNKNOWN:
            yield name
    # Unless it is written, separate resources decide; what a dynamic block may write is told apart piece by piece.
    for name in holds_copies(instance.address.kind):
        if name not in instance.open or instance.values[name] is UNKNOWN:
            yield name


def _unknowns(value: Any) -> int:
    """Return how many values aren't known, of one or of all in a block."""
    if isinstance(value, (Mapping, list)):
        return sum(map(_unknowns, value.values() if isinstance(value, Mapping) else value))
    return value is UNKNOWN


def _merged(expression: Any) -> Any:
    """Return one block in which each attribute has the expressions of all blocks: sets have no order to go by."""
    if not isinstance(expression, list):
        return expression
    merged: dict[str, list[Any]] = {}
    for block in expression:
        if isinstance(block, Mapping):
            for name, inner in block.items():
                merged.setdefault(name, []).append(inner)
    return {name: inner[0] if len(inner) == 1 == len(expression) else inner for name, inner in merged.items()}


def _contradicts(planned: Any, found: Any) -> bool:
    """Tell whether the source has a value where the plan has none, or another number of blocks."""
    if planned is UNKNOWN:
        return isinstance(found, (str, int, float)) and not isinstance(found, StandIn)
    return isinstance(planned, list) and isinstance(found, list) and len(planned) != len(found)


def _known_first(planned: Any, found: Any) -> Any:
    """Put in what a plan knows where the source's value doesn't tell, such as what ``file()`` reads.

    Elements of several are left alone: a plan has its sets in another order than the source.
    """
    if found is UNKNOWN:
        return planned
    if isinstance(found, Mapping) and isinstance(planned, Mapping):
        return {name: _known_first(planned.get(name, UNKNOWN), inner) for name, inner in found.items()}
    if isinstance(found, Mapping) and isinstance(planned, list):
        # JSON syntax may write a single block without the list.
        found = [found]
    if isinstance(found, list) and isinstance(planned, list) and len(found) == len(planned) == 1:
        return [_known_first(planned[0], found[0])]
    return found


def _plain(value: Any) -> Any:
    """Return an evaluated value as a plan would have it."""
    if isinstance(value, (Unsettled, Thing)):
        return UNKNOWN
    if isinstance(value, StandIn):
        return str(value)
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
