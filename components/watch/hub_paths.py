"""The ways through a hub that Reachability Analyzer is asked about, with the hops that one expects on them."""

from collections.abc import Mapping

import pulumi

from components.hub.inspection_vpc import InspectionVpc
from components.hub.spoke import Spoke
from components.watch.reachability import PathArgs


def hub_paths(inspection: InspectionVpc, spokes: Mapping[str, Spoke]) -> dict[str, PathArgs]:
    """Return one path from each instance to the internet, and one between the first and the last spoke.

    First and last, so that a spoke that comes or goes between them changes nothing of the others'. The path between
    them ends where the last spoke is attached: its instances let nobody in, and AWS would say no more than that. A
    gateway is no hop of its own in an analysis, its attachments are.
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
            destination=there.vpc.attachment_id,
            destination_ip=destination.workload.private_ip,
            expected_hops=[
                source.workload.instance_id,
                here.vpc.attachment_id,
                *_inspected(inspection, source.zone, back=True),
                there.vpc.attachment_id,
            ],
        )
    return paths


def _inspected(inspection: InspectionVpc, zone: str, *, back: bool = False) -> list[pulumi.Output[str]]:
    """Return the hops of inspection, and with ``back`` the way out of it to another spoke."""
    if zone in inspection.endpoint_ids:
        hops = [inspection.attachment_id, inspection.endpoint_ids[zone]]
        return [*hops, inspection.attachment_id] if back else hops
    return [inspection.firewall_attachment_id]
