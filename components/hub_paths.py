"""The ways through a hub that Reachability Analyzer is asked about, with the hops that one expects on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.reachability import PathArgs

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.inspection_vpc import InspectionVpc
    from components.spoke import Spoke
    from components.transit_hub import TransitHub


def hub_paths(hub: TransitHub, inspection: InspectionVpc, spokes: Mapping[str, Spoke]) -> dict[str, PathArgs]:
    """Return one path from each instance to the internet, and one between the first and the last spoke.

    First and last, so that a spoke that comes or goes between them changes nothing of the others'.
    """
    paths = {}
    for name, spoke in spokes.items():
        for key, placed in spoke.workloads.items():
            paths[f"{name}-{key}-to-internet"] = PathArgs(
                source=placed.workload.instance_id,
                destination=inspection.edge.internet_gateway_id,
                expected_hops=[
                    placed.workload.instance_id,
                    spoke.vpc.attachment_id,
                    hub.transit_gateway_id,
                    *_inspected(inspection, placed.zone),
                    inspection.edge.nat_gateway_ids[placed.zone],
                    inspection.edge.internet_gateway_id,
                ],
            )
    ends = [(name, spoke) for name, spoke in spokes.items() if spoke.workloads]
    if len(ends) > 1:
        (first, here), (last, there) = ends[0], ends[-1]
        source, destination = (next(iter(spoke.workloads.values())) for spoke in (here, there))
        paths[f"{first}-to-{last}"] = PathArgs(
            source=source.workload.instance_id,
            destination=destination.workload.instance_id,
            expected_hops=[
                source.workload.instance_id,
                here.vpc.attachment_id,
                hub.transit_gateway_id,
                *_inspected(inspection, source.zone),
                hub.transit_gateway_id,
                there.vpc.attachment_id,
                destination.workload.instance_id,
            ],
        )
    return paths


def _inspected(inspection: InspectionVpc, zone: str) -> list[pulumi.Output[str]]:
    if zone in inspection.endpoint_ids:
        return [inspection.attachment_id, inspection.endpoint_ids[zone]]
    return [inspection.firewall_attachment_id]
