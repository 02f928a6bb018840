"""What the simulation asks of the network: does a flow cross a firewall, at which endpoint, and where does it end."""

from dataclasses import dataclass
from typing import Literal, Protocol

from hunts.stack import Instance
from traffic.security_groups import Refusal

Way = Literal["inspected", "bypass", "endpoint", "local", "nowhere"]


@dataclass(frozen=True)
class Passage:
    """How a flow travels.

    ``way``: ``inspected`` crosses a firewall (``firewall`` is its ARN, ``zone`` the endpoint's), ``bypass`` reaches its
    end without one, ``endpoint`` leaves through a gateway endpoint, ``local`` stays in its VPC, ``nowhere`` has no
    route. ``hops`` are for people.
    """

    way: Way
    hops: str = ""
    firewall: str = ""
    zone: str = ""

    @property
    def arrives(self) -> bool:
        """Whether packets get anywhere at all."""
        return self.way != "nowhere"


class NetworkView(Protocol):
    """A network that can be asked."""

    def passage(self, instance: Instance, address: str, source_port: int) -> Passage:
        """Return how the packets of a flow from an instance to an address travel."""

    def refusal(self, instance: Instance, address: str, protocol: str, port: int) -> Refusal:
        """Return whose security groups refuse a flow from an instance to an address."""

    def s3_address(self) -> str:
        """Return an address of S3 in the Region."""


@dataclass(frozen=True)
class FixedNetwork:
    """A network with one answer: for recording logs without a stack, and for tests."""

    answer: Passage
    s3_passage: Passage | None = None
    s3: str = "203.0.113.250"
    refused: Refusal = ""

    def passage(self, instance: Instance, address: str, source_port: int) -> Passage:
        """Return the one passage, or the one for S3."""
        del instance, source_port
        return self.s3_passage if self.s3_passage and address == self.s3 else self.answer

    def refusal(self, instance: Instance, address: str, protocol: str, port: int) -> Refusal:
        """Return the one refusal, or none."""
        del instance, address, protocol, port
        return self.refused

    def s3_address(self) -> str:
        """Return the address that stands for S3."""
        return self.s3
