"""The instances of a layout: what they visit, the bucket that they copy to, and the one that plays an intruder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.common.environment import Environment
from components.common.private_bucket import PrivateBucket, PrivateBucketArgs
from components.hub.spoke import SpokeInstances
from components.network.connect_endpoint import ConnectEndpoint, ConnectEndpointArgs
from components.network.subnets import RoutedSubnet
from components.workload.intruder import with_intruder
from components.workload.traffic import bucket_statements, traffic_user_data
from components.workload.workload import Workload, WorkloadArgs

EXPERIMENT_DAYS = 7
"""Days after which files that the copy script left behind expire."""
DENIED_BY_DEFAULT = "example.net"
"""What an intruder calls where no domain is denied."""


@dataclass(frozen=True, kw_only=True)
class Traffic:
    """What the instances of a layout are, and what they make traffic with."""

    architecture: str = "arm64"
    """`arm64` or `x86_64`."""
    instance_type: str | None = None
    """One of that architecture; a small one when left out."""
    session_manager: bool = False
    """Also let Systems Manager open sessions, which reach it through the firewall."""
    sites: Sequence[str] = (
        *("https://aws.amazon.com/", "https://www.example.com/"),
        *("http://example.org/", "https://example.net/"),
    )
    """URLs that the script `visit-sites` visits."""


@dataclass(frozen=True, kw_only=True)
class Intruder:
    """What a rogue instance talks to. Put in none but your own."""

    host: str = "www.example.com"
    """The web server that it greets."""
    domain: str = "example.com"
    """The domain below which it puts an invented file into names."""


def experiment_bucket(name: str, environment: Environment, opts: pulumi.ResourceOptions) -> PrivateBucket:
    """Create the bucket that the script `copy-s3` copies to and from."""
    args = PrivateBucketArgs(environment=environment, expire_days=EXPERIMENT_DAYS)
    return PrivateBucket(f"{name}-experiment", args, opts)


@dataclass(frozen=True, kw_only=True)
class InstancePlan:
    """What all spokes of a layout have in common; `of` makes the instances of one."""

    traffic: Traffic
    intruder: Intruder
    denied: Sequence[str]
    """The domains that the firewall denies, as its rules have them; empty where another stack has the firewall."""
    bucket: PrivateBucket
    boundary: pulumi.Input[str] | None = None
    """Permissions boundary of the instances' roles."""

    def of(self, *, workloads: int, rogue: bool) -> SpokeInstances:
        """Return so many quiet instances, and one that calls the first denied domain, an example's without any."""
        denied = self.denied[0].removeprefix(".") if self.denied else DENIED_BY_DEFAULT
        quiet = traffic_user_data(self.traffic.sites, self.bucket.bucket_name)
        return SpokeInstances(
            quiet=workloads,
            rogue=rogue,
            user_data=quiet.apply(lambda config: config.render()),
            rogue_user_data=quiet.apply(
                lambda config: with_intruder(
                    config, host=self.intruder.host, domain=self.intruder.domain, denied=denied
                ).render()
            ),
            statements=bucket_statements(self.bucket.arn),
            permissions_boundary=self.boundary,
            architecture=self.traffic.architecture,
            instance_type=self.traffic.instance_type,
            session_manager=self.traffic.session_manager,
        )


def lab_workloads(
    name: str,
    subnets: Mapping[str, RoutedSubnet],
    *,
    vpc_id: pulumi.Input[str],
    ipv6: bool = False,
    traffic: Traffic,
    bucket_name: pulumi.Output[str],
    bucket_arn: pulumi.Output[str],
    opts: pulumi.ResourceOptions,
) -> Mapping[str, Workload]:
    """Create an instance in each subnet, and the connect endpoint by which people reach them; return them by key.

    The bucket is the one that they copy to.
    """
    first = next(iter(subnets.values()))
    endpoint = ConnectEndpointArgs(vpc_id=vpc_id, subnet_id=first.subnet_id)
    connect = ConnectEndpoint(f"{name}-connect", endpoint, opts)
    user_data = traffic_user_data(traffic.sites, bucket_name).apply(lambda config: config.render())
    return {
        key: Workload(
            f"{name}-{key}",
            WorkloadArgs(
                vpc_id=vpc_id,
                subnet_id=subnet.subnet_id,
                ipv6=ipv6,
                architecture=traffic.architecture,
                instance_type=traffic.instance_type,
                user_data=user_data,
                statements=bucket_statements(bucket_arn),
                session_manager=traffic.session_manager,
                connect_endpoint_security_group_id=connect.security_group_id,
            ),
            opts,
        )
        for key, subnet in subnets.items()
    }
