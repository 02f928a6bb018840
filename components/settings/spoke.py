"""Settings of a spoke that joins another stack's hub."""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from typing import Annotated

from pydantic import AfterValidator, Field, StrictBool, StrictInt

from components.settings.checks import matching, private
from components.settings.schema import Mistake, RefusedError, key, keys
from components.settings.shared import SharedSettings
from components.settings.spokes import MAX_WORKLOADS

HUB_KEYS: Mapping[str, str] = {
    "transit_gateway_id": "tgw-",
    "spoke_table_id": "tgw-rtb-",
    "inspection_table_id": "tgw-rtb-",
    "dns_rule_group_id": "rslvr-frg-",
    "query_log_config_id": "rqlc-",
    "dns_profile_id": "rp-",
    "share_arn": "arn:",
}
"""What a hub may be described by where its stack cannot be read: ids, and how each begins."""

_SPOKES_BUSINESS = (
    *("layout", "owner", "zones", "zone_names", "ipv6", "dns64", "s3_gateway_endpoint", "s3_endpoint_buckets"),
    *("architecture", "instance_type", "session_manager", "sites", "visit_rounds", "visit_pause_seconds"),
)
"""Shared keys that a spoke acts on; all others, new ones too, only the hub's stack can."""


def _hub(value: Mapping[str, str]) -> Mapping[str, str]:
    unknown = sorted(set(value) - set(HUB_KEYS))
    problems = [f"keys {', '.join(HUB_KEYS)}, not {', '.join(unknown)}"] if unknown else []
    wrong = [name for name in HUB_KEYS if name in value and not value[name].startswith(HUB_KEYS[name])]
    problems += [f"{name} begins with {HUB_KEYS[name]}" for name in wrong]
    if problems:
        raise RefusedError("; ".join(problems))
    return value


class SpokeSettings(SharedSettings):
    """What the layout ``spoke`` is built from: one spoke, and the hub that it joins."""

    hub_stack: Annotated[str, matching(r"[\w.-]+/[\w.-]+/[\w.-]+")] = key(
        "",
        "Stack that built the hub, as organization/project/stack; its outputs tell what to join.",
        allowed="a stack's full name such as organization/inspected-egress/hub, or empty with hub",
    )
    hub: Annotated[Mapping[str, str], AfterValidator(_hub)] = key(
        {}, "Ids of the hub, where its stack cannot be read from here.", allowed=f"a map of {', '.join(HUB_KEYS)}"
    )
    hub_in_other_account: StrictBool = key(
        False,
        "The hub is of another account: its own stack accepts the attachment (its `remote_spokes`) and routes it.",
    )
    attachment_accepted: StrictBool = key(
        False,
        "With hub_in_other_account: the hub's stack has accepted the attachment. The route out is made only then, "
        "since AWS refuses a route to a gateway while the attachment is pending.",
    )
    accept_share: StrictBool = key(
        False, "Accept the hub's RAM invitation. Needed where the two accounts do not share within an organization."
    )
    hub_has_dns_firewall: StrictBool = key(
        True, "With hub_stack: use the hub's DNS Firewall rules (off where the hub has none)."
    )
    hub_has_query_log: StrictBool = key(
        True, "With hub_stack: log queries as the hub does (off where the hub has no query log)."
    )
    hub_has_dns_profile: StrictBool = key(
        False, "With hub_stack: take both by the hub's Route 53 Profile, where its `dns_profile` is on."
    )
    spoke_cidr: Annotated[IPv4Network, private(25, 16)] = key(
        "10.64.240.0/20",
        "Range of this spoke, as the hub's `remote_spokes` has it.",
        allowed="a private IPv4 range from /16 to /25",
    )
    workloads: Annotated[StrictInt, Field(ge=0, le=MAX_WORKLOADS)] = key(
        1, "Number of quiet instances.", allowed=f"0 to {MAX_WORKLOADS}"
    )
    rogue: StrictBool = key(False, "One more instance that plays the intruder.")

    @property
    def instance_zones(self) -> int:
        """Return in how many of the zones, from the first, there are instances."""
        return self.zones if self.workloads or self.rogue else 0

    def mistakes(self) -> Iterator[Mistake]:
        """Yield what is wrong between keys."""
        yield from super().mistakes()
        if bool(self.hub_stack) == bool(self.hub):
            yield Mistake("hub_stack", self.hub_stack, "either hub_stack or hub, to say which hub to join")
        if self.hub:
            yield from self._id_mistakes()
        if self.accept_share and not self.hub_in_other_account:
            yield Mistake("accept_share", True, "false, unless hub_in_other_account is true")
        if self.attachment_accepted and not self.hub_in_other_account:
            yield Mistake("attachment_accepted", True, "false, unless hub_in_other_account is true")
        blank = type(self)(project=self.project, stack=self.stack)
        for name in keys(SharedSettings):
            if name not in _SPOKES_BUSINESS and getattr(self, name) != getattr(blank, name):
                yield Mistake(name, getattr(self, name), "left out: the hub's stack decides this for its spokes")

    def _id_mistakes(self) -> Iterator[Mistake]:
        needed = ["transit_gateway_id"]
        if not self.hub_in_other_account:
            needed += ["spoke_table_id", "inspection_table_id"]
        if self.accept_share:
            needed.append("share_arn")
        beside = [name for name in ("dns_rule_group_id", "query_log_config_id") if name in self.hub]
        if "dns_profile_id" in self.hub and beside:
            yield Mistake("hub", dict(self.hub), f"a map without {', '.join(beside)}, which dns_profile_id brings")
        missing = [name for name in needed if name not in self.hub]
        if missing:
            yield Mistake("hub", dict(self.hub), f"a map that also has {', '.join(missing)}")
