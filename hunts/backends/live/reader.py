"""What the readers of single constructs share: clients, listings, and the making of a registration."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hunts.backends.aws import client, messages, pages
from policy.egress.snapshot import Registration


@dataclass
class Reader:
    """Asks AWS in one Region. Firewalls are described once for all who need them."""

    region: str
    _clients: dict[str, Any] = field(default_factory=dict)
    _firewalls: list[dict[str, Any]] | None = None

    def client(self, service: str) -> Any:
        """Return the client of a service."""
        if service not in self._clients:
            self._clients[service] = client(service, self.region)
        return self._clients[service]

    def listed(self, service: str, operation: str, key: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        """Yield what a listing holds under `key`, all pages of it."""
        return pages(self.client(service), operation, key, **arguments)

    def ask(self, service: str, operation: str, **arguments: Any) -> dict[str, Any]:
        """Return the answer of an operation without pages."""
        with messages():
            answer: dict[str, Any] = getattr(self.client(service), operation)(**arguments)
        return answer

    def ec2(self, operation: str, key: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        """Yield what a listing of EC2 holds."""
        return self.listed("ec2", operation, key, **arguments)

    @property
    def firewalls(self) -> list[dict[str, Any]]:
        """All firewalls as described, each with its status under `FirewallStatus`."""
        if self._firewalls is None:
            self._firewalls = []
            for item in self.listed("network-firewall", "list_firewalls", "Firewalls"):
                answer = self.ask("network-firewall", "describe_firewall", FirewallArn=item["FirewallArn"])
                status = answer.get("FirewallStatus", {})
                self._firewalls.append({**answer["Firewall"], "FirewallStatus": status})
        return self._firewalls

    @property
    def firewall_endpoint_ids(self) -> frozenset[str]:
        """The ids of all firewall endpoints, which EC2 lists among its VPC endpoints."""
        states = (state for item in self.firewalls for state in item["FirewallStatus"].get("SyncStates", {}).values())
        return frozenset(str(state.get("Attachment", {}).get("EndpointId", "")) for state in states)


def registration(type_: str, identity: str, properties: Mapping[str, Any], name: str = "") -> Registration:
    """Return a registration; properties that AWS left out or empty are left out."""
    kept = {key: value for key, value in properties.items() if value not in (None, "")}
    return Registration(
        urn=f"urn:live::{type_}::{identity}", type=type_, name=name or identity, properties=kept, id=identity
    )


def named(item: Mapping[str, Any], identity: str) -> str:
    """Return a thing's name tag, or its id."""
    tags = {str(tag.get("Key")): str(tag.get("Value")) for tag in item.get("Tags") or ()}
    return tags.get("Name") or identity


def enabled(value: object) -> bool | None:
    """Return a switch that EC2 spells as a word."""
    return None if value is None else str(value).lower() in {"enable", "enabled", "true"}
