"""A spoke uses internet addresses, and others reach it through the firewall: to them it is no internet. Sound.

one -> tgw (spokes) -> door -> fire [firewall] -> tgw (inspected) -> two      8.8.0.0/16
"""

import pulumi_aws as aws

from tests.scenarios.hub_parts import join, make_hub
from tests.scenarios.parts import guard_dns

hub = make_hub(back=["10.0.0.0/8", "8.8.0.0/16"], home=["10.0.0.0/8", "8.8.0.0/16"])
one = aws.ec2.Vpc("one", cidr_block="10.1.0.0/16")
two = aws.ec2.Vpc("two", cidr_block="8.8.0.0/16")
join(hub, "one", one, ["10.1.0.0/24", "10.1.1.0/24", "10.1.2.0/28", "10.1.3.0/28"])
join(hub, "two", two, ["8.8.0.0/24", "8.8.1.0/24", "8.8.2.0/28", "8.8.3.0/28"])
guard_dns(one=one.id, two=two.id)

PREVIEW: list[str] = []
UP = PREVIEW
