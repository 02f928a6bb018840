"""From what the API answers to what Pulumi registers: names, casing, and one registration after the other."""

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from hunts.backends import Progress
from hunts.backends.aws import client, messages, pages
from policy.egress.program.snapshot import Registration

_GONE = frozenset({"deleted", "deleting", "failed", "rejected", "expired", "terminated", "shutting-down"})


class Reader:
    """Lists resources of one Region, with one client a service."""

    def __init__(self, region: str | None, progress: Progress) -> None:
        self._region = region
        self._progress = progress
        self._clients: dict[str, Any] = {}

    def caller(self, service: str) -> Any:
        """Return the client of a service."""
        if service not in self._clients:
            self._clients[service] = client(service, self._region)
        return self._clients[service]

    def items(self, service: str, operation: str, key: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        """Yield what a listing returns under `key`, from all its pages, without what is gone or going."""
        self._progress(f"{service}: {operation.replace('_', ' ')}")
        for item in pages(self.caller(service), operation, key, **arguments):
            state = item.get("State") if isinstance(item, Mapping) else None
            name = state.get("Name") or state.get("Code") if isinstance(state, Mapping) else state
            if str(name).lower() not in _GONE:
                yield item

    def one(self, service: str, operation: str, **arguments: Any) -> dict[str, Any]:
        """Return the answer of an operation without pages."""
        with messages():
            answer: dict[str, Any] = getattr(self.caller(service), operation)(**arguments)
            return answer


def registration(token: str, identity: str, properties: Mapping[str, Any], name: str | None = None) -> Registration:
    """Return a registration; `token` without the leading `aws:`. Its URN ends with the cloud's id."""
    token = f"aws:{token}"
    kept = {key: value for key, value in properties.items() if value is not None}
    return Registration(f"urn:pulumi:live::aws::{token}::{identity}", token, name or identity, kept, {}, identity)


def named(item: Mapping[str, Any], identity: str) -> str:
    """Return how people know it: the `Name` tag with the id, or the id alone."""
    for tag in item.get("Tags") or item.get("TagSet") or []:
        if tag.get("Key") == "Name" and tag.get("Value"):
            return f"{tag['Value']} ({identity})"
    return identity


def camel(value: Any) -> Any:
    """Return an API structure with the casing that Pulumi uses for it."""
    if isinstance(value, Mapping):
        return {key[:1].lower() + key[1:]: camel(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [camel(inner) for inner in value]
    return value


def absent(error: ClientError) -> bool:
    """Tell whether AWS says that the thing asked about is not there."""
    return "NotFound" in str(error.response.get("Error", {}).get("Code", ""))
