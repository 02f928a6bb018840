"""EC2: what moto lacks of it, and what AWS refuses and moto doesn't."""

from __future__ import annotations

from localaws.services.core import serve


def install() -> None:
    """Put this package in front of moto's EC2."""
    from localaws.services.ec2.addresses import take_the_same_again
    from localaws.services.ec2.backend import LocalEc2Backend, LocalEc2Response, ec2_backends
    from localaws.services.ec2.group_rules import compare_as_aws_does
    from localaws.services.ec2.launches import accept_plain_user_data
    from localaws.services.ec2.tags import know_our_ids

    accept_plain_user_data()
    know_our_ids()
    take_the_same_again()
    compare_as_aws_does()
    serve("ec2", backend=LocalEc2Backend, backends=ec2_backends, response=LocalEc2Response)
