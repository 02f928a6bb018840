"""The parts of the single-VPC lab that cost money. Standard library only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from components.common.cost import NAT_INCLUDED, Part, estimate

if TYPE_CHECKING:
    from components.settings.single_vpc import SingleVpcSettings


def lab_cost(settings: SingleVpcSettings, region: str, *, instance_type: str, disk_gigabytes: int) -> dict[str, Any]:
    """Return the lab's estimate: its zones each have an endpoint, a NAT gateway, an address and an instance."""
    zones = settings.zones
    parts = [
        Part(item="firewall-endpoint", quantity=zones),
        Part(item="nat-gateway", quantity=zones, included=zones, why=NAT_INCLUDED),
        Part(item="public-ipv4", quantity=zones),
        Part(item=instance_type, quantity=zones),
        Part(item="disk-gigabyte", quantity=disk_gigabytes * zones),
        Part(item="kms-key", quantity=1),
    ]
    if settings.alert_log == "cloudwatch":
        parts.append(Part(item="alarm", quantity=1))
    by_use = ["firewall-data", "internet-out"]
    destinations = {settings.alert_log, settings.flow_log}
    by_use += [f"log-{destination}" for destination in ("cloudwatch", "s3") if destination in destinations]
    return estimate(region, parts, by_use)
