"""Somebody has a transit gateway of their own, and wants one spoke on it that has no other way out."""

import sys
from pathlib import Path

import pulumi
import pulumi_aws as aws

sys.path.append(str(Path(__file__).resolve().parents[2]))  # installed, it is inspected_egress.components, and no path

from components import Environment, HubConnection, SpokeVpc, SpokeVpcArgs

# Stands for what is already there: a gateway and the two tables that its owner routes by.
gateway = aws.ec2transitgateway.TransitGateway(
    "yours", default_route_table_association="disable", default_route_table_propagation="disable"
)
spokes = aws.ec2transitgateway.RouteTable("yours-spokes", transit_gateway_id=gateway.id)
inspection = aws.ec2transitgateway.RouteTable("yours-inspection", transit_gateway_id=gateway.id)

spoke = SpokeVpc(
    "payments",
    SpokeVpcArgs(
        cidr="10.20.0.0/20",
        zones=[zone.name for zone in Environment.lookup().pick_zones(2)],
        hub=HubConnection(transit_gateway_id=gateway.id, spoke_table_id=spokes.id, inspection_table_id=inspection.id),
    ),
)
pulumi.export("vpc_id", spoke.vpc_id)
pulumi.export("subnet_ids", dict(spoke.workload_subnet_ids))
