"""A Wavelength subnet leaves by the carrier gateway.

work -> carrier gateway -> internet
"""

import pulumi_aws as aws

from tests.scenarios.parts import guard_dns, route, s3, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
work = aws.ec2.Subnet("work", vpc_id=vpc.id, cidr_block="10.0.0.0/24", availability_zone="eu-west-1-wl1-lon-wlz-1")
carrier = aws.ec2.CarrierGateway("carrier", vpc_id=vpc.id)
work_table = table("work", vpc, work)
route("work-out", work_table, carrier_gateway_id=carrier.id)
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id)

PREVIEW = [
    "egress-through-firewall refuted work",
]
UP = PREVIEW
