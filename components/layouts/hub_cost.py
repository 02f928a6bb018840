"""The parts of a hub and of a spoke that cost money. Standard library only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from components.common.cost import NAT_INCLUDED, Part, estimate

if TYPE_CHECKING:
    from components.settings.hub import HubSettings
    from components.settings.spokes import SpokeEntry

ALARMS = 6
"""Of `components.watch.hub_alarms`; the one on drops comes on top."""


def hub_cost(settings: HubSettings, region: str, *, instance_type: str, disk_gigabytes: int) -> dict[str, Any]:
    """Return the estimate of the whole stack: the hub and all spokes that it builds itself."""
    zones = settings.zones
    nats = 1 if settings.nat == "single" else zones
    own_attachment = settings.inspection == "transit-gateway"
    parts = [
        Part(item="firewall-endpoint", quantity=zones),
        Part(item="nat-gateway", quantity=nats, included=nats, why=NAT_INCLUDED),
        Part(item="public-ipv4", quantity=nats),
        Part(item="transit-gateway-attachment", quantity=len(settings.spokes) + (2 if own_attachment else 1)),
        Part(item="kms-key", quantity=1),
        Part(item="alarm", quantity=ALARMS + (1 if settings.alert_log == "cloudwatch" else 0)),
    ]
    instances = sum(len(entry.instances) for entry in settings.spokes.values())
    if instances:
        parts += _instances(instances, instance_type, disk_gigabytes)
    by_use = ["firewall-data", "transit-gateway-data", "internet-out"]
    destinations = {settings.alert_log, settings.flow_log, settings.query_log}
    by_use += [f"log-{destination}" for destination in ("cloudwatch", "s3") if destination in destinations]
    return estimate(region, parts, by_use)


def spoke_cost(entry: SpokeEntry, region: str, *, instance_type: str, disk_gigabytes: int) -> dict[str, Any]:
    """Return what one spoke adds: its attachment (one, however many zones) and its instances."""
    parts = [Part(item="transit-gateway-attachment", quantity=1)]
    if entry.instances:
        parts += _instances(len(entry.instances), instance_type, disk_gigabytes)
    return estimate(region, parts, ["transit-gateway-data"])


def _instances(number: int, instance_type: str, disk_gigabytes: int) -> list[Part]:
    return [
        Part(item=instance_type, quantity=number),
        Part(item="disk-gigabyte", quantity=disk_gigabytes * number),
    ]
