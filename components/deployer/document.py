"""The policy document of a stack's deployer, made from its resources' types, names and tags. Standard library only.

What each type takes is in ``actions.json``: the calls of the Terraform provider that Pulumi's is made from, read in its
source, and those that AWS's documentation asks for beside them (log delivery, roles that are passed on or linked to a
service). IAM can be told of some things by their name; of others, where AWS allows it, by their tags; of the rest by
the Region alone. Source of what can be told of what: Service Authorization Reference.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from itertools import product
from os.path import commonprefix
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

ACTIONS = Path(__file__).with_name("actions.json")
STACK_TAGS = ("project", "stack")
MANAGED_POLICY_CHARACTERS = 6_144
"""What a managed policy may have, white space not counted (IAM quotas)."""

Document = dict[str, Any]
_VERSION = "2012-10-17"
_SHORTEST_PREFIX = 4


class DeployerError(ValueError):
    """No document can be made; the text says why, and what to do."""


@dataclass(frozen=True)
class Registration:
    """One resource of a program: its Pulumi type, its logical name, and its inputs as far as they are known."""

    type: str
    name: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True)
class Stack:
    """What the document is made for.

    :param account: twelve digits, or ``*``: the document then holds in whatever account it is put.
    """

    registrations: Sequence[Registration]
    region: str
    account: str = "*"

    @property
    def partition(self) -> str:
        """The partition that the Region is in."""
        if self.region.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if self.region.startswith("us-gov-") else "aws"

    @property
    def prefix(self) -> str:
        """What the names of all its resources begin with.

        :raises DeployerError: if that is next to nothing: rights by name would then be rights on everything.
        """
        found = commonprefix([each.name for each in self.registrations])  # noqa: RUF071 - characters are meant
        if len(found) < _SHORTEST_PREFIX:
            raise DeployerError("the names of the stack's resources have no beginning in common to limit rights to")
        return found

    @property
    def tags(self) -> Mapping[str, str]:
        """The tags that tell its resources from all others; empty where they have none in common."""
        tagged = [each.inputs["tags"] for each in self.registrations if isinstance(each.inputs.get("tags"), dict)]
        common = {tag: {str(tags.get(tag, "")) for tags in tagged} for tag in STACK_TAGS}
        return {tag: next(iter(values)) for tag, values in common.items() if len(values) == 1 and "" not in values}

    @property
    def role_paths(self) -> Sequence[str]:
        """The paths below which it makes roles, profiles and policies."""
        return sorted({str(each.inputs.get("path") or "/") for each in self.registrations})


@cache
def table() -> Mapping[str, Any]:
    """Return what ``actions.json`` holds: ARNs by kind of thing, what every stack takes, and what each type takes."""
    found: dict[str, Any] = json.loads(ACTIONS.read_text(encoding="utf-8"))
    return found


def document(stack: Stack) -> Document:
    """Return the policy document of whoever runs ``preview``, ``up``, ``refresh`` and ``destroy`` on a stack.

    :raises DeployerError: for a type that the table has not, by its name.
    """
    known = table()
    strangers = sorted({each.type for each in stack.registrations} - set(known["types"]))
    if strangers:
        raise DeployerError(f"components/deployer/actions.json has no entry for {', '.join(strangers)}")
    parts = [*known["always"], *(part for each in {each.type for each in stack.registrations} for part in _of(each))]
    statements: dict[str, tuple[Document, set[str]]] = {}
    limited = [*_to_services(stack, parts), *(each for part in parts for each in _limited(stack, part))]
    for limits, actions in limited:
        statements.setdefault(json.dumps(limits, sort_keys=True), (limits, set()))[1].update(actions)
    found = [
        {"Effect": "Allow", "Action": sorted(actions), **limits} for limits, actions in statements.values() if actions
    ]
    return _document(sorted(found, key=lambda each: json.dumps(each, sort_keys=True)))


def split(whole: Document) -> list[Document]:
    """Return the same rights as documents that are small enough for a managed policy each."""
    pieces: list[Document] = []
    for statement in whole["Statement"]:
        for action in statement["Action"]:
            if pieces:
                last = pieces[-1]["Statement"][-1]
                same = {**last, "Action": ""} == {**statement, "Action": ""}
                grown = {**last, "Action": [*last["Action"], action]} if same else {**statement, "Action": [action]}
                before = pieces[-1]["Statement"][:-1] if same else pieces[-1]["Statement"]
                candidate = _document([*before, grown])
                if size(candidate) <= MANAGED_POLICY_CHARACTERS:
                    pieces[-1] = candidate
                    continue
            pieces.append(_document([{**statement, "Action": [action]}]))
    return pieces


def size(found: Document) -> int:
    """Return a document's length as IAM counts it."""
    return len(json.dumps(found, separators=(",", ":")))


def _document(statements: list[Document]) -> Document:
    return {"Version": _VERSION, "Statement": statements}


def _of(type_: str) -> Iterable[Mapping[str, Any]]:
    parts: Iterable[Mapping[str, Any]] = table()["types"][type_]
    return parts


def _to_services(stack: Stack, parts: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Document, list[str]]]:
    """Yield what is for named services alone: roles that are linked with them, and roles that they take on."""
    linked = sorted({service for part in parts for service in part.get("linked", ())})
    if linked:
        where = [f"arn:{stack.partition}:iam::{stack.account}:role/aws-service-role/*"]
        condition = {"StringEquals": {"iam:AWSServiceName": linked}}
        yield {"Resource": where, "Condition": condition}, ["iam:CreateServiceLinkedRole"]
    passed = sorted({service for part in parts for service in part.get("pass", ())})
    if passed:
        condition = {"StringEquals": {"iam:PassedToService": passed}}
        yield {"Resource": _arns(stack, ["role"]), "Condition": condition}, ["iam:PassRole"]


def _limited(stack: Stack, part: Mapping[str, Any]) -> Iterator[tuple[Document, list[str]]]:
    """Yield the resources and the condition of statements, and which actions each has."""
    if "everywhere" in part:
        yield {"Resource": ["*"]}, part["everywhere"]
    if "on" in part:
        yield {"Resource": _arns(stack, part["on"])}, part["do"]
    elif "do" in part:
        own = set(table()["own"]) if stack.tags else set()
        here = {"aws:RequestedRegion": stack.region}
        yield {"Resource": ["*"], "Condition": {"StringEquals": here}}, [each for each in part["do"] if each not in own]
        ours = {**here, **{f"aws:ResourceTag/{tag}": value for tag, value in stack.tags.items()}}
        yield {"Resource": ["*"], "Condition": {"StringEquals": ours}}, [each for each in part["do"] if each in own]


def _arns(stack: Stack, kinds: Sequence[str]) -> list[str]:
    patterns = [pattern for kind in kinds for pattern in table()["names"][kind]]
    told = {"partition": stack.partition, "region": stack.region, "account": stack.account, "prefix": stack.prefix}
    stem, underscored = stack.prefix.rstrip("-"), stack.prefix.replace("-", "_")
    found = {
        pattern.format(**told, stem=stem, underscored=underscored, path=path)
        for pattern, path in product(patterns, stack.role_paths)
    }
    return sorted(found)
