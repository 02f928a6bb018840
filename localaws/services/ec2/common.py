"""What the parts of the EC2 additions share: errors, ids, tags of a request, filters."""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING, Any, Final

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE, EC2_RESOURCE_TO_PREFIX, random_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from localaws.services.operations import Shape

PREFIXES: Final = {
    "instance-connect-endpoint": "eice",
    "network-insights-path": "nip",
    "network-insights-analysis": "nia",
    "ipam": "ipam",
    "ipam-scope": "ipam-scope",
    "ipam-pool": "ipam-pool",
    "transit-gateway-connect-peer": "tgw-connect-peer",
}
"""Kinds of resource that moto does not have, with the prefix of their ids."""

EC2_RESOURCE_TO_PREFIX.update(PREFIXES)
EC2_PREFIX_TO_RESOURCE.update({prefix: kind for kind, prefix in PREFIXES.items()})


class Ec2Error(EC2ClientError):
    """An error of EC2's: `Ec2Error(code, message)`."""


class Resource(TaggedEC2Resource):
    """Something of EC2's that has an id and tags."""

    def __init__(self, backend: Part, kind: str, tags: Mapping[str, str]) -> None:
        self.ec2_backend = backend
        self.id = random_id(prefix=PREFIXES[kind])
        self.add_tags(dict(tags))

    def tag_shapes(self) -> list[Shape]:
        """Its tags as responses have them."""
        return [{"Key": key, "Value": value} for key, value in self.ec2_backend.tags.get(self.id, {}).items()]


class Part(EC2Backend):
    """Base of the parts that make up the local EC2 backend: moto's, with state of our own set up before moto's."""

    def __init__(self, region_name: str, account_id: str) -> None:
        self.tags: dict[str, dict[str, str]]
        self.prepare()
        super().__init__(region_name, account_id)

    def prepare(self) -> None:
        """Set up a part's own state; parts call super."""

    def describe_tags(self, filters: Any = None) -> list[dict[str, Any]]:
        """Look tags up directly by resource id: for every resource that it describes, moto searches all tags."""
        if filters and set(filters) == {"resource-id"} and not any("*" in value for value in filters["resource-id"]):
            filters = dict(filters)
            known = [resource for resource in filters["resource-id"] if self.tags.get(resource)]
            if not known:
                return []
            every = self.tags
            self.tags = {resource: every[resource] for resource in known}
            try:
                return list(super().describe_tags(filters=filters))
            finally:
                self.tags = every
        return list(super().describe_tags(filters=filters))


def not_found(code: str, what: str, identifier: object) -> Ec2Error:
    """Make the error for an id that does not exist: `not_found("InvalidVpcID.NotFound", "vpc ID", id)`."""
    return Ec2Error(code, f"The {what} '{identifier}' does not exist")


def dependency(what: str, identifier: str) -> Ec2Error:
    """Make the error for deleting something that others depend on."""
    return Ec2Error("DependencyViolation", f"The {what} '{identifier}' has dependencies and cannot be deleted.")


def request_tags(request: Shape, kind: str) -> dict[str, str]:
    """Read the tags of a create request, whose TagSpecifications must be for `kind`."""
    tags: dict[str, str] = {}
    for specification in request.get("TagSpecifications") or request.get("TagSpecification") or []:
        if specification.get("ResourceType") != kind:
            raise Ec2Error(
                "InvalidParameterValue",
                f"'{specification.get('ResourceType')}' is not a valid taggable resource type for this operation.",
            )
        for tag in specification.get("Tags") or []:
            if tag["Key"].lower().startswith("aws:"):
                raise Ec2Error(
                    "InvalidParameterValue",
                    f"Tag keys starting with 'aws:' are reserved for internal use: {tag['Key']}",
                )
            tags[tag["Key"]] = tag.get("Value", "")
    return tags


def select(items: Iterable[Shape], request: Shape, filters: Mapping[str, Callable[[Shape], object]]) -> list[Shape]:
    """Keep the response shapes that match a request's Filters.

    A filter that is not in `filters` (or `tag:…`) is refused.
    """
    kept = list(items)
    for given in request.get("Filters") or []:
        name, wanted = given["Name"], given.get("Values") or []
        kept = [item for item in kept if any(_matches(value, wanted) for value in _values(item, name, filters))]
        if name not in filters and not name.startswith("tag"):
            raise Ec2Error("InvalidParameterValue", f"The filter '{name}' is invalid")
    return kept


def refuse_filters(operation: str, filters: Mapping[str, Any] | None, *known: str) -> None:
    """Refuse by name a filter that moto would leave out without a word; `tag:` stands for filters by tag."""
    for name in filters or {}:
        if name not in known and not (name.startswith("tag:") and "tag:" in known):
            raise Ec2Error("UnsupportedOperation", f"ec2:{operation} with the filter {name} is not in the local AWS")


def _values(item: Shape, name: str, filters: Mapping[str, Callable[[Shape], object]]) -> list[object]:
    tags = {tag["Key"]: tag["Value"] for tag in item.get("Tags") or []}
    if name.startswith("tag:"):
        return [tags[name[4:]]] if name[4:] in tags else []
    if name == "tag-key":
        return list(tags)
    if name not in filters:
        return []
    value = filters[name](item)
    return list(value) if isinstance(value, list | tuple | set) else [value]


def _matches(value: object, wanted: list[str]) -> bool:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return any(fnmatch.fnmatchcase(text, pattern) for pattern in wanted)
