"""Where a program runs: account, partition, Region and zones, looked up once and passed on as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import pulumi
import pulumi_aws as aws

CONSOLE_HOSTS = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}


class ZoneError(pulumi.RunError):
    """The zones asked for cannot be had in this Region; the message names those that can."""


class EnvironmentLookupError(pulumi.RunError):
    """AWS did not say where the program runs; the message has its words, and what to look at."""


@dataclass(frozen=True, kw_only=True)
class Zone:
    """One Availability Zone: its name (``eu-west-1a``, differs by account) and id (``euw1-az1``, does not)."""

    name: str
    id: str


@dataclass(frozen=True, kw_only=True)
class Environment:
    """The AWS account and Region that the program's provider points at; every ARN is made from these."""

    partition: str
    account: str
    region: str
    zones: Sequence[Zone]

    @classmethod
    def lookup(cls, opts: pulumi.InvokeOptions | None = None) -> Self:
        """Ask AWS. Zones that need an opt-in (Local and Wavelength Zones) are left out; the rest is sorted by name."""
        try:
            found = aws.get_availability_zones(
                state="available",
                filters=[{"name": "opt-in-status", "values": ["opt-in-not-required"]}],
                opts=opts,
            )
            zones = sorted(zip(found.names, found.zone_ids, strict=True))
            return cls(
                partition=aws.get_partition(opts=opts).partition,
                account=aws.get_caller_identity(opts=opts).account_id,
                region=aws.get_region(opts=opts).region,
                zones=tuple(Zone(name=name, id=zone_id) for name, zone_id in zones),
            )
        except Exception as error:  # noqa: BLE001 - the SDK has no other class for a look-up that failed
            raise EnvironmentLookupError(
                f"AWS was asked for account, Region and zones, and the answer was: {error}\n"
                "Is aws:region (or AWS_REGION) a Region that the account has switched on, and are the credentials good?"
            ) from None

    @classmethod
    def given(cls, environment: Self | None, component: pulumi.ComponentResource) -> Self:
        """Return what a component was given, or ask AWS by the provider that it uses."""
        return environment or cls.lookup(pulumi.InvokeOptions(parent=component))

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource of this account and Region, as in ``arn("logs", "log-group:/x:*")``."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def pick_zones(self, count: int, names: Sequence[str] = ()) -> Sequence[Zone]:
        """Return the zones called ``names``, in that order, or else the first ``count`` by name.

        :raises ZoneError: when the Region has too few, or no zone of such a name.
        """
        known = {zone.name: zone for zone in self.zones}
        available = ", ".join(known)
        missing = [name for name in names if name not in known]
        if missing:
            raise ZoneError(f"zone_names: {', '.join(missing)} not found in {self.region}; it has {available}")
        if names:
            return tuple(known[name] for name in names)
        if count > len(self.zones):
            raise ZoneError(f"zones: found {count}, but {self.region} has {len(self.zones)}: {available}")
        return self.zones[:count]

    @property
    def console(self) -> str:
        """The host of this Region's web console."""
        return f"{self.region}.{CONSOLE_HOSTS.get(self.partition, CONSOLE_HOSTS['aws'])}"
