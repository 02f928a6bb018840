"""How spokes are written in config: a map by name, each with its place in the address plan and what lives in it."""

import re
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt

from components.hub.spoke_pool import SpokeRequest
from components.settings.checks import matching, private
from components.settings.schema import RefusedError

MAX_NAME = 14
"""Longest spoke name: with the stack's prefix, an instance's role still has room for Pulumi's suffix."""
MAX_WORKLOADS = 9
MAX_SLOT = (1 << 17) - 1
_NAME = re.compile(rf"[a-z]([a-z0-9-]{{0,{MAX_NAME - 2}}}[a-z0-9])?")

SPOKES_ALLOWED = (
    "a map from name to {slot or cidr, zones, workloads, rogue, connect}; "
    f"names have 1 to {MAX_NAME} lower case letters, digits and dashes"
)
REMOTE_ALLOWED = "a map from name to {slot or cidr, ipv6_cidr, attachment}"


def _name(value: str) -> str:
    if _NAME.fullmatch(value) is None:
        raise RefusedError(f"a name of 1 to {MAX_NAME} lower case letters, digits and dashes")
    return value


_GLOBAL = IPv6Network("2000::/3")
_GLOBAL_ALLOWED = "an IPv6 range from /44 to /60 of global addresses"


def _global(value: object) -> IPv6Network:
    try:
        found = IPv6Network(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or not found.subnet_of(_GLOBAL) or not 44 <= found.prefixlen <= 60:  # noqa: PLR2004 - what VPCs have
        raise RefusedError
    return found


SpokeName = Annotated[str, AfterValidator(_name)]


class Place(BaseModel):
    """Where a spoke is; the description of a field says what it may be."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slot: Annotated[StrictInt, Field(ge=0, le=MAX_SLOT)] | None = Field(
        None, description=f"a number from 0 to {MAX_SLOT}"
    )
    cidr: Annotated[IPv4Network, private(25, 16)] | None = Field(
        None, description="a private IPv4 range from /16 to /25"
    )

    @property
    def request(self) -> SpokeRequest:
        """Its slot in the pool or its CIDR."""
        return SpokeRequest(cidr=self.cidr, slot=self.slot)


class SpokeEntry(Place):
    """One spoke that this stack builds.

    ``zones``: ``None`` for as many as the hub has. ``workloads``: number of quiet instances. ``rogue``: one more that
    plays the intruder. ``connect``: an EC2 Instance Connect Endpoint.
    """

    zones: Annotated[StrictInt, Field(ge=1, le=3)] | None = Field(None, description="a number from 1 to 3")
    workloads: Annotated[StrictInt, Field(ge=0, le=MAX_WORKLOADS)] = Field(
        1, description=f"a number from 0 to {MAX_WORKLOADS}"
    )
    rogue: StrictBool = Field(False, description="true or false")
    connect: StrictBool = Field(True, description="true or false")


class RemoteSpokeEntry(Place):
    """A spoke that another stack builds: its place, and the attachment to accept if it is of another account.

    ``ipv6_cidr``: its IPv6 range, which is known once that stack has its VPC.
    """

    ipv6_cidr: Annotated[IPv6Network, BeforeValidator(_global)] | None = Field(
        None, description=f"{_GLOBAL_ALLOWED}, as the output vpcs of the spoke's stack tells"
    )

    attachment: Annotated[str, matching(r"tgw-attach-[0-9a-f]{8,17}", or_empty=False)] | None = Field(
        None, description="an id such as tgw-attach-0123456789abcdef0"
    )
